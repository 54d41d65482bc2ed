"""Addresses of the public portal."""

from django.urls import path

from lienthong.portal.views import apply, booking, dossiers, home, messages, procedures, public, queue

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("thu-tuc/", procedures.search, name="procedures"),
    path("thu-tuc/goi-y/", procedures.suggest, name="suggest"),
    path("thu-tuc/su-kien/<slug:key>/", procedures.life_event, name="life-event"),
    path("thu-tuc/<str:code>/", procedures.procedure, name="procedure"),
    path("nop-ho-so/<str:code>/", apply.start, name="apply"),
    path("ho-so-dang-soan/<uuid:uuid>/", apply.resume, name="filing_resume"),
    path("ho-so-dang-soan/<uuid:uuid>/buoc/<slug:step>/", apply.step, name="filing_step"),
    path("ho-so-dang-soan/<uuid:uuid>/giay-to/", apply.papers, name="filing_papers"),
    path("ho-so-dang-soan/<uuid:uuid>/xem-lai/", apply.review, name="filing_review"),
    path("ho-so-dang-soan/<uuid:uuid>/bo/", apply.discard, name="filing_discard"),
    path("ho-so/", dossiers.my_dossiers, name="my_dossiers"),
    path("ho-so/<uuid:uuid>/", dossiers.dossier, name="dossier"),
    path("ho-so/<uuid:uuid>/bo-sung/", dossiers.supplement, name="supplement"),
    path("ho-so/<uuid:uuid>/rut/", dossiers.withdraw, name="withdraw"),
    path("ho-so/<uuid:uuid>/xac-nhan/", dossiers.confirm, name="confirm"),
    path("thong-bao/", messages.inbox, name="messages"),
    path("thong-bao/da-doc/", messages.read, name="messages_read"),
    path("thong-bao/<uuid:uuid>/da-doc/", messages.read, name="message_read"),
    path("thong-bao/tuy-chon/", messages.preferences, name="message_preferences"),
    path("dat-lich/", booking.where, name="book"),
    path("dat-lich/co-quan/<uuid:uuid>/", booking.line, name="book_line"),
    path("dat-lich/<uuid:uuid>/", booking.time, name="book_time"),
    path("lich-hen/", booking.mine, name="appointments"),
    path("lich-hen/tim/", booking.find, name="appointment_find"),
    path("lich-hen/<uuid:uuid>/", booking.appointment, name="appointment"),
    path("lich-hen/<uuid:uuid>/huy/", booking.cancel, name="appointment_cancel"),
    path("quay/man-hinh/<uuid:uuid>/", queue.display, name="display"),
    path("quay/so/<uuid:uuid>/", queue.ticket, name="ticket"),
    path("quay/lay-so/<str:secret>/", queue.kiosk, name="kiosk"),
    path("quay/lay-so/<str:secret>/phieu/<uuid:uuid>/", queue.slip, name="kiosk_slip"),
    path("tra-cuu/", public.track, name="track"),
    path("kiem-tra/", public.verify, name="verify"),
    path("kiem-tra/<str:code>/", public.verify, name="verify_code"),
]
