"""Silence that decides: once, never early, and only where a rule says so."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienthong.accounts import api as accounts
from lienthong.accounts.models import Account
from lienthong.dossiers import api
from lienthong.dossiers.api import Dossier, DossierStatus
from lienthong.dossiers.models import HistoryEntry, Result, TacitRule
from lienthong.dossiers.services import timers
from lienthong.dossiers.tests.factories import (
    FIRST_DAY,
    REASON,
    World,
    at,
    do,
    make_citizen,
    make_dossier,
    make_procedure,
    open_task,
    text_of,
)
from lienthong.dossiers.tests.races import winners
from lienthong.files import api as files
from lienthong.kernel.errors import DomainError
from lienthong.organisations import api as organisations
from lienthong.workflows import api as workflows

S = DossierStatus


def kinds(dossier: Dossier) -> list[str]:
    return list(HistoryEntry.objects.filter(dossier=dossier).order_by("id").values_list("kind", flat=True))


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


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

    def refuse() -> object:
        return api.act(
            principal=official, task_uuid=task.uuid, outcome="reject", note=REASON, data={}, task_version=None, now=now
        )

    def speak() -> object:
        return timers.let_one_silence_speak(dossier_id=dossier.pk, now=now)

    won = winners(official=refuse, silence=speak)
    assert len(won) == 1
    ends = [kind for kind in kinds(dossier) if kind in ("refused", "tacit")]
    assert ends == [{"official": "refused", "silence": "tacit"}[won[0]]]
