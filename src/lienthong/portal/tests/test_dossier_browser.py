"""Every page of a filed dossier in a real browser, at both widths, with axe."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser

from lienthong.accounts.models import Account
from lienthong.dossiers.api import DossierStatus
from lienthong.dossiers.tests.factories import make_citizen, make_dossier
from tests.accessible import violations

pytestmark = [pytest.mark.browser, pytest.mark.program("chromium")]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.django_db(transaction=True)
def test_pages_of_a_dossier_are_accessible(world, live_server, browser: Browser, width: int) -> None:
    citizen = make_citizen()
    dossier = make_dossier(world, status=DossierStatus.SUPPLEMENT, applicant=citizen)
    client = Client()
    client.force_login(Account.objects.get(pk=citizen.account_id))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="vi-VN")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    base = f"/ho-so/{dossier.uuid}/"
    for path in ("/", "/ho-so/", base, f"{base}bo-sung/", f"{base}rut/", f"/tra-cuu/?code={dossier.code}",
                 "/kiem-tra/", "/thong-bao/", "/thong-bao/tuy-chon/"):  # fmt: skip
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        found = [(one["id"], one["nodes"][0]["target"]) for one in violations(page)]
        assert not found, f"{path}: {found}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert not problems, f"{path}: {problems}"
    context.close()
