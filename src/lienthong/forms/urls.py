"""Addresses of the forms context, under ``/bieu-mau/``."""

from django.urls import path

from lienthong.forms import views

app_name = "forms"
urlpatterns = [
    path("dia-ban/", views.areas, name="areas"),
    path("nhap/<uuid:draft>/buoc/<slug:step>/", views.autosave, name="autosave"),
    path("nhap/<uuid:draft>/ban-giu/<uuid:copy>/", views.choose_copy, name="choose_copy"),
    path("nhap/<uuid:draft>/xoa/", views.discard, name="discard"),
    path("<str:key>/<int:version>/luoc-do.json", views.schema, name="schema"),
]
