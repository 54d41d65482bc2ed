"""A security key in a real browser: added with a virtual authenticator, then asked for at the next sign-in."""

import os

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, sync_playwright

from lienthong.accounts.tests.factories import PASSWORD, make_account, make_person
from lienthong.accounts.tests.test_session_browser import FLAGS
from lienthong.ui import build
from tests.accessible import violations

pytestmark = [pytest.mark.browser, pytest.mark.program("chromium"), pytest.mark.django_db(transaction=True)]
EMAIL = "lan@lienthong.example"


@pytest.fixture(scope="module")
def browser(chromium):
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    build.build()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/dang-nhap/")
    page.fill("input[name=login]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_load_state()


def client_is_signed_in(page: Page, address: str) -> bool:
    return page.request.get(f"{address}/tai-khoan/", max_redirects=0).status == 200


@pytest.mark.parametrize("width", [1280, 390])
def test_a_security_key_is_added_and_asked_for(browser, live_server, width):
    account = make_account(EMAIL, PASSWORD, person=make_person())
    EmailAddress.objects.create(user=account, email=EMAIL, verified=True, primary=True)
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="vi-VN")
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "usb",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/tai-khoan/hai-lop/khoa/them/")
    assert not violations(page)
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/them/" not in url)
    assert Authenticator.objects.filter(user=account, type=Authenticator.Type.WEBAUTHN).count() == 1

    context.clear_cookies()
    sign_in(page, live_server.url)
    assert not client_is_signed_in(page, live_server.url), "the password alone no longer signs in"
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_url(f"{live_server.url}/")
    assert client_is_signed_in(page, live_server.url)
    assert not [error for error in errors if "Content Security Policy" in error]
    context.close()
