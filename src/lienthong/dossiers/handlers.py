"""What dossiers do when something has happened: papers, linked answers, timers."""

from uuid import UUID

from lienthong.dossiers import messages, messages_branches
from lienthong.dossiers.events import DossierChanged
from lienthong.dossiers.models import HistoryKind
from lienthong.dossiers.services import papers_out, timers
from lienthong.forms.events import DraftExpiring
from lienthong.kernel import clock
from lienthong.workflows.events import ProcessAdvanced


def issue_papers(event: DossierChanged) -> None:
    """Make the forms that the change calls for."""
    for change, entry in zip(event.changes, event.entries, strict=True):
        if change in papers_out.PAPER_OF:
            papers_out.issue_for(entry_uuid=UUID(entry), now=clock.now())


def follow_timer(event: ProcessAdvanced) -> None:
    """Carry out what a process commanded when one of its timers fired."""
    timers.follow(event=event, now=clock.now())


def tell_of_draft(event: DraftExpiring) -> None:
    """Tell the owner that a prepared application will be thrown away."""
    messages.tell_of_draft(event=event, now=clock.now())


def tell_superiors(event: DossierChanged) -> None:
    """Tell the upper one-stop unit that a linked procedure has reached its level."""
    if HistoryKind.BRANCH_OPENED in event.changes:
        messages_branches.tell_superiors(event=event, now=clock.now())


def tell_people(event: DossierChanged) -> None:
    """Tell the applicant and the officials concerned."""
    messages.tell(event=event, now=clock.now())
