"""The words of pages: asked for, written down, and asked for again once the program that reads them is there."""

from datetime import datetime

from django.db import transaction

from lienthong.files import policies
from lienthong.files.inspection.kinds import PDF
from lienthong.files.models import Blob, PageState, PageText, ScanState
from lienthong.files.services.storing import PICTURES
from lienthong.kernel import jobs
from lienthong.kernel.text import search_key


@transaction.atomic
def request_reading(*, blob_id: int, now: datetime) -> int:
    """Queue the reading of every page of a content that some file of a readable purpose uses; give how many.

    Pages that were read, or wait to be, are left alone.
    """
    blob = Blob.objects.filter(pk=blob_id, files__purpose__in=policies.readable_purposes()).first()
    if blob is None or blob.media_type not in (*PICTURES, PDF):
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
