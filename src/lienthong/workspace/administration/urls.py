"""Addresses of administration."""

from django.urls import path

from lienthong.workspace.administration.views import absences, agencies, areas, audit, calendar, officials, operations

app_name = "administration"
urlpatterns = [
    path("lich/", calendar.year, name="calendar"),
    path("lich/ngay-nghi/", calendar.add_day_off, name="calendar_day_off"),
    path("lich/hoan-doi/", calendar.add_swap, name="calendar_swap"),
    path("lich/bo/<uuid:uuid>/", calendar.remove_day, name="calendar_remove"),
    path("lich/nhap/", calendar.import_table, name="calendar_import"),
    path("lich/xuat/", calendar.export_table, name="calendar_export"),
    path("lich/gio-lam-viec/", calendar.set_hours, name="calendar_hours"),
    path("lich/quy-tac/", calendar.set_rule, name="calendar_rule"),
    path("lich/tinh-thu/", calendar.simulate, name="calendar_simulate"),
    path("co-quan/", agencies.browse, name="agencies"),
    path("co-quan/<uuid:uuid>/", agencies.agency, name="agency"),
    path("co-quan/<uuid:uuid>/nhanh/", agencies.branch, name="agency_branch"),
    path("co-quan/<uuid:uuid>/lien-he/", agencies.edit_contact, name="agency_contact"),
    path("co-quan/<uuid:uuid>/ma/", agencies.set_identifier, name="agency_identifier"),
    path("dia-ban/", areas.browse, name="areas"),
    path("dia-ban/<uuid:uuid>/", areas.area, name="area"),
    path("can-bo/", officials.search, name="officials"),
    path("can-bo/them/", officials.register, name="official_register"),
    path("can-bo/<uuid:uuid>/", officials.official, name="official"),
    path("can-bo/<uuid:uuid>/bo-nhiem/", officials.appoint, name="appoint"),
    path("vi-tri/dang-giu/<uuid:uuid>/ket-thuc/", officials.end_assignment, name="end_assignment"),
    path("vi-tri/<uuid:uuid>/", officials.position, name="position"),
    path("vi-tri/<uuid:uuid>/ngoai-le/", officials.add_exception, name="exception_add"),
    path("vi-tri/<uuid:uuid>/ngoai-le/<uuid:exception>/", officials.end_exception, name="exception_end"),
    path("vang-mat/", absences.absences, name="absences"),
    path("vang-mat/ghi/", absences.record, name="absence_record"),
    path("vang-mat/<uuid:uuid>/ket-thuc/", absences.end, name="absence_end"),
    path("uy-quyen/", absences.delegations, name="delegations"),
    path("uy-quyen/<uuid:uuid>/cham-dut/", absences.revoke, name="delegation_revoke"),
    path("van-hanh/", operations.overview, name="operations"),
    path("van-hanh/su-kien/", operations.stuck_events, name="stuck_events"),
    path("van-hanh/su-kien/phat-lai/", operations.replay, name="replay"),
    path("van-hanh/thu/", operations.failed_mails, name="failed_mails"),
    path("van-hanh/thu/gui-lai/", operations.resend, name="resend"),
    path("van-hanh/viec/", operations.troubled_jobs, name="jobs"),
    path("van-hanh/viec/chay-lai/", operations.retry_jobs, name="retry_jobs"),
    path("van-hanh/may-chu/", operations.installation, name="installation"),
    path("nhat-ky/", audit.entries, name="audit"),
]
