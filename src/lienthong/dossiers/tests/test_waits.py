"""Waits that end by rule: how long each lasts, what happens at its end, and who is told."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from lienthong.dossiers import api
from lienthong.dossiers.api import Dossier, DossierStatus
from lienthong.dossiers.models import HistoryEntry, Paper, WaitRule
from lienthong.dossiers.services import papers_out, timers
from lienthong.dossiers.tests.factories import (
    FIRST_DAY,
    NOW,
    REASON,
    World,
    at,
    do,
    make_citizen,
    make_dossier,
    make_procedure,
    text_of,
)
from lienthong.dossiers.tests.races import winners
from lienthong.files import api as files
from lienthong.notifications.models import Notification
from lienthong.workflows import api as workflows

S = DossierStatus


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


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_the_end_of_a_wait_in_the_same_second_exactly_one_wins(world: World) -> None:
    lan = make_citizen()
    dossier = make_dossier(world, applicant=lan, status=S.SUPPLEMENT)
    now = at("2027-01-05T17:01")

    def answer() -> object:
        return api.supplement(
            principal=lan, dossier=dossier, documents=(), answers=None, note="Đây", version=None, now=now
        )

    def close() -> object:
        return timers.end_wait(dossier_id=dossier.pk, now=now)

    won = winners(answer=answer, close=close)
    assert len(won) == 1
    assert fresh(dossier).status == {"answer": S.PROCESSING, "close": S.RETURNED}[won[0]]


def test_the_seed_file_loads_twice_without_a_change(world: World) -> None:
    before = WaitRule.objects.count()
    call_command("dossiers_seed", verbosity=0)
    assert WaitRule.objects.count() == before
