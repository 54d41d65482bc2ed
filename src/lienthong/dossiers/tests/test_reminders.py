"""Reminders: before, at and after each date, once each, to whom the rule means; the head hears of late dossiers."""

import threading
from datetime import date

import pytest
from django.db import connections

from lienthong.dossiers import api
from lienthong.dossiers.api import Dossier, DossierStatus
from lienthong.dossiers.models import Reminder, ReminderRule
from lienthong.dossiers.services import reminders
from lienthong.dossiers.tests.factories import FIRST_DAY, REASON, World, at, do, make_dossier, make_procedure, open_task
from lienthong.notifications.models import Notification
from lienthong.organisations import api as organisations

S = DossierStatus


def told(world: World, office: str, post: str) -> list[str]:
    rows = Notification.objects.filter(account_id=world.account(office, post).pk).order_by("id")
    kinds = [kind.removeprefix("dossiers.") for kind in rows.values_list("kind", flat=True)]
    return [kind for kind in kinds if kind != "task_opened"]


@pytest.fixture
def ward(world: World) -> World:
    """Let everybody at the ward be in office before anything happens."""
    for post in ("receptionist", "specialist", "unit_head", "leader", "supervisor"):
        world.account("ward", post)
    return world


@pytest.fixture
def dossier(ward: World) -> Dossier:
    """Received on Monday 9/11/2026, three working days: due on Thursday 12/11 at 17:00."""
    now = at("2026-11-09T09:00")
    made = make_dossier(ward, status=S.PROCESSING, version=make_procedure(limit=(3, "working_days"), now=now), now=now)
    api.reassign(
        principal=ward.official("ward", "unit_head", now=now),
        task_uuid=open_task(made).uuid,
        to_account_id=ward.account("ward", "specialist").pk,
        reason="Phân công",
        now=now,
    )
    assert made.due_at == at("2026-11-12T17:00")
    return made


