"""What oversight does when something has happened to a dossier: points, invitations, the national portal."""

from uuid import UUID

from django.conf import settings

from lienthong.dossiers import complaint_messages, handover_messages
from lienthong.dossiers.events import DossierChanged, DossierRated
from lienthong.dossiers.models import ComplaintState, Dossier, DossierStatus, ImportState
from lienthong.dossiers.services import national, scoring
from lienthong.files import api as files
from lienthong.kernel import clock, events
from lienthong.notifications import api as notifications
from lienthong.organisations.events import PostsChanged
from lienthong.ui import status

_TONES: dict[ComplaintState, status.Tone] = {
    ComplaintState.RECEIVED: "info",
    ComplaintState.HANDLING: "now",
    ComplaintState.ANSWERED: "done",
    ComplaintState.WITHDRAWN: "plain",
    ComplaintState.ESCALATED: "soon",
}
_IMPORT_TONES: dict[ImportState, status.Tone] = {
    ImportState.UPLOADED: "info",
    ImportState.CHECKING: "now",
    ImportState.CHECKED: "soon",
    ImportState.RUNNING: "now",
    ImportState.DONE: "done",
    ImportState.FAILED: "wrong",
}


def subscribe() -> None:
    """Register handlers, kinds of messages and badges; called once when the application is ready."""
    events.subscribe(DossierChanged, key="dossiers.score", handler=score)
    events.subscribe(DossierChanged, key="dossiers.invite_to_rate", handler=invite_to_rate)
    events.subscribe(DossierChanged, key="dossiers.national", handler=tell_national_portal)
    events.subscribe(DossierRated, key="dossiers.national", handler=tell_national_portal)
    events.subscribe(PostsChanged, key="dossiers.tell_of_leaving", handler=tell_of_leaving)
    complaint_messages.register_kinds()
    notifications.register(handover_messages.NEEDED)
    for state, tone in _TONES.items():
        status.register(f"dossiers.complaint.{state.value}", state.label, tone)
    for step, tone in _IMPORT_TONES.items():
        status.register(f"dossiers.import.{step.value}", step.label, tone)
    files.register_access("dossiers.import", _nobody)


def _nobody(_principal: object, _owner_id: str) -> bool:
    """Open an imported table to nobody: it is read by its job only."""
    return False


def score(event: DossierChanged) -> None:
    """Give a finished dossier its points."""
    if event.status not in (DossierStatus.DONE, DossierStatus.RETURNED):
        return
    dossier = Dossier.objects.filter(uuid=UUID(event.aggregate_id)).first()
    if dossier is not None:
        scoring.score(dossier=dossier)


def invite_to_rate(event: DossierChanged) -> None:
    """Invite the applicant to say how it was."""
    complaint_messages.invite_to_rate(event=event, now=clock.now())


def tell_national_portal(event: DossierChanged | DossierRated) -> None:
    """Note that the national portal must be told, where there is one."""
    if settings.NATIONAL_PORTAL_URL:
        national.note_change(dossier_uuid=UUID(event.aggregate_id), now=clock.now())


def tell_of_leaving(event: PostsChanged) -> None:
    """Tell the heads when an official no longer holds the post for the tasks in hand."""
    handover_messages.tell_of_leaving(official_uuid=UUID(event.aggregate_id), now=clock.now())
