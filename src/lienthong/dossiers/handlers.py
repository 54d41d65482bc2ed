"""What dossiers do when something has happened: papers, linked answers, timers."""

from uuid import UUID

from lienthong.dossiers import messages, messages_branches
from lienthong.dossiers.events import DossierChanged
from lienthong.dossiers.models import HistoryKind
from lienthong.dossiers.services import fees, keeping, papers_out, settled, timers
from lienthong.forms.events import DraftExpiring
from lienthong.kernel import clock
from lienthong.payments.events import ChargeRefunded, ChargeSettled
from lienthong.workflows.events import ProcessAdvanced


def issue_papers(event: DossierChanged) -> None:
    """Make the forms that the change calls for."""
    for change, entry in zip(event.changes, event.entries, strict=True):
        if change in papers_out.PAPER_OF:
            papers_out.issue_for(entry_uuid=UUID(entry), now=clock.now())


def ask_fees(event: DossierChanged) -> None:
    """Ask for the fees of the law at reception, at a supplement and with the result; take back what is not due."""
    fees.follow(event=event, now=clock.now())


def go_on_after_charge(event: ChargeSettled) -> None:
    """Note that nothing is owed any more, and let the process go on that waited for it."""
    settled.follow(event=event, now=clock.now())


def note_refund(event: ChargeRefunded) -> None:
    """Note that money was given back."""
    settled.note_refund(event=event, now=clock.now())


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


def keep_results(event: DossierChanged) -> None:
    """Let the applicant's vault follow the results of the dossier."""
    if set(event.changes) & keeping.CHANGES:
        keeping.follow(dossier_uuid=UUID(event.aggregate_id), now=clock.now())


def tell_people(event: DossierChanged) -> None:
    """Tell the applicant and the officials concerned."""
    messages.tell(event=event, now=clock.now())
