"""What an applicant owes: the fees of the law at each stage, and the duty that a step of the process sets.

The rules are rows of ``payments``; what they say of an application (its channel, its answers) is evaluated here,
where the application is known, and ``payments`` gets plain amounts.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from lienthong.accounts.api import SYSTEM_PRINCIPAL
from lienthong.dossiers.events import DossierChanged
from lienthong.dossiers.models import ApplicantKind, Channel, Dossier, DossierStatus, HistoryKind
from lienthong.dossiers.queries.detail import CHARGED
from lienthong.dossiers.services.change import Change, begin, commit, lock_where
from lienthong.kernel import audit, clock
from lienthong.organisations import api as organisations
from lienthong.payments import api as payments
from lienthong.workflows import api as workflows

_STAGES: Mapping[str, payments.Stage] = {
    HistoryKind.RECEIVED: payments.Stage.RECEPTION,
    HistoryKind.SUPPLEMENTED: payments.Stage.SUPPLEMENT,
    HistoryKind.DONE: payments.Stage.RESULT,
}
_NOT_DUE = frozenset({DossierStatus.NOT_RECEIVED, DossierStatus.WITHDRAWN})
_MOST_UNITS = 100_000
#: No run of days off is longer: after it the working calendar need not be asked.
_LONGEST_REST = timedelta(days=31)


def subject_of(dossier: Dossier, *, collector: payments.Collector = payments.Collector.RECEIVING) -> payments.Subject:
    """Name a dossier as a charge knows it; where one agency receives and decides, it collects as the receiving one."""
    receiving, deciding = dossier.receiving_agency_id, dossier.competent_agency_id
    if receiving == deciding:
        collector = payments.Collector.RECEIVING
    return payments.Subject(
        type=CHARGED,
        id=dossier.uuid,
        code=dossier.code,
        about=dossier.procedure_version.name_vi[:500],
        agency_id=deciding if collector == payments.Collector.DECIDING else receiving,
        collector=collector,
        person_id=dossier.applicant_id,
        business_id=dossier.business_id,
        payer_name=dossier.owner_name if dossier.business_id is not None else dossier.applicant_name,
    )


def ask_duty(change: Change, *, amount: int, purpose: str) -> payments.Charge:
    """Ask for the duty that a step of the process set; a demand that was left open gives way to it."""
    dossier = change.dossier
    actor = change.principal.actor(change.agency_id)
    payments.cancel_open(
        actor=actor,
        subject_type=CHARGED,
        subject_id=dossier.uuid,
        reason=_("Thay bằng yêu cầu nộp tiền mới"),
        only_blocking=True,
        now=change.now,
    )
    return payments.ask(
        actor=actor,
        subject=subject_of(dossier),
        lines=[payments.Line(kind=payments.FeeKind.DUTY, name=purpose[:255], unit_amount=amount)],
        stage=payments.Stage.SUPPLEMENT,
        reason=purpose,
        is_blocking=True,
        now=change.now,
    )


def follow(*, event: DossierChanged, now: datetime) -> None:
    """Ask for what the law lets ask at this stage; take back what is open when the dossier is not dealt with."""
    uuid = UUID(event.aggregate_id)
    if event.status in _NOT_DUE or HistoryKind.REFUSED in event.changes:
        with override("vi"):
            payments.cancel_open(
                actor=audit.SYSTEM,
                subject_type=CHARGED,
                subject_id=uuid,
                reason=_("Hồ sơ không được giải quyết"),
                only_blocking=False,
                now=now,
            )
        return
    for kind in event.changes:
        stage = _STAGES.get(kind)
        if stage is not None:
            ask_at_stage(dossier_uuid=uuid, stage=stage, now=now)


def ask_at_stage(*, dossier_uuid: UUID, stage: payments.Stage, now: datetime) -> tuple[payments.Charge, ...]:
    """Ask for the fees of one stage, once; the dossier does not wait for them unless its process says so.

    :returns: one charge for each agency that collects, an exempt one where nothing is due; none when the law sets no
        fee that is known here, or the stage was asked for before.
    """
    with transaction.atomic():
        dossier = lock_where(uuid=dossier_uuid)
        if dossier is None or _is_asked(dossier, stage):
            return ()
        due: dict[payments.Subject, list[payments.Line]] = {}
        for line in assess(dossier, stage=stage, now=now):
            due.setdefault(subject_of(dossier, collector=payments.Collector(line.collector)), []).append(line)
        return tuple(_ask(dossier, subject, lines, stage=stage, now=now) for subject, lines in due.items())


def _ask(
    dossier: Dossier, subject: payments.Subject, lines: list[payments.Line], *, stage: payments.Stage, now: datetime
) -> payments.Charge:
    purpose = "; ".join(line.name for line in lines)
    asked = payments.ask(
        actor=audit.SYSTEM,
        subject=subject,
        lines=lines,
        stage=stage,
        reason=purpose,
        is_blocking=False,
        now=now,
    )
    if asked.is_open:
        change = begin(dossier=dossier, principal=SYSTEM_PRINCIPAL, now=now, agency_id=subject.agency_id)
        change.tell(HistoryKind.PAYMENT_REQUESTED, facts={"amount": asked.amount, "purpose": purpose})
        commit(change, action="dossiers.fee.asked")
    return asked


def _is_asked(dossier: Dossier, stage: payments.Stage) -> bool:
    return any(
        charge.stage == stage and not charge.is_blocking and charge.state != payments.ChargeState.CANCELLED
        for charge in payments.charges_of(subject_type=CHARGED, subject_id=dossier.uuid)
    )


def assess(dossier: Dossier, *, stage: payments.Stage, now: datetime) -> list[payments.Line]:
    """Work the fees of one stage out: which rules hold, for how many units, with which reduction.

    A rule that the provincial council has yet to fill gives no line.
    """
    on = clock.local_date(now)
    version = dossier.procedure_version
    rules = payments.fee_rules(
        procedure_code=version.code,
        places=_places(dossier),
        stage=stage,
        on=on,
    )
    if not rules:
        return []
    known = _known(dossier)
    reductions = payments.fee_reductions(procedure_code=version.code, on=on)
    lines = []
    for rule in rules:
        if rule.basis != payments.Basis.COUNCIL and holds(rule.condition, known, now=now):
            line = _line(rule, reductions, known, on=on, now=now)
            if line is not None:
                lines.append(line)
    return lines


def _places(dossier: Dossier) -> dict[str, payments.Place]:
    """Say where the two agencies stand that may collect."""
    roles = {
        payments.Collector.RECEIVING.value: dossier.receiving_agency_id,
        payments.Collector.DECIDING.value: dossier.competent_agency_id,
    }
    agencies = organisations.get_agencies(ids=set(roles.values()))
    places = {}
    for agency_id, agency in agencies.items():
        areas = organisations.area_path(area_id=agency.area_id) if agency.area_id else ()
        places[agency_id] = payments.Place(area_ids=tuple(area.pk for area in areas), level=agency.level)
    return {role: places[agency_id] for role, agency_id in roles.items()}


def _known(dossier: Dossier) -> dict[str, Any]:
    """Give what conditions may speak of: the answers, and how, when and by whom the dossier was filed."""
    filed_on = clock.local_date(dossier.submitted_at)
    return {
        **dossier.answers,
        "filed_on": filed_on.isoformat(),
        **_term(dossier, filed_on=filed_on),
        "channel": Channel(dossier.channel).name.lower(),
        "applicant": ApplicantKind(dossier.applicant_kind).name.lower(),
        "procedure": dossier.procedure_version.code,
    }


def _term(dossier: Dossier, *, filed_on: date) -> dict[str, str]:
    """Give the last day on which the dossier would have been in time, where the law sets one and its event is known.

    The event's own day is not counted, and a term that would end on a day off ends with the next working day
    (Bộ luật Dân sự 91/2015/QH13, Điều 147 and Điều 148).
    """
    term = payments.filing_term(procedure_code=dossier.procedure_version.code, on=filed_on)
    begun = _day(dossier.answers.get(term.counted_from)) if term is not None else None
    if term is None or begun is None:
        return {}
    ends = begun + timedelta(days=term.days)
    if ends < filed_on <= ends + _LONGEST_REST:
        calendar = organisations.get_calendar(agency_id=dossier.receiving_agency_id, start=ends, end=filed_on)
        ends = calendar.working_day_on_or_after(ends).date
    return {"term_ends_on": ends.isoformat()}


def _day(value: object) -> date | None:
    """Read the day of an answer that is a date, or a date with a time."""
    if not isinstance(value, str):
        return None
    try:
        return clock.local_date(datetime.fromisoformat(value)) if "T" in value else date.fromisoformat(value)
    except ValueError:
        return None


def holds(condition: str, known: Mapping[str, Any], *, now: datetime) -> bool:
    """Say whether a condition holds; an empty one always does, one that cannot be answered does not."""
    return not condition or workflows.feel.evaluate(condition, known, now=now) is True


def _line(
    rule: payments.FeeRule,
    reductions: tuple[payments.FeeReduction, ...],
    known: Mapping[str, Any],
    *,
    on: date,
    now: datetime,
) -> payments.Line | None:
    amount, quantity = rule.amount or 0, 1
    if rule.basis == payments.Basis.PER_UNIT and rule.quantity_of:
        given = known.get(rule.quantity_of)
        if not isinstance(given, int) or isinstance(given, bool) or not 0 < given <= _MOST_UNITS:
            return None
        quantity = given
    elif rule.basis == payments.Basis.DECISION:
        decided = workflows.evaluate_decision(key=rule.decision, inputs={**known, **rule.constants}, on=on, now=now)
        if not isinstance(decided, int) or decided < 0:
            return None
        amount = decided
    best = max(
        (
            row
            for row in reductions
            if row.condition and row.kind in ("", rule.kind) and holds(row.condition, known, now=now)
        ),
        key=lambda row: row.percent,
        default=None,
    )
    taken_off = quantity * amount * best.percent // 100 if best is not None else 0
    return payments.Line(
        kind=rule.kind,
        name=rule.name,
        unit_amount=amount,
        quantity=quantity,
        unit=rule.unit,
        rule_id=rule.pk,
        collector=rule.collector,
        reduction=taken_off,
        reduction_reason=best.reason if best is not None and taken_off else "",
        reduction_basis=best.legal_basis if best is not None and taken_off else "",
        legal_basis=rule.legal_basis,
    )
