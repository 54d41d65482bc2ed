"""What the virus scanner said of a content."""

from datetime import datetime

from django.db import transaction

from lienthong.files.models import Blob, ScanState
from lienthong.files.store import get_store
from lienthong.kernel import audit, jobs


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
