"""The other processes of the seeds, walked by the officials whose posts carry the rights, to each of their ends."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from lienthong.accounts.api import SYSTEM_PRINCIPAL as SYSTEM
from lienthong.dossiers import api
from lienthong.dossiers.api import Channel, Dossier, DossierStatus, SubmissionInvalidError
from lienthong.dossiers.services import timers
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
    pay,
)
from lienthong.dossiers.tests.walking import LATER, TO_RESULT, department, finished, kinds, walk
from lienthong.kernel import events
from lienthong.kernel.models import OutboxEvent
from lienthong.payments import api as payments
from lienthong.workflows import api as workflows
from lienthong.workflows.events import ProcessAdvanced

S = DossierStatus


def test_instant_certification_at_the_counter(world: World) -> None:
    version = make_procedure("instant_certification", limit=(0, "immediate"))
    clerk = world.official("ward", "receptionist")
    person = make_citizen().person_id
    assert person is not None
    dossier = api.register_at_counter(
        principal=clerk,
        application=make_application(world, version),
        applicant_id=person,
        counter_agency_id=world.office("ward").pk,
        now=NOW,
    )
    assert (dossier.channel, kinds(dossier)) == (Channel.COUNTER, ["submitted"])
    done = walk(world, dossier, "check:accept", *TO_RESULT, "hand_over:returned")
    assert done.status == S.RETURNED
    refused = api.register_at_counter(
        principal=clerk,
        application=make_application(world, version),
        applicant_id=person,
        counter_agency_id=world.office("ward").pk,
        now=NOW,
    )
    assert walk(world, refused, "check:refuse").status == S.NOT_RECEIVED


def birth(world: World, applicant: Any) -> Dossier:
    dossier = make_dossier(world, applicant=applicant, version=make_procedure("commune_birth_registration"))
    return walk(world, dossier, "check:accept", "verify:pass")


def test_birth_registration_draft_confirmed_by_the_applicant(world: World) -> None:
    applicant = make_citizen()
    dossier = birth(world, applicant)
    assert open_task(dossier).element_id == "confirm_draft"
    assert "Đã gửi bản dự thảo" in api.history_of(dossier=dossier, public_only=True)[-1].title
    going = api.confirm(principal=applicant, dossier=dossier, accepted=True, note="", version=None, now=NOW)
    assert open_task(going).element_id == "sign"
    assert walk(world, going, *TO_RESULT, "hand_over:returned").status == S.RETURNED


def test_birth_registration_draft_corrected_by_the_applicant(world: World) -> None:
    applicant = make_citizen()
    dossier = birth(world, applicant)
    with pytest.raises(SubmissionInvalidError):
        api.confirm(principal=applicant, dossier=dossier, accepted=False, note=" ", version=None, now=NOW)
    back = api.confirm(principal=applicant, dossier=dossier, accepted=False, note="Sai tên đệm", version=None, now=NOW)
    assert open_task(back).element_id == "verify"
    again = walk(world, back, "verify:pass")
    assert open_task(again).element_id == "confirm_draft"
    by_officer = walk(world, again, "confirm_draft:confirmed")
    assert open_task(by_officer).element_id == "sign"


def test_birth_registration_draft_by_time(world: World) -> None:
    dossier = birth(world, make_citizen())
    assert workflows.fire_due_timers(now=NOW + timedelta(days=1, minutes=1)) == 1
    stored = OutboxEvent.objects.get(name=ProcessAdvanced.name)
    event = events.load(stored)
    assert isinstance(event, ProcessAdvanced)
    timers.follow(event=event, now=NOW + timedelta(days=1, minutes=2))
    dossier.refresh_from_db()
    assert (dossier.status, open_task(dossier).element_id) == (S.PROCESSING, "sign")


def test_a_timer_after_the_end_changes_nothing(world: World) -> None:
    applicant = make_citizen()
    dossier = birth(world, applicant)
    workflows.fire_due_timers(now=NOW + timedelta(days=1, minutes=1))
    event = events.load(OutboxEvent.objects.get(name=ProcessAdvanced.name))
    assert isinstance(event, ProcessAdvanced)
    gone = api.withdraw(principal=applicant, dossier=dossier, reason="Thôi", version=None, now=LATER)
    timers.follow(event=event, now=LATER)
    dossier.refresh_from_db()
    assert (dossier.status, dossier.version, dossier.stage) == (S.WITHDRAWN, gone.version, "")


def test_a_reminder_is_told_to_officials_only(world: World) -> None:
    dossier = walk(world, make_dossier(world), "check:accept")
    assert workflows.fire_due_timers(now=NOW + timedelta(days=2, minutes=1)) == 1
    event = events.load(OutboxEvent.objects.get(name=ProcessAdvanced.name))
    assert isinstance(event, ProcessAdvanced)
    timers.follow(event=event, now=LATER)
    assert kinds(dossier, public_only=False)[-1] == "reminded"
    assert "reminded" not in kinds(dossier)
    dossier.refresh_from_db()
    assert (dossier.status, dossier.stage) == (S.PROCESSING, "processing")


def test_commune_receives_province_decides_and_sends_back(world: World) -> None:
    version = department(process_key="commune_to_province")
    dossier = make_dossier(world, version=version)
    assert dossier.receiving_agency_id == world.office("ward").pk
    assert dossier.competent_agency_id == world.office("construction").pk
    forwarded = walk(world, dossier, "check:accept")
    assert open_task(forwarded).agency_id == world.office("construction").pk
    done = walk(
        world, forwarded, "assign:assigned", "verify:pass", "review:return", "verify:pass", "review:approve", *TO_RESULT
    )
    assert done.status == S.DONE
    titles = [entry.title for entry in api.history_of(dossier=done, public_only=True)]
    assert "Đã chuyển hồ sơ lên cơ quan cấp tỉnh" in titles
    assert "Kết quả đã chuyển về nơi tiếp nhận" in titles
    assert open_task(done).agency_id == world.office("ward").pk
    result = api.result_of(dossier=done)
    assert result is not None
    assert result.agency_id == world.office("construction").pk
    assert walk(world, done, "hand_over:returned").status == S.RETURNED


CONSULTED = ("environment", "city_police")


def consulted(world: World) -> Dossier:
    dossier = make_dossier(world, version=department(process_key="parallel_consultation"))
    return walk(world, dossier, "check:accept", "assign:assigned", "verify:pass")


def test_two_agencies_are_consulted_at_once(world: World) -> None:
    dossier = consulted(world)
    asked = workflows.tasks_of(principal=SYSTEM, business_key=str(dossier.uuid))
    assert {task.agency_id for task in asked} == {world.office(key).pk for key in CONSULTED}
    for key in CONSULTED:
        expert = world.official(key, "specialist")
        assert api.get_dossier_for(principal=expert, uuid=dossier.uuid) == dossier
        (task,) = workflows.tasks_of(principal=expert, business_key=str(dossier.uuid))
        assert task.agency_id == world.office(key).pk
    assert len(api.current_holders(dossier=dossier)) == 2
    going = walk(world, dossier, "consult_1:agree", "consult_2:disagree")
    assert open_task(going).element_id == "summarise"
    opinions = [entry.note for entry in api.history_of(dossier=going, public_only=False) if entry.note]
    assert REASON in opinions
    done = walk(world, going, "summarise:pass", "review:approve", *TO_RESULT, "hand_over:returned")
    assert done.status == S.RETURNED


def test_consulted_again_and_then_rejected(world: World) -> None:
    going = walk(world, consulted(world), "consult_1:disagree", "consult_2:agree", "summarise:consult_again")
    assert len(workflows.tasks_of(principal=SYSTEM, business_key=str(going.uuid))) == 2
    end = walk(world, going, "consult_2:agree", "consult_1:disagree", "summarise:reject")
    assert (end.status, finished(end)) == (S.RETURNED, True)


def test_a_late_consultee_is_noted_for_officials(world: World) -> None:
    dossier = walk(world, consulted(world), "consult_1:agree")
    late = NOW + timedelta(days=6)
    assert workflows.fire_due_timers(now=late) >= 1
    for stored in OutboxEvent.objects.filter(name=ProcessAdvanced.name).order_by("id"):
        event = events.load(stored)
        assert isinstance(event, ProcessAdvanced)
        timers.follow(event=event, now=late)
    told = [entry for entry in api.history_of(dossier=dossier, public_only=False) if "chậm trả lời" in entry.title]
    assert len(told) == 1
    assert not told[0].is_public
    assert open_task(dossier, "consult_2").agency_id == world.office("city_police").pk


def duty(world: World, applicant: Any = None, **data: Any) -> Dossier:
    dossier = make_dossier(world, applicant=applicant, version=make_procedure("financial_duty"))
    received = walk(world, dossier, "check:accept")
    return do(world, received, "verify", "pass", data=data)


@pytest.mark.parametrize("amount", [None, 0, -5, "150000", 1.5, True])
def test_a_financial_duty_needs_a_whole_amount(world: World, amount: object) -> None:
    with pytest.raises(SubmissionInvalidError) as refused:
        duty(world, **({"amount": amount} if amount is not None else {}))
    assert "amount" in refused.value.field_errors


def test_a_financial_duty_before_the_result(world: World) -> None:
    asked = duty(world, amount=150_000, purpose="Lệ phí trước bạ")
    charge = payments.open_demand(subject_type="dossiers.dossier", subject_id=asked.uuid)
    assert charge is not None
    assert (asked.status, charge.amount, charge.reason) == (S.PAYMENT, 150_000, "Lệ phí trước bạ")
    assert (charge.subject_code, charge.payer_name, charge.is_blocking) == (asked.code, asked.applicant_name, True)
    with pytest.raises(payments.ChargeNotFoundError):
        pay(world, asked, post="specialist", now=LATER)
    paid = pay(world, asked, now=LATER)
    charge.refresh_from_db()
    assert (charge.state, charge.closed_at, charge.closed_by) == ("settled", LATER, "Nguyễn Công Nam")
    assert (paid.status, open_task(paid).element_id) == (S.PROCESSING, "check_payment")
    with pytest.raises(payments.ChargeStateError):
        pay(world, paid)
    again = walk(world, paid, "check_payment:unpaid", now=LATER)
    assert (again.status, len(api.charges_of(dossier=again))) == (S.PAYMENT, 2)
    settled = pay(world, again, now=LATER)
    assert walk(world, settled, "check_payment:pass", *TO_RESULT, "hand_over:returned").status == S.RETURNED


def test_a_site_inspection_with_a_remedy(world: World) -> None:
    applicant = make_citizen()
    dossier = make_dossier(world, applicant=applicant, version=department(process_key="site_inspection"))
    examined = walk(world, dossier, "check:accept", "assign:assigned")
    announced = do(world, examined, "verify", "pass", data={"inspection_date": "2026-11-25"})
    told = api.history_of(dossier=announced, public_only=True)[-1]
    assert (told.title, told.note) == ("Sẽ kiểm tra thực địa", "2026-11-25")
    remedy = walk(world, announced, "inspect:remedy")
    assert remedy.status == S.SUPPLEMENT
    given = api.supplement(
        principal=applicant, dossier=remedy, documents=(), answers=None, note="Đã khắc phục", version=None, now=LATER
    )
    assert (given.status, open_task(given).element_id) == (S.PROCESSING, "inspect")
    done = walk(world, given, "inspect:meets", "review:approve", *TO_RESULT, "hand_over:returned")
    assert done.status == S.RETURNED


def test_a_site_inspection_that_fails(world: World) -> None:
    dossier = make_dossier(world, version=department(process_key="site_inspection"))
    end = walk(world, dossier, "check:accept", "assign:assigned", "verify:pass", "inspect:fail")
    assert (end.status, kinds(end)[-1]) == (S.RETURNED, "refused")


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (("register_residence:done", "issue_card:done"), ["Đã xong: Đăng ký thường trú", "Đã xong: Cấp thẻ"]),
        (("issue_card:impossible", "register_residence:done"), ["Không làm được: Cấp thẻ", "Đã xong: Đăng ký"]),
    ],
)
def test_the_three_procedures_of_a_newborn(world: World, ends: Sequence[str], told: Sequence[str]) -> None:
    dossier = make_dossier(world, version=make_procedure("newborn_bundle"))
    shared = walk(world, dossier, "check:accept", "verify:pass", *TO_RESULT)
    agencies = {task.agency_id for task in workflows.tasks_of(principal=SYSTEM, business_key=str(shared.uuid))}
    assert agencies == {world.office("ward_police").pk, world.office("insurance").pk}
    assert shared.status == S.PROCESSING
    done = walk(world, shared, *ends)
    assert done.status == S.DONE
    titles = [entry.title for entry in api.history_of(dossier=done, public_only=True) if entry.kind == "branch_closed"]
    assert [title[: len(start)] for title, start in zip(titles, told, strict=True)] == list(told)
    assert walk(world, done, "hand_over:returned").status == S.RETURNED
