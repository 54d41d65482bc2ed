"""Letting go of files that belong to nothing, and of contents that no file uses."""

from datetime import datetime

from django.db import transaction

from lienthong.files.models import Blob, File, ScanState
from lienthong.files.services.storing import hold
from lienthong.files.store import get_store
from lienthong.kernel import audit


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
        hold(sha256)
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
        hold(sha256)
        if not Blob.objects.filter(sha256=sha256).exists():
            get_store().forget(sha256)
    return 1
