"""Every operation as a program uses it."""

from dataclasses import replace

import pytest

from lienthong.accounts.api import Grant, Right
from lienthong.dossiers.models import Dossier, DossierStatus
from lienthong.dossiers.tests.factories import do, make_dossier
from lienthong.kernel import clock
from lienthong.rest.tests.conftest import (
    ANSWERS,
    application,
    file_one,
    make_caller,
    make_official_caller,
)

pytestmark = pytest.mark.django_db


def test_finding_what_to_file(world, procedure, lan):
    found = lan.get("/procedures", query="xac nhan cu tru").json()
    assert [item["code"] for item in found["items"]] == [procedure.code]
    told = lan.get(f"/procedures/{procedure.code}").json()
    assert told["form"] == "residence"
    assert [(paper["key"], paper["requirement"]) for paper in told["documents"]] == [("proof", "required")]
    assert told["time_limits"][0]["amount"] == 5
    provinces = lan.get("/areas").json()["items"]
    assert [area["name"] for area in provinces] == ["Thành phố Đà Nẵng"]
    communes = lan.get("/areas", level="commune", parent=provinces[0]["id"], query="hai chau").json()["items"]
    assert [area["id"] for area in communes] == [str(world.ward.uuid)]
    agencies = lan.get(f"/procedures/{procedure.code}/agencies", area=communes[0]["id"]).json()
    assert agencies["competent"]["name"] == "Ủy ban nhân dân phường Hải Châu"


def test_forms_are_json_schema_and_check_answers(procedure, lan):
    assert [form["key"] for form in lan.get("/forms").json()["items"]] == ["residence"]
    schema = lan.get("/forms/residence").json()["answers_schema"]
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["required"] == ["subject_name", "reason"]
    good = lan.post("/forms/residence/validate", {"answers": ANSWERS})
    assert (good.status_code, good.json()["answers"]) == (200, ANSWERS)
    bad = lan.post("/forms/residence/validate", {"answers": {"reason": "x", "copies": "hai"}})
    assert bad.status_code == 422
    assert {error["pointer"] for error in bad.json()["errors"]} == {
        "/answers/subject_name",
        "/answers/reason",
        "/answers/copies",
    }


def test_files_are_kept_described_and_fetched(lan, binh):
    sent = lan.upload()
    assert sent.status_code == 201
    told = sent.json()
    assert (told["pages"], told["media_type"], told["scan_state"]) == (1, "application/pdf", "not_scanned")
    assert len(told["sha256"]) == 64
    assert lan.get(f"/files/{told['id']}").json() == told
    content = lan.get(f"/files/{told['id']}/content")
    assert len(content.getvalue()) == told["size"]
    assert content["Content-Disposition"].startswith("attachment")
    assert binh.get(f"/files/{told['id']}").status_code == 404
    assert binh.get(f"/files/{told['id']}/content").status_code == 404


def test_a_dossier_is_filed_once_and_followed(world, procedure, lan):
    file = lan.upload().json()["id"]
    body = application(world, procedure, file)
    filed = lan.post("/dossiers", body, key="lan-nop-2026-11-22")
    assert filed.status_code == 201
    told = filed.json()
    assert filed["Location"] == f"/api/v1/dossiers/{told['id']}"
    again = lan.post("/dossiers", body, key="lan-nop-2026-11-22")
    assert (again.status_code, again.json()["id"]) == (200, told["id"])
    other = lan.post("/dossiers", body | {"answers": ANSWERS | {"copies": 3}}, key="lan-nop-2026-11-22")
    assert (other.status_code, other.json()["code"]) == (409, "kernel.idempotency_key_reused")
    assert Dossier.objects.count() == 1

    listed = lan.get("/dossiers").json()
    assert [line["code"] for line in listed["items"]] == [told["code"]]
    whole = lan.get(f"/dossiers/{told['id']}").json()
    assert (whole["answers"], whole["status"], whole["subject"]) == (ANSWERS, 1, "Nguyễn An")
    assert whole["receiving_agency"] == "Ủy ban nhân dân phường Hải Châu"
    history = lan.get(f"/dossiers/{told['id']}/history").json()["items"]
    assert [line["kind"] for line in history] == ["submitted"]
    papers = lan.get(f"/dossiers/{told['id']}/documents").json()
    assert [(paper["key"], paper["file"]["id"]) for paper in papers["documents"]] == [("proof", file)]


def test_lists_go_on_by_cursor_in_both_directions(world, procedure, lan):
    codes = [file_one(lan, world, procedure, f"lan-nop-lan-thu-{number}")["code"] for number in range(3)]
    first = lan.get("/dossiers", size=2).json()
    second = lan.get("/dossiers", size=2, cursor=first["next"]).json()
    back = lan.get("/dossiers", size=2, cursor=second["previous"]).json()
    newest_first = list(reversed(codes))
    assert [line["code"] for line in first["items"] + second["items"]] == newest_first
    assert [line["code"] for line in back["items"]] == newest_first[:2]
    assert second["next"] is None
    assert lan.get("/dossiers", query=codes[0]).json()["items"][0]["code"] == codes[0]
    assert lan.get("/dossiers", group="closed").json()["items"] == []


