"""How many statements each kind of request takes.

Counted are all statements of the request, from the token to the last row, except those that only bound
transactions (BEGIN, SAVEPOINT, RELEASE, ROLLBACK TO). The token's time of use is written at most once a
minute, so a first request takes one statement more.
"""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lienthong.dossiers.tests.factories import make_dossier, settle_reference
from lienthong.kernel import clock
from lienthong.rest.tests.conftest import application, file_one, make_official_caller

pytestmark = pytest.mark.django_db

_BOUNDS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


def statements(request) -> int:
    with CaptureQueriesContext(connection) as caught:
        answer = request()
    assert answer.status_code < 300, answer.content
    return len([one for one in caught if not one["sql"].startswith(_BOUNDS)])


def test_lists_take_as_many_statements_for_ten_rows_as_for_one(world, procedure, citizen, lan):
    file_one(lan, world, procedure)
    desk = make_official_caller(world, "receptionist")
    calls = [(caller, path) for caller in (lan, desk) for path in ("/dossiers", "/tasks")]
    one = [statements(lambda: caller.get(path)) for caller, path in calls]  # noqa: B023 - called at once
    for _dossier in range(9):
        make_dossier(world, applicant=citizen, version=procedure_without_form(procedure), now=clock.now())
    ten = [statements(lambda: caller.get(path)) for caller, path in calls]  # noqa: B023 - called at once
    assert len(desk.get("/dossiers").json()["items"]) == 10
    assert one == ten
    assert max(ten) <= 6


def procedure_without_form(procedure):
    """Give the procedure with nothing to hand in, so that services file it plainly."""
    procedure.required_documents.update(requirement="optional")
    return procedure


def test_a_restricted_officer_lists_in_few_statements(world, procedure, lan):
    file_one(lan, world, procedure)
    desk = make_official_caller(world, "receptionist")
    desk.get("/dossiers")
    assert statements(lambda: desk.get("/dossiers")) == 2


def test_a_dossier_is_read_in_eight(world, procedure, lan):
    dossier = file_one(lan, world, procedure)["id"]
    desk = make_official_caller(world, "receptionist")
    settle_reference()
    for caller in (lan, desk):
        caller.get(f"/dossiers/{dossier}")
        for path in ("", "/history", "/documents"):
            assert statements(lambda: caller.get(f"/dossiers/{dossier}{path}")) <= 8  # noqa: B023 - called at once


# What filing (with one paper) and a step take with reference data at hand and the official's rights to work out.
CREATE, STEP = 15, 16


def test_acts_take_no_more_than_measured(world, procedure, lan):
    settle_reference()
    file_one(lan, world, procedure, "lan-nop-de-lam-quen")
    body = json.dumps(application(world, procedure, lan.upload().json()["id"]))
    assert statements(lambda: lan.post("/dossiers", body, key="lan-nop-de-do")) <= CREATE
    desk = make_official_caller(world, "receptionist")
    task = desk.get("/tasks").json()["items"][-1]["id"]
    assert statements(lambda: desk.post(f"/tasks/{task}/complete", {"outcome": "accept"})) <= STEP
