"""Every address of the platform; each context brings its own list."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("lienthong.ui.urls")),
    path("", include("lienthong.accounts.urls")),
    path("", include("lienthong.portal.urls")),
    path("", include("lienthong.files.urls")),
    path("bieu-mau/", include("lienthong.forms.urls")),
]
