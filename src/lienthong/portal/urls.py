"""Addresses of the public portal."""

from django.urls import path

from lienthong.portal.views import home, procedures

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("thu-tuc/", procedures.search, name="procedures"),
    path("thu-tuc/goi-y/", procedures.suggest, name="suggest"),
    path("thu-tuc/su-kien/<slug:key>/", procedures.life_event, name="life-event"),
    path("thu-tuc/<str:code>/", procedures.procedure, name="procedure"),
]
