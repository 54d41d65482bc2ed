"""Jobs: virus scan, previews ahead of time, sweeping what nobody kept."""

from datetime import timedelta

from django.conf import settings
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from lienthong.files import clamd, previews, reading
from lienthong.files.models import Blob, PageState, PageText, ScanState
from lienthong.files.services import page_texts, scanning, sweeping
from lienthong.files.store import get_store
from lienthong.kernel import clock

RETRIES = RetryStrategy(max_attempts=12, exponential_wait=3, retry_exceptions=[clamd.ScannerError])
READING_ATTEMPTS = 3
READING_RETRIES = RetryStrategy(
    max_attempts=READING_ATTEMPTS - 1, exponential_wait=5, retry_exceptions=[reading.ReadingError]
)


@app.task(name="files.scan", queue="files", retry=RETRIES)
def scan(blob_id: int, **_future: object) -> None:
    """Have one content scanned; repeated runs are harmless."""
    blob = Blob.objects.get(pk=blob_id)
    if blob.scan_state in (ScanState.CLEAN, ScanState.INFECTED) or not settings.CLAMD:
        return
    with get_store().open(blob.sha256) as content:
        threat = clamd.scan(settings.CLAMD, content)
    scanning.record_scan(blob_id=blob_id, threat=threat, now=clock.now())


@app.task(name="files.preview", queue="files")
def preview(blob_id: int, **_future: object) -> None:
    """Draw the first pages of a content before somebody asks for them."""
    blob = Blob.objects.get(pk=blob_id)
    if blob.scan_state not in (ScanState.PENDING, ScanState.INFECTED):
        previews.draw_first(sha256=blob.sha256, media_type=blob.media_type, pages=blob.pages or 0)
        page_texts.request_reading(blob_id=blob_id, now=clock.now())


# Pages are read behind everything else: mails and events never wait for them.
@app.task(name="files.read_page", queue="ocr", priority=-10, pass_context=True, retry=READING_RETRIES)
def read_page(context: JobContext, blob_id: int, page: int, **_future: object) -> None:
    """Read the words of one page; without the program the page waits until it is installed."""
    wanted = PageText.objects.select_related("blob").filter(blob_id=blob_id, page=page).first()
    if wanted is None or wanted.state == PageState.DONE:
        return
    blob = wanted.blob
    if blob.scan_state in (ScanState.PENDING, ScanState.INFECTED):
        return
    with get_store().open(blob.sha256) as source:
        content = source.read()
    try:
        words = reading.read_page(content=content, media_type=blob.media_type, page=page)
    except reading.NoReaderError:
        page_texts.record_reading(blob_id=blob_id, page=page, state=PageState.UNAVAILABLE, now=clock.now())
    except reading.ReadingError as error:
        if context.job.attempts + 1 >= READING_ATTEMPTS:
            page_texts.record_reading(
                blob_id=blob_id, page=page, state=PageState.FAILED, error=str(error), now=clock.now()
            )
        raise
    else:
        page_texts.record_reading(
            blob_id=blob_id,
            page=page,
            state=PageState.DONE,
            text=words.text,
            source=words.source,
            confidence=words.confidence,
            now=clock.now(),
        )


@app.periodic(cron="40 2 * * *")
@app.task(name="files.sweep", queue="files", queueing_lock="files.sweep")
def sweep(timestamp: int, **_future: object) -> None:
    """Each night delete files that nothing owns after ``UPLOAD_KEEP_DAYS``, and read what could not be read before."""
    now = clock.now()
    sweeping.sweep(before=now - timedelta(days=settings.UPLOAD_KEEP_DAYS), now=now)
    if reading.find_reader() is not None:
        page_texts.read_again(now=now)
