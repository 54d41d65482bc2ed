"""Addresses of the demo's mail page."""

from django.urls import path

from lienthong.notifications import views

app_name = "notifications"
urlpatterns = [
    path("dev/mail/", views.letters, name="letters"),
    path("dev/mail/<str:name>/", views.letter, name="letter"),
]
