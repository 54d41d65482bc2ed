"""Addresses of the figures, below ``/chi-so/``."""

from django.urls import path, re_path

from lienthong.indicators.views import configuring, desk, exporting, public, reporting

app_name = "indicators"
urlpatterns = [
    path("", public.node, name="public"),
    path("tim/", public.find, name="find"),
    path("co-quan/<uuid:uuid>/", public.agency, name="agency"),
    path("danh-sach/", public.behind, name="list"),
    path("danh-sach.csv", exporting.list_csv, name="list_csv"),
    path("danh-sach.xlsx", exporting.list_xlsx, name="list_xlsx"),
    path("thu-tuc/", public.procedures, name="procedures"),
    path("dieu-hanh/", desk.dashboard, name="dashboard"),
    path("thoi-gian/", desk.time_spent, name="times"),
    path("du-bao/", desk.forecast, name="forecast"),
    path("bao-cao/", reporting.report, name="report"),
    path("bao-cao.csv", reporting.report_csv, name="report_csv"),
    path("bao-cao.xlsx", reporting.report_xlsx, name="report_xlsx"),
    path("cach-tinh/", configuring.rules, name="rules"),
    path("cach-tinh/khong-co-du-lieu/", configuring.no_data, name="rule_no_data"),
    path("cach-tinh/<str:code>/", configuring.definition, name="rule"),
    path("du-lieu-mo/", exporting.open_data, name="open_data"),
    path("du-lieu-mo/danh-muc.json", exporting.catalogue_json, name="open_data_catalogue"),
    re_path(r"^du-lieu-mo/(?P<year>20\d\d)\.(?P<kind>csv|json)$", exporting.year_file, name="open_data_file"),
]
