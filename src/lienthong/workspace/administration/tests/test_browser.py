"""The pages of administration in a real browser: accessible, inside the policy, no wider than the window."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from lienthong.accounts.models import Right
from lienthong.accounts.tests import factories
from lienthong.kernel.audit import SYSTEM
from lienthong.organisations.models import CalendarDay, WorkingHours
from lienthong.workflows import api as workflows
from lienthong.workspace.administration.tests.conftest import Keeper, make_keeper
from lienthong.workspace.administration.tests.test_procedures import make_draft
from tests.accessible import violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.program("chromium"),
    pytest.mark.django_db(transaction=True),
]
PAGES = (
    "calendar", "calendar_day_off", "calendar_hours", "calendar_rule", "calendar_simulate", "agencies", "areas",
    "officials", "absences", "absence_record", "delegations", "procedures", "procedure_start", "procedure_import",
    "processes", "process_upload", "forms", "form_upload", "operations", "stuck_events", "jobs", "failed_mails",
    "national", "imports", "import_upload", "installation", "audit",
)  # fmt: skip
PROCESSES = Path(settings.SEEDS) / "processes"


@pytest.fixture
def everything(transactional_db, now) -> Keeper:
    """One person with every right of administration, and something on every page."""
    factories.make_rights(
        "administrator", Right.ADMINISTER, Right.OPERATE, Right.PUBLISH, Right.ASSIGN, Right.SUPERVISE
    )
    agency = factories.make_agency("UBND thành phố Đà Nẵng")
    factories.make_agency("Sở Tư pháp", parent=agency)
    for weekday in range(5):
        WorkingHours.objects.create(weekday=weekday, opens=450, closes=690, valid_from=date(2020, 1, 1))
    for month, confidence in ((1, "high"), (9, "low")):
        CalendarDay.objects.create(
            date=date(timezone.localdate().year, month, 2),
            kind="off",
            name="Nghỉ lễ",
            legal_basis="Điều 112",
            confidence=confidence,
        )
    workflows.publish_definition(
        actor=SYSTEM,
        bpmn=(PROCESSES / "standard.bpmn").read_bytes(),
        dmn=[(PROCESSES / "return_mode.dmn").read_bytes()],
        now=now,
        valid_from=date(2020, 1, 1),
    )
    return make_keeper(agency, "administrator")


def open_pages(browser: Browser, live_server, keeper: Keeper, width: int):
    context = browser.new_context(viewport={"width": width, "height": 850}, base_url=live_server.url)
    context.add_cookies(
        [{"name": "sessionid", "value": keeper.client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return context


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_accessible_fits_and_breaks_no_policy(width, browser, live_server, everything):
    draft = make_draft()
    version = workflows.list_definitions()[0]
    addresses = [reverse(f"administration:{name}") for name in PAGES]
    addresses += [
        reverse("administration:agency", args=[everything.agency.uuid]),
        reverse("administration:official", args=[everything.official.uuid]),
        reverse("administration:process", args=[version.uuid]),
        reverse("administration:procedure", args=[draft.uuid]),
        reverse("administration:procedure_edit", args=[draft.uuid]),
    ]
    context = open_pages(browser, live_server, everything, width)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda note: complaints.append(note.text) if note.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    faults = {}
    for address in addresses:
        answer = page.goto(address)
        page.wait_for_load_state("networkidle")
        broken = violations(page)
        found = [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in broken]
        if answer.status != 200 or found or complaints:
            faults[address] = (answer.status, found, list(complaints))
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults[f"{address} is wider than {width}"] = page.evaluate("document.documentElement.scrollWidth")
        complaints.clear()
    context.close()
    assert faults == {}


def test_the_tree_opens_a_branch_and_a_wrong_process_is_marked(browser, live_server, everything):
    context = open_pages(browser, live_server, everything, 1280)
    page = context.new_page()
    page.goto(reverse("administration:agencies"))
    page.locator("summary", has_text="UBND thành phố Đà Nẵng").click()
    expect(page.get_by_role("link", name="Sở Tư pháp", exact=True)).to_be_visible()
    page.goto(reverse("administration:process_upload"))
    page.get_by_label(re.compile("Tệp BPMN")).set_input_files(PROCESSES / "standard.bpmn")
    page.get_by_label(re.compile("Áp dụng từ ngày")).fill("2026-12-01")
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.get_by_text("chưa công bố được")).to_be_visible()
    expect(page.locator("[data-process][data-drawn]")).to_be_visible()
    expect(page.locator('.is-wrong[data-element-id="decide_return"]')).to_have_count(1)
    context.close()
