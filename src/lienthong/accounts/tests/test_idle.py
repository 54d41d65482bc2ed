"""Idle sessions end on the server; polling does not prolong them."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from lienthong.accounts import idle
from lienthong.accounts.tests.factories import NOW, make_account, make_official, make_person
from lienthong.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch):
    moment = [NOW]
    monkeypatch.setattr(clock, "now", lambda: moment[0])

    def move(**delta):
        moment[0] += timedelta(**delta)

    return move


def citizen():
    return make_account(person=make_person())


@pytest.mark.parametrize(("official", "limit"), [(True, 15), (False, 30)])
def test_officials_have_fifteen_minutes_and_citizens_thirty(client, at, official, limit):
    client.force_login(make_account(official=make_official()) if official else citizen())
    assert client.get("/phien/").json() == {"remaining": limit * 60, "limit": limit * 60}
    at(minutes=limit - 1)
    assert client.get("/tai-khoan/").status_code == 200
    at(minutes=limit, seconds=-1)
    assert client.get("/phien/").json()["remaining"] == 1
    at(seconds=1)
    assert client.get("/phien/").status_code == 401
    response = client.get("/tai-khoan/")
    assert response.status_code == 302
    assert response.url == "/dang-nhap/?next=/tai-khoan/"
    assert "Phiên làm việc đã kết thúc" in client.get("/dang-nhap/").content.decode()


def test_asking_and_polling_do_not_prolong_but_a_click_does(client, at):
    client.force_login(citizen())
    client.get("/tai-khoan/")
    at(minutes=10)
    client.get("/phien/")
    client.get("/tai-khoan/", headers={"X-Background": "1"})
    assert client.get("/phien/").json()["remaining"] == 20 * 60
    assert client.post("/phien/").json()["remaining"] == 30 * 60


def test_the_clock_is_written_at_most_once_a_minute(client, at):
    client.force_login(citizen())
    client.get("/tai-khoan/")
    stored = Session.objects.get().session_data
    at(seconds=59)
    client.get("/tai-khoan/")
    assert Session.objects.get().session_data == stored
    at(seconds=1)
    client.get("/tai-khoan/")
    assert Session.objects.get().session_data != stored


def test_an_htmx_request_after_the_end_leads_to_sign_in(client, at):
    client.force_login(citizen())
    client.get("/tai-khoan/")
    at(minutes=31)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/ho-so/abc/?buoc=2"}
    response = client.get("/tai-khoan/", headers=headers)
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/dang-nhap/?next=/ho-so/abc/%3Fbuoc%3D2"


def test_a_visitor_has_no_clock(client):
    assert client.get("/phien/").status_code == 401
    assert "session_clock" not in client.get("/").context


def test_a_page_knows_the_time_left(client, at):
    client.force_login(citizen())
    assert client.get("/tai-khoan/").context["session_clock"]["remaining"] == 30 * 60


def test_a_session_without_a_clock_is_over():
    assert idle.remaining({}, 0.0) == 0
