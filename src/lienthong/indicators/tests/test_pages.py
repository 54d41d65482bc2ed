"""The pages: every figure leads to its list, nothing about people, the same statements for few and many."""

import csv
import io
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from lienthong.accounts.models import Account
from lienthong.accounts.tests.factories import make_account, sign_in
from lienthong.dossiers.api import DossierStatus
from lienthong.dossiers.models import Dossier
from lienthong.dossiers.tests.factories import make_citizen, make_dossier, make_procedure
from lienthong.indicators import measures
from lienthong.indicators.models import IndicatorDefinition
from lienthong.indicators.services import keeping
from lienthong.organisations.tests.factories import make_official

PUBLIC = ("public", "open_data", "open_data_catalogue", "find")
DESK = ("dashboard", "times", "forecast", "report", "rules")


@pytest.fixture
def town(world):
    """Keep the figures of a ward with one late, one open and one withdrawn dossier of this month."""
    call_command("indicators_seed", verbosity=0)
    now = timezone.now()
    version = make_procedure()
    made = [
        make_dossier(world, version=version, status=status, applicant=make_citizen())
        for status in (DossierStatus.PROCESSING, DossierStatus.PROCESSING, DossierStatus.WITHDRAWN)
    ]
    Dossier.objects.filter(pk__in=[row.pk for row in made]).update(
        submitted_at=now - timedelta(hours=2), received_at=now - timedelta(hours=1), due_at=now + timedelta(days=3)
    )
    Dossier.objects.filter(pk=made[0].pk).update(due_at=now - timedelta(minutes=10))
    keeping.keep_all()
    world.made = made
    return world


@pytest.fixture
def head(town):
    """Sign the head of the ward in."""
    client = Client()
    client.force_login(town.account("ward", "unit_head"))
    return client


def address(name: str, town=None, **query: str) -> str:
    if town is not None:
        query = {"co-quan": str(town.office("ward").uuid), **query}
    return f"{reverse(f'indicators:{name}')}?{urlencode(query)}"


@pytest.mark.parametrize("name", PUBLIC)
def test_anybody_reads_the_public_pages(client, town, name):
    assert client.get(reverse(f"indicators:{name}")).status_code == 200


@pytest.mark.parametrize("name", DESK)
def test_the_desk_is_for_officials(client, town, head, name):
    assert client.get(reverse(f"indicators:{name}")).status_code == 302
    client.force_login(make_account_of(make_citizen()))
    assert client.get(reverse(f"indicators:{name}")).status_code == 403
    assert head.get(reverse(f"indicators:{name}"), follow=True).status_code == 200


def make_account_of(principal):

    return Account.objects.get(pk=principal.account_id)


def test_each_figure_of_the_public_page_opens_as_many_dossiers(client, town):
    page = client.get(reverse("indicators:agency", args=[town.office("ward").uuid]))
    links = re.findall(r'href="(/chi-so/danh-sach/\?[^"]+)">([\d.]+)<', page.content.decode())
    assert len(links) >= 6
    for url, shown in links:
        behind = client.get(url.replace("&amp;", "&"))
        assert behind.context["count"] == int(shown.replace(".", "")), url
        assert len(behind.context["page"].items) == behind.context["count"]


def test_public_pages_name_codes_and_nobody(client, town):
    urls = [
        reverse("indicators:agency", args=[town.office("ward").uuid]),
        address("list", town, dem="open"),
        address("list_csv", town, dem="open"),
    ]
    for url in urls:
        answer = client.get(url)
        told = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        assert town.made[0].code in told
        assert "Nguyễn Thị Lan" not in told
        assert str(town.made[0].uuid) not in told


def test_an_official_opens_the_dossiers_of_their_agency_and_only_sees_codes_of_others(town, head):
    other = Client()
    other.force_login(town.account("other_ward", "unit_head"))
    link = reverse("workspace:dossier", args=[town.made[0].uuid])
    assert link in head.get(address("list", town, dem="open_late")).content.decode()
    told = other.get(address("list", town, dem="open_late")).content.decode()
    assert town.made[0].code in told
    assert link not in told


