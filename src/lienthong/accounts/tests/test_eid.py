"""Sign-in through a national eID: the whole code flow over HTTP against a certified provider (npm oidc-provider)."""

import json
import re
import socket
import subprocess
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as project
from django.test import override_settings

from lienthong.accounts.models import Account, Person
from lienthong.accounts.plugins import eid
from lienthong.accounts.tests.factories import NOW, PASSWORD, make_account, make_person
from lienthong.kernel.errors import InvalidError
from lienthong.kernel.models import AuditEntry

LAN = {
    "name": "Nguyễn Thị Lan",
    "birthdate": "1990-04-12",
    "gender": "female",
    "identity_number": "048190000123",
    "email": "lan@lienthong.example",
    "email_verified": True,
}
PEOPLE = {
    "lan": LAN,
    "khong-thu": {**LAN, "identity_number": "048085000456", "name": "Trần Văn Bình", "email": None},
    "thieu-so": {"name": "Lê Thị Hoa", "email": "hoa@lienthong.example", "email_verified": True},
}


def test_claims_become_a_verified_identity():
    verified = eid.read_claims({**LAN, "birthdate": "0000-04-12"})
    assert (verified.full_name, verified.identity_number, verified.sex) == ("Nguyễn Thị Lan", "048190000123", "female")
    assert verified.birth_date == ""
    assert verified.nationality == "VN"
    assert eid.read_claims({**LAN, "birthdate": "1990"}).birth_date == "1990"


@pytest.mark.parametrize("broken", [{"identity_number": "123456789"}, {"identity_number": None}, {"name": " "}])
def test_claims_without_number_or_name_are_refused(broken):
    with pytest.raises(InvalidError):
        eid.read_claims({**LAN, **broken})


