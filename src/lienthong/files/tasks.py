"""Jobs: virus scan, previews ahead of time, sweeping what nobody kept."""

from datetime import timedelta

from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lienthong.files import clamd, previews, services
from lienthong.files.models import Blob, ScanState
from lienthong.files.store import get_store
from lienthong.kernel import clock

RETRIES = RetryStrategy(max_attempts=12, exponential_wait=3, retry_exceptions=[clamd.ScannerError])


@app.task(name="files.scan", queue="files", retry=RETRIES)
def scan(blob_id: int, **_future: object) -> None:
    """Have one content scanned; repeated runs are harmless."""
    blob = Blob.objects.get(pk=blob_id)
    if blob.scan_state in (ScanState.CLEAN, ScanState.INFECTED) or not settings.CLAMD:
        return
    with get_store().open(blob.sha256) as content:
        threat = clamd.scan(settings.CLAMD, content)
    services.record_scan(blob_id=blob_id, threat=threat, now=clock.now())


@app.task(name="files.preview", queue="files")
def preview(blob_id: int, **_future: object) -> None:
    """Draw the first pages of a content before somebody asks for them."""
    blob = Blob.objects.get(pk=blob_id)
    if blob.scan_state not in (ScanState.PENDING, ScanState.INFECTED):
        previews.draw_first(sha256=blob.sha256, media_type=blob.media_type, pages=blob.pages or 0)


@app.periodic(cron="40 2 * * *")
@app.task(name="files.sweep", queue="files", queueing_lock="files.sweep")
def sweep(timestamp: int, **_future: object) -> None:
    """Each night delete files that nothing owns after ``UPLOAD_KEEP_DAYS``."""
    now = clock.now()
    services.sweep(before=now - timedelta(days=settings.UPLOAD_KEEP_DAYS), now=now)
