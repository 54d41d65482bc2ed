"""Signing in and out: passwords, lock-out, enumeration, fixation, second factors, audit."""

import re
from datetime import timedelta

import pyotp
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from lienthong.accounts.models import Account, Right, SignInAttempt
from lienthong.accounts.sealing import unseal
from lienthong.accounts.services.attempts import LockedError, begin_attempt, forget_old_attempts
from lienthong.accounts.tests.factories import (
    NOW,
    PASSWORD,
    make_account,
    make_agency,
    make_official,
    make_post,
    make_rights,
    sign_in,
)
from lienthong.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db

LOGIN = "/dang-nhap/"


def make_login(email="lan@lienthong.example", **fields) -> Account:
    account = make_account(email, PASSWORD, **fields)
    EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
    return account


def make_leader() -> Account:
    agency = make_agency()
    make_rights("leader", Right.SIGN, Right.PROCESS)
    official = make_official()
    make_post(official, agency, "leader")
    return make_login("duc@lienthong.example", official=official)


def post_login(client, email="lan@lienthong.example", password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_the_right_password_opens_a_new_session_and_leaves_a_trace(client):
    make_login()
    client.get(LOGIN)
    before = client.session.session_key
    response = post_login(client)
    assert response.status_code == 302
    assert client.session.session_key != before
    assert "accounts.account.signed_in" in actions()
    assert PASSWORD not in AuditEntry.objects.filter(action="accounts.account.signed_in").get().content


def test_addresses_are_compared_without_case(client):
    make_login()
    assert post_login(client, "LAN@LienThong.example").status_code == 302


def test_known_and_unknown_accounts_get_the_same_answer(client):
    make_login()
    known = post_login(client, password="sai-mat-khau-hoan-toan")
    unknown = post_login(client, "khong-co@lienthong.example", "sai-mat-khau-hoan-toan")
    for response in (known, unknown):
        assert response.status_code == 200
        assert "Thư điện tử hoặc mật khẩu chưa đúng." in response.content.decode()
    assert actions().count("accounts.account.sign_in_failed") == 2
    contents = " ".join(AuditEntry.objects.values_list("content", flat=True))
    assert "khong-co@" not in contents
    assert "sai-mat-khau" not in contents


@pytest.mark.parametrize("email", ["lan@lienthong.example", "khong-co@lienthong.example"])
def test_five_wrong_passwords_lock_an_account_from_anywhere(client, email):
    make_login()
    for number in range(5):
        assert "chưa đúng" in post_login(client, email, "sai", REMOTE_ADDR=f"10.0.0.{number}").content.decode()
    response = post_login(client, email, PASSWORD, REMOTE_ADDR="10.0.1.1")
    page = response.content.decode()
    assert response.status_code == 200
    assert "Đã nhập sai 5 lần" in page
    assert re.search(r"thử lại sau 15 phút \(lúc \d\d:\d\d\)", page)
    assert "_auth_user_id" not in client.session


def test_a_locked_account_opens_again_after_its_time():
    for _ in range(5):
        begin_attempt(account="lan@lienthong.example", address="10.0.0.1", now=NOW)
    with pytest.raises(LockedError) as locked:
        begin_attempt(account="LAN@lienthong.example ", address="10.0.0.2", now=NOW + timedelta(minutes=14, seconds=1))
    assert locked.value.facts["retry_after"] == 59
    assert begin_attempt(account="lan@lienthong.example", address="10.0.0.2", now=NOW + timedelta(minutes=15))
    assert SignInAttempt.objects.count() == 6
    assert forget_old_attempts(now=NOW + timedelta(minutes=15)) == 5


def test_five_different_accounts_lock_an_address_but_not_its_other_users():
    for number in range(5):
        begin_attempt(account=f"nan-nhan-{number}@lienthong.example", address="10.0.0.1", now=NOW)
    with pytest.raises(LockedError):
        begin_attempt(account="lan@lienthong.example", address="10.0.0.1", now=NOW)
    assert begin_attempt(account="lan@lienthong.example", address="10.0.0.2", now=NOW)


def test_success_forgets_the_wrong_tries(client):
    make_login()
    for _ in range(4):
        post_login(client, password="sai")
    assert post_login(client).status_code == 302
    assert not SignInAttempt.objects.exists()


def test_attempts_keep_neither_address_nor_e_mail():
    begin_attempt(account="lan@lienthong.example", address="10.0.0.1", now=NOW)
    row = SignInAttempt.objects.get()
    assert "lan" not in row.account_key
    assert "10.0.0.1" not in row.address_key


def test_a_forged_form_is_refused():
    make_login()
    assert post_login(Client(enforce_csrf_checks=True)).status_code == 403


def test_signing_out_needs_a_post(client):
    account = make_login()
    client.force_login(account)
    client.get("/dang-xuat/")
    assert "_auth_user_id" in client.session
    client.post("/dang-xuat/")
    assert "_auth_user_id" not in client.session
    assert "accounts.account.signed_out" in actions()


def test_sign_up_verifies_the_address_before_anything_else(client):
    data = {
        "full_name": "Nguyễn  Thị Lan",
        "email": "Lan.Moi@lienthong.example",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    response = client.post("/dang-ky/", data)
    assert response.status_code == 302
    account = Account.objects.get()
    assert account.email == "lan.moi@lienthong.example"
    assert account.person is not None
    assert account.person.full_name == "Nguyễn Thị Lan"
    assert not account.person.is_verified
    assert "_auth_user_id" not in client.session
    assert account.password.startswith("argon2")
    (message,) = mail.outbox
    assert "đã dùng địa chỉ của bạn" in message.body
    link = re.search(r"http://\S+/tai-khoan/email/xac-nhan/\S+/", message.body)
    assert link
    page = client.get(link[0])
    assert page.status_code == 200
    client.post(link[0])
    assert EmailAddress.objects.get().verified


def test_signing_up_twice_tells_nobody_that_the_account_exists(client):
    make_login()
    data = {"full_name": "Ai Đó", "email": "lan@lienthong.example", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/dang-ky/", data)
    assert response.status_code == 302
    assert response.url == reverse("account_email_verification_sent")
    assert Account.objects.count() == 1
    assert "đã có tài khoản" in mail.outbox[0].body


@pytest.mark.parametrize("password", ["ngan-qua-2026", "12345678901234567890"])
def test_weak_passwords_are_refused(client, password):
    data = {"full_name": "A", "email": "a@lienthong.example", "password1": password, "password2": password}
    assert client.post("/dang-ky/", data).status_code == 200
    assert not Account.objects.exists()


@pytest.mark.parametrize("email", ["lan@lienthong.example", "khong-co@lienthong.example"])
def test_asking_for_a_new_password_answers_the_same_for_all(client, email):
    make_login()
    response = client.post("/mat-khau/quen/", {"email": email})
    assert response.status_code == 302
    assert response.url == "/mat-khau/quen/da-gui/"
    assert len(mail.outbox) == 1


def test_a_reset_link_sets_a_new_password_once(client):
    make_login()
    client.post("/mat-khau/quen/", {"email": "lan@lienthong.example"})
    link = re.search(r"http://testserver(/mat-khau/dat-lai/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    new = "mot-mat-khau-khac-2026"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert post_login(Client(), password=new).status_code == 302
    assert "accounts.password.reset" in actions()
    assert "không hợp lệ" in Client().get(link, follow=True).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_signing_official_enrols_a_second_factor_before_anything_else(client):
    account = make_leader()
    response = post_login(client, account.email)
    assert response.status_code == 302
    for path in ("/", "/tai-khoan/", "/tai-khoan/uy-quyen/"):
        assert client.get(path).url == "/tai-khoan/hai-lop/"
    assert client.get("/tai-khoan/", HTTP_ACCEPT="application/json").status_code == 403
    page = client.get("/tai-khoan/hai-lop/ung-dung/bat/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    client.post("/tai-khoan/hai-lop/ung-dung/bat/", {"code": pyotp.TOTP(secret).now()})
    stored = Authenticator.objects.get(user=account, type="totp").data["secret"]
    assert secret not in stored
    assert unseal(stored) == secret
    assert client.get("/tai-khoan/").status_code == 200
    assert "accounts.mfa.added" in actions()


def enrol(account: Account, secret: str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP") -> pyotp.TOTP:
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(account, secret)
    return pyotp.TOTP(secret)


def test_the_second_factor_is_asked_and_wrong_codes_lock(client):
    account = make_leader()
    totp = enrol(account)
    assert post_login(client, account.email).url == "/dang-nhap/lop-hai/"
    assert "_auth_user_id" not in client.session
    for _ in range(5):
        page = client.post("/dang-nhap/lop-hai/", {"code": "000000"}).content.decode()
        assert "Mã chưa đúng." in page
    page = client.post("/dang-nhap/lop-hai/", {"code": totp.now()}).content.decode()
    assert "Đã nhập sai 5 lần" in page
    assert actions().count("accounts.mfa.failed") == 5
    SignInAttempt.objects.all().delete()
    from django.core.cache import cache

    cache.clear()
    assert client.post("/dang-nhap/lop-hai/", {"code": totp.now()}).status_code == 302
    assert client.get("/tai-khoan/").status_code == 200


def test_the_last_second_factor_of_a_signing_official_stays(client):
    account = make_leader()
    enrol(account)
    sign_in(client, account)
    page = client.post("/tai-khoan/hai-lop/ung-dung/tat/")
    assert "Bạn không tắt được xác thực hai lớp" in page.content.decode()
    assert Authenticator.objects.filter(user=account, type="totp").exists()


def test_other_sessions_can_be_ended(client):
    account = make_login()
    other = Client()
    post_login(other)
    post_login(client)
    assert "Đăng xuất các phiên khác" in client.get("/tai-khoan/phien-dang-nhap/").content.decode()
    client.post("/tai-khoan/phien-dang-nhap/")
    assert other.get("/tai-khoan/").status_code == 302
    assert client.get("/tai-khoan/").status_code == 200
    assert account.is_active


def test_a_deactivated_account_is_out_at_once(client):
    account = make_login()
    post_login(client)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert client.get("/tai-khoan/").status_code == 302
