"""What the API refuses, and how it says so."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from lienthong.accounts import api as accounts
from lienthong.accounts.tests.factories import sign_in
from lienthong.dossiers.models import Dossier
from lienthong.dossiers.tests.factories import make_citizen
from lienthong.kernel import clock
from lienthong.kernel.rest import PROBLEM_JSON
from lienthong.rest.tests.conftest import (
    ANSWERS,
    Caller,
    application,
    file_one,
    make_caller,
    make_official_caller,
)
from lienthong.rest.v1 import api

pytestmark = pytest.mark.django_db

ABSENT = "0190a1b2-0000-7000-8000-000000000009"


def operations():
    """List method, path and scope of every operation."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            yield method, path.removeprefix("/api/v1"), operation.get("x-scope")


GUARDED = [(method, path, scope) for method, path, scope in operations() if scope]


def ask(caller, method, path):
    path = path.format(uuid=ABSENT, code="1.000001", key="khong-co")
    return caller.get(path) if method == "get" else caller.post(path, {}, key="mot-khoa-bat-ky")


@pytest.mark.parametrize(("method", "path", "_scope"), GUARDED)
def test_without_a_good_token_nothing_is_told(nobody, method, path, _scope):
    for caller in (nobody, Caller("lt_deadbeef_khong-phai-khoa"), Caller("ư" * 10), Caller("x" * 5000)):
        answer = ask(caller, method, path)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="lienthong"')
        assert (answer["Content-Type"], answer.json()["code"]) == (PROBLEM_JSON, "kernel.not_authenticated")


def test_a_session_opens_no_operation_and_does_not_replace_the_token(world, procedure, lan, citizen):
    dossier = file_one(lan, world, procedure)
    browser = Client()
    sign_in(browser, accounts.find_account(account_id=citizen.account_id))
    assert browser.get("/api/v1/dossiers").status_code == 401
    other = make_caller(make_citizen("Trần Văn Bình", now=clock.now()))
    other.client.cookies = browser.cookies
    assert other.get(f"/dossiers/{dossier['id']}").status_code == 404


@pytest.mark.parametrize(("method", "path", "scope"), GUARDED)
def test_each_operation_asks_for_its_scope(citizen, method, path, scope):
    caller = make_caller(citizen, *(accounts.PERSON_SCOPES - {scope}))
    answer = ask(caller, method, path)
    assert (answer.status_code, answer.json()["code"]) == (403, "accounts.scope_missing")
    assert answer.json()["facts"] == {"scope": scope}


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_an_ended_token_is_no_token(citizen, end):
    now = clock.now()
    row, secret = accounts.issue_token(
        principal=citizen,
        name="Thử",
        scopes=["dossiers:read"],
        expires_at=now + timedelta(milliseconds=1 if end == "expired" else 60_000),
        now=now,
    )
    if end == "revoked":
        accounts.revoke_token(principal=citizen, uuid=str(row.uuid), now=now)
    assert Caller(secret).get("/dossiers").status_code == 401


def test_foreign_and_absent_look_the_same(world, procedure, lan, binh):
    dossier = file_one(lan, world, procedure)["id"]
    for path in ("", "/history", "/documents"):
        told = [binh.get(f"/dossiers/{uuid}{path}") for uuid in (dossier, ABSENT)]
        assert [(answer.status_code, answer.json()["code"]) for answer in told] == [(404, "dossiers.not_found")] * 2
        assert told[0].json()["detail"] == told[1].json()["detail"]
    reason = {"reason": "Không phải của tôi"}
    assert binh.post(f"/dossiers/{dossier}/withdraw", reason).status_code == 404
    assert binh.post(f"/dossiers/{dossier}/supplement", {"note": "x"}).status_code == 404
    task = make_official_caller(world, "receptionist").get("/tasks").json()["items"][0]["id"]
    stranger = make_official_caller(world, "receptionist", office="other_ward")
    assert stranger.get(f"/tasks/{task}").status_code == 404
    assert stranger.post(f"/tasks/{task}/claim").status_code == 404
    assert stranger.post(f"/tasks/{task}/complete", {"outcome": "accept"}).status_code == 404


