"""Receive, keep, attach and release files."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from lienthong.files import policies, queries
from lienthong.files.inspection import Limits, UploadRefusedError, clean_name, inspect
from lienthong.files.inspection import images as pictures
from lienthong.files.inspection.kinds import JPEG, PDF, PNG, WEBP, with_extension
from lienthong.files.models import Blob, File, FileLink, PageState, PageText, ScanState
from lienthong.files.policies import teller_for
from lienthong.files.store import Received, TooLongError, get_store
from lienthong.kernel import audit, jobs
from lienthong.kernel.text import normalise, search_key

if TYPE_CHECKING:
    from lienthong.accounts.api import Principal

_CHUNK = 1 << 18
_PICTURES = (JPEG, PNG, WEBP)


class Upload(Protocol):
    """What a received upload offers; Django's ``UploadedFile`` and Ninja's do."""

    name: str | None
    content_type: str | None

    def chunks(self) -> Iterable[bytes]:
        """Give the content piece by piece."""


def store_upload(
    *,
    principal: "Principal",
    upload: Upload,
    purpose: str,
    now: datetime,
    accept: Sequence[str] | None = None,
    max_bytes: int | None = None,
    is_personal: bool = True,
) -> File:
    """Check what somebody sent and keep it.

    The type is found from the content. Photos are turned upright, scaled down and stripped of
    metadata. The same content is kept once. When a virus scanner is configured the file waits as
    ``pending`` until the scan job has run, and cannot be opened before.

    :param accept: media types taken here (constants ``PDF``, ``JPEG`` …); None takes all known types.
    :param max_bytes: lower limit than the node's own, in bytes.
    :raises UploadRefusedError: with a message that says what is wrong and what to do.
    """
    store = get_store()
    most = min(max_bytes or settings.UPLOAD_MAX_BYTES, settings.UPLOAD_MAX_BYTES)
    limits = Limits(
        max_bytes=most, max_pages=settings.UPLOAD_MAX_PAGES, max_pixels=settings.UPLOAD_MAX_MEGAPIXELS * 1_000_000
    )
    name = clean_name(upload.name or "")
    try:
        received = store.receive(upload.chunks(), max_bytes=most)
    except TooLongError as error:
        raise UploadRefusedError(
            _("Tệp lớn hơn %(limit)s MB. Hãy giảm dung lượng hoặc chia thành nhiều tệp.")
            % {"limit": f"{most / 1_000_000:.3g}".replace(".", ",")},
            code="files.upload.too_large",
        ) from error
    sent = received.sha256
    try:
        found = inspect(received.path, name=name, declared=upload.content_type or "", accept=accept, limits=limits)
        media_type = found.media_type
        if media_type in _PICTURES:
            content, media_type = pictures.normalise(received.path, media_type)
            store.discard(received)
            received = store.receive([content], max_bytes=len(content))
        return _keep(
            received,
            actor=principal.actor(),
            account_id=principal.account_id,
            name=with_extension(name, media_type),
            media_type=media_type,
            pages=found.pages,
            purpose=purpose,
            is_personal=is_personal,
            original_sha256="" if sent == received.sha256 else sent,
            now=now,
        )
    finally:
        store.discard(received)


def store_bytes(
    *,
    actor: audit.Actor,
    name: str,
    content: bytes,
    media_type: str,
    purpose: str,
    now: datetime,
    is_personal: bool = True,
    pages: int | None = None,
) -> File:
    """Keep a content that the program itself made (a printed form, a signed result).

    :raises ValueError: when the content is empty.
    """
    if not content:
        raise ValueError("nothing to store")
    store = get_store()
    received = store.receive([content], max_bytes=len(content))
    try:
        return _keep(
            received,
            actor=actor,
            account_id=None,
            name=with_extension(clean_name(name), media_type),
            media_type=media_type,
            pages=pages,
            purpose=purpose,
            is_personal=is_personal,
            original_sha256="",
            now=now,
        )
    finally:
        store.discard(received)


def combine(
    *, principal: "Principal", uuids: Sequence[UUID], name: str, purpose: str, now: datetime, is_personal: bool = True
) -> File:
    """Make one PDF of several pictures and PDFs that the principal uploaded, in the order given.

    The single files stay until nothing holds them; see :func:`sweep`.

    :raises UploadRefusedError: a file is missing, is neither picture nor PDF, waits for the virus scanner, or the
        whole grows too large.
    """
    from lienthong.files import scans  # noqa: PLC0415 - the writer of PDF takes long to load

    known = {file.uuid: file for file in queries.uploads_of(principal=principal, uuids=uuids)}
    files = [known[uuid] for uuid in uuids if uuid in known]
    if len(files) != len(uuids) or not files or any(file.blob.media_type not in (*_PICTURES, PDF) for file in files):
        raise UploadRefusedError(_("Chỉ gộp được ảnh và PDF mà bạn đã tải lên."), code="files.upload.not_combined")
    if sum(file.blob.pages or 1 for file in files) > settings.UPLOAD_MAX_PAGES:
        raise UploadRefusedError(_("Gộp lại thì quá nhiều trang. Hãy chia thành nhiều tệp."), code="files.upload.pages")
    content, pages = scans.combine([(queries.read_file(file=file), file.blob.media_type) for file in files])
    if len(content) > settings.UPLOAD_MAX_BYTES:
        raise UploadRefusedError(_("Gộp lại thì tệp quá lớn. Hãy chia thành nhiều tệp."), code="files.upload.too_large")
    store = get_store()
    received = store.receive([content], max_bytes=len(content))
    try:
        return _keep(
            received,
            actor=principal.actor(),
            account_id=principal.account_id,
            name=with_extension(clean_name(name), PDF),
            media_type=PDF,
            pages=pages,
            purpose=purpose,
            is_personal=is_personal,
            original_sha256="",
            now=now,
        )
    finally:
        store.discard(received)


@transaction.atomic
def request_reading(*, blob_id: int, now: datetime) -> int:
    """Queue the reading of every page of a content that some file of a readable purpose uses; give how many.

    Pages that were read, or wait to be, are left alone.
    """
    blob = Blob.objects.filter(pk=blob_id, files__purpose__in=policies.readable_purposes()).first()
    if blob is None or blob.media_type not in (*_PICTURES, PDF):
        return 0
    if blob.scan_state in (ScanState.PENDING, ScanState.INFECTED):
        return 0  # asked again when the virus scanner has cleared it
    known = set(PageText.objects.filter(blob=blob).values_list("page", flat=True))
    missing = [page for page in range(1, (blob.pages or 1) + 1) if page not in known]
    PageText.objects.bulk_create(
        (PageText(blob=blob, page=page, changed_at=now) for page in missing), ignore_conflicts=True
    )
    jobs.queue_many("files.read_page", ({"blob_id": blob.pk, "page": page} for page in missing))
    return len(missing)


def record_reading(
    *, blob_id: int, page: int, state: str, now: datetime, text: str = "", source: str = "", confidence: int = 0,
    error: str = "",
) -> None:  # fmt: skip
    """Write what the reading of one page gave; no audit entry: nobody decided anything."""
    PageText.objects.filter(blob_id=blob_id, page=page).update(
        state=state,
        text=text.replace("\0", ""),
        search_key=search_key(text.replace("\0", "")),
        source=source,
        confidence=confidence,
        error=error[:500],
        changed_at=now,
    )


@transaction.atomic
def read_again(*, now: datetime, limit: int = 1000) -> int:
    """Queue the pages that could not be read for want of the program, once it is there; give how many."""
    rows = list(
        PageText.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(state=PageState.UNAVAILABLE)
        .order_by("id")
        .values("id", "blob_id", "page")[:limit]
    )
    PageText.objects.filter(pk__in=[row["id"] for row in rows]).update(state=PageState.WAITING, changed_at=now)
    jobs.queue_many("files.read_page", ({"blob_id": row["blob_id"], "page": row["page"]} for row in rows))
    return len(rows)


@transaction.atomic
def _keep(
    received: Received,
    *,
    actor: audit.Actor,
    account_id: int | None,
    name: str,
    media_type: str,
    pages: int | None,
    purpose: str,
    is_personal: bool,
    original_sha256: str,
    now: datetime,
) -> File:
    store = get_store()
    _hold(received.sha256)
    blob, is_new = Blob.objects.get_or_create(
        sha256=received.sha256,
        defaults={
            "size": received.size,
            "media_type": media_type,
            "pages": pages,
            "scan_state": ScanState.PENDING if settings.CLAMD else ScanState.NOT_SCANNED,
        },
    )
    if blob.scan_state == ScanState.INFECTED:
        raise UploadRefusedError(
            _("Tệp này có mã độc nên không được nhận. Hãy quét máy của bạn rồi gửi bản sạch."),
            code="files.upload.infected",
        )
    store.keep(received)
    if settings.CLAMD and (is_new or blob.scan_state == ScanState.NOT_SCANNED):
        Blob.objects.filter(pk=blob.pk).update(scan_state=ScanState.PENDING)
        blob.scan_state = ScanState.PENDING
        jobs.queue("files.scan", blob_id=blob.pk)
    elif is_new and account_id is not None and pages:
        jobs.queue("files.preview", blob_id=blob.pk)
    file = File.objects.create(
        name=normalise(name),
        blob=blob,
        purpose=purpose,
        is_personal=is_personal,
        original_sha256=original_sha256,
        uploaded_by_id=account_id,
    )
    audit.record(
        actor=actor,
        action="files.file.stored",
        subject_type="files.file",
        subject_id=file.uuid,
        at=now,
        facts={"sha256": blob.sha256, "size": blob.size, "media_type": blob.media_type, "purpose": purpose},
    )
    return file


def _hold(sha256: str) -> None:
    """Keep the sweeper and other uploads of one content apart until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])