@pytest.mark.parametrize("query", ["", "dem=minutes", "dem=nothing", "dem=open&linh-vuc=x", "dem=open&ky=2026-13"])
def test_a_wrong_list_is_refused_before_a_file_begins(client, town, query):
    for name in ("list", "list_csv", "list_xlsx"):
        assert client.get(f"{reverse(f'indicators:{name}')}?{query}").status_code in (404, 422)


def test_the_list_leaves_as_csv_and_workbook(client, town):
    answer = client.get(address("list_csv", town, dem="received"))
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == {dossier.code for dossier in town.made}
    answer = client.get(address("list_xlsx", town, dem="received"))
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet.max_row == 1 + len(town.made)


def test_the_report_adds_up_and_each_cell_opens_its_list(town, head):
    for by in ("linh-vuc", "co-quan"):
        page = head.get(address("report", town, theo=by))
        total = dict(page.context["report"].total.cells)
        assert total["received_all"] == total["received_online"] + total["received_direct"] + total["carried"] == 3
        assert total["solved"] + total["open"] == total["received_all"]
        assert total["open_late"] == 1
        for line in (*page.context["lines"], {"cells": page.context["total"]}):
            for cell in line["cells"]:
                if cell["url"]:
                    assert head.get(cell["url"]).context["count"] == cell["value"]
    answer = head.get(address("report_xlsx", town, theo="co-quan"))
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet[sheet.max_row]][2:] == list(total.values())


def test_officers_are_compared_by_the_head_of_their_unit_alone(town, head):
    assert head.get(address("times", town)).context["officers"]
    clerk = Client()
    clerk.force_login(town.account("ward", "specialist"))
    assert clerk.get(address("times", town)).context["officers"] == ()
    other = Client()
    other.force_login(town.account("other_ward", "unit_head"))
    assert other.get(address("times", town)).context["officers"] == ()


def test_an_administrator_of_the_node_sets_a_maximum_and_the_past_keeps_its_own(town, head):
    url = reverse("indicators:rule", args=["2.1"])
    given = {"maximum": "25", "target": "", "valid_from": "2026-12-01", "legal_basis": "QĐ thử nghiệm"}
    assert head.post(url, given).status_code == 403
    official = make_official("Mai Xuân Trí", agency=town.office("city"), kind="administrator")
    keeper = Client()
    sign_in(keeper, make_account(official=official))
    assert keeper.post(url, {**given, "legal_basis": " "}).status_code == 422
    assert keeper.post(url, given).status_code == 302
    rows = IndicatorDefinition.objects.filter(code="2.1").order_by("valid_from")
    assert [(int(row.maximum), str(row.valid_to)) for row in rows] == [(20, "2026-12-01"), (25, "None")]


def test_what_nothing_sends_says_so_and_is_never_zero(client, town):
    told = client.get(reverse("indicators:agency", args=[town.office("ward").uuid])).context["card"]
    unsent = [line for group in told.groups for line in group.lines if line.definition.code in ("1.4", "4.4", "5.2")]
    assert [line.points for line in unsent] == [None, None, None]
    assert told.sum.possible < told.sum.maximum


@pytest.mark.parametrize(
    ("name", "query"),
    [("dashboard", {}), ("report", {}), ("forecast", {}), ("times", {}), ("list", {"dem": "open"}), ("public", {})],
)
def test_pages_cost_the_same_for_few_and_many(town, head, name, query):
    url = address(name, town, **query)
    head.get(url)
    few = statements(head, url)
    for _number in range(4):
        make_dossier(town, version=make_procedure(), status=DossierStatus.PROCESSING, applicant=make_citizen())
    keeping.keep_all()
    assert statements(head, url) == few


def statements(client: Client, url: str) -> int:

    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_every_measure_has_its_own_name():
    labels = [str(measure.label) for measure in measures.MEASURES.values()]
    assert len(set(labels)) == len(labels)