def test_claims_of_another_provider_are_mapped(settings):
    settings.EID_CLAIMS = {"identity_number": "citizen_pid"}
    assert eid.read_claims({**LAN, "citizen_pid": "001185012345"}).identity_number == "001185012345"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def provider(live_server):
    """Start the provider, and point the platform at it."""
    port = _free_port()
    issuer = f"http://127.0.0.1:{port}"
    module = project.ROOT / "node_modules" / "oidc-provider" / "lib" / "index.js"
    script = project.PACKAGE / "accounts" / "tests" / "oidc_provider.mjs"
    back = f"{live_server.url}/dang-nhap/dinh-danh/eid/login/callback/"
    process = subprocess.Popen(
        ["node", str(script), str(port), back, str(module), json.dumps(PEOPLE)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        line = process.stdout.readline()
        while line and not line.startswith("ready"):
            line = process.stdout.readline()
        assert line, "the provider did not start"
        app = {
            "provider_id": "eid",
            "name": "Định danh điện tử",
            "client_id": "lienthong",
            "secret": "bi-mat-cua-kiem-thu",
            "settings": {"server_url": issuer, "oauth_pkce_enabled": True, "scope": project.EID_SCOPES},
        }
        providers = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        with override_settings(EID_ISSUER=issuer, EID_CLIENT_ID="lienthong", SOCIALACCOUNT_PROVIDERS=providers):
            yield issuer
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


class Visitor:
    """A browser without JavaScript: follows redirects, sends the forms of pages."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.client = httpx.Client(follow_redirects=False, timeout=20)
        self.seen: list[str] = []

    def get(self, url: str) -> httpx.Response:
        return self._follow(self.client.get(urljoin(self.site, url)))

    def submit(self, page: httpx.Response, action: str, **values: str) -> httpx.Response:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        token = {"csrfmiddlewaretoken": found[1]} if found else {}
        url = urljoin(str(page.url), action)
        return self._follow(self.client.post(url, data={**token, **values}, headers={"Referer": str(page.url)}))

    def _follow(self, response: httpx.Response) -> httpx.Response:
        while response.is_redirect:
            target = urljoin(str(response.url), response.headers["location"])
            self.seen.append(target)
            response = self.client.get(target)
        return response

    def sign_in_at_provider(self, page: httpx.Response, who: str) -> httpx.Response:
        """Type a login, then consent, on the provider's own pages."""
        action = unescape(re.search(r'action="([^"]+)"', page.text)[1])
        page = self._follow(self.client.post(action, data={"prompt": "login", "login": who, "password": "x"}))
        if "/interaction/" in str(page.url):
            action = unescape(re.search(r'action="([^"]+)"', page.text)[1])
            page = self._follow(self.client.post(action, data={"prompt": "consent"}))
        return page

    def sign_in(self, who: str, process: str = "") -> httpx.Response:
        page = self.get("/tai-khoan/" if process else "/dang-nhap/")
        action = unescape(re.search(r'action="([^"]*/dinh-danh/eid/login/[^"]*)"', page.text)[1])
        return self.sign_in_at_provider(self.submit(page, action), who)


@pytest.fixture
def visit(live_server):
    """Open browsers, and close them at the end."""
    opened: list[Visitor] = []

    def open_one() -> Visitor:
        opened.append(Visitor(live_server.url))
        return opened[-1]

    yield open_one
    for visitor in opened:
        visitor.client.close()


@pytest.mark.program("node")
@pytest.mark.django_db(transaction=True)
def test_a_citizen_signs_in_with_pkce_and_arrives_verified(visit, provider):
    visitor = visit()
    visitor.sign_in("lan")
    asked = next(parse_qs(urlsplit(url).query) for url in visitor.seen if url.startswith(f"{provider}/auth?"))
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert asked["response_type"] == ["code"]
    person = Person.objects.get()
    assert (person.full_name, person.identity_number) == ("Nguyễn Thị Lan", "048190000123")
    assert (person.birth_date, person.sex, person.verified_by) == ("1990-04-12", "female", "eid")
    account = Account.objects.get()
    assert account.person == person
    assert not account.has_usable_password()
    assert SocialAccount.objects.get().extra_data == {"id_token": {"sub": "lan"}}
    page = visitor.get("/tai-khoan/").text
    assert "048190000123" in page
    assert "đã xác thực" in page
    assert not any("048190000123" in url for url in visitor.seen)
    actions = AuditEntry.objects.values_list("action", flat=True)
    assert "accounts.person.verified" in actions
    assert "accounts.account.signed_in" in actions

    again = visit()
    again.sign_in("lan")
    assert Account.objects.count() == Person.objects.count() == 1
    assert "048190000123" in again.get("/tai-khoan/").text


@pytest.mark.program("node")
@pytest.mark.django_db(transaction=True)
def test_only_a_verified_person_is_linked_by_number(visit, provider):
    pretender = make_account("ke-gia@lienthong.example", person=make_person(identity_number="048190000123"))
    visit().sign_in("lan")
    assert Account.objects.count() == 2
    pretender.refresh_from_db()
    assert not pretender.person.is_verified
    real = Person.objects.get(verified_at__isnull=False)
    assert real != pretender.person


@pytest.mark.program("node")
@pytest.mark.django_db(transaction=True)
def test_a_verified_person_keeps_their_account(visit, provider):
    person = make_person(identity_number="048190000123", verified_at=NOW, verified_by="eid")
    account = make_account("lan-cu@lienthong.example", PASSWORD, person=person)
    visit().sign_in("lan")
    assert Account.objects.get() == account
    assert SocialAccount.objects.get().user == account
    person.refresh_from_db()
    assert person.birth_date == "1990-04-12"


@pytest.mark.program("node")
@pytest.mark.django_db(transaction=True)
def test_without_an_address_the_platform_asks_for_one(visit, provider):
    visitor = visit()
    page = visitor.sign_in("khong-thu")
    assert urlsplit(str(page.url)).path == "/dang-nhap/dinh-danh/hoan-tat/"
    visitor.submit(page, "", email="binh@lienthong.example")
    account = Account.objects.get(email="binh@lienthong.example")
    assert account.person.identity_number == "048085000456"


@pytest.mark.program("node")
@pytest.mark.django_db(transaction=True)
def test_an_incomplete_identity_is_refused_with_words(visit, provider):
    page = visit().sign_in("thieu-so")
    assert "không gửi đủ số định danh và họ tên" in page.text
    assert not Account.objects.exists()
