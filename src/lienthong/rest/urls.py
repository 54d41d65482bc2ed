"""Addresses below ``/api/v1/``: the operations, their description, and the page that shows it."""

from django.urls import URLPattern, URLResolver, path, re_path

from lienthong.rest import views
from lienthong.rest.v1 import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("docs", views.docs, name="api_docs"),
    path("", api.urls),
    re_path("", views.missing),
]
