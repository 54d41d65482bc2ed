"""Several uploads made into one PDF."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from lienthong.files import queries
from lienthong.files.inspection import UploadRefusedError, clean_name
from lienthong.files.inspection.kinds import PDF, with_extension
from lienthong.files.models import File
from lienthong.files.services.storing import PICTURES, keep
from lienthong.files.store import get_store

if TYPE_CHECKING:
    from lienthong.accounts.api import Principal


def combine(
    *, principal: "Principal", uuids: Sequence[UUID], name: str, purpose: str, now: datetime, is_personal: bool = True
) -> File:
    """Make one PDF of several pictures and PDFs that the principal uploaded, in the order given.

    The single files stay until nothing holds them; see :func:`~lienthong.files.services.sweeping.sweep`.

    :raises UploadRefusedError: a file is missing, is neither picture nor PDF, waits for the virus scanner, or the
        whole grows too large.
    """
    from lienthong.files import scans  # noqa: PLC0415 - the writer of PDF takes long to load

    known = {file.uuid: file for file in queries.uploads_of(principal=principal, uuids=uuids)}
    files = [known[uuid] for uuid in uuids if uuid in known]
    if len(files) != len(uuids) or not files or any(file.blob.media_type not in (*PICTURES, PDF) for file in files):
        raise UploadRefusedError(_("Chỉ gộp được ảnh và PDF mà bạn đã tải lên."), code="files.upload.not_combined")
    if sum(file.blob.pages or 1 for file in files) > settings.UPLOAD_MAX_PAGES:
        raise UploadRefusedError(_("Gộp lại thì quá nhiều trang. Hãy chia thành nhiều tệp."), code="files.upload.pages")
    content, pages = scans.combine([(queries.read_file(file=file), file.blob.media_type) for file in files])
    if len(content) > settings.UPLOAD_MAX_BYTES:
        raise UploadRefusedError(_("Gộp lại thì tệp quá lớn. Hãy chia thành nhiều tệp."), code="files.upload.too_large")
    store = get_store()
    received = store.receive([content], max_bytes=len(content))
    try:
        return keep(
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
