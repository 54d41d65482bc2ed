"""Until when a dossier may wait when no due date runs: no dossier is ever without a next date.

The dated rules (:class:`WaitRule`) say how long; every change of a dossier renews its date, by the same
calendar and the same counting as due dates.
"""

from collections.abc import Collection
from datetime import date, datetime

from lienthong.dossiers.models import Dossier, DossierStatus, HistoryKind, WaitKind, WaitRule
from lienthong.kernel import clock, reference
from lienthong.organisations import api as organisations

_RUNNING = (DossierStatus.RECEIVED, DossierStatus.PROCESSING)
_OF_STATUS = {
    DossierStatus.SUBMITTED: WaitKind.RECEPTION,
    DossierStatus.SUPPLEMENT: WaitKind.SUPPLEMENT,
    DossierStatus.PAYMENT: WaitKind.PAYMENT,
    DossierStatus.STOPPED: WaitKind.STOP,
    DossierStatus.DONE: WaitKind.COLLECTION,
}
#: What begins a wait anew although the status stays.
_ANEW = frozenset({HistoryKind.SUBMITTED, HistoryKind.SUPPLEMENT_REQUESTED, HistoryKind.PAYMENT_REQUESTED})


def kind_of(dossier: Dossier, *, kinds: Collection[str] = ()) -> WaitKind | None:
    """Say what a dossier waits for; ``None`` when it is closed or its due date runs.

    :param kinds: what has just happened: an answered supplement that was asked for before reception waits for
        the desk again, though its status stays.
    """
    if dossier.status in _RUNNING:
        return WaitKind.UNLIMITED if dossier.due_at is None else None
    if dossier.status == DossierStatus.SUPPLEMENT and _is_answered(dossier, kinds):
        return WaitKind.RECEPTION
    return _OF_STATUS.get(DossierStatus(dossier.status))


def _is_answered(dossier: Dossier, kinds: Collection[str]) -> bool:
    if HistoryKind.SUPPLEMENTED in kinds:
        return True
    return dossier.waits_for == WaitKind.RECEPTION and HistoryKind.SUPPLEMENT_REQUESTED not in kinds


@reference.kept("dossiers")
def rules_in_force(*, on: date) -> tuple[WaitRule, ...]:
    """List the rules in force on a date, a procedure's own before the general ones."""
    return tuple(WaitRule.objects.in_force(on).order_by("-procedure_code", "-valid_from"))


def rule_for(dossier: Dossier, kind: WaitKind, *, at: datetime) -> WaitRule | None:
    """Find the rule of a wait: the procedure's own, else the general one."""
    code = dossier.procedure_version.code
    rules = rules_in_force(on=clock.local_date(at))
    return next((rule for rule in rules if rule.kind == kind and rule.procedure_code in (code, "")), None)


def end_of(dossier: Dossier, kind: WaitKind, *, since: datetime) -> datetime | None:
    """Say when a wait of one kind that began then is over; ``None`` without a rule."""
    rule = rule_for(dossier, kind, at=since)
    if rule is None:
        return None
    start = clock.local_date(since)
    agency_id = dossier.receiving_agency_id if kind == WaitKind.RECEPTION else dossier.competent_agency_id
    calendar = organisations.get_calendar(agency_id=agency_id, start=start)
    rules = organisations.get_counting_rules(agency_id=agency_id, on=start)
    return calendar.due_date(received_at=since, amount=rule.amount, unit=rule.unit, rules=rules).due_at


def renew(dossier: Dossier, *, kinds: Collection[str], now: datetime) -> None:
    """Set the next date of a dossier after a change; one whose wait goes on keeps its date.

    :param kinds: what has just happened, as :class:`HistoryKind`.
    """
    kind = kind_of(dossier, kinds=kinds)
    if kind is None:
        dossier.waits_until = None
        dossier.waits_for = ""
        return
    if kind == dossier.waits_for and dossier.waits_until is not None and not _begins_anew(kind, kinds):
        return
    dossier.waits_for = kind
    dossier.waits_until = end_of(dossier, kind, since=now)


def _begins_anew(kind: WaitKind, kinds: Collection[str]) -> bool:
    return kind == WaitKind.UNLIMITED or bool(_ANEW & set(kinds))
