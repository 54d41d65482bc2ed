"""Telling the national portal: each dossier in order, nothing missing, nothing twice.

A dossier's row (:class:`NationalSync`) says what has been told. What comes next is worked out from the dossier itself,
so nothing is lost when an event is: code, files, creation, then line after line of the public history with the status
each brought, then the rating. Before a request leaves it is noted as being in flight; after an unknown outcome the
portal is asked what it knows before anything is sent again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

import structlog
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext as _

from lienthong.dossiers.events import DossierFactsChanged
from lienthong.dossiers.models import (
    Dossier,
    DossierDocument,
    DossierStatus,
    HistoryEntry,
    NationalSwitch,
    NationalSync,
    Rating,
    Result,
    ResultState,
    SyncStatus,
)
from lienthong.dossiers.national import NationalPortal, RefusedError, UnreachableError, payloads
from lienthong.dossiers.queries.detail import charges_of
from lienthong.dossiers.services.alone import NATIONAL, alone
from lienthong.files import api as files
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


@dataclass(frozen=True, slots=True)
class _Step:
    """One request: its name, what sends it, and how success is kept.

    :ivar applied: whether the portal shows that it was done already; None where doing it again is harmless.
    """

    name: str
    send: Callable[[str], str]
    keep: Callable[[NationalSync, str], None]
    applied: Callable[[], str | None] | None = None


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
        step = _next(sync, dossier, portal)
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


def _carry_out(sync: NationalSync, step: _Step, dossier: Dossier) -> None:
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


def _next(sync: NationalSync, dossier: Dossier, portal: NationalPortal) -> _Step | None:
    """Work out what the portal must be told next; None when it knows everything."""
    if not sync.remote_code:
        return _Step("GetNextValue", lambda key: portal.next_value(request_id=key), _keep_code)
    unsent = next((file for file in _files(dossier) if str(file.uuid) not in sync.files_sent), None)
    if unsent is not None:
        return _upload(sync, unsent, portal)
    if not sync.remote_id:
        return _create(sync, dossier, portal)
    return _next_of_story(sync, dossier, portal)


def _next_of_story(sync: NationalSync, dossier: Dossier, portal: NationalPortal) -> _Step | None:
    """Tell line after line, each followed by the status it brought; then where the dossier stands, and its rating."""
    told = HistoryEntry.objects.filter(pk=sync.last_entry_id).values_list("status", flat=True).first()
    if sync.status_entry_id != sync.last_entry_id and told not in (None, sync.status_sent):
        return _set_status(sync, int(told), portal)
    entries = HistoryEntry.objects.filter(dossier=dossier, is_public=True, pk__gt=sync.last_entry_id)
    entry = entries.select_related("agency").order_by("pk").first()
    if entry is not None:
        return _progress(sync, dossier, entry, portal)
    if dossier.status != sync.status_sent:
        return _set_status(sync, dossier.status, portal)
    rating = Rating.objects.filter(dossier=dossier).first()
    if rating is not None and rating.changed_at != sync.rating_sent_at:
        return _rate(sync, rating, portal)
    return None


def _keep_code(sync: NationalSync, value: str) -> None:
    sync.remote_code = value


def _upload(sync: NationalSync, file: files.File, portal: NationalPortal) -> _Step:
    def upload(key: str) -> str:
        portal.upload(
            request_id=key,
            code=sync.remote_code,
            file_id=str(file.uuid),
            digest=file.blob.sha256,
            name=file.name,
            content=files.read_file(file=file),
        )
        return str(file.uuid)

    def keep(row: NationalSync, value: str) -> None:
        row.files_sent = [*row.files_sent, value]

    return _Step(f"file:{file.pk}", upload, keep)


def _create(sync: NationalSync, dossier: Dossier, portal: NationalPortal) -> _Step:
    def create(key: str) -> str:
        documents = DossierDocument.objects.filter(dossier=dossier, replaced_at__isnull=True)
        payload = payloads.creation(
            dossier=dossier,
            code=sync.remote_code,
            documents=documents.select_related("file__blob").order_by("id"),
            charges=charges_of(dossier=dossier),
        )
        return portal.create(request_id=key, payload=payload)

    def applied() -> str | None:
        found = portal.find(code=sync.remote_code)
        return found.remote_id if found is not None else None

    def keep(row: NationalSync, value: str) -> None:
        row.remote_id, row.status_sent = value, DossierStatus.SUBMITTED

    return _Step("NoiHoSo", create, keep, applied)


def _progress(sync: NationalSync, dossier: Dossier, entry: HistoryEntry, portal: NationalPortal) -> _Step:
    def tell(key: str) -> str:
        payload = payloads.progress(dossier=dossier, entry=entry, code=sync.remote_code, remote_id=sync.remote_id)
        portal.tell_progress(request_id=key, payload=payload)
        return "sent"

    def applied() -> str | None:
        found = portal.find(code=sync.remote_code)
        return "found" if found is not None and found.progress > sync.progress_sent else None

    def keep(row: NationalSync, _value: str) -> None:
        row.last_entry_id, row.progress_sent = entry.pk, row.progress_sent + 1

    return _Step(f"progress:{entry.pk}", tell, keep, applied)


def _set_status(sync: NationalSync, value: int, portal: NationalPortal) -> _Step:
    def tell(key: str) -> str:
        payload = payloads.status(code=sync.remote_code, remote_id=sync.remote_id, value=value)
        portal.set_status(request_id=key, payload=payload)
        return str(value)

    def keep(row: NationalSync, sent: str) -> None:
        row.status_sent, row.status_entry_id = int(sent), row.last_entry_id

    return _Step(f"status:{sync.last_entry_id}:{value}", tell, keep)


def _rate(sync: NationalSync, rating: Rating, portal: NationalPortal) -> _Step:
    def tell(key: str) -> str:
        payload = payloads.rating(code=sync.remote_code, remote_id=sync.remote_id, given=rating)
        portal.set_rating(request_id=key, payload=payload)
        return "sent"

    def keep(row: NationalSync, _value: str) -> None:
        row.rating_sent_at = rating.changed_at

    return _Step(f"rating:{rating.changed_at:%Y%m%d%H%M%S%f}", tell, keep)


def _load(dossier_id: int) -> Dossier:
    rows = Dossier.objects.select_related("procedure_version__procedure", "receiving_agency__area")
    return rows.get(pk=dossier_id)


def _files(dossier: Dossier) -> Iterator[files.File]:
    """Give the files that belong to the dossier at the portal: the papers handed in, and the issued result."""
    for document in DossierDocument.objects.filter(dossier=dossier, file__isnull=False).select_related("file__blob"):
        if document.file is not None:
            yield document.file
    issued = Result.objects.filter(dossier=dossier, state=ResultState.ISSUED, file__isnull=False)
    for result in issued.select_related("file__blob"):
        if result.file is not None:
            yield result.file


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
