"""The standard process, walked to each of its ends, and what goes wrong on the way."""

import pytest

from lienthong.dossiers import api
from lienthong.dossiers.api import Dossier, DossierStatus, ReturnMethod, SubmissionInvalidError
from lienthong.dossiers.tests.factories import (
    NOW,
    REASON,
    World,
    do,
    make_application,
    make_citizen,
    make_dossier,
    make_procedure,
    open_task,
)
from lienthong.dossiers.tests.walking import LATER, TO_RESULT, department, finished, kinds, walk
from lienthong.kernel.errors import InvalidError, NotFoundError

S = DossierStatus


def test_standard_at_a_commune_goes_straight_to_the_specialist_and_the_leader(world: World) -> None:
    dossier = walk(world, make_dossier(world), "check:accept", "verify:pass", *TO_RESULT, "hand_over:returned")
    assert (dossier.status, finished(dossier)) == (S.RETURNED, True)
    assert kinds(dossier) == ["submitted", "received", "processing", "signed", "issued", "done", "returned"]
    assert dossier.done_at is not None
    assert dossier.returned_at is not None


def test_standard_at_a_department_is_assigned_and_reviewed(world: World) -> None:
    dossier = make_dossier(world, version=department())
    assert dossier.competent_agency_id == dossier.receiving_agency_id == world.office("construction").pk
    done = walk(
        world, dossier, "check:accept", "assign:assigned", "verify:pass", "review:approve", *TO_RESULT,
        "hand_over:returned",
    )  # fmt: skip
    assert done.status == S.RETURNED


def test_an_electronic_result_is_returned_at_once(world: World) -> None:
    dossier = make_dossier(world, return_method=ReturnMethod.ELECTRONIC)
    done = walk(world, dossier, "check:accept", "verify:pass", *TO_RESULT)
    assert (done.status, finished(done)) == (S.RETURNED, True)
    assert "bản điện tử" in api.history_of(dossier=done, public_only=True)[-1].title


def test_supplement_at_reception_then_accepted(world: World) -> None:
    applicant = make_citizen()
    dossier = make_dossier(world, applicant=applicant)
    asked = walk(world, dossier, "check:supplement")
    assert (asked.status, asked.received_at) == (S.SUPPLEMENT, None)
    given = api.supplement(
        principal=applicant, dossier=asked, documents=(), answers=None, note="Xin bổ sung", version=None, now=LATER
    )
    assert (given.status, open_task(given).element_id) == (S.SUPPLEMENT, "check")
    taken = walk(world, given, "check:accept", now=LATER)
    assert (taken.status, taken.received_at) == (S.PROCESSING, LATER)
    assert taken.due_at is not None


def test_supplement_at_reception_then_refused(world: World) -> None:
    applicant = make_citizen()
    asked = walk(world, make_dossier(world, applicant=applicant), "check:supplement")
    given = api.supplement(
        principal=applicant, dossier=asked, documents=(), answers=None, note="Không có", version=None, now=LATER
    )
    assert walk(world, given, "check:refuse").status == S.NOT_RECEIVED


def test_refused_at_reception(world: World) -> None:
    dossier = walk(world, make_dossier(world), "check:refuse")
    assert (dossier.status, dossier.received_at, finished(dossier)) == (S.NOT_RECEIVED, None, True)
    last = api.history_of(dossier=dossier, public_only=True)[-1]
    assert (last.kind, last.note) == ("not_received", REASON)


def test_rejected_after_verification(world: World) -> None:
    dossier = walk(world, make_dossier(world), "check:accept", "verify:reject")
    assert (dossier.status, finished(dossier)) == (S.RETURNED, True)
    last = api.history_of(dossier=dossier, public_only=True)[-1]
    assert (last.kind, last.note) == ("refused", REASON)
    assert api.result_of(dossier=dossier) is None


def test_stopped_and_resumed(world: World) -> None:
    stopped = walk(world, make_dossier(world), "check:accept", "verify:stop")
    assert (stopped.status, stopped.is_paused) == (S.STOPPED, True)
    leader = world.official("ward", "leader")
    with pytest.raises(SubmissionInvalidError):
        api.resume(principal=leader, dossier=stopped, reason=" ", version=None, now=LATER)
    going = api.resume(principal=leader, dossier=stopped, reason="Đã rõ", version=None, now=LATER)
    assert (going.status, open_task(going).element_id) == (S.PROCESSING, "verify")
    assert kinds(going)[-1] == "resumed"


def test_a_leader_sends_work_back(world: World) -> None:
    back = walk(world, make_dossier(world), "check:accept", "verify:pass", "sign:return")
    assert open_task(back).element_id == "verify"
    entry = api.history_of(dossier=back, public_only=False)[-1]
    assert (entry.note, entry.is_public) == (REASON, False)
    assert walk(world, back, "verify:pass", *TO_RESULT).status == S.DONE


def test_a_missing_partner_is_named_when_filing(world: World) -> None:
    version = make_procedure("newborn_bundle")
    applicant = make_citizen()
    application = make_application(world, version, area=world.other_ward)
    with pytest.raises(InvalidError):
        api.submit(principal=applicant, application=application, now=NOW)
    assert not Dossier.objects.exists()


def test_an_area_without_a_competent_agency(world: World) -> None:
    version = make_procedure(office="Ban quản lý")
    with pytest.raises(api.NotCompetentError) as refused:
        api.submit(principal=make_citizen(), application=make_application(world, version), now=NOW)
    assert "area" in refused.value.field_errors


def test_an_official_elsewhere_does_not_know_the_task(world: World) -> None:
    dossier = make_dossier(world)
    with pytest.raises(NotFoundError):
        do(world, dossier, "check", "accept", by=world.official("other_ward", "receptionist"))


def test_a_specialist_does_not_receive(world: World) -> None:
    dossier = make_dossier(world)
    with pytest.raises(NotFoundError):
        do(world, dossier, "check", "accept", by=world.official("ward", "specialist"))


def test_hand_over_to_a_colleague(world: World) -> None:
    dossier = walk(world, make_dossier(world), "check:accept")
    task = open_task(dossier)
    colleague = world.account("ward", "deputy")
    moved = api.reassign(
        principal=world.official("ward", "unit_head"),
        task_uuid=task.uuid,
        to_account_id=colleague.pk,
        reason="Anh Phong nghỉ phép",
        now=NOW,
    )
    assert open_task(moved).assignee_id == colleague.pk
    entry = api.history_of(dossier=moved, public_only=False)[-1]
    assert (entry.kind, entry.is_public, entry.note) == ("handed_over", False, "Anh Phong nghỉ phép")
    with pytest.raises(InvalidError):
        api.reassign(
            principal=world.official("ward", "unit_head"), task_uuid=task.uuid, to_account_id=colleague.pk,
            reason=" ", now=NOW,
        )  # fmt: skip
    with pytest.raises(InvalidError):
        api.reassign(
            principal=world.official("ward", "unit_head"),
            task_uuid=task.uuid,
            to_account_id=world.account("ward", "clerk").pk,
            reason="Nhầm",
            now=NOW,
        )