@transaction.atomic
def attach(*, file_id: int, owner_type: str, owner_id: str) -> None:
    """Make a file belong to a thing of another context; doing it again changes nothing.

    From then on the thing's access checker decides who reads the file. The caller's own audit entry
    tells the business change.
    """
    FileLink.objects.get_or_create(file_id=file_id, owner_type=owner_type, owner_id=str(owner_id))


def attach_many(*, file_ids: Sequence[int], owner_type: str, owner_id: str) -> None:
    """Make several files belong to a thing of another context, in one statement; see :func:`attach`."""
    FileLink.objects.bulk_create(
        (FileLink(file_id=file_id, owner_type=owner_type, owner_id=str(owner_id)) for file_id in file_ids),
        ignore_conflicts=True,
    )


@transaction.atomic
def detach(*, file_id: int, owner_type: str, owner_id: str) -> None:
    """End a file's belonging to a thing; a file that belongs to nothing is swept after a time."""
    FileLink.objects.filter(file_id=file_id, owner_type=owner_type, owner_id=str(owner_id)).delete()


def detach_all(*, owner_type: str, owner_id: str) -> None:
    """End the belonging of every file of a thing, in one statement; see :func:`detach`."""
    FileLink.objects.filter(owner_type=owner_type, owner_id=str(owner_id)).delete()


