"""Telling the national portal: each dossier in order, nothing missing, nothing twice.

A dossier's row (:class:`NationalSync`) says what has been told. What comes next is worked out from the dossier itself
(``national_steps``), so nothing is lost when an event is. Before a request leaves it is noted as being in flight; after
an unknown outcome the portal is asked what it knows before anything is sent again.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

import structlog
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext as _

from lienthong.dossiers.events import DossierFactsChanged
from lienthong.dossiers.models import Dossier, NationalSwitch, NationalSync, Rating, SyncStatus
from lienthong.dossiers.national import NationalPortal, RefusedError, UnreachableError
from lienthong.dossiers.services.alone import NATIONAL, alone
from lienthong.dossiers.services.national_steps import Step, next_step
from lienthong.kernel import audit, clock, events, jobs
from lienthong.kernel.errors import InvalidError

log = structlog.get_logger(__name__)

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
#: A sweep that meets so many silences in a row takes the portal for down and stops.
SILENCES = 3
_JOB = "dossiers.national_send"
_NAMESPACE = UUID("3c0d6a52-0b6c-5f0e-9a3a-0f6a27c1e9b4")


class Sent(StrEnum):
    """How one round of sending ended."""

    SYNCED = "synced"
    WAITING = "waiting"
    REFUSED = "refused"
    BUSY = "busy"
    PAUSED = "paused"


def note_change(*, dossier_uuid: UUID, now: datetime) -> None:
    """Note that a dossier has something new to tell and queue its sending, in the caller's transaction."""
    pk = Dossier.objects.filter(uuid=dossier_uuid).values_list("pk", flat=True).first()
    if pk is not None:
        _mark([pk], now=now)
        jobs.queue(_JOB, dossier_uuid=str(dossier_uuid))


def backfill(*, since: datetime, actor: audit.Actor, now: datetime) -> int:
    """Note every dossier filed since an instant for sending; give how many; what is told already stays told."""
    count = 0
    with transaction.atomic():
        ids = list(Dossier.objects.filter(submitted_at__gte=since).order_by("id").values_list("pk", flat=True))
        for start in range(0, len(ids), 1000):
            count += _mark(ids[start : start + 1000], now=now)
        audit.record(
            actor=actor,
            action="dossiers.national.backfilled",
            subject_type="dossiers.national",
            subject_id="",
            at=now,
            facts={"since": since.isoformat(), "dossiers": count},
        )
    return count


def resend(*, actor: audit.Actor, dossier_ids: Sequence[int], now: datetime) -> int:
    """Let refused or waiting dossiers be sent at once; give how many.

    :raises InvalidError: when none of them waits.
    """
    with transaction.atomic():
        rows = NationalSync.objects.filter(dossier_id__in=dossier_ids).exclude(status=SyncStatus.SYNCED)
        found = list(rows.select_related("dossier").order_by("dossier_id"))
        if not found:
            raise InvalidError(_("Chọn ít nhất một hồ sơ còn chờ hoặc bị từ chối."))
        _mark([row.dossier_id for row in found], now=now)
        jobs.queue_many(_JOB, ({"dossier_uuid": str(row.dossier.uuid)} for row in found))
        _record(actor, "resent", now, dossiers=[row.dossier.code for row in found])
    return len(found)


def pause(*, actor: audit.Actor, reason: str, now: datetime) -> None:
    """Hold all sending; changes go on being noted.

    :raises InvalidError: without a reason.
    """
    if not reason.strip():
        raise InvalidError(_("Hãy nêu lý do tạm dừng."), field_errors={"reason": [_("Hãy nêu lý do tạm dừng.")]})
    with transaction.atomic():
        NationalSwitch.objects.update_or_create(
            pk=NationalSwitch.ONLY,
            defaults={"paused_at": now, "paused_by": actor.name, "reason": reason.strip()[:300]},
        )
        _record(actor, "paused", now, reason=reason.strip()[:300])


def resume_sending(*, actor: audit.Actor, now: datetime) -> None:
    """Let sending go on; whatever waits is due at once."""
    with transaction.atomic():
        NationalSwitch.objects.filter(pk=NationalSwitch.ONLY).update(paused_at=None, paused_by="", reason="")
        NationalSync.objects.filter(status=SyncStatus.PENDING).update(next_attempt_at=now)
        _record(actor, "resumed", now)


def is_paused() -> bool:
    """Say whether an operator holds the sending."""
    return NationalSwitch.objects.filter(pk=NationalSwitch.ONLY, paused_at__isnull=False).exists()


def send_due(*, portal: NationalPortal, now: Callable[[], datetime] = clock.now, limit: int = 500) -> int:
    """Send what waits and is due, the longest waiting first; give how many dossiers are told completely.

    It stops when the portal is silent several times in a row.
    """
    if is_paused():
        return 0
    due = NationalSync.objects.filter(status=SyncStatus.PENDING, next_attempt_at__lte=now())
    silent = done = 0
    for dossier_id in list(due.order_by("next_attempt_at").values_list("dossier_id", flat=True)[:limit]):
        outcome = send(dossier_id=dossier_id, portal=portal, now=now)
        done += outcome is Sent.SYNCED
        silent = silent + 1 if outcome is Sent.WAITING else 0
        if silent >= SILENCES:
            break
    return done


