"""Passwords of officials and logins locked: TCVN 14423:2026, clause 5.6."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from lienthong.accounts import api
from lienthong.accounts.models import Account, Right, UsedPassword
from lienthong.accounts.services.passwords import set_password
from lienthong.accounts.tests.factories import (
    NOW,
    PASSWORD,
    make_account,
    make_agency,
    make_official,
    make_person,
    make_post,
    make_rights,
    sign_in,
)
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError, ForbiddenError, NotFoundError
from lienthong.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db

CHANGE = "/tai-khoan/mat-khau/doi/"


@pytest.fixture
def office():
    """Give an agency with an administrator and a specialist, both with logins."""
    agency = make_agency("UBND phường Hải Châu")
    make_rights("administrator", Right.ADMINISTER)
    make_rights("specialist", Right.PROCESS)
    people = []
    for name, kind in (("Lê Văn An", "administrator"), ("Trần Thị Bích", "specialist")):
        official = make_official(name)
        make_post(official, agency, kind)
        account = make_account(password=PASSWORD, official=official)
        EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
        people.append(account)
    return people


def principal(account: Account):
    return api.principal_for_account(account, clock.now(), mfa=True)


def test_none_of_an_officials_last_ten_passwords_comes_back(office, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a hundred comparisons
    _administrator, specialist = office
    words = [f"mat-khau-so-{number}-rat-dai" for number in range(11)]
    for word in words:
        validate_password(word, specialist)
        set_password(account=specialist, password=word, now=NOW)
    assert UsedPassword.objects.filter(account=specialist).count() == 9
    for word in words[1:]:
        with pytest.raises(ValidationError, match="10 lần gần đây"):
            validate_password(word, specialist)
    validate_password(words[0], specialist)
    validate_password(PASSWORD, specialist)


def test_a_citizens_passwords_are_not_kept():
    account = make_account(password=PASSWORD, person=make_person())
    set_password(account=account, password="mot-mat-khau-khac-2026", now=NOW)
    validate_password(PASSWORD, account)
    assert not UsedPassword.objects.exists()


@pytest.mark.parametrize(("days", "is_asked"), [(59, False), (61, True)])
def test_an_administrator_changes_the_password_every_two_months(client, office, days, is_asked):
    administrator, _specialist = office
    Account.objects.filter(pk=administrator.pk).update(password_set_at=clock.now() - timedelta(days=days))
    administrator.refresh_from_db()
    sign_in(client, administrator)
    answer = client.get("/tai-khoan/")
    assert (answer.status_code, answer.get("Location", "")) == ((302, CHANGE) if is_asked else (200, ""))
    if not is_asked:
        return
    assert client.get("/tai-khoan/", headers={"accept": "application/json"}).json() == {
        "code": "accounts.password_outdated"
    }
    assert "đã quá hạn" in client.get(CHANGE).content.decode()
    new = "mat-khau-moi-va-la-2026"
    repeated = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD})
    assert "10 lần gần đây" in repeated.content.decode()
    assert client.post(CHANGE, {"oldpassword": PASSWORD, "password1": new, "password2": new}).status_code == 302
    assert client.get("/tai-khoan/").status_code == 200


def test_others_keep_an_old_password(client, office):
    _administrator, specialist = office
    Account.objects.filter(pk=specialist.pk).update(password_set_at=clock.now() - timedelta(days=400))
    sign_in(client, Account.objects.get(pk=specialist.pk))
    assert client.get("/tai-khoan/").status_code == 200


def test_a_locked_login_ends_at_once_and_opens_again(client, office):
    administrator, specialist = office
    sign_in(client, specialist)
    assert client.get("/tai-khoan/").status_code == 200
    asked = {"principal": principal(administrator), "official_id": specialist.official_id, "now": clock.now()}
    for _click in range(2):
        api.lock_account(**asked, reason="Nghi lộ mật khẩu")
    assert client.get("/tai-khoan/").status_code == 302
    specialist.refresh_from_db()
    assert (specialist.is_active, specialist.locked_why) == (False, "Nghi lộ mật khẩu")
    told = client.post("/dang-nhap/", {"login": specialist.email, "password": PASSWORD}, follow=True)
    assert "hãy nhờ quản trị của cơ quan" in told.content.decode()
    assert "_auth_user_id" not in client.session
    for _click in range(2):
        api.unlock_account(**asked)
    client.post("/dang-nhap/", {"login": specialist.email, "password": PASSWORD})
    assert "_auth_user_id" in client.session
    actions = AuditEntry.objects.filter(action__startswith="accounts.account.").values_list("action", flat=True)
    assert sorted(set(actions) & {"accounts.account.locked", "accounts.account.unlocked"}) == [
        "accounts.account.locked",
        "accounts.account.unlocked",
    ]


def test_who_may_lock_whom(office):
    administrator, specialist = office
    stranger = make_official("Người Khác")
    make_post(stranger, make_agency("UBND phường Hòa Cường"), "administrator")
    asked = {"reason": "Nghỉ việc", "now": clock.now()}
    for who in (principal(make_account(official=stranger)), principal(specialist)):
        with pytest.raises(ForbiddenError):
            api.lock_account(principal=who, official_id=specialist.official_id, **asked)
    with pytest.raises(ConflictError):
        api.lock_account(principal=principal(administrator), official_id=administrator.official_id, **asked)
    with pytest.raises(NotFoundError):
        api.lock_account(principal=principal(administrator), official_id=make_official("Chưa Có").pk, **asked)


@pytest.mark.parametrize(
    ("last_login", "opened", "is_locked"),
    [(46, 400, True), (44, 400, False), (None, 46, True), (None, 44, False), (400, 1, False)],
)
def test_a_login_unused_for_45_days_is_locked(office, last_login, opened, is_locked):
    _administrator, specialist = office
    now = clock.now()
    Account.objects.filter(pk=specialist.pk).update(
        last_login=None if last_login is None else now - timedelta(days=last_login),
        opened_at=now - timedelta(days=opened),
    )
    citizen = make_account(person=make_person())
    Account.objects.filter(pk=citizen.pk).update(opened_at=now - timedelta(days=900))
    assert api.lock_unused(now=now) == int(is_locked)
    assert api.lock_unused(now=now) == 0
    specialist.refresh_from_db()
    assert specialist.is_active is not is_locked
    assert specialist.locked_why == ("Không đăng nhập quá 45 ngày" if is_locked else "")


def test_an_administrator_locks_and_opens_on_the_officials_page(client, office):
    administrator, specialist = office
    sign_in(client, administrator)
    page = reverse("administration:official", args=[specialist.official.uuid])
    change = reverse("administration:official_lock", args=[specialist.official.uuid])
    assert "Khóa tài khoản" in client.get(page).content.decode()
    assert client.post(change, {"reason": " "}).status_code == 422
    assert client.post(change, {"reason": "Nghỉ việc"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "Tài khoản đang bị khóa" in shown
    assert "Nghỉ việc" in shown
    assert client.post(change, {"opens": "1"}).status_code == 302
    assert "Đang mở." in client.get(page).content.decode()
