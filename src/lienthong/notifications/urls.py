"""Addresses of the demo's mail page, the short links in SMS, and the script that shows messages on devices."""

from django.urls import path

from lienthong.notifications import views

app_name = "notifications"
urlpatterns = [
    path("dev/mail/", views.letters, name="letters"),
    path("dev/mail/<str:name>/", views.letter, name="letter"),
    path("tb/<str:written>", views.short_link, name="short"),
    path("push-worker.js", views.push_worker, name="push_worker"),
]