def send(*, dossier_id: int, portal: NationalPortal, now: Callable[[], datetime] = clock.now) -> Sent:
    """Tell the portal all that it does not know of one dossier, in order.

    Only one process sends a dossier at a time; nothing is sent inside a transaction.
    """
    if is_paused():
        return Sent.PAUSED
    with alone(NATIONAL, dossier_id) as is_mine:
        if not is_mine:
            return Sent.BUSY
        outcome: Sent | None = None
        while outcome is None:
            outcome = _send_next(dossier_id, portal, now)
        return outcome


def _send_next(dossier_id: int, portal: NationalPortal, now: Callable[[], datetime]) -> Sent | None:
    """Send the next request of a dossier; None while there may be more."""
    sync = NationalSync.objects.get(pk=dossier_id)
    if sync.status != SyncStatus.PENDING:
        return Sent.REFUSED if sync.status == SyncStatus.REFUSED else Sent.SYNCED
    dossier = _load(dossier_id)
    outcome: Sent | None = None
    try:
        step = next_step(sync, dossier, portal)
        if step is not None:
            _carry_out(sync, step, dossier)
        elif _settle(sync, dossier, now()):
            outcome = Sent.SYNCED
    except RefusedError as error:
        _note_refusal(sync, error, now())
        outcome = Sent.REFUSED
    except UnreachableError as error:
        _note_silence(sync, error, now())
        outcome = Sent.WAITING
    return outcome


def _carry_out(sync: NationalSync, step: Step, dossier: Dossier) -> None:
    """Send one request, unless an earlier attempt of the same turns out to have been done."""
    rows = NationalSync.objects.filter(pk=sync.pk)
    value: str | None = None
    if step.applied is not None and sync.in_flight == step.name:
        value = step.applied()
    if value is None:
        if step.applied is not None:
            rows.update(in_flight=step.name)
        try:
            value = step.send(str(uuid5(_NAMESPACE, f"{dossier.uuid}:{step.name}")))
        except RefusedError:
            rows.update(in_flight="")
            raise
    was_known = bool(sync.remote_id)
    step.keep(sync, value)
    sync.in_flight, sync.attempts, sync.error = "", 0, ""
    with transaction.atomic():
        sync.save(
            update_fields=[
                "remote_code", "remote_id", "last_entry_id", "progress_sent", "status_entry_id", "status_sent",
                "files_sent", "rating_sent_at", "in_flight", "attempts", "error",
            ]
        )  # fmt: skip
        if sync.remote_id and not was_known:
            events.publish(
                DossierFactsChanged(aggregate_id=str(dossier.uuid), occurred_at=clock.now(), about="national")
            )


def _load(dossier_id: int) -> Dossier:
    rows = Dossier.objects.select_related("procedure_version__procedure", "receiving_agency__area")
    return rows.get(pk=dossier_id)


def _mark(dossier_ids: Sequence[int], *, now: datetime) -> int:
    """Make dossiers due; what waited keeps the instant since when it has waited."""
    fresh = [NationalSync(dossier_id=pk, pending_since=now, next_attempt_at=now) for pk in dossier_ids]
    NationalSync.objects.bulk_create(fresh, ignore_conflicts=True)
    NationalSync.objects.filter(dossier_id__in=dossier_ids).update(
        pending_since=Case(When(status=SyncStatus.SYNCED, then=Value(now)), default=F("pending_since")),
        status=SyncStatus.PENDING,
        next_attempt_at=now,
    )
    return len(dossier_ids)


def _settle(sync: NationalSync, dossier: Dossier, now: datetime) -> bool:
    """Call the dossier told, unless it has changed meanwhile; its lock keeps changes away while we look."""
    with transaction.atomic():
        locked = Dossier.objects.select_for_update(no_key=True, of=("self",)).get(pk=dossier.pk)
        rating = Rating.objects.filter(dossier=locked).values_list("changed_at", flat=True).first()
        if locked.version != dossier.version or rating != sync.rating_sent_at:
            return False
        NationalSync.objects.filter(pk=sync.pk).update(
            status=SyncStatus.SYNCED, synced_at=now, pending_since=None, attempts=0, error="", in_flight=""
        )
    return True


def _note_silence(sync: NationalSync, error: UnreachableError, now: datetime) -> None:
    attempts = sync.attempts + 1
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 12), LONGEST_WAIT)
    NationalSync.objects.filter(pk=sync.pk).update(
        attempts=attempts, error=str(error)[:300], next_attempt_at=now + wait
    )
    log.info("national_portal_silent", dossier=sync.pk, attempts=attempts, problem=str(error))


def _note_refusal(sync: NationalSync, error: RefusedError, now: datetime) -> None:
    NationalSync.objects.filter(pk=sync.pk).update(
        status=SyncStatus.REFUSED, attempts=sync.attempts + 1, error=error.reason[:300], next_attempt_at=now
    )
    log.warning("national_portal_refused", dossier=sync.pk)


def _record(actor: audit.Actor, verb: str, now: datetime, **facts: object) -> None:
    audit.record(
        actor=actor,
        action=f"dossiers.national.{verb}",
        subject_type="dossiers.national",
        subject_id="",
        at=now,
        facts=facts,
    )
