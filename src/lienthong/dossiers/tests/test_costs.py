"""What the main acts cost in statements, with one row and with ten; savepoints are not counted.

Basis: the targets of ``docs/benchmarks.md``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lienthong.accounts import api as accounts
from lienthong.dossiers import api
from lienthong.dossiers.api import DocumentInput, DossierFilter, DossierStatus
from lienthong.dossiers.tests.factories import (
    NOW,
    World,
    do,
    make_application,
    make_citizen,
    make_dossier,
    make_procedure,
    open_task,
    settle_reference,
    upload,
)
from lienthong.kernel import clock


@contextmanager
def at_most(statements: int) -> Iterator[None]:
    """Let a block send so many statements."""
    with CaptureQueriesContext(connection) as captured:
        yield
    sent = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"][:20]]
    assert len(sent) <= statements, "\n".join(sql[:160] for sql in sent)


@pytest.mark.parametrize("papers", [1, 10])
def test_filing_costs_fifteen_statements_whatever_the_number_of_papers(world: World, papers: int) -> None:
    citizen = make_citizen()
    version = make_procedure("standard")

    def submit() -> None:
        documents = [DocumentInput(key="other", file_uuid=uuid) for uuid in uuids]
        api.submit(principal=citizen, application=make_application(world, version, documents=documents), now=NOW)

    uuids = [upload(citizen, pages=number) for number in range(1, papers + 1)]
    settle_reference()
    submit()
    with at_most(15):
        submit()


@pytest.mark.parametrize("others", [1, 10])
def test_a_step_costs_twelve_statements_whatever_else_is_open(world: World, others: int) -> None:
    version = make_procedure("standard")
    dossiers = [make_dossier(world, version=version, status=DossierStatus.PROCESSING) for _other in range(others)]
    task = open_task(dossiers[-1])
    specialist = world.official(task.agency_id, "specialist")
    settle_reference()
    with at_most(12):
        api.act(
            principal=specialist,
            task_uuid=task.uuid,
            outcome="pass",
            note="",
            data={},
            task_version=task.version,
            now=NOW,
        )


def test_receiving_with_its_due_date_costs_twelve_statements(world: World) -> None:
    version = make_procedure("standard")
    first, second = (make_dossier(world, version=version) for _number in range(2))
    settle_reference()
    do(world, first, "check", "accept")
    task = open_task(second)
    receptionist = world.official(task.agency_id, "receptionist")
    with at_most(12):
        api.act(
            principal=receptionist,
            task_uuid=task.uuid,
            outcome="accept",
            note="",
            data={},
            task_version=task.version,
            now=NOW,
        )


@pytest.mark.parametrize("rows", [1, 10])
def test_a_list_costs_one_statement_and_six_with_its_token(world: World, client: Client, rows: int) -> None:
    version = make_procedure("standard")
    for _row in range(rows):
        make_dossier(world, version=version)
    official = world.official("ward", "receptionist")
    with at_most(1):
        page = api.list_dossiers(principal=official, wanted=DossierFilter(), cursor=None, size=100, now=NOW)
    assert len(page.items) == rows
    headers = bearer(world)
    client.get("/api/v1/dossiers?size=100", headers=headers)
    with at_most(6):  # four of them work out the official's rights anew, because this test's transaction wrote them
        answer = client.get("/api/v1/dossiers?size=100", headers=headers)
    assert len(answer.json()["items"]) == rows


@pytest.mark.parametrize("papers", [1, 10])
def test_a_dossier_costs_eight_statements_whatever_its_size(world: World, client: Client, papers: int) -> None:
    citizen = make_citizen()
    documents = [DocumentInput(key="other", file_uuid=upload(citizen, pages=number + 1)) for number in range(papers)]
    dossier = make_dossier(world, applicant=citizen, documents=documents, status=DossierStatus.PROCESSING)
    official = world.official("ward", "specialist")
    settle_reference()
    api.get_dossier_for(principal=official, uuid=dossier.uuid)
    with at_most(8):
        found = api.get_dossier_for(principal=official, uuid=dossier.uuid)
        desk = api.load_desk(dossier=found, public_only=False)
    assert len(desk.documents) == papers
    headers = bearer(world)
    client.get(f"/api/v1/dossiers/{dossier.uuid}", headers=headers)
    with at_most(8):
        answer = client.get(f"/api/v1/dossiers/{dossier.uuid}", headers=headers)
    assert answer.json()["code"] == dossier.code


def bearer(world: World) -> dict[str, str]:
    """Give the header of a token of the ward's receptionist, used once already."""
    now = clock.now()
    _row, secret = accounts.issue_token(
        principal=world.official("ward", "receptionist"),
        name="test",
        scopes=["dossiers:read"],
        expires_at=now + timedelta(hours=1),
        now=now,
    )
    return {"Authorization": f"Bearer {secret}"}
