"""Addresses of the public portal."""

from django.urls import path

from lienthong.portal.views import apply, dossiers, feedback, home, messages, procedures, public

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
    path("ho-so/<uuid:uuid>/danh-gia/", feedback.rate, name="rate"),
    path("ho-so/<uuid:uuid>/phan-anh/", feedback.complain, name="complain"),
    path("danh-gia/", feedback.rate_code, name="rate_code"),
    path("danh-gia/phieu/", feedback.rate_counter, name="rate_counter"),
    path("phan-anh/<uuid:uuid>/", feedback.complaint, name="complaint"),
    path("phan-anh/<uuid:uuid>/rut/", feedback.withdraw, name="complaint_withdraw"),
    path("thong-bao/", messages.inbox, name="messages"),
    path("thong-bao/da-doc/", messages.read, name="messages_read"),
    path("thong-bao/<uuid:uuid>/da-doc/", messages.read, name="message_read"),
    path("thong-bao/tuy-chon/", messages.preferences, name="message_preferences"),
    path("tra-cuu/", public.track, name="track"),
    path("kiem-tra/", public.verify, name="verify"),
    path("kiem-tra/<str:code>/", public.verify, name="verify_code"),
]
