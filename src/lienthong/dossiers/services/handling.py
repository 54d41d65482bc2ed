"""What officials do with a dossier: act on a task, extend, hand over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.catalogue import api as catalogue
from lienthong.dossiers import policies
from lienthong.dossiers.errors import DossierNotFoundError, DossierStateError, NotAllowedError, SubmissionInvalidError
from lienthong.dossiers.models import Dossier, HistoryKind
from lienthong.dossiers.services import commands, deadlines, process
from lienthong.dossiers.services.change import Change, begin, commit, lock, lock_of_task
from lienthong.kernel import reference
from lienthong.workflows import api as workflows


def act(
    *,
    principal: Principal,
    task_uuid: UUID,
    outcome: str,
    note: str,
    data: Mapping[str, Any],
    task_version: int | None,
    now: datetime,
    assign_to_account_id: int | None = None,
) -> Dossier:
    """End a task with an outcome and carry out what the process commands.

    Two officials who act at once: the first is done, the second gets a ConflictError that names the first.

    :param data: what the step asks for; ``document_keys`` names the papers that a supplement request wants,
        ``checked`` the lines of the checklist that the official ticked.
    :param assign_to_account_id: who gets the next task of the same role, when the head of unit assigns.
    :raises NotFoundError: when the task is not one that this official may know of.
    :raises ConflictError: when the task is done, or changed since the page was opened.
    :raises InvalidError: when the outcome needs a reason or data that are missing.
    """
    with transaction.atomic(), reference.remembered():
        dossier = _of_task(principal, task_uuid)
        change = begin(dossier=dossier, principal=principal, now=now, note=note)
        change.data = data = _checked_data(dossier, principal, task_uuid, data)

        def carry_out(progress: workflows.Progress) -> workflows.Deadline | None:
            _tell_step(change, progress, task_uuid=task_uuid, outcome=outcome)
            return process.follow(change, progress)

        workflows.complete(
            principal=principal,
            task_uuid=task_uuid,
            outcome=outcome,
            data=data,
            note=change.note,
            now=now,
            task_version=task_version,
            assign_to_account_id=assign_to_account_id,
            carry_out=carry_out,
        )
        commit(change, action="dossiers.task.completed")
    return dossier


def _tell_step(change: Change, progress: workflows.Progress, *, task_uuid: UUID, outcome: str) -> None:
    task = next(item for item in progress.closed if item.uuid == task_uuid)
    change.agency_id = task.agency_id
    change.facts = {"task": str(task_uuid), "element": task.element_id, "outcome": outcome}
    chosen = next((option for option in task.outcomes if option.key == outcome), None)
    kept = {name: change.data[name] for name in ("checked",) if change.data.get(name)}
    change.tell(
        HistoryKind.STEP,
        title=f"{task.name}: {chosen.label}" if chosen else task.name,
        note=change.note,
        element_id=task.element_id,
        is_public=False,
        facts={"outcome": outcome, **kept},
    )


def _checked_data(dossier: Dossier, principal: Principal, task_uuid: UUID, data: Mapping[str, Any]) -> dict[str, Any]:
    """Refuse papers that the procedure does not know; drop ticks that the checklist does not have."""
    checked = dict(data)
    if not checked.keys() & {"document_keys", "checked"}:
        return checked
    task = workflows.get_task_for(principal=principal, uuid=task_uuid)
    if "document_keys" in data:
        keys = data["document_keys"]
        known = {paper.key for paper in catalogue.required_documents(version=dossier.procedure_version)} | {"other"}
        if not isinstance(keys, list) or not all(isinstance(key, str) and key in known for key in keys):
            raise SubmissionInvalidError(
                _("Có giấy tờ không thuộc thủ tục này."),
                field_errors={"document_keys": [_("Hãy chọn giấy tờ trong danh sách của thủ tục.")]},
            )
    if "checked" in data:
        checked["checked"] = [item.key for item in task.checklist if item.key in (data["checked"] or ())]
    return checked


def reassign(*, principal: Principal, task_uuid: UUID, to_account_id: int, reason: str, now: datetime) -> Dossier:
    """Hand a task to another official who has the right for it.

    :raises InvalidError: without a reason, or when the other may not do it.
    """
    with transaction.atomic():
        dossier = _of_task(principal, task_uuid)
        task = workflows.get_task_for(principal=principal, uuid=task_uuid)
        moved = workflows.reassign(
            principal=principal, task_uuid=task_uuid, to_account_id=to_account_id, reason=reason, now=now
        )
        change = begin(dossier=dossier, principal=principal, now=now, agency_id=task.agency_id, note=reason)
        change.facts = {"task": str(task_uuid), "to": to_account_id}
        change.tasks.append(str(task_uuid))
        change.tell(
            HistoryKind.HANDED_OVER,
            title=f"Chuyển “{task.name}” cho {moved.assignee_name}",
            note=change.note,
            element_id=task.element_id,
            is_public=False,
        )
        commit(change, action="dossiers.task.reassigned")
    return dossier


def extend(
    *, principal: Principal, dossier: Dossier, new_due_at: datetime, reason: str, version: int | None, now: datetime
) -> Dossier:
    """Set a new appointment with an apology; see :func:`deadlines.extend` for the rule."""
    with transaction.atomic():
        locked = lock(dossier_id=dossier.pk, version=version)
        if not policies.may_extend(principal, locked):
            if locked.extension_count:
                raise DossierStateError(_("Hồ sơ đã hẹn lại một lần, không được hẹn lại lần nữa."))
            raise NotAllowedError(_("Chỉ người phụ trách cơ quan giải quyết được hẹn lại, khi hồ sơ đang xử lý."))
        change = begin(dossier=locked, principal=principal, now=now, agency_id=locked.competent_agency_id, note=reason)
        deadlines.extend(change, new_due_at=new_due_at, reason=reason)
        workflows.set_deadline(
            business_key=str(locked.uuid), counted_from=locked.counted_from or now, due_at=new_due_at
        )
        commit(change, action="dossiers.dossier.extended")
    return locked


def resume(*, principal: Principal, dossier: Dossier, reason: str, version: int | None, now: datetime) -> Dossier:
    """Let a stopped dossier go on.

    :raises SubmissionInvalidError: without a reason.
    """
    if not reason.strip():
        raise SubmissionInvalidError(
            _("Việc này phải nêu lý do."), field_errors={"note": [_("Hãy nêu lý do xử lý tiếp.")]}
        )
    with transaction.atomic():
        locked = lock(dossier_id=dossier.pk, version=version)
        if not policies.may_resume(principal, locked):
            raise NotAllowedError(_("Hồ sơ không ở trạng thái dừng, hoặc bạn không xử lý hồ sơ này."))
        change = begin(dossier=locked, principal=principal, now=now, agency_id=locked.competent_agency_id, note=reason)
        commands.go_on_after_stop(change)
        process.send(change, message="resumed")
        commit(change, action="dossiers.dossier.resumed")
    return locked


def _of_task(principal: Principal, task_uuid: UUID) -> Dossier:
    """Lock the dossier of a task; who may do the task is asked by what follows."""
    dossier = lock_of_task(task_uuid=task_uuid)
    if dossier is None:
        workflows.get_task_for(principal=principal, uuid=task_uuid)
        raise DossierNotFoundError(_("Không tìm thấy hồ sơ."))
    return dossier
