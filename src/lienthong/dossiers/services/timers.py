"""What a dossier does when a timer of its process has fired."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lienthong.accounts.api import SYSTEM_PRINCIPAL
from lienthong.dossiers.models import Dossier
from lienthong.dossiers.services import process
from lienthong.dossiers.services.change import begin, commit, lock
from lienthong.workflows.events import ProcessAdvanced


def follow(*, event: ProcessAdvanced, now: datetime) -> None:
    """Carry out the commands that a fired timer brought."""
    pk = Dossier.objects.filter(uuid=UUID(event.aggregate_id)).values_list("pk", flat=True).first()
    if pk is None:
        return
    with transaction.atomic():
        dossier = lock(dossier_id=pk)
        if dossier.is_final:
            return
        change = begin(dossier=dossier, principal=SYSTEM_PRINCIPAL, now=now, agency_id=dossier.competent_agency_id)
        process.follow_written(change, event.progress())
        change.tasks.extend(event.opened)
        commit(change, action="dossiers.timer.followed")
