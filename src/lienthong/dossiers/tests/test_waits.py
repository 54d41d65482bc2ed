"""Waits that end by rule, silence that decides, and the alarm: no dossier without an owner and a next date."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienthong.accounts import api as accounts
from lienthong.accounts.models import Account
from lienthong.dossiers import api
from lienthong.dossiers.api import Dossier, DossierNotFoundError, DossierStateError, DossierStatus
from lienthong.dossiers.models import Alarm, HistoryEntry, Paper, Result, TacitRule, WaitRule
from lienthong.dossiers.services import alarms, papers_out, timers
from lienthong.dossiers.tests.factories import (
    FIRST_DAY,
    NOW,
    REASON,
    World,
    do,
    make_citizen,
    make_dossier,
    make_procedure,
    open_task,
    text_of,
)
from lienthong.files import api as files
from lienthong.kernel import audit, checkup
from lienthong.kernel.clock import VIETNAM
from lienthong.kernel.errors import DomainError
from lienthong.notifications.models import Notification
from lienthong.organisations import api as organisations
from lienthong.workflows import api as workflows

S = DossierStatus


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def kinds(dossier: Dossier) -> list[str]:
    return list(HistoryEntry.objects.filter(dossier=dossier).order_by("id").values_list("kind", flat=True))


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


WAITS = [
    (S.SUBMITTED, "reception", "2026-11-23T09:30", "8 working hours: 6 on Friday, 2 on Monday"),
    (S.SUPPLEMENT, "supplement", "2027-01-05T17:00", "30 working days; 24/11 and 1/1 off"),
    (S.PAYMENT, "payment", "2027-01-05T17:00", "30 working days"),
    (S.STOPPED, "stop", "2027-01-05T17:00", "30 working days"),
    (S.PROCESSING, "", None, "its due date runs"),
    (S.DONE, "collection", "2027-01-05T17:00", "30 working days"),
    (S.RETURNED, "", None, "closed"),
]


@pytest.mark.parametrize(("status", "kind", "until", "why"), WAITS)
def test_each_status_waits_until_its_date(
    world: World, status: DossierStatus, kind: str, until: str | None, why: str
) -> None:
    """WaitRule; received on Friday 20/11/2026 at 09:00."""
    dossier = fresh(make_dossier(world, status=status))
    assert (dossier.waits_for, dossier.waits_until) == (kind, at(until) if until else None), why


def test_without_a_limit_by_law_there_is_still_a_next_date(world: World) -> None:
    dossier = fresh(make_dossier(world, status=S.PROCESSING, version=make_procedure(limit=None)))
    assert (dossier.due_at, dossier.waits_for, dossier.waits_until) == (None, "unlimited", at("2026-12-14T17:00"))


def test_a_wait_keeps_its_date_whatever_else_happens_and_a_new_round_has_a_new_one(world: World) -> None:
    lan = make_citizen()
    dossier = make_dossier(world, applicant=lan)
    first = do(world, dossier, "check", "supplement", note=REASON)
    assert fresh(first).waits_for == "supplement"
    later = NOW + timedelta(days=3)
    answered = api.supplement(
        principal=lan, dossier=first, documents=(), answers=None, note="Đây", version=None, now=later
    )
    assert (answered.status, answered.waits_for) == (S.SUPPLEMENT, "reception"), "the desk has it again"
    second = do(world, answered, "check", "supplement", note=REASON, now=later + timedelta(hours=1))
    assert second.waits_for == "supplement"
    assert second.waits_until is not None
    assert first.waits_until is not None
    assert second.waits_until > first.waits_until


def test_who_does_not_supplement_before_reception_gets_the_dossier_back(world: World) -> None:
    dossier = do(world, make_dossier(world), "check", "supplement", note=REASON)
    end = fresh(dossier).waits_until
    assert end is not None
    assert timers.end_waits(now=end) == 0, "until its last minute"
    assert timers.end_waits(now=end + timedelta(minutes=1)) == 1
    assert timers.end_waits(now=end + timedelta(minutes=2)) == 0
    closed = fresh(dossier)
    assert (closed.status, closed.waits_until) == (S.NOT_RECEIVED, None)
    assert kinds(closed)[-1] == "not_received"
    assert workflows.open_tasks(business_keys=[str(closed.uuid)]) == ()


@pytest.mark.parametrize(
    ("status", "words"), [(S.SUPPLEMENT, "không bổ sung"), (S.PAYMENT, "không thực hiện nghĩa vụ tài chính")]
)
def test_a_received_dossier_without_an_answer_is_stopped_and_closed_with_form_05(
    world: World, status: DossierStatus, words: str
) -> None:
    """TT 03/2025/TT-VPCP, form 05; the length is a WaitRule."""
    dossier = make_dossier(world, status=status)
    now = at("2027-01-05T17:15")
    timers.end_waits(now=now)
    closed = fresh(dossier)
    assert (closed.status, closed.done_at, closed.paused_at) == (S.RETURNED, now, None)
    entry = HistoryEntry.objects.filter(dossier=dossier).latest("id")
    assert (entry.kind, entry.is_public) == ("lapsed", True)
    assert words in entry.note
    paper = papers_out.issue_for(entry_uuid=entry.uuid, now=now)
    assert isinstance(paper, Paper)
    text = text_of(files.read_file(file=paper.file))
    assert words in text
    assert "Mẫu số 05, Thông tư 03/2025/TT-VPCP" in text


def test_the_applicant_who_answers_in_time_is_not_closed(world: World) -> None:
    lan = make_citizen()
    dossier = make_dossier(world, applicant=lan, status=S.SUPPLEMENT)
    api.supplement(
        principal=lan, dossier=dossier, documents=(), answers=None, note="Đây", version=None, now=at("2027-01-05T16:59")
    )
    assert timers.end_waits(now=at("2027-01-05T17:15")) == 0
    assert fresh(dossier).status == S.PROCESSING


def test_a_stopped_dossier_is_reported_and_waits_on(world: World) -> None:
    world.account("ward", "leader")
    dossier = make_dossier(world, status=S.STOPPED)
    now = at("2027-01-06T08:00")
    assert timers.end_waits(now=now) == 1
    going = fresh(dossier)
    assert (going.status, going.waits_for) == (S.STOPPED, "stop")
    assert going.waits_until is not None
    assert going.waits_until > now + timedelta(days=30)
    assert kinds(going)[-1] == "escalated"
    told = Notification.objects.filter(account_id=world.account("ward", "leader").pk, kind="dossiers.escalated")
    assert told.count() == 1


def test_a_procedure_may_wait_longer(world: World) -> None:
    version = make_procedure()
    WaitRule.objects.create(
        kind="supplement", procedure_code=version.code, amount=60, unit="days", outcome="close",
        valid_from=FIRST_DAY, legal_basis="Luật chuyên ngành",
    )  # fmt: skip
    assert fresh(make_dossier(world, version=version, status=S.SUPPLEMENT)).waits_until == at("2027-01-19T17:00")


# Silence.


def silent(version: Any) -> TacitRule:
    rule: TacitRule = TacitRule.objects.create(
        procedure_code=version.code,
        outcome="Được coi là chấp thuận",
        valid_from=FIRST_DAY,
        legal_basis="Luật mẫu 1/2026/QH15, Điều 2",
    )
    return rule


def received(world: World, *, with_rule: bool = True, **more: Any) -> Dossier:
    now = at("2026-11-09T09:00")
    version = make_procedure(limit=(3, "working_days"), now=now)
    if with_rule:
        silent(version)
    dossier = make_dossier(world, status=S.PROCESSING, version=version, now=now, **more)
    assert dossier.due_at == at("2026-11-12T17:00")
    return dossier


def test_silence_decides_once_after_the_due_date_and_says_so(world: World) -> None:
    lan = make_citizen()
    dossier = received(world, applicant=lan)
    assert timers.let_silence_speak(now=at("2026-11-12T17:00")) == 0, "the last minute still counts"
    now = at("2026-11-12T17:01")
    assert timers.let_silence_speak(now=now) == 1
    assert timers.let_silence_speak(now=now) == 0
    done = fresh(dossier)
    assert (done.status, done.done_at, done.returned_at) == (S.RETURNED, now, now)
    result = Result.objects.get(dossier=dossier)
    assert (result.state, result.number, result.signer_name) == ("issued", "01/KQMN", "")
    assert result.file is not None
    pdf = files.read_file(file=result.file)
    text = text_of(pdf)
    for words in ("GHI NHẬN KẾT QUẢ MẶC NHIÊN", "Được coi là chấp thuận", "Luật mẫu 1/2026/QH15", dossier.code):
        assert words in text, words
    report = files.verify_pdf(pdf=pdf, now=now + timedelta(hours=1))
    assert (report.state, [signature.kind for signature in report.signatures]) == ("valid", ["agency"])
    public = api.verify_by_code(code=result.verification_code)
    assert public is not None
    assert "mặc nhiên" in public.title
    entry = HistoryEntry.objects.get(dossier=dossier, kind="tacit")
    assert entry.is_public
    with pytest.raises(DomainError):
        api.act(
            principal=world.official("ward", "specialist", now=now),
            task_uuid=workflows.all_tasks(business_key=str(dossier.uuid))[-1].uuid,
            outcome="pass",
            note="",
            data={},
            task_version=None,
            now=now,
        )


def test_silence_means_nothing_without_a_rule_in_force_at_reception(world: World) -> None:
    dossier = received(world, with_rule=False)
    assert timers.let_silence_speak(now=at("2026-12-01T09:00")) == 0
    rule = silent(dossier.procedure_version)
    TacitRule.objects.filter(pk=rule.pk).update(valid_from=date(2026, 11, 10))
    assert timers.let_silence_speak(now=at("2026-12-01T09:00")) == 0, "the rule came a day after the dossier"


def test_a_signed_answer_is_not_silence(world: World) -> None:
    dossier = received(world)
    do(world, dossier, "verify", "pass", now=at("2026-11-12T10:00"))
    do(world, dossier, "sign", "sign", now=at("2026-11-12T16:00"))
    assert timers.let_silence_speak(now=at("2026-11-16T09:00")) == 0
    issued = do(world, dossier, "issue", "issue", now=at("2026-11-16T10:00"))
    assert issued.status == S.DONE


STEP = st.sampled_from(["ask", "answer", "extend", "tick", "rest"])


@given(steps=st.lists(st.tuples(STEP, st.integers(min_value=1, max_value=40)), max_size=12))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
def test_silence_is_never_early_never_twice_and_never_forgotten(world: World, steps: list[tuple[str, int]]) -> None:
    """Whatever rounds of supplement, extensions and hours of waiting: it speaks once, after the date in force."""
    dossier = received(world)
    now = at("2026-11-09T09:30")
    for step, hours in steps:
        now += timedelta(hours=hours)
        before = fresh(dossier)
        if before.is_final or before.status == S.DONE:
            break
        with suppress(DomainError, AssertionError):  # a step that the dossier's state does not allow
            _move(world, before, step, now)
        if step == "tick":
            spoke = timers.let_silence_speak(now=now)
            is_due = before.paused_at is None and before.due_at is not None and before.due_at < now
            assert bool(spoke) == is_due
    last = fresh(dossier)
    if last.paused_at is not None:
        assert timers.let_silence_speak(now=now + timedelta(days=365)) == 0, "never while the clock stands"
        _move(world, last, "answer", now + timedelta(hours=1))
    for _again in range(3):
        timers.let_silence_speak(now=now + timedelta(days=200))
    assert kinds(dossier).count("tacit") == 1
    assert Result.objects.filter(dossier=dossier).count() == 1
    told = HistoryEntry.objects.get(dossier=dossier, kind="tacit")
    assert told.at > datetime.fromisoformat(told.facts["due_at"])
    assert told.facts["due_at"] == fresh(dossier).due_at.isoformat()  # type: ignore[union-attr]


def _move(world: World, dossier: Dossier, step: str, now: datetime) -> None:
    if step == "ask":
        do(world, dossier, "verify", "supplement", note=REASON, now=now)
    elif step == "answer":
        applicant = accounts.principal_for_account(Account.objects.get(person_id=dossier.applicant_id), now)
        api.supplement(
            principal=applicant, dossier=dossier, documents=(), answers=None, note="Đây", version=None, now=now
        )
    elif step == "extend":
        day = organisations.get_calendar(agency_id=None, start=now.date()).next_working_day(
            max(now, dossier.due_at or now).date() + timedelta(days=1)
        )
        api.extend(
            principal=world.official("ward", "leader", now=now), dossier=dossier, new_due_at=day.closing,
            reason="Chờ", version=None, now=now,
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_an_official_and_silence_in_the_same_second_exactly_one_wins(world: World) -> None:
    dossier = received(world)
    now = at("2026-11-12T17:01")
    task = open_task(dossier, "verify")
    official = world.official("ward", "specialist", now=now)
    gate = threading.Barrier(2)
    won: list[str] = []

    def race(name: str, act: Callable[[], object]) -> None:
        try:
            gate.wait()
            if act():
                won.append(name)
        except DomainError:
            pass
        finally:
            connections.close_all()

    def refuse() -> object:
        return api.act(
            principal=official, task_uuid=task.uuid, outcome="reject", note=REASON, data={}, task_version=None, now=now
        )

    def speak() -> object:
        return timers.let_one_silence_speak(dossier_id=dossier.pk, now=now)

    racers = [threading.Thread(target=race, args=pair) for pair in (("official", refuse), ("silence", speak))]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(won) == 1
    ends = [kind for kind in kinds(dossier) if kind in ("refused", "tacit")]
    assert ends == [{"official": "refused", "silence": "tacit"}[won[0]]]


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_the_end_of_a_wait_in_the_same_second_exactly_one_wins(world: World) -> None:
    lan = make_citizen()
    dossier = make_dossier(world, applicant=lan, status=S.SUPPLEMENT)
    now = at("2027-01-05T17:01")
    gate = threading.Barrier(2)
    won: list[str] = []

    def race(name: str, act: Callable[[], object]) -> None:
        try:
            gate.wait()
            if act():
                won.append(name)
        except DomainError:
            pass
        finally:
            connections.close_all()

    def answer() -> object:
        return api.supplement(
            principal=lan, dossier=dossier, documents=(), answers=None, note="Đây", version=None, now=now
        )

    def close() -> object:
        return timers.end_wait(dossier_id=dossier.pk, now=now)

    racers = [threading.Thread(target=race, args=pair) for pair in (("answer", answer), ("close", close))]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(won) == 1
    assert fresh(dossier).status == {"answer": S.PROCESSING, "close": S.RETURNED}[won[0]]


# The alarm.


@pytest.fixture
def staffed(world: World) -> World:
    for post in ("receptionist", "specialist", "unit_head", "leader", "clerk", "supervisor"):
        world.account("ward", post)
    return world


@pytest.mark.parametrize("status", list(S))
def test_every_status_has_an_owner_and_a_next_date(staffed: World, status: DossierStatus) -> None:
    """The invariant: whatever a dossier has been through, the check finds it in order."""
    if status == S.RECEIVED:
        return
    make_dossier(staffed, status=status)
    assert alarms.check(now=NOW + timedelta(minutes=5)) == 0


def found() -> list[tuple[str, str]]:
    return list(Alarm.objects.order_by("id").values_list("kind", "about"))


def test_an_empty_pool_is_found_and_gone_when_somebody_comes(world: World) -> None:
    make_dossier(world)
    Account.objects.filter(official__isnull=False).update(is_active=False)
    assert alarms.check(now=NOW) == 1
    assert found() == [("empty_pool", "Kiểm tra và tiếp nhận hồ sơ")]
    alarms.check(now=NOW)
    assert len(found()) == 1, "found twice is listed once"
    Account.objects.filter(official__isnull=False).update(is_active=True)
    world.account("ward", "receptionist")
    alarms.check(now=NOW)
    assert found() == []


def held(world: World) -> Dossier:
    dossier = make_dossier(world, status=S.PROCESSING)
    api.reassign(
        principal=world.official("ward", "unit_head"),
        task_uuid=open_task(dossier).uuid,
        to_account_id=world.account("ward", "specialist").pk,
        reason="Phân công",
        now=NOW,
    )
    return dossier


def test_an_owner_who_left_and_one_who_is_away(staffed: World) -> None:
    held(staffed)
    official = staffed.official_row("ward", "specialist")
    organisations.record_absence(
        actor=audit.SYSTEM,
        official_id=official.pk,
        substitute_id=None,
        valid_from=date(2026, 11, 20),
        valid_to=date(2026, 11, 25),
        reason="Nghỉ ốm",
        now=NOW,
    )
    alarms.check(now=NOW)
    assert found() == [("owner_away", "Thẩm định hồ sơ: Trịnh Thanh Phong")]
    alarms.check(now=NOW + timedelta(days=6))
    assert found() == [], "back at work"
    Account.objects.filter(official=official).update(is_active=False)
    alarms.check(now=NOW)
    assert found() == [("owner_gone", "Thẩm định hồ sơ: Trịnh Thanh Phong")]


def test_no_task_at_all_and_no_date_at_all(staffed: World) -> None:
    dossier = make_dossier(staffed, status=S.PROCESSING)
    workflows.cancel(business_key=str(dossier.uuid), reason="lỗi", now=NOW)
    Dossier.objects.filter(pk=dossier.pk).update(due_at=None, waits_until=None, waits_for="")
    alarms.check(now=NOW)
    assert [kind for kind, _about in found()] == ["no_owner", "no_date"]
    supervisor = staffed.official("ward", "supervisor")
    mended = api.mend(principal=supervisor, dossier_uuid=dossier.uuid, now=NOW)
    assert (mended.waits_for, mended.waits_until is not None) == ("unlimited", True)
    assert [kind for kind, _about in found()] == ["no_owner"]


def test_the_supervisor_ends_a_wait_that_nobody_ended(staffed: World) -> None:
    dossier = make_dossier(staffed, status=S.SUPPLEMENT)
    now = at("2027-01-06T08:00")
    supervisor = staffed.official("ward", "supervisor", now=now)
    assert api.check_alarms(principal=supervisor, now=now) == 1
    page = api.list_alarms(principal=supervisor, kind="", cursor=None)
    assert [(row.kind, row.code, row.may_mend) for row in page.items] == [("lapsed", dossier.code, True)]
    assert api.count_alarms(principal=supervisor) == {"lapsed": 1}
    assert api.list_alarms(principal=staffed.official("other_ward", "supervisor"), kind="", cursor=None).items == ()
    api.remind_by_hand(principal=supervisor, dossier_uuid=dossier.uuid, now=now)
    told = Notification.objects.filter(kind="dossiers.escalated", account_id=staffed.account("ward", "leader").pk)
    assert told.count() == 1
    api.mend(principal=supervisor, dossier_uuid=dossier.uuid, now=now)
    assert fresh(dossier).status == S.RETURNED
    assert found() == []
    with pytest.raises(DossierStateError):
        api.mend(principal=supervisor, dossier_uuid=make_dossier(staffed).uuid, now=NOW)


def test_only_who_supervises_there_may_mend(staffed: World) -> None:
    dossier = make_dossier(staffed, status=S.SUPPLEMENT)
    for principal in (staffed.official("other_ward", "supervisor"), staffed.official("ward", "specialist")):
        with pytest.raises(DossierNotFoundError):
            api.mend(principal=principal, dossier_uuid=dossier.uuid, now=at("2027-01-06T08:00"))
        with pytest.raises(DossierNotFoundError):
            api.remind_by_hand(principal=principal, dossier_uuid=dossier.uuid, now=NOW)


def test_dossiers_from_before_the_rules_get_their_date(staffed: World) -> None:
    dossier = make_dossier(staffed, status=S.SUPPLEMENT)
    Dossier.objects.update(waits_until=None, waits_for="", version=F("version"))
    assert alarms.fill_missing_dates(now=NOW) == 1
    assert alarms.fill_missing_dates(now=NOW) == 0
    assert fresh(dossier).waits_for == "supplement"


def test_the_doctor_tells_of_alarms(world: World) -> None:
    make_dossier(world)
    Account.objects.filter(official__isnull=False).update(is_active=False)
    alarms.check(now=NOW)
    (told,) = [finding for finding in checkup.examine() if finding.subject == "stale dossiers"]
    assert (told.state, told.detail.split()[0]) == ("warning", "1")


def test_the_seed_file_loads_twice_without_a_change(world: World) -> None:
    before = WaitRule.objects.count()
    call_command("dossiers_seed", verbosity=0)
    assert WaitRule.objects.count() == before
