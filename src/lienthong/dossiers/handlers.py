"""What dossiers do when something has happened: papers, linked answers, timers."""

from uuid import UUID

from lienthong.dossiers import messages
from lienthong.dossiers.events import DossierChanged
from lienthong.dossiers.services import keeping, papers_out, timers
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


def keep_results(event: DossierChanged) -> None:
    """Let the applicant's vault follow the results of the dossier."""
    if set(event.changes) & keeping.CHANGES:
        keeping.follow(dossier_uuid=UUID(event.aggregate_id), now=clock.now())


def tell_people(event: DossierChanged) -> None:
    """Tell the applicant and the officials concerned."""
    messages.tell(event=event, now=clock.now())