WRONG_BODIES = [
    ({"procedure": 5}, "/procedure", "string_type"),
    ({"area": "Hải Châu"}, "/area", "uuid_parsing"),
    ({"answers": []}, "/answers", "dict_type"),
    ({"documents": "x"}, "/documents", "list_type"),
    ({"documents": [{"key": "proof", "file": "x"}]}, "/documents/0/file", "uuid_parsing"),
    ({"documents": [{"file": ABSENT}]}, "/documents/0/key", "missing"),
    ({"documents": [{"key": "proof", "file": ABSENT}] * 101}, "/documents", "too_long"),
    ({"return_method": "pigeon"}, "/return_method", "enum"),
    ({"return_address": "x" * 256}, "/return_address", "string_too_long"),
    ({"status": 9}, "/status", "extra_forbidden"),
    ({"procedure": "9.999999"}, "/procedure", None),
    ({"area": ABSENT}, "/area", None),
    ({"time_limit": "khong-co"}, "/time_limit", None),
    ({"return_method": "post"}, "/return_address", None),
    ({"answers": {}}, "/answers/subject_name", None),
    ({"answers": ANSWERS | {"copies": "hai"}}, "/answers/copies", None),
    ({"answers": ANSWERS | {"la": 1}}, "/answers/la", None),
    ({"documents": []}, "/documents", None),
    ({"documents": [{"key": "proof", "file": ABSENT}]}, "/documents/0/file", None),
    ({"documents": [{"key": "proof"}]}, "/documents/0/file", None),
    ({"documents": [{"key": "proof", "vault_document": "x"}]}, "/documents/0/vault_document", "uuid_parsing"),
    ({"documents": [{"key": "proof", "vault_document": ABSENT}]}, "/documents/0/vault_document", None),
    ({"documents": [{"key": "proof", "file": ABSENT, "vault_document": ABSENT}]}, "/documents/0/vault_document", None),
]


@pytest.mark.parametrize(("change", "pointer", "code"), WRONG_BODIES)
def test_a_wrong_application_is_refused_at_its_place(world, procedure, lan, change, pointer, code):
    file = lan.upload().json()["id"]
    answer = lan.post("/dossiers", application(world, procedure, file) | change, key=f"khoa-{uuid4()}")
    assert answer.status_code == 422, answer.content
    assert (answer["Content-Type"], answer.json()["status"]) == (PROBLEM_JSON, 422)
    told = {error["pointer"]: error for error in answer.json()["errors"]}
    assert pointer in told
    assert told[pointer]["detail"]
    if code:
        assert told[pointer]["code"] == code
    assert Dossier.objects.count() == 0


def test_somebody_elses_file_goes_with_no_dossier(world, procedure, lan, binh):
    file = binh.upload().json()["id"]
    answer = lan.post("/dossiers", application(world, procedure, file), key="tep-nguoi-khac")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/documents/0/file"]


@pytest.mark.parametrize("key", [None, "ngan", "x" * 201])
def test_filing_needs_a_key_against_repetition(world, procedure, lan, key):
    answer = lan.post("/dossiers", application(world, procedure, ABSENT), key=key)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "Idempotency-Key")


