"""Every change leaves one audit entry, one event and its lines of history; what applicants read is chosen."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lienthong.accounts.api import Principal
from lienthong.dossiers import api
from lienthong.dossiers.api import Dossier, DossierStatus
from lienthong.dossiers.events import DossierChanged
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
    settle_reference,
)
from lienthong.kernel import chain, events
from lienthong.kernel.models import AuditEntry, OutboxEvent

S = DossierStatus
BUSINESS_STATEMENTS_OF_A_STEP = 13
BUSINESS_STATEMENTS_OF_FILING = 15


@dataclass
class Case:
    """One service on a dossier at rest in a status: what it is called in the audit, and what it tells."""

    status: DossierStatus
    act: Callable[[World, Dossier, Principal], object]
    action: str
    changes: tuple[str, ...]


def in_word(**more: object) -> dict[str, object]:
    return {"version": None, "now": NOW, **more}


CASES = {
    "accept": Case(
        S.SUBMITTED,
        lambda world, dossier, _lan: do(world, dossier, "check", "accept"),
        "dossiers.task.completed",
        ("step", "received", "processing"),
    ),
    "refuse": Case(
        S.SUBMITTED,
        lambda world, dossier, _lan: do(world, dossier, "check", "refuse", note=REASON),
        "dossiers.task.completed",
        ("step", "not_received"),
    ),
    "supplement": Case(
        S.SUPPLEMENT,
        lambda _world, dossier, lan: api.supplement(
            principal=lan, dossier=dossier, documents=(), answers=None, note="Giải trình", **in_word()
        ),
        "dossiers.dossier.supplemented",
        ("supplemented",),
    ),
    "withdraw": Case(
        S.PROCESSING,
        lambda _world, dossier, lan: api.withdraw(principal=lan, dossier=dossier, reason="Nộp nhầm", **in_word()),
        "dossiers.dossier.withdrawn",
        ("withdrawn",),
    ),
    "pay": Case(
        S.PAYMENT,
        lambda world, dossier, _lan: pay(world, dossier),
        "dossiers.payment.confirmed",
        ("paid",),
    ),
    "resume": Case(
        S.STOPPED,
        lambda world, dossier, _lan: api.resume(
            principal=world.official("ward", "leader"), dossier=dossier, reason="Đã rõ", **in_word()
        ),
        "dossiers.dossier.resumed",
        ("resumed",),
    ),
    "extend": Case(
        S.PROCESSING,
        lambda world, dossier, _lan: api.extend(
            principal=world.official("ward", "leader"),
            dossier=dossier,
            new_due_at=NOW + timedelta(days=14),
            reason="Chậm",
            **in_word(),
        ),
        "dossiers.dossier.extended",
        ("extended",),
    ),
    "reassign": Case(
        S.PROCESSING,
        lambda world, dossier, _lan: api.reassign(
            principal=world.official("ward", "unit_head"),
            task_uuid=open_task(dossier).uuid,
            to_account_id=world.account("ward", "deputy").pk,
            reason="Nghỉ phép",
            now=NOW,
        ),
        "dossiers.task.reassigned",
        ("handed_over",),
    ),
    "draft": Case(
        S.PROCESSING,
        lambda world, dossier, _lan: api.draft_content(
            principal=world.official("ward", "specialist"), dossier=dossier, values={"text": "Đồng ý"}, **in_word()
        ),
        "dossiers.result.drafted",
        (),
    ),
    "return": Case(
        S.DONE,
        lambda world, dossier, _lan: do(world, dossier, "hand_over", "returned"),
        "dossiers.task.completed",
        ("step", "returned"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_change_one_audit_entry_one_event(world: World, name: str) -> None:
    case = CASES[name]
    lan = make_citizen()
    dossier = make_dossier(world, applicant=lan, status=case.status)
    for post in ("leader", "treasurer", "specialist", "unit_head", "deputy"):
        world.official("ward", post)
    entries = AuditEntry.objects.filter(subject_id=str(dossier.uuid))
    changed = OutboxEvent.objects.filter(name=DossierChanged.name, aggregate_id=str(dossier.uuid))
    audited, told = entries.count(), changed.count()
    version = dossier.version
    case.act(world, dossier, lan)
    assert (entries.count() - audited, changed.count() - told) == (1, 1)
    last = entries.order_by("-id")[0]
    assert last.action == case.action
    dossier.refresh_from_db()
    assert dossier.version == version + 1
    event = events.load(changed.order_by("-id")[0])
    assert isinstance(event, DossierChanged)
    assert event.changes == case.changes
    assert (event.previous_status, event.status, event.code) == (case.status, dossier.status, dossier.code)
    lines = api.history_of(dossier=dossier, public_only=False)
    assert tuple(str(line.uuid) for line in lines)[len(lines) - len(event.entries) :] == event.entries
    assert "Nguyễn Thị Lan" not in str(changed.order_by("-id")[0].payload), "events carry no personal data"


def test_filing_is_one_entry_too(world: World) -> None:
    dossier = make_dossier(world)
    (entry,) = AuditEntry.objects.filter(subject_id=str(dossier.uuid))
    assert (entry.action, json.loads(entry.content)["facts"]["code"]) == ("dossiers.dossier.submitted", dossier.code)
    event = events.load(OutboxEvent.objects.get(name=DossierChanged.name))
    assert isinstance(event, DossierChanged)
    assert (event.previous_status, event.status, event.changes) == (0, 1, ("submitted",))
    assert event.tasks == (str(open_task(dossier).uuid),)


def test_a_refused_act_leaves_nothing(world: World) -> None:
    dossier = make_dossier(world)
    before = (AuditEntry.objects.count(), OutboxEvent.objects.count(), dossier.history.count())
    with pytest.raises(Exception, match="lý do"):
        do(world, dossier, "check", "refuse")
    assert (AuditEntry.objects.count(), OutboxEvent.objects.count(), dossier.history.count()) == before


def test_applicants_do_not_read_the_lines_of_the_desk(world: World) -> None:
    dossier = make_dossier(world, status=S.PROCESSING)
    do(world, dossier, "verify", "pass", note="Cần xem lại chữ ký của ông Bình")
    public = api.load_desk(dossier=dossier, public_only=True).history
    inside = api.load_desk(dossier=dossier, public_only=False).history
    assert "Cần xem lại chữ ký của ông Bình" in [line.note for line in inside]
    assert "Cần xem lại chữ ký của ông Bình" not in [line.note for line in public]
    assert {line.kind for line in public} == {"submitted", "received", "processing"}
    thread = api.thread_of(dossier=dossier, desk=api.load_desk(dossier=dossier, public_only=True))
    assert [step.state for step in thread if step.state != "ahead"] == ["done", "done", "done", "now"]


def test_the_public_thread_names_nobody(world: World) -> None:
    dossier = make_dossier(world, status=S.PROCESSING)
    progress = api.track(code=dossier.code)
    assert progress is not None
    told = repr(progress) + repr(api.public_thread(progress=progress))
    for name in ("Nguyễn Thị Lan", "0905123456"):
        assert name not in told
    assert "Hoàng Thanh Sơn" not in repr(api.public_thread(progress=progress))
    assert (progress.status, progress.is_open, progress.agency) == (4, True, "Ủy ban nhân dân phường Hải Châu")


def test_somebody_has_the_dossier_at_every_moment(world: World) -> None:
    dossier = make_dossier(world)
    (holder,) = api.current_holders(dossier=dossier)
    assert (holder.agency, holder.is_applicant) == ("Ủy ban nhân dân phường Hải Châu", False)
    waiting = do(world, dossier, "check", "supplement", note=REASON)
    (holder,) = api.current_holders(dossier=waiting)
    assert holder.is_applicant
    closed = make_dossier(world, status=S.RETURNED, version=dossier.procedure_version)
    assert api.current_holders(dossier=closed) == ()


@pytest.mark.django_db(transaction=True)
def test_the_audit_trail_holds_afterwards(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    make_dossier(world, status=S.RETURNED)
    make_dossier(world, status=S.WITHDRAWN)
    proof = chain.verify()
    assert proof.broken is None
    assert proof.verified == AuditEntry.objects.count() > 0
    call_command("audit_verify")
    assert "links hold" in capsys.readouterr().out


def business(context: CaptureQueriesContext) -> list[str]:
    """Leave out what opens and closes transactions."""
    skipped = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
    return [query["sql"] for query in context.captured_queries if not query["sql"].startswith(skipped)]


def test_a_step_costs_few_statements(world: World) -> None:
    dossier = make_dossier(world, status=S.PROCESSING)
    task = open_task(dossier)
    specialist = world.official("ward", "specialist")
    with CaptureQueriesContext(connection) as context:
        api.act(
            principal=specialist, task_uuid=task.uuid, outcome="pass", note="", data={},
            task_version=task.version, now=NOW,
        )  # fmt: skip
    statements = business(context)
    assert len(statements) <= BUSINESS_STATEMENTS_OF_A_STEP, "\n".join(statements)


def test_filing_costs_few_statements(world: World) -> None:
    version = make_procedure()
    lan = make_citizen()
    settle_reference()
    api.submit(principal=lan, application=make_application(world, version), now=NOW)
    application = make_application(world, version)
    with CaptureQueriesContext(connection) as context:
        api.submit(principal=lan, application=application, now=NOW)
    statements = business(context)
    assert len(statements) <= BUSINESS_STATEMENTS_OF_FILING, "\n".join(statements)
