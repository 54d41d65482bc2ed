"""Preparing an application, step by step and on any device, until it is filed once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Principal
from lienthong.catalogue import api as catalogue
from lienthong.dossiers.errors import NotAllowedError, SubmissionInvalidError
from lienthong.dossiers.models import Channel, Dossier, DossierDocument, Filing, ReturnMethod
from lienthong.dossiers.queries.filing import earlier_answers, filing_for
from lienthong.dossiers.services.papers_in import DocumentInput
from lienthong.dossiers.services.submission import Application, register_at_counter, submit
from lienthong.forms import api as forms
from lienthong.kernel import clock, reference
from lienthong.kernel.text import normalise

GENERAL_FORM = "general-application"
DOCUMENT_PREFIX = "document:"


def open_filing(
    *,
    principal: Principal,
    procedure: catalogue.ProcedureVersion,
    area_id: int,
    now: datetime,
    applicant_id: int | None = None,
    counter_agency_id: int | None = None,
) -> Filing:
    """Open, or go on with, the preparation of an application for one procedure.

    The form starts from the verified profile and earlier dossiers; what comes from where is marked.

    :param applicant_id: for whom an official files at the counter.
    :raises NotAllowedError: when nobody is signed in.
    """
    if principal.account_id is None or (applicant_id is None and principal.person_id is None):
        raise NotAllowedError(_("Hãy đăng nhập bằng tài khoản công dân để nộp hồ sơ."))
    person_id = applicant_id or principal.person_id
    today = clock.local_date(now)
    form = forms.current_form(key=procedure.form_key or GENERAL_FORM, on=today)
    purpose = f"procedure:{procedure.code}" + (f":{applicant_id}" if applicant_id else "")
    with transaction.atomic():
        draft = forms.find_draft(principal=principal, context_key=purpose)
        if draft is None or draft.form_id != form.pk:
            prefill = forms.prefill(
                form=form,
                profile=accounts.verified_profile(person_id=person_id) if person_id else {},
                earlier=earlier_answers(person_id=person_id, form_id=form.pk) if person_id else (),
            )
            draft = forms.open_draft(principal=principal, form=form, context_key=purpose, now=now, prefill=prefill)
            accounts.record_access(
                principal=principal,
                opened=accounts.Opened(
                    kind="accounts.person",
                    id=str(draft.uuid),
                    label="Thông tin cá nhân và danh mục giấy tờ trong kho",
                    person_id=person_id,
                    agency_id=counter_agency_id,
                ),
                ground=accounts.AccessGround.TASK,
                purpose=f"Tiếp nhận tại quầy: {procedure.name_vi}",
                now=now,
            )
        filing, _created = Filing.objects.update_or_create(
            draft_uuid=draft.uuid,
            defaults={
                "account_id": principal.account_id,
                "applicant_id": applicant_id,
                "procedure_version": procedure,
                "area_id": area_id,
                "counter_agency_id": counter_agency_id,
            },
        )
    return filing


def choose_return(
    *,
    principal: Principal,
    filing_uuid: UUID,
    method: str,
    address: str,
    time_limit_key: str,
    wants_receipt: bool = True,
) -> Filing:
    """Keep how the applicant wants the result, and whether they ask for a receipt where none is due.

    :raises SubmissionInvalidError: for an unknown way, or a postal one without an address.
    """
    filing = filing_for(principal=principal, uuid=filing_uuid)
    problems: dict[str, list[str]] = {}
    if method not in ReturnMethod.values:
        problems["return_method"] = [_("Hãy chọn cách nhận kết quả.")]
    elif method == ReturnMethod.POST and not address.strip():
        problems["return_address"] = [_("Hãy nhập địa chỉ nhận kết quả qua bưu chính.")]
    if problems:
        raise SubmissionInvalidError(_("Chưa lưu được cách nhận kết quả."), field_errors=problems)
    filing.return_method = method
    filing.return_address = normalise(address)[:255]
    filing.time_limit_key = time_limit_key[:40]
    filing.wants_receipt = wants_receipt
    filing.save(update_fields=["return_method", "return_address", "time_limit_key", "wants_receipt"])
    return filing


@reference.remembered()
def file(
    *,
    principal: Principal,
    filing_uuid: UUID,
    paper_documents: Sequence[DocumentInput] = (),
    channel: Channel = Channel.ONLINE,
    now: datetime,
) -> Dossier:
    """File a prepared application: the draft ends in the same transaction; a repeat gives the same dossier.

    :param paper_documents: papers handed over at the counter without a file.
    :raises SubmissionInvalidError: with field errors for answers (by path) and papers (``documents.<key>``).
    """
    with transaction.atomic():
        filing = filing_for(principal=principal, uuid=filing_uuid, lock=True)
        if filing.dossier_id is not None:  # its row may be newer than what the lock's statement joined
            return Dossier.objects.get(pk=filing.dossier_id)
        draft = forms.take_draft(principal=principal, draft_uuid=filing.draft_uuid)
        application = Application(
            procedure=filing.procedure_version,
            form=draft.form,
            answers=draft.answers,
            documents=[*documents_of(draft.attachments), *paper_documents],
            area_id=filing.area_id,
            submission_key=filing.draft_uuid,
            return_method=ReturnMethod(filing.return_method),
            return_address=filing.return_address,
            time_limit_key=filing.time_limit_key or None,
            channel=channel,
        )
        if filing.applicant_id is not None and filing.counter_agency_id is not None:
            dossier = register_at_counter(
                principal=principal,
                application=application,
                applicant_id=filing.applicant_id,
                counter_agency_id=filing.counter_agency_id,
                now=now,
            )
        else:
            dossier = submit(principal=principal, application=application, now=now)
        Filing.objects.filter(pk=filing.pk).update(dossier=dossier)
        forms.finish_draft(principal=principal, draft=draft, now=now)
    return dossier


def documents_of(attachments: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[DocumentInput]:
    """Read the papers of a draft: entries under ``document:<key>``, one paper per file."""
    return [
        DocumentInput(
            key=key.removeprefix(DOCUMENT_PREFIX),
            file_uuid=UUID(str(entry["file"])),
            vault_uuid=UUID(str(entry["vault"])) if entry.get("vault") else None,
            copy_kind=DossierDocument.Copy.ELECTRONIC,
        )
        for key, entries in attachments.items()
        if key.startswith(DOCUMENT_PREFIX)
        for entry in entries
    ]


def discard_filing(*, principal: Principal, filing_uuid: UUID, now: datetime) -> None:
    """Throw a prepared application away with everything typed in it.

    :raises NotAllowedError: when it has been filed.
    """
    filing = filing_for(principal=principal, uuid=filing_uuid)
    if filing.dossier_id is not None:
        raise NotAllowedError(_("Hồ sơ này đã nộp nên không bỏ được; bạn có thể rút hồ sơ."))
    with transaction.atomic():
        forms.discard_draft(principal=principal, draft_uuid=filing.draft_uuid, now=now)
        filing.delete()
