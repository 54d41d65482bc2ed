"""Addresses of the public portal."""

from django.urls import path

from lienthong.portal.views import home

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
]
