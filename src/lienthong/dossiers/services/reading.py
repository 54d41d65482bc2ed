"""Writing that a dossier, or a file of it, was opened by somebody who is not its applicant."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts import api as accounts
from lienthong.accounts.api import AccessGround, Principal
from lienthong.dossiers.errors import PurposeMissingError, SubmissionInvalidError
from lienthong.dossiers.models import Dossier
from lienthong.dossiers.queries.reading import PURPOSE_LASTS, Reading, ground_of_purpose, reading_of
from lienthong.files import api as files
from lienthong.kernel import audit
from lienthong.kernel.text import normalise
from lienthong.workflows import api as workflows

KIND = "dossiers.dossier"


def record_reading(*, principal: Principal, dossier: Dossier, reading: Reading, now: datetime) -> None:
    """Write one reading where the applicant will find it: one statement, one row an hour."""
    if reading.is_own or reading.ground is None:
        return
    accounts.record_access(
        principal=principal,
        opened=_opened(dossier, reading.agency_id),
        ground=reading.ground,
        purpose=reading.purpose,
        now=now,
    )


def state_purpose(*, principal: Principal, dossier: Dossier, purpose: str, is_full: bool, now: datetime) -> str:
    """Take down why an official reads a dossier outside their tasks, or wants masked data in full.

    :returns: the purpose as it is kept.
    :raises SubmissionInvalidError: when it says too little to be checked afterwards.
    """
    kept = normalise(purpose)[:255]
    if len(kept) < 10:  # noqa: PLR2004 - the least that can name a reason; the message says so
        raise SubmissionInvalidError(
            _("Chưa mở được hồ sơ."),
            field_errors={"purpose": [_("Hãy ghi rõ lý do, ít nhất 10 chữ; người có hồ sơ sẽ đọc nguyên văn.")]},
        )
    with transaction.atomic():
        accounts.record_access(
            principal=principal,
            opened=_opened(dossier, None),
            ground=AccessGround.UNMASKED if is_full else ground_of_purpose(principal, dossier),
            purpose=kept,
            now=now,
        )
        audit.record(
            actor=principal.actor(),
            action="dossiers.dossier.unmasked" if is_full else "dossiers.dossier.read_outside_task",
            subject_type=KIND,
            subject_id=dossier.uuid,
            at=now,
            facts={"code": dossier.code, "purpose": kept},
        )
    return kept


def file_opened(principal: Principal, owner_id: str, file: files.File, now: datetime) -> None:
    """Write that a file of a dossier is opened, on the ground on which the dossier itself was read.

    :raises PurposeMissingError: when the official neither works on the dossier nor has stated why they read it.
    """
    dossier = Dossier.objects.get(uuid=UUID(owner_id))
    earlier = accounts.purpose_of_reading(
        principal=principal, kind=KIND, id=str(dossier.uuid), since=now - PURPOSE_LASTS
    )
    if earlier is not None:
        reading = Reading(AccessGround(earlier.ground), earlier.purpose, agency_id=earlier.agency_id)
    else:
        tasks = workflows.tasks_of(principal=principal, business_key=str(dossier.uuid)) if principal.is_official else ()
        reading = reading_of(principal=principal, dossier=dossier, tasks=tasks, now=now)
    if reading.is_own:
        return
    if reading.ground is None:
        raise PurposeMissingError(
            _("Bạn không có nhiệm vụ nào ở hồ sơ này. Hãy mở trang hồ sơ và ghi lý do xem, rồi mở lại tệp.")
        )
    accounts.record_access(
        principal=principal,
        opened=accounts.Opened(
            kind="files.file",
            id=str(file.uuid),
            label=f"Tệp “{file.name}”, hồ sơ {dossier.code}",
            person_id=dossier.applicant_id,
            business_id=dossier.business_id,
            agency_id=reading.agency_id,
        ),
        ground=reading.ground,
        purpose=reading.purpose,
        now=now,
    )


def _opened(dossier: Dossier, agency_id: int | None) -> accounts.Opened:
    return accounts.Opened(
        kind=KIND,
        id=str(dossier.uuid),
        label=f"Hồ sơ {dossier.code}, {dossier.procedure_version.name_vi}",
        person_id=dossier.applicant_id,
        business_id=dossier.business_id,
        agency_id=agency_id,
    )
