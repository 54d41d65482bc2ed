"""The language switch and the gallery of components."""

from django.urls import path
from django.views.i18n import set_language

from lienthong.ui import gallery

app_name = "ui"
urlpatterns = [
    path("ngon-ngu/", set_language, name="language"),
    path("dev/ui/", gallery.components, name="gallery"),
    path("dev/ui/ban-lam-viec/", gallery.desk, name="gallery-desk"),
]
