"""Addresses of accounts: our own pages, and allauth's views under Vietnamese paths with their usual names."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from allauth.usersessions import views as sessions
from django.urls import URLPattern, URLResolver, include, path, re_path

from lienthong.accounts import views

own = (
    [
        path("phien/", views.session, name="session"),
        path("tai-khoan/", views.profile, name="profile"),
        path("tai-khoan/bao-mat/", views.security, name="security"),
        path("tai-khoan/lam-viec-cho/", views.acting_for, name="acting_for"),
        path("tai-khoan/lam-viec-cho/<uuid:uuid>/thoi/", views.leave_business, name="leave_business"),
        path("tai-khoan/uy-quyen/", views.delegations, name="delegations"),
        path("tai-khoan/uy-quyen/<uuid:uuid>/cham-dut/", views.revoke, name="revoke_delegation"),
        path("tai-khoan/khoa-api/", views.tokens, name="tokens"),
        path("tai-khoan/khoa-api/co-quan/", views.agency_tokens, name="agency_tokens"),
        path("tai-khoan/khoa-api/<uuid:uuid>/thu-hoi/", views.revoke_token, name="revoke_token"),
    ],
    "accounts",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(own)),
    path("dang-nhap/", account.login, name="account_login"),
    path("dang-xuat/", account.logout, name="account_logout"),
    path("dang-ky/", account.signup, name="account_signup"),
    path("tai-khoan/bi-khoa/", account.account_inactive, name="account_inactive"),
    path("tai-khoan/xac-nhan-lai/", account.reauthenticate, name="account_reauthenticate"),
    path("tai-khoan/email/", account.email, name="account_email"),
    path("tai-khoan/email/da-gui/", account.email_verification_sent, name="account_email_verification_sent"),
    path("tai-khoan/email/xac-nhan/<str:key>/", account.confirm_email, name="account_confirm_email"),
    path("tai-khoan/mat-khau/doi/", account.password_change, name="account_change_password"),
    path("tai-khoan/mat-khau/dat/", account.password_set, name="account_set_password"),
    path("mat-khau/quen/", account.password_reset, name="account_reset_password"),
    path("mat-khau/quen/da-gui/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mat-khau/dat-lai/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("mat-khau/dat-lai/xong/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("tai-khoan/hai-lop/", mfa.index, name="mfa_index"),
    path("dang-nhap/lop-hai/", mfa.authenticate, name="mfa_authenticate"),
    path("tai-khoan/hai-lop/xac-nhan-lai/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("tai-khoan/hai-lop/ung-dung/bat/", totp.activate_totp, name="mfa_activate_totp"),
    path("tai-khoan/hai-lop/ung-dung/tat/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("tai-khoan/hai-lop/ma-du-phong/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("tai-khoan/hai-lop/ma-du-phong/tao/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("tai-khoan/hai-lop/ma-du-phong/tai/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("tai-khoan/hai-lop/khoa/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("tai-khoan/hai-lop/khoa/them/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("tai-khoan/hai-lop/khoa/<int:pk>/sua/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("tai-khoan/hai-lop/khoa/<int:pk>/xoa/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("tai-khoan/hai-lop/khoa/xac-nhan-lai/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("dang-nhap/khoa/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("tai-khoan/phien-dang-nhap/", sessions.list_usersessions, name="usersessions_list"),
    path("tai-khoan/lien-ket/", social.connections, name="socialaccount_connections"),
    path("dang-nhap/dinh-danh/hoan-tat/", social.signup, name="socialaccount_signup"),
    path("dang-nhap/dinh-danh/da-huy/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("dang-nhap/dinh-danh/loi/", social.login_error, name="socialaccount_login_error"),
    path("dang-nhap/dinh-danh/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
