"""What applicants do with their dossier after filing: supplement, withdraw, confirm."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.dossiers import policies
from lienthong.dossiers.errors import DossierNotFoundError, DossierStateError, SubmissionInvalidError
from lienthong.dossiers.models import Dossier, DossierDocument, DossierStatus, HistoryKind, SupplementRequest
from lienthong.dossiers.services import commands, papers_in, process
from lienthong.dossiers.services.change import begin, commit, lock
from lienthong.dossiers.services.papers_in import DocumentInput
from lienthong.forms import api as forms
from lienthong.workflows import api as workflows


def supplement(
    *,
    principal: Principal,
    dossier: Dossier,
    documents: Sequence[DocumentInput],
    answers: Mapping[str, Any] | None,
    note: str,
    version: int | None,
    now: datetime,
) -> Dossier:
    """Hand in what was asked for; earlier papers are kept, marked as replaced.

    :raises DossierStateError: when nothing is asked for (for instance on a second click).
    :raises SubmissionInvalidError: when a paper asked for is missing or a file is wrong.
    """
    with transaction.atomic():
        locked = lock(dossier_id=dossier.pk, version=version)
        if not policies.is_applicant(principal, locked):
            raise DossierNotFoundError(_("Không tìm thấy hồ sơ."))
        request = SupplementRequest.objects.filter(dossier=locked, answered_at__isnull=True).first()
        if request is None or locked.status != DossierStatus.SUPPLEMENT:
            raise DossierStateError(_("Hồ sơ không còn chờ bổ sung. Phần bổ sung trước đã được ghi nhận."))
        checked = papers_in.check(
            version=locked.procedure_version,
            documents=documents,
            wanted_keys=request.document_keys,
            principal=principal,
            owner=papers_in.owner_of(locked),
            is_online=True,
            now=now,
        )
        if not checked and not answers and not note.strip():
            raise SubmissionInvalidError(
                _("Chưa có gì để bổ sung."),
                field_errors={"note": [_("Hãy đính kèm giấy tờ, sửa tờ khai hoặc viết giải trình.")]},
            )
        fields: list[str] = []
        if answers and locked.form is not None:
            locked.answers = dict(forms.validate(form=locked.form, answers={**locked.answers, **answers}).answers)
            fields.append("answers")
        replaced = [paper.source.key for paper in checked]
        DossierDocument.objects.filter(dossier=locked, document_key__in=replaced, replaced_at__isnull=True).update(
            replaced_at=now
        )
        papers_in.save(locked, checked, principal=principal, now=now, supplement_round=request.round)
        request.answered_at = now
        request.save(update_fields=["answered_at"])
        change = begin(dossier=locked, principal=principal, now=now, note=note)
        if locked.received_at is not None:
            commands.go_on_after_supplement(change)
        change.tell(HistoryKind.SUPPLEMENTED, note=change.note, facts={"round": request.round, "papers": len(checked)})
        process.send(change, message="supplemented")
        commit(change, action="dossiers.dossier.supplemented", extra_fields=fields)
    return locked


def withdraw(*, principal: Principal, dossier: Dossier, reason: str, version: int | None, now: datetime) -> Dossier:
    """Take the dossier back before it is decided.

    :raises SubmissionInvalidError: without a reason.
    :raises DossierStateError: when it is decided already.
    """
    if not reason.strip():
        raise SubmissionInvalidError(
            _("Chưa rút được hồ sơ."), field_errors={"reason": [_("Hãy nêu lý do rút hồ sơ.")]}
        )
    with transaction.atomic():
        locked = lock(dossier_id=dossier.pk, version=version)
        if not policies.is_applicant(principal, locked):
            raise DossierNotFoundError(_("Không tìm thấy hồ sơ."))
        if not policies.may_withdraw(principal, locked):
            raise DossierStateError(_("Hồ sơ đã giải quyết xong hoặc đã đóng nên không rút được nữa."))
        change = begin(dossier=locked, principal=principal, now=now, note=reason)
        change.move_to(DossierStatus.WITHDRAWN)
        locked.paused_at = None
        workflows.cancel(business_key=str(locked.uuid), reason=change.note, now=now)
        locked.stage = ""
        change.tell(HistoryKind.WITHDRAWN, note=change.note)
        commit(change, action="dossiers.dossier.withdrawn")
    return locked


def confirm(
    *, principal: Principal, dossier: Dossier, accepted: bool, note: str, version: int | None, now: datetime
) -> Dossier:
    """Answer a question of the process to the applicant, such as a draft certificate to approve.

    :raises DossierStateError: when the process asks nothing now.
    :raises SubmissionInvalidError: when a refusal gives no reason.
    """
    if not accepted and not note.strip():
        raise SubmissionInvalidError(
            _("Chưa gửi được ý kiến."), field_errors={"note": [_("Hãy ghi chỗ cần sửa trong bản dự thảo.")]}
        )
    with transaction.atomic():
        locked = lock(dossier_id=dossier.pk, version=version)
        if not policies.is_applicant(principal, locked):
            raise DossierNotFoundError(_("Không tìm thấy hồ sơ."))
        if not workflows.is_waiting(business_key=str(locked.uuid), message="confirmed"):
            raise DossierStateError(_("Hồ sơ không có gì chờ bạn xác nhận."))
        change = begin(dossier=locked, principal=principal, now=now, note=note)
        change.tell(HistoryKind.CONFIRMED, note=change.note, facts={"accepted": accepted})
        process.send(change, message="confirmed", data={"accepted": accepted})
        commit(change, action="dossiers.dossier.confirmed")
    return locked
