"""The one REST operation for anybody: progress behind a dossier code."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema

from lienthong.accounts.api import visitor_address
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock, ratelimit
from lienthong.kernel.rest import Text

LIMIT, SECONDS = 30, 60
router = Router(tags=["tracking"])


class ProgressStep(Schema):
    """One step of the public progress."""

    name: str
    state: str
    at: datetime | None


class TrackingOut(Schema):
    """Progress without personal data."""

    code: str
    procedure: str
    agency: str
    status: int
    status_label: str
    submitted_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    is_paused: bool
    steps: list[ProgressStep]


@router.get("/{code}", response=TrackingOut, auth=None, summary="Track a dossier by its code")
def track(
    request: HttpRequest, code: Text = Path(max_length=60, description="dossier code, in any case")
) -> TrackingOut:
    """Give the progress behind a dossier code, without personal data; no token; 30 a minute from one address."""
    ratelimit.hit(key=f"track:{visitor_address(request)}", limit=LIMIT, seconds=SECONDS, now=clock.now())
    progress = dossiers.track(code=code)
    if progress is None:
        raise dossiers.DossierNotFoundError(_("Không tìm thấy hồ sơ nào có mã này."))
    return TrackingOut(
        code=progress.code,
        procedure=progress.procedure,
        agency=progress.agency,
        status=progress.status,
        status_label=progress.status_label,
        submitted_at=progress.submitted_at,
        received_at=progress.received_at,
        due_at=progress.due_at,
        is_paused=progress.is_paused,
        steps=[
            ProgressStep(name=step.text, state=step.state, at=step.at if step.state == "done" else None)
            for step in progress.steps
        ],
    )
