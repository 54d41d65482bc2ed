"""Due dates of dossiers: set at reception, moved by pauses, extended once; every step explained."""

from datetime import datetime, timedelta

import pytest

from lienthong.accounts import api as accounts
from lienthong.accounts.models import Account
from lienthong.dossiers import api
from lienthong.dossiers.api import Dossier, DossierStateError, DossierStatus, NotAllowedError, SubmissionInvalidError
from lienthong.dossiers.models import DeadlineChange, PauseKind, PausePolicy
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
    pay,
)

S = DossierStatus


def received(world: World, moment: str, limit: tuple[int, str] | None = (3, "working_days")) -> Dossier:
    now = at(moment)
    return make_dossier(world, status=S.PROCESSING, version=make_procedure(limit=limit, now=now), now=now)


@pytest.mark.parametrize(
    ("moment", "limit", "due", "basis"),
    [
        ("2026-11-20T09:00", (3, "working_days"), "2026-11-26T17:00", "BLDS Điều 147; 24/11 off: NQ 28/2026/QH16"),
        ("2026-11-20T15:40", (3, "working_days"), "2026-11-27T17:00", "NĐ 61/2018: after 15:00 counted from Monday"),
        ("2026-11-16T00:30", (1, "working_days"), "2026-11-17T17:00", "Monday here, still Sunday in UTC"),
        ("2025-12-31T16:00", (1, "working_days"), "2026-01-06T17:00", "31 December after 15:00; 1 and 2/1 off"),
        ("2026-02-13T09:00", (1, "working_days"), "2026-02-23T17:00", "BLLĐ Điều 112: Tết 16–20/2/2026"),
        ("2027-02-03T09:00", (1, "working_days"), "2027-02-11T17:00", "Tết 4–10/2/2027, as estimated in the calendar"),
        ("2027-02-03T15:01", (1, "working_days"), "2027-02-12T17:00", "after 15:00 before Tết: counted from 11/2"),
        ("2026-12-31T23:30", (1, "working_days"), "2027-01-05T17:00", "New Year's Eve; 1/1/2027 is a Friday"),
        ("2026-08-21T09:00", (1, "working_days"), "2026-08-22T17:00", "Sat 22/8 worked for Mon 31/8"),
        ("2026-08-21T15:40", (1, "working_days"), "2026-08-24T17:00", "after 15:00: counted from the swapped Saturday"),
        ("2026-08-28T09:00", (1, "working_days"), "2026-09-03T17:00", "Mon 31/8 off in exchange, then Quốc khánh"),
        ("2026-02-06T09:00", (10, "days"), "2026-02-23T17:00", "BLDS Điều 148: a last day off moves on"),
        ("2026-11-16T10:00", (4, "hours"), "2026-11-16T16:00", "working hours, over lunch"),
        ("2026-11-16T09:00", (0, "immediate"), "2026-11-16T17:00", "NĐ 23/2015 Điều 7: the same day"),
    ],
)
def test_reception_sets_the_due_date(world: World, moment: str, limit: tuple[int, str], due: str, basis: str) -> None:
    dossier = received(world, moment, limit)
    assert dossier.due_at == at(due), basis
    assert dossier.counted_from == dossier.received_at == at(moment)
    (change,) = DeadlineChange.objects.filter(dossier=dossier)
    assert (change.kind, change.due_before, change.due_after) == ("set", None, at(due))
    assert len(dossier.due_steps) >= 2


def test_the_computation_is_told_step_by_step(world: World) -> None:
    steps = received(world, "2026-11-20T15:40").due_steps
    assert steps[0] == "Nhận 15:40 thứ Sáu 20/11/2026, sau 15:00, nên tính từ thứ Hai 23/11/2026."
    assert any("24/11" in step for step in steps)


def test_no_limit_by_law_means_no_due_date(world: World) -> None:
    dossier = received(world, "2026-11-20T09:00", None)
    assert (dossier.due_at, dossier.due_steps, dossier.limit_unit) == (None, (), "")
    assert open_task(dossier).due_at is None
    paused = do(world, dossier, "verify", "stop", note=REASON, now=at("2026-11-23T09:00"))
    going = resume(world, paused, at("2026-11-25T09:00"))
    assert (going.status, going.due_at, going.paused_at) == (S.PROCESSING, None, None)


