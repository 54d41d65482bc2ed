"""Every address of the platform; each context brings its own list."""

from django.urls import URLPattern, URLResolver, include, path

from lienthong.kernel import pages

handler400 = pages.bad_request
handler403 = pages.forbidden
handler404 = pages.not_found
handler500 = pages.broken

urlpatterns: list[URLPattern | URLResolver] = [
    path("suc-khoe/", pages.health, name="health"),
    # A prefix that does not fit costs one look; a list without prefix is gone through.
    path("api/v1/", include("lienthong.rest.urls")),
    path("lam-viec/", include("lienthong.workspace.urls")),
    path("quan-tri/", include("lienthong.workspace.administration.urls")),
    path("bieu-mau/", include("lienthong.forms.urls")),
    path("chi-so/", include("lienthong.indicators.urls")),
    path("", include("lienthong.ui.urls")),
    path("", include("lienthong.accounts.urls")),
    path("", include("lienthong.portal.urls")),
    path("", include("lienthong.vault.urls")),
    path("", include("lienthong.files.urls")),
    path("", include("lienthong.notifications.urls")),
    path("", include("lienthong.payments.urls")),
]
