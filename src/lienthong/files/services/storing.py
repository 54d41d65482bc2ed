"""Receiving files: what people send is checked, what the program made is kept as it is; each content once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from lienthong.files.inspection import Limits, UploadRefusedError, clean_name, inspect
from lienthong.files.inspection import images as pictures
from lienthong.files.inspection.kinds import JPEG, PNG, WEBP, with_extension
from lienthong.files.models import Blob, File, ScanState
from lienthong.files.store import Received, TooLongError, get_store
from lienthong.kernel import audit, jobs
from lienthong.kernel.text import normalise

if TYPE_CHECKING:
    from lienthong.accounts.api import Principal

PICTURES = (JPEG, PNG, WEBP)


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
        if media_type in PICTURES:
            content, media_type = pictures.normalise(received.path, media_type)
            store.discard(received)
            received = store.receive([content], max_bytes=len(content))
        return keep(
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
        return keep(
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


@transaction.atomic
def keep(
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
    """Keep a received content under a name, in one transaction; a new one is scanned and drawn ahead by jobs.

    :raises UploadRefusedError: for a content that was found infected before.
    """
    store = get_store()
    hold(received.sha256)
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


def hold(sha256: str) -> None:
    """Keep the sweeper and other uploads of one content apart until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])


@transaction.atomic
def rename(*, file_id: int, name: str) -> None:
    """Give a file another name; its content and its signatures stay. The caller's own audit entry tells why."""
    File.objects.filter(pk=file_id).update(name=clean_name(name))