def test_before_at_and_after_and_then_the_head_each_once(ward: World, dossier: Dossier) -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19: at least one day before; the head is told of what is late."""
    story = [
        ("2026-11-11T16:59", [], []),
        ("2026-11-11T17:00", ["dossier_due_soon"], []),
        ("2026-11-12T16:59", ["dossier_due_soon"], []),
        ("2026-11-12T17:00", ["dossier_due_soon", "dossier_overdue"], []),
        ("2026-11-13T16:59", ["dossier_due_soon", "dossier_overdue"], []),
        ("2026-11-13T17:00", ["dossier_due_soon", "dossier_overdue"], ["escalated"]),
        ("2026-11-17T17:00", ["dossier_due_soon", "dossier_overdue"], ["escalated", "escalated"]),
        ("2026-11-20T17:00", ["dossier_due_soon", "dossier_overdue"], ["escalated"] * 3),
    ]
    for moment, holder, head in story:
        for _again in range(2):
            reminders.remind(now=at(moment))
        assert [kind for kind in told(ward, "ward", "specialist") if kind.startswith("dossier")] == holder, moment
        assert [kind for kind in told(ward, "ward", "leader") if kind == "escalated"] == head, moment
    assert told(ward, "ward", "supervisor") == ["escalated", "escalated"]
    assert told(ward, "other_ward", "leader") == []


def test_an_escalation_stands_in_the_history_for_officials_only(ward: World, dossier: Dossier) -> None:
    reminders.remind(now=at("2026-11-13T17:00"))
    reported = [entry for entry in api.history_of(dossier=dossier, public_only=False) if entry.kind == "escalated"]
    assert [entry.note for entry in reported] == ["Đã báo: Đặng Thu Phương, Ngô Ngọc Bình"]
    assert all(entry.kind != "escalated" for entry in api.history_of(dossier=dossier, public_only=True))
    found = api.last_escalation(dossier=dossier)
    assert found is not None
    assert found.sent_at == at("2026-11-13T17:00")
    page = api.list_dossiers(
        principal=ward.official("ward", "leader"),
        wanted=api.DossierFilter(group="escalated"),
        cursor=None,
        size=10,
        now=at("2026-11-13T17:30"),
    )
    assert [(row.code, row.is_escalated) for row in page.items] == [(dossier.code, True)]


def test_messages_hold_no_personal_data(ward: World, dossier: Dossier) -> None:
    for moment in ("2026-11-11T17:00", "2026-11-12T17:00", "2026-11-13T17:00"):
        reminders.remind(now=at(moment))
    bodies = " ".join(f"{row.title} {row.body}" for row in Notification.objects.filter(kind__startswith="dossiers."))
    assert dossier.code in bodies
    for private in ("Nguyễn Thị Lan", "0905123456"):
        assert private not in bodies


def test_a_moved_due_date_is_reminded_of_anew(ward: World, dossier: Dossier) -> None:
    reminders.remind(now=at("2026-11-11T17:00"))
    api.extend(
        principal=ward.official("ward", "leader", now=at("2026-11-12T09:00")),
        dossier=dossier,
        new_due_at=at("2026-11-18T17:00"),
        reason="Chờ xác minh",
        version=None,
        now=at("2026-11-12T09:00"),
    )
    reminders.remind(now=at("2026-11-13T17:00"))
    assert told(ward, "ward", "leader").count("escalated") == 0, "the old date is nobody's date any more"
    reminders.remind(now=at("2026-11-17T17:00"))
    kinds = [kind for kind in told(ward, "ward", "specialist") if kind.startswith("dossier")]
    assert kinds == ["dossier_due_soon", "dossier_due_soon"]


def test_a_paused_dossier_is_not_reminded_of(ward: World, dossier: Dossier) -> None:
    do(
        ward, dossier, "verify", "supplement", note=REASON, now=at("2026-11-10T09:00"),
        by=ward.official("ward", "specialist"),
    )  # fmt: skip
    reminders.remind(now=at("2026-11-13T17:00"))
    assert not Reminder.objects.filter(dossier=dossier).exists()


def test_a_job_that_was_away_tells_no_old_news(ward: World, dossier: Dossier) -> None:
    reminders.remind(now=at("2026-11-19T08:00"))
    assert told(ward, "ward", "specialist") == [], "neither 'soon' nor 'due now' a week later"
    assert told(ward, "ward", "leader") == ["escalated", "escalated"]
    again = Reminder.objects.get(dossier=dossier, rule_key="dossier-late-again")
    assert again.turn == 1, "four working days: the first of every three"


def test_a_task_reminds_its_holder_only(ward: World, dossier: Dossier) -> None:
    due = open_task(dossier).due_at
    assert due is not None
    reminders.remind(now=due)
    assert told(ward, "ward", "specialist") == ["task_overdue"]
    assert told(ward, "ward", "leader") == []


def test_a_procedure_has_its_own_rules(ward: World) -> None:
    now = at("2026-11-09T09:00")
    version = make_procedure(limit=(3, "working_days"), now=now)
    ReminderRule.objects.create(
        key="dossier-late",
        procedure_code=version.code,
        about="dossier",
        moment="after",
        amount=1,
        unit="hours",
        audience=["supervisor"],
        is_escalation=True,
        valid_from=FIRST_DAY,
        legal_basis="Luật chuyên ngành",
    )
    make_dossier(ward, status=S.PROCESSING, version=version, now=now)
    reminders.remind(now=at("2026-11-13T09:00"))
    assert told(ward, "ward", "supervisor") == ["escalated"]
    assert "escalated" not in told(ward, "ward", "leader")


def test_where_no_head_is_in_office_the_next_one_hears(world: World) -> None:
    world.account("ward", "unit_head")
    found = reminders.heads(audience="agency_head", agency_id=world.office("ward").pk, on=date(2026, 11, 13))
    assert [account.pk for account in found] == [world.account("ward", "unit_head").pk]
    assert reminders.heads(audience="agency_head", agency_id=world.office("other_ward").pk, on=date(2026, 11, 13)) == ()


def rule(moment: str, amount: int, unit: str = "working_days", *, repeats: bool = False) -> ReminderRule:
    return ReminderRule(key="x", moment=moment, amount=amount, unit=unit, repeats=repeats, audience=["holder"])


@pytest.mark.parametrize(
    ("made", "due", "now", "turn", "why"),
    [
        (rule("before", 1), "2026-02-23T17:00", "2026-02-13T16:59", None, "over Tết (14–22/2): not yet"),
        (rule("before", 1), "2026-02-23T17:00", "2026-02-13T17:00", 0, "the working day before Tết"),
        (rule("before", 4, "hours"), "2026-11-16T08:00", "2026-11-13T13:30", 0, "3½ h on Friday, ½ h on Monday"),
        (
            rule("before", 4, "hours"),
            "2026-11-16T08:00",
            "2026-11-13T11:29",
            None,
            "too early: noon does not count",
        ),
        (rule("before", 1), "2026-11-16T17:00", "2026-11-16T17:00", None, "due now is not before"),
        (rule("at", 0), "2025-12-31T17:00", "2025-12-31T17:00", 0, "the last minute of the year's work"),
        (rule("at", 0), "2025-12-31T17:00", "2026-01-01T00:30", 0, "00:30 on New Year's Day, 2025 in UTC"),
        (rule("at", 0), "2025-12-31T17:00", "2026-01-05T17:00", None, "a working day later (1–4/1 off)"),
        (rule("after", 1), "2025-12-31T17:00", "2026-01-05T16:59", None, "1 and 2/1 off, then a weekend"),
        (rule("after", 1), "2025-12-31T17:00", "2026-01-05T17:00", 0, "one working day"),
        (rule("after", 3, repeats=True), "2026-11-12T17:00", "2026-11-17T17:00", 1, "13, 16, 17/11"),
        (rule("after", 3, repeats=True), "2026-11-12T17:00", "2026-11-26T16:59", 2, "eight, and the ninth not full"),
        (rule("after", 3, repeats=True), "2026-11-12T17:00", "2026-11-26T17:00", 3, "24/11 is off: NQ 28/2026/QH16"),
        (rule("after", 2, "hours"), "2026-11-13T16:00", "2026-11-16T08:30", 0, "one hour on each side of a weekend"),
    ],
)
def test_when_a_turn_is_due(world: World, made: ReminderRule, due: str, now: str, turn: int | None, why: str) -> None:
    calendar = organisations.get_calendar(agency_id=None, start=date(2025, 1, 1), end=date(2027, 12, 31))
    assert reminders.turn_due(made, due_at=at(due), now=at(now), calendar=calendar) == turn, why


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_send_each_reminder_once(ward: World, dossier: Dossier) -> None:
    gate = threading.Barrier(2)
    sent: list[int] = []

    def run() -> None:
        try:
            gate.wait()
            sent.append(reminders.remind(now=at("2026-11-13T17:00")))
        finally:
            connections.close_all()

    jobs = [threading.Thread(target=run) for _index in range(2)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert len(sent) == 2
    assert sum(sent) == Reminder.objects.count() > 0
    assert told(ward, "ward", "leader").count("escalated") == 1
    assert [entry.kind for entry in api.history_of(dossier=dossier, public_only=False)].count("escalated") == 1


def test_batches_lose_nobody(ward: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = at("2026-11-09T09:00")
    version = make_procedure(limit=(3, "working_days"), now=now)
    made = [make_dossier(ward, status=S.PROCESSING, version=version, now=now) for _index in range(5)]
    monkeypatch.setattr(reminders, "BATCH", 2)
    reminders.remind(now=at("2026-11-13T17:00"))
    reported = Reminder.objects.filter(rule_key="dossier-late").values_list("dossier_id", flat=True)
    assert sorted(reported) == sorted(dossier.pk for dossier in made)