@transaction.atomic
def record_opening(*, principal: "Principal", file: File, action: str, now: datetime) -> None:
    """Write who opened a personal paper, in the audit trail and for its owner to read; others leave no entry.

    :param action: ``downloaded`` or ``viewed``.
    """
    if file.is_personal:
        tell_opening(principal=principal, file=file, now=now)
        audit.record(
            actor=principal.actor(),
            action=f"files.file.{action}",
            subject_type="files.file",
            subject_id=file.uuid,
            at=now,
            facts={"sha256": file.blob.sha256},
        )


def tell_opening(*, principal: "Principal", file: File, now: datetime) -> None:
    """Let the thing a personal paper belongs to know that somebody else opens it; it may refuse.

    :raises ForbiddenError: when the owner's context wants a purpose stated first.
    """
    if not file.is_personal or principal.kind in ("citizen", "system"):
        return
    told = teller_for(principal, links=file.links.order_by("id"))
    if told is not None:
        teller, owner_id = told
        teller(principal, owner_id, file, now)


@transaction.atomic
def rename(*, file_id: int, name: str) -> None:
    """Give a file another name; its content and its signatures stay. The caller's own audit entry tells why."""
    File.objects.filter(pk=file_id).update(name=clean_name(name))


@transaction.atomic
def record_scan(*, blob_id: int, threat: str, now: datetime) -> None:
    """Write what the virus scanner said; an infected content is moved out of reach at once.

    :param threat: name of the malware; empty when the content is clean.
    """
    blob = Blob.objects.select_for_update(no_key=True).get(pk=blob_id)
    blob.scan_state = ScanState.INFECTED if threat else ScanState.CLEAN
    blob.threat = threat[:200]
    blob.scanned_at = now
    blob.save(update_fields=["scan_state", "threat", "scanned_at"])
    if threat:
        get_store().quarantine(blob.sha256)
    elif blob.pages:
        jobs.queue("files.preview", blob_id=blob.pk)
    audit.record(
        actor=audit.SYSTEM,
        action="files.blob.quarantined" if threat else "files.blob.cleared",
        subject_type="files.blob",
        subject_id=blob.sha256,
        at=now,
        facts={"threat": threat},
    )


def sweep(*, before: datetime, now: datetime, limit: int = 500) -> int:
    """Delete files that belong to nothing and were sent before an instant, and contents no file uses.

    :return: how many files went.
    """
    gone = 0
    for file in File.objects.filter(links__isnull=True, created_at__lt=before).order_by("id")[:limit]:
        gone += _release(file_id=file.pk, now=now)
    return gone


def _release(*, file_id: int, now: datetime) -> int:
    with transaction.atomic():
        file = File.objects.select_for_update(no_key=True).filter(pk=file_id).first()
        if file is None or file.links.exists():
            return 0
        sha256 = file.blob.sha256
        _hold(sha256)
        file.delete()
        audit.record(
            actor=audit.SYSTEM,
            action="files.file.released",
            subject_type="files.file",
            subject_id=file.uuid,
            at=now,
            facts={"sha256": sha256},
        )
        Blob.objects.filter(sha256=sha256, files__isnull=True).exclude(scan_state=ScanState.INFECTED).delete()
    with transaction.atomic():
        _hold(sha256)
        if not Blob.objects.filter(sha256=sha256).exists():
            get_store().forget(sha256)
    return 1