def test_before_reception_nothing_runs(world: World) -> None:
    dossier = make_dossier(world)
    waiting = do(world, dossier, "check", "supplement", note=REASON)
    assert (waiting.due_at, waiting.paused_at, waiting.counted_from) == (None, None, None)


def resume(world: World, dossier: Dossier, now: datetime) -> Dossier:
    return api.resume(
        principal=world.official("ward", "leader", now=now),
        dossier=dossier,
        reason="Đã có ý kiến của cấp trên",
        version=None,
        now=now,
    )


def test_a_stop_shifts_the_due_date_by_its_length(world: World) -> None:
    """An implementation in use moves the date by the pause (domain 3.6); the wait here is 2 working days."""
    dossier = received(world, "2026-11-09T09:00", (5, "working_days"))
    assert dossier.due_at == at("2026-11-16T17:00")
    paused = do(world, dossier, "verify", "stop", note=REASON, now=at("2026-11-11T09:00"))
    assert paused.paused_at == at("2026-11-11T09:00")
    going = resume(world, paused, at("2026-11-13T09:00"))
    assert (going.status, going.paused_at) == (S.PROCESSING, None)
    assert going.due_at == at("2026-11-18T17:00")
    assert going.counted_from == at("2026-11-09T09:00")
    kinds = list(DeadlineChange.objects.filter(dossier=dossier).order_by("id").values_list("kind", flat=True))
    assert kinds == ["set", "shifted"]
    task = open_task(going, "verify")
    assert task.due_at is not None
    assert task.due_at > at("2026-11-13T09:00")


def test_a_payment_shifts_the_due_date_and_the_deadlines_of_tasks(world: World) -> None:
    start = at("2026-11-09T09:00")
    dossier = make_dossier(world, status=S.PAYMENT, now=start)
    before = dossier.due_at
    assert dossier.paused_at == start
    later = start + timedelta(days=2)
    paid = pay(world, dossier, now=later)
    assert before is not None
    assert paid.due_at == before + timedelta(days=2)
    assert paid.paused_at is None
    signing = do(world, paid, "check_payment", "pass", now=later)
    assert (signing.status, open_task(signing).element_id) == (S.PROCESSING, "sign")
    shares = open_task(signing).due_at
    assert shares is not None
    assert shares <= paid.due_at


def supplemented(world: World, dossier: Dossier, now: datetime) -> Dossier:
    applicant = accounts.principal_for_account(Account.objects.get(person_id=dossier.applicant_id), now)
    return api.supplement(
        principal=applicant, dossier=dossier, documents=(), answers=None, note="Tôi giải trình", version=None, now=now
    )