def test_officials_work_and_applicants_supplement(world, procedure, lan):
    dossier = file_one(lan, world, procedure)
    desk, specialist = make_official_caller(world, "receptionist"), make_official_caller(world, "specialist")
    task = desk.get("/tasks").json()["items"][0]
    assert task["dossier"] == dossier["id"]
    whole = desk.get(f"/tasks/{task['id']}").json()
    assert "accept" in [outcome["key"] for outcome in whole["outcomes"]]
    claimed = desk.post(f"/tasks/{task['id']}/claim").json()
    assert (claimed["state"], claimed["version"]) == ("CLAIMED", task["version"] + 1)

    stale = desk.post(f"/tasks/{task['id']}/complete", {"outcome": "accept", "version": task["version"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "workflows.task_taken")
    end = {"outcome": "accept", "version": claimed["version"]}
    done = desk.post(f"/tasks/{task['id']}/complete", end, key="nhan-ho-so-1")
    assert (done.status_code, done.json()["status"]) == (200, DossierStatus.PROCESSING)
    assert done.json()["due_at"] is not None
    repeated = desk.post(f"/tasks/{task['id']}/complete", end, key="nhan-ho-so-1")
    assert (repeated.status_code, repeated.json()) == (200, done.json())
    assert desk.post(f"/tasks/{task['id']}/complete", end).status_code == 409

    verify = specialist.get("/tasks").json()["items"][0]
    ask = {"outcome": "supplement", "note": "Thiếu trang hai."}
    assert specialist.post(f"/tasks/{verify['id']}/complete", ask).status_code == 200
    asked = lan.get(f"/dossiers/{dossier['id']}").json()
    assert asked["supplement"]["reason"] == "Thiếu trang hai."
    file = lan.upload().json()["id"]
    papers = {"documents": [{"key": "proof", "file": file}], "version": asked["version"]}
    supplemented = lan.post(f"/dossiers/{dossier['id']}/supplement", papers, key="bo-sung-lan-1")
    assert (supplemented.status_code, supplemented.json()["status"]) == (200, DossierStatus.PROCESSING)
    assert lan.post(f"/dossiers/{dossier['id']}/supplement", papers, key="bo-sung-lan-1").status_code == 200
    assert lan.post(f"/dossiers/{dossier['id']}/supplement", papers).status_code == 409


def test_a_dossier_is_withdrawn_with_a_reason(world, procedure, lan):
    dossier = file_one(lan, world, procedure)
    gone = lan.post(f"/dossiers/{dossier['id']}/withdraw", {"reason": "Nộp nhầm"})
    assert (gone.status_code, gone.json()["status"]) == (200, DossierStatus.WITHDRAWN)
    again = lan.post(f"/dossiers/{dossier['id']}/withdraw", {"reason": "Nộp nhầm"})
    assert (again.status_code, again.json()["code"]) == (409, "dossiers.wrong_status")


def test_the_issued_result_is_fetched_by_its_applicant_only(world, citizen, lan, binh):
    now = clock.now()
    dossier = make_dossier(world, status=DossierStatus.PROCESSING, applicant=citizen, now=now)
    for element, outcome in (("verify", "pass"), ("sign", "sign")):
        do(world, dossier, element, outcome, now=now)
    assert lan.get(f"/dossiers/{dossier.uuid}").json()["result"] is None
    do(world, dossier, "issue", "issue", now=now)
    result = lan.get(f"/dossiers/{dossier.uuid}").json()["result"]
    assert result["number"]
    assert lan.client.get(result["url"]).getvalue().startswith(b"%PDF")
    assert binh.client.get(result["url"]).status_code == 404


def test_anybody_tracks_by_code_until_too_often(world, procedure, lan, nobody):
    code = file_one(lan, world, procedure)["code"]
    told = nobody.get(f"/tracking/{code.lower()}").json()
    assert (told["code"], told["status"]) == (code, 1)
    assert "Nguyễn" not in str(told)
    for _time in range(29):
        assert nobody.get("/tracking/khong-co").status_code == 404
    limited = nobody.get(f"/tracking/{code}")
    assert (limited.status_code, limited.json()["code"]) == (429, "kernel.too_many")
    assert 1 <= int(limited["Retry-After"]) <= 60


def test_an_agency_reads_what_its_rights_reach_and_acts_through_people(world, procedure, lan):
    dossier = file_one(lan, world, procedure)
    ward, leader = world.office("ward"), world.official("ward", "leader", now=clock.now())
    administrator = replace(leader, grants=(Grant(Right.ADMINISTER, ward.pk, "position"),))
    program = make_caller(administrator, "receive", agency_id=ward.pk)
    assert [line["id"] for line in program.get("/dossiers").json()["items"]] == [dossier["id"]]
    assert program.get(f"/dossiers/{dossier['id']}").status_code == 200
    task = program.get("/tasks").json()["items"][0]
    assert program.get(f"/tasks/{task['id']}").status_code == 200
    refused = program.post(f"/tasks/{task['id']}/complete", {"outcome": "accept"})
    assert (refused.status_code, refused.json()["code"]) == (403, "accounts.scope_missing")