def test_one_key_of_two_people_files_two_dossiers(world, procedure, lan, binh):
    assert file_one(lan, world, procedure)["id"] != file_one(binh, world, procedure)["id"]


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"", "application/json", 422),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"answers": {"x": NaN}}', "application/json", 400),
        (b'{"procedure": "\\u0000"}', "application/json", 400),
        (b'{"procedure": "\\ud800"}', "application/json", 400),
        (b'{"procedure": "1", "procedure": "2"}', "application/json", 400),
        (b"[" * 50_000, "application/json", 400),
        (b"1" * 50_000, "application/json", 400),
        (b"null", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'{"answers": "' + b"x" * 3_000_000 + b'"}', "application/json", 413),
    ],
)
def test_unreadable_bodies(lan, content, content_type, status):
    answer = lan.client.post(
        "/api/v1/dossiers", content, content_type=content_type, headers={"Idempotency-Key": "khoa-thu-1"}
    )
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM_JSON)


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/dossiers?size=nhieu", "size"),
        ("/dossiers?size=101", "size"),
        ("/dossiers?status=11", "status"),
        ("/vault/documents?group=khac", "group"),
        ("/dossiers?group=khac", "group"),
        ("/dossiers?query=%00", "query"),
        ("/dossiers/khong-phai-uuid", "uuid"),
        ("/procedures?page=0", "page"),
        ("/procedures?level=moon", "level"),
        ("/procedures?on=30/02/2026", "on"),
        ("/procedures/1.001193/agencies", "area"),
        ("/tasks?scope=all", "scope"),
    ],
)
def test_wrong_parameters_are_named(lan, path, parameter):
    answer = lan.get(path)
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/dossiers?cursor=bịa", 422, "kernel.cursor_invalid"),
        ("/vault/documents?cursor=bịa", 422, "kernel.cursor_invalid"),
        ("/tasks?cursor=YWJj", 422, "workflows.cursor_invalid"),
        ("/procedures/9.999999", 404, "catalogue.procedure_not_found"),
        (f"/procedures?agency={ABSENT}", 404, "organisations.agency_not_found"),
        ("/procedures/1.001193?on=1900-01-01", 404, "catalogue.procedure_not_found"),
        ("/forms/khong-co", 404, "forms.form_not_found"),
        (f"/files/{ABSENT}", 404, "files.unknown"),
        (f"/tasks/{ABSENT}", 404, "workflows.task_not_found"),
        ("/areas?level=commune", 422, "kernel.invalid"),
        ("/khong-co-thao-tac", 404, "kernel.not_found"),
    ],
)
def test_unknown_things_have_stable_codes(lan, path, status, code):
    answer = lan.get(path)
    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (status, PROBLEM_JSON, code)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"MZ\x90\x00" + b"\x00" * 64, "virus.pdf", "files.upload"),
        (b"%PDF-1.7 hong", "hong.pdf", "files.upload"),
    ],
)
def test_wrong_files_are_refused(lan, content, name, code):
    answer = lan.upload(content, name)
    assert answer.status_code == 422
    assert answer.json()["code"].startswith(code)


def test_a_request_without_the_file_is_refused(lan):
    missing = lan.client.post("/api/v1/files", {})
    assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (422, "/file")
    cut = lan.client.generic("POST", "/api/v1/files", b"--x\r\nrubbish", content_type="multipart/form-data; boundary=x")
    assert cut.status_code in (400, 422)
    assert cut["Content-Type"] == PROBLEM_JSON


def test_a_stale_version_is_told(world, procedure, lan):
    dossier = file_one(lan, world, procedure)
    answer = lan.post(f"/dossiers/{dossier['id']}/withdraw", {"reason": "Nhầm", "version": dossier["version"] + 5})
    assert (answer.status_code, answer.json()["code"]) == (409, "dossiers.stale")


def test_an_unknown_outcome_and_a_missing_reason_are_told(world, procedure, lan):
    file_one(lan, world, procedure)
    desk = make_official_caller(world, "receptionist")
    task = desk.get("/tasks").json()["items"][0]["id"]
    for body, status in (({"outcome": "bay"}, 422), ({"outcome": "refuse"}, 422), ({}, 422)):
        assert desk.post(f"/tasks/{task}/complete", body).status_code == status


def test_officials_file_nothing_in_their_own_name(world, procedure):
    desk = make_official_caller(world, "receptionist")
    answer = desk.post("/dossiers", application(world, procedure, ABSENT), key="can-bo-nop-ho")
    assert (answer.status_code, answer.json()["code"]) == (403, "dossiers.not_allowed")


def test_messages_come_in_english_too(lan):
    answer = lan.client.get("/api/v1/dossiers/x", headers={"Accept-Language": "en"})
    assert answer.json()["code"] == "kernel.invalid"
    wrong_method = lan.client.delete("/api/v1/dossiers")
    assert wrong_method.status_code == 405