def test_a_supplement_restarts_the_time_limit(world: World) -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19: after a full resubmission the limit starts again (CountingRule)."""
    dossier = received(world, "2026-11-09T09:00", (5, "working_days"))
    paused = do(world, dossier, "verify", "supplement", note=REASON, now=at("2026-11-11T09:00"))
    assert paused.is_paused
    going = supplemented(world, paused, at("2026-11-16T10:00"))
    assert (going.status, going.paused_at) == (S.PROCESSING, None)
    assert (going.counted_from, going.due_at) == (at("2026-11-16T10:00"), at("2026-11-23T17:00"))
    kinds = DeadlineChange.objects.filter(dossier=dossier).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["set", "restarted"]
    task = open_task(going, "verify")
    assert task.due_at is not None
    assert at("2026-11-16T10:00") < task.due_at <= at("2026-11-23T17:00")


def test_sector_law_may_shift_instead(world: World) -> None:
    now = at("2026-11-09T09:00")
    version = make_procedure(limit=(5, "working_days"), now=now)
    PausePolicy.objects.create(
        procedure_code=version.code,
        kind=PauseKind.SUPPLEMENT,
        effect="shift",
        valid_from=FIRST_DAY,
        legal_basis="Luật chuyên ngành",
    )
    dossier = make_dossier(world, status=S.PROCESSING, version=version, now=now)
    paused = do(world, dossier, "verify", "supplement", note=REASON, now=at("2026-11-11T09:00"))
    going = supplemented(world, paused, at("2026-11-13T09:00"))
    assert (going.counted_from, going.due_at) == (now, at("2026-11-18T17:00"))


def test_each_supplement_after_verification_pauses_and_restarts_anew(world: World) -> None:
    dossier = received(world, "2026-11-02T09:00", (5, "working_days"))
    for day in ("2026-11-03", "2026-11-05"):
        paused = do(world, dossier, "verify", "supplement", note=REASON, now=at(f"{day}T09:00"))
        assert (paused.status, paused.paused_at) == (S.SUPPLEMENT, at(f"{day}T09:00"))
        dossier = supplemented(world, paused, at(f"{day}T14:00"))
    assert dossier.due_at == at("2026-11-12T17:00")
    assert dossier.supplement_requests.count() == 2


def extend(world: World, dossier: Dossier, to: str, now: str, *, reason: str = "Thiếu người", post: str = "leader"):
    return api.extend(
        principal=world.official("ward", post, now=at(now)),
        dossier=dossier,
        new_due_at=at(to),
        reason=reason,
        version=None,
        now=at(now),
    )


def test_a_due_date_is_extended_once_with_an_apology(world: World) -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19: an apology with a new appointment, at most once."""
    dossier = received(world, "2026-11-09T09:00")
    later = extend(world, dossier, "2026-11-18T17:00", "2026-11-11T09:00")
    assert (later.due_at, later.extension_count) == (at("2026-11-18T17:00"), 1)
    assert later.due_steps[-1].startswith("Hẹn lại từ 17:00 12/11/2026 sang 17:00 18/11/2026")
    entry = api.history_of(dossier=later, public_only=True)[-1]
    assert (entry.kind, entry.note) == ("extended", "Thiếu người")
    with pytest.raises(DossierStateError, match="một lần"):
        extend(world, later, "2026-11-20T17:00", "2026-11-11T10:00")


@pytest.mark.parametrize(
    ("to", "field", "why"),
    [
        ("2026-11-14T17:00", "new_due_at", "a Saturday"),
        ("2026-11-24T17:00", "new_due_at", "Ngày Văn hóa Việt Nam (NQ 28/2026/QH16)"),
        ("2026-11-12T17:00", "new_due_at", "the same moment as before"),
        ("2026-11-10T17:00", "new_due_at", "earlier than before"),
    ],
)
def test_an_extension_goes_to_a_later_working_day(world: World, to: str, field: str, why: str) -> None:
    dossier = received(world, "2026-11-09T09:00")
    with pytest.raises(SubmissionInvalidError) as refused:
        extend(world, dossier, to, "2026-11-11T09:00")
    assert field in refused.value.field_errors, why


def test_an_extension_needs_a_reason_the_right_and_a_running_clock(world: World) -> None:
    dossier = received(world, "2026-11-09T09:00")
    with pytest.raises(SubmissionInvalidError) as refused:
        extend(world, dossier, "2026-11-18T17:00", "2026-11-11T09:00", reason=" ")
    assert "reason" in refused.value.field_errors
    with pytest.raises(NotAllowedError):
        extend(world, dossier, "2026-11-18T17:00", "2026-11-11T09:00", post="specialist")
    paused = do(world, dossier, "verify", "stop", note=REASON, now=at("2026-11-11T09:00"))
    with pytest.raises((NotAllowedError, DossierStateError)):
        extend(world, paused, "2026-11-18T17:00", "2026-11-11T09:00")
    unlimited = received(world, "2026-11-09T09:00", None)
    with pytest.raises(DossierStateError):
        extend(world, unlimited, "2026-11-18T17:00", "2026-11-11T09:00")


def test_an_extension_past_the_due_date_is_possible(world: World) -> None:
    dossier = received(world, "2026-11-09T09:00")
    late = extend(world, dossier, "2026-11-18T17:00", "2026-11-16T09:00")
    assert late.due_at == at("2026-11-18T17:00")


def test_a_pause_inside_a_pause_keeps_the_first_moment_and_withdrawal_ends_it(world: World) -> None:
    applicant = make_citizen()
    dossier = make_dossier(world, applicant=applicant, status=S.SUPPLEMENT)
    assert dossier.is_paused
    withdrawn = api.withdraw(principal=applicant, dossier=dossier, reason="Thôi", version=None, now=dossier.paused_at)
    assert not withdrawn.is_paused
