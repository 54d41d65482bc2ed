"""What a dossier does when its money has come, or was given back."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from lienthong.accounts.api import SYSTEM_PRINCIPAL
from lienthong.dossiers.models import DossierStatus, HistoryKind
from lienthong.dossiers.queries.detail import CHARGED
from lienthong.dossiers.services import commands, process
from lienthong.dossiers.services.change import begin, commit, lock_where
from lienthong.payments.events import ChargeRefunded, ChargeSettled
from lienthong.workflows import api as workflows


def follow(*, event: ChargeSettled, now: datetime) -> None:
    """Note that nothing is owed any more; a process that waited for the money goes on.

    The dossier may have been withdrawn, or let go on, meanwhile: then the note is all that happens.
    """
    if event.subject_type != CHARGED:
        return
    with transaction.atomic(), override("vi"):
        dossier = lock_where(uuid=event.subject_id)
        if dossier is None:
            return
        taker = replace(SYSTEM_PRINCIPAL, name=event.by[:120])
        change = begin(dossier=dossier, principal=taker, now=now, agency_id=event.agency_id)
        change.tell(
            HistoryKind.PAID,
            title=_("Được miễn, không phải nộp tiền") if event.method == "exempt" else "",
            note=_("Biên lai số %(number)s") % {"number": event.receipt} if event.receipt else "",
            facts={"amount": event.amount, "receipt_number": event.receipt, "charge": event.aggregate_id},
        )
        is_waiting = dossier.status == DossierStatus.PAYMENT and workflows.is_waiting(
            business_key=str(dossier.uuid), message="paid"
        )
        if event.is_blocking and is_waiting:
            commands.go_on_after_payment(change)
            process.send(change, message="paid", data={"amount": event.amount})
        commit(change, action="dossiers.payment.confirmed")


def note_refund(*, event: ChargeRefunded, now: datetime) -> None:
    """Note that money was given back, for the applicant to read."""
    if event.subject_type != CHARGED:
        return
    with transaction.atomic():
        dossier = lock_where(uuid=event.subject_id)
        if dossier is None:
            return
        change = begin(dossier=dossier, principal=SYSTEM_PRINCIPAL, now=now, agency_id=event.agency_id)
        change.tell(HistoryKind.REFUNDED, note=event.reason, facts={"amount": event.amount})
        commit(change, action="dossiers.payment.refunded")
