"""What the national portal must be told next of a dossier, worked out from the dossier and what was told already.

The order: code, files, creation, then line after line of the public history with the status each brought, then the
rating.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lienthong.dossiers.models import (
    Dossier,
    DossierDocument,
    DossierStatus,
    HistoryEntry,
    NationalSync,
    Rating,
    Result,
    ResultState,
)
from lienthong.dossiers.national import NationalPortal, payloads
from lienthong.dossiers.queries.detail import charges_of
from lienthong.files import api as files


@dataclass(frozen=True, slots=True)
class Step:
    """One request: its name, what sends it, and how success is kept.

    :ivar applied: whether the portal shows that it was done already; None where doing it again is harmless.
    """

    name: str
    send: Callable[[str], str]
    keep: Callable[[NationalSync, str], None]
    applied: Callable[[], str | None] | None = None


def next_step(sync: NationalSync, dossier: Dossier, portal: NationalPortal) -> Step | None:
    """Work out what the portal must be told next; None when it knows everything."""
    if not sync.remote_code:
        return Step("GetNextValue", lambda key: portal.next_value(request_id=key), _keep_code)
    unsent = next((file for file in _files(dossier) if str(file.uuid) not in sync.files_sent), None)
    if unsent is not None:
        return _upload(sync, unsent, portal)
    if not sync.remote_id:
        return _create(sync, dossier, portal)
    return _next_of_story(sync, dossier, portal)


def _next_of_story(sync: NationalSync, dossier: Dossier, portal: NationalPortal) -> Step | None:
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


def _upload(sync: NationalSync, file: files.File, portal: NationalPortal) -> Step:
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

    return Step(f"file:{file.pk}", upload, keep)


def _create(sync: NationalSync, dossier: Dossier, portal: NationalPortal) -> Step:
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

    return Step("NoiHoSo", create, keep, applied)


def _progress(sync: NationalSync, dossier: Dossier, entry: HistoryEntry, portal: NationalPortal) -> Step:
    def tell(key: str) -> str:
        payload = payloads.progress(dossier=dossier, entry=entry, code=sync.remote_code, remote_id=sync.remote_id)
        portal.tell_progress(request_id=key, payload=payload)
        return "sent"

    def applied() -> str | None:
        found = portal.find(code=sync.remote_code)
        return "found" if found is not None and found.progress > sync.progress_sent else None

    def keep(row: NationalSync, _value: str) -> None:
        row.last_entry_id, row.progress_sent = entry.pk, row.progress_sent + 1

    return Step(f"progress:{entry.pk}", tell, keep, applied)


def _set_status(sync: NationalSync, value: int, portal: NationalPortal) -> Step:
    def tell(key: str) -> str:
        payload = payloads.status(code=sync.remote_code, remote_id=sync.remote_id, value=value)
        portal.set_status(request_id=key, payload=payload)
        return str(value)

    def keep(row: NationalSync, sent: str) -> None:
        row.status_sent, row.status_entry_id = int(sent), row.last_entry_id

    return Step(f"status:{sync.last_entry_id}:{value}", tell, keep)


def _rate(sync: NationalSync, rating: Rating, portal: NationalPortal) -> Step:
    def tell(key: str) -> str:
        payload = payloads.rating(code=sync.remote_code, remote_id=sync.remote_id, given=rating)
        portal.set_rating(request_id=key, payload=payload)
        return "sent"

    def keep(row: NationalSync, _value: str) -> None:
        row.rating_sent_at = rating.changed_at

    return Step(f"rating:{rating.changed_at:%Y%m%d%H%M%S%f}", tell, keep)


def _files(dossier: Dossier) -> Iterator[files.File]:
    """Give the files that belong to the dossier at the portal: the papers handed in, and the issued result."""
    for document in DossierDocument.objects.filter(dossier=dossier, file__isnull=False).select_related("file__blob"):
        if document.file is not None:
            yield document.file
    issued = Result.objects.filter(dossier=dossier, state=ResultState.ISSUED, file__isnull=False)
    for result in issued.select_related("file__blob"):
        if result.file is not None:
            yield result.file
