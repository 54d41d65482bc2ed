"""Addresses of the public portal."""

from django.urls import path

from lienthong.portal.views import apply, dossiers, home, messages, payments, procedures, public, trial

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("thu-tuc/", procedures.search, name="procedures"),
    path("thu-tuc/goi-y/", procedures.suggest, name="suggest"),
    path("thu-tuc/su-kien/<slug:key>/", procedures.life_event, name="life-event"),
    path("thu-tuc/<str:code>/", procedures.procedure, name="procedure"),
    path("thu-tuc/<str:code>/tinh-han/", trial.trial, name="trial"),
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
    path("nop-tien/", payments.my_charges, name="charges"),
    path("nop-tien/ket-qua/<slug:key>/", payments.returned, name="payment_return"),
    path("nop-tien/<uuid:uuid>/", payments.charge, name="charge"),
    path("nop-tien/<uuid:uuid>/vietqr.svg", payments.code, {"kind": "svg"}, name="charge_code"),
    path("nop-tien/<uuid:uuid>/vietqr.png", payments.code, {"kind": "png"}, name="charge_picture"),
    path("nop-tien/<uuid:uuid>/cong/<slug:key>/", payments.pay, name="pay"),
    path("bien-lai/", payments.receipt, name="receipts"),
    path("bien-lai/<str:code>/", payments.receipt, name="receipt"),
    path("thong-bao/", messages.inbox, name="messages"),
    path("thong-bao/da-doc/", messages.read, name="messages_read"),
    path("thong-bao/<uuid:uuid>/da-doc/", messages.read, name="message_read"),
    path("thong-bao/tuy-chon/", messages.preferences, name="message_preferences"),
    path("tra-cuu/", public.track, name="track"),
    path("kiem-tra/", public.verify, name="verify"),
    path("kiem-tra/<str:code>/", public.verify, name="verify_code"),
]
