"""Drafts: opened, saved as typed, resumed elsewhere, given up or left to expire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.files import api as files
from lienthong.forms import policies, queries
from lienthong.forms.models import Draft, DraftCopy, FormVersion
from lienthong.forms.prefill import Prefill
from lienthong.forms.queries import DraftNotFoundError
from lienthong.kernel import audit
from lienthong.kernel.errors import ConflictError, ForbiddenError, InvalidError

if TYPE_CHECKING:
    from lienthong.accounts.api import Principal

DRAFT_OWNER = "forms.draft"
MAX_COPIES = 20


class DraftForbiddenError(ForbiddenError):
    """Only somebody who is signed in can keep a draft."""

    code = "forms.draft_forbidden"


class DraftConflictError(ConflictError):
    """Another device saved the same step later; what was sent is kept as a copy.

    ``facts``: ``version`` (the draft's now), ``saved_at`` (ISO), ``copy`` (uuid of what was kept).
    """

    code = "forms.draft_conflict"


class StepNotFoundError(InvalidError):
    """The form has no such step."""

    code = "forms.step_unknown"


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save came to.

    :ivar is_changed: false when the same answers were already there.
    """

    draft: Draft
    is_changed: bool


def _expiry(now: datetime) -> datetime:
    return now + timedelta(days=settings.FORM_DRAFT_DAYS)


@transaction.atomic
def open_draft(
    *,
    principal: "Principal",
    form: FormVersion,
    context_key: str,
    now: datetime,
    prefill: Prefill | None = None,
) -> Draft:
    """Open the principal's draft for a purpose, or resume it.

    :param context_key: what the draft is for, one draft each (``procedure:1.001193``).
    :param prefill: values for a new draft; a resumed draft keeps what was typed. A resumed draft
        moves to the form version given, keeping every answer.
    :raises DraftForbiddenError: when nobody is signed in.
    """
    if principal.account_id is None:
        raise DraftForbiddenError(_("Hãy đăng nhập để lưu bản nháp."))
    values = prefill or Prefill({}, {})
    draft, is_new = Draft.objects.select_for_update(no_key=True).get_or_create(
        account_id=principal.account_id,
        context_key=context_key,
        defaults={
            "form": form,
            "answers": dict(values.values),
            "sources": values.as_json(),
            "saved_at": now,
            "expires_at": _expiry(now),
        },
    )
    if is_new:
        audit.record(
            actor=principal.actor(),
            action="forms.draft.opened",
            subject_type="forms.draft",
            subject_id=draft.uuid,
            at=now,
            facts={"form": form.key, "version": form.version, "purpose": context_key},
        )
    elif draft.form_id != form.pk:
        draft.form = form
        draft.version += 1
        draft.save(update_fields=["form", "version"])
    return draft


def autosave(
    *,
    principal: "Principal",
    draft_uuid: UUID | str,
    step: str,
    answers: Mapping[str, Any],
    version: int,
    now: datetime,
) -> Saved:
    """Save the answers of one step exactly as typed, valid or not.

    Answers locked by a verified source keep their value. Two devices may save different steps in
    turn; on the same step the later writer must have seen the earlier save.

    :param version: the draft's version that the device last saw.
    :raises DraftNotFoundError: when the draft is not the principal's.
    :raises DraftConflictError: when the step was saved by another device since; nothing is lost.
    :raises StepNotFoundError: when the form has no such step.
    """
    conflict: DraftConflictError
    with transaction.atomic():
        draft = _locked(principal, draft_uuid)
        found = queries.outline(draft.form).step(step)
        if found is None:
            raise StepNotFoundError(_("Biểu mẫu không có bước này."), field_errors={"step": [_("Không có bước này.")]})
        names = {item.name for item in found.fields}
        sent = {
            name: value
            for name, value in answers.items()
            if name in names and not draft.sources.get(name, {}).get("locked")
        }
        merged = {**draft.answers, **sent}
        if merged == draft.answers:
            if draft.step != step:
                draft.step = step
                draft.save(update_fields=["step"])
            return Saved(draft, is_changed=False)
        if draft.step_versions.get(step, 0) <= version:
            _store(draft, step=step, merged=merged, now=now)
            return Saved(draft, is_changed=True)
        copy = DraftCopy.objects.create(draft=draft, step=step, answers=sent, based_on=version, saved_at=now)
        extra = DraftCopy.objects.filter(draft=draft).order_by("-id").values_list("pk", flat=True)[MAX_COPIES:]
        DraftCopy.objects.filter(pk__in=list(extra)).delete()
        conflict = DraftConflictError(
            _("Phần này vừa được sửa trên thiết bị khác. Nội dung bạn đang nhập vẫn được giữ; hãy chọn bản muốn dùng."),
            version=draft.version,
            saved_at=draft.saved_at.isoformat(),
            copy=str(copy.uuid),
        )
    raise conflict


def _store(draft: Draft, *, step: str, merged: dict[str, Any], now: datetime) -> None:
    changed = {name for name in merged if merged[name] != draft.answers.get(name)}
    draft.sources = {path: source for path, source in draft.sources.items() if path.split(".")[0] not in changed}
    draft.answers = merged
    draft.version += 1
    draft.step = step
    draft.step_versions = {**draft.step_versions, step: draft.version}
    draft.saved_at = now
    draft.expires_at = _expiry(now)
    draft.reminded_at = None
    draft.save(
        update_fields=[
            "answers", "sources", "version", "step", "step_versions", "saved_at", "expires_at", "reminded_at",
        ]
    )  # fmt: skip


@transaction.atomic
def choose_copy(*, principal: "Principal", draft_uuid: UUID | str, copy_uuid: UUID | str, now: datetime) -> Draft:
    """Put a kept copy in place of what another device saved; what it replaces becomes the copy.

    :raises DraftNotFoundError: when the draft or the copy is not the principal's.
    """
    draft = _locked(principal, draft_uuid)
    try:
        copy = DraftCopy.objects.select_for_update(no_key=True).get(draft=draft, uuid=UUID(str(copy_uuid)))
    except (DraftCopy.DoesNotExist, ValueError):
        raise DraftNotFoundError(_("Không tìm thấy bản nháp này.")) from None
    replaced = {name: draft.answers.get(name) for name in copy.answers}
    _store(draft, step=copy.step, merged={**draft.answers, **copy.answers}, now=now)
    copy.answers = replaced
    copy.based_on = draft.version
    copy.saved_at = now
    copy.save(update_fields=["answers", "based_on", "saved_at"])
    return draft


@transaction.atomic
def change_attachments(
    *,
    principal: "Principal",
    draft_uuid: UUID | str,
    key: str,
    add: Sequence[Mapping[str, Any]] = (),
    remove: Sequence[str] = (),
    now: datetime,
) -> Draft:
    """Add files to a field or required document of a draft, or take some away.

    :param key: a field path (``photo``) or ``document:<key>`` for a required document.
    :param add: entries with at least ``file`` (uuid as text) and ``name``.
    :param remove: uuids of files to take away.
    :raises DraftNotFoundError: when the draft is not the principal's.
    """
    draft = _locked(principal, draft_uuid)
    kept = [entry for entry in draft.attachments.get(key, []) if entry["file"] not in remove]
    _let_go(draft, [uuid for uuid in remove if any(entry["file"] == uuid for entry in draft.attachments.get(key, []))])
    known = {entry["file"] for entry in kept}
    kept += [dict(entry) for entry in add if entry["file"] not in known]
    draft.attachments = {**draft.attachments, key: kept}
    item = queries.outline(draft.form).by_path.get(key)
    if item is not None and item.kind == "file" and "." not in key:
        draft.answers = {**draft.answers, key: [entry["file"] for entry in kept]}
    draft.version += 1
    draft.saved_at = now
    draft.expires_at = _expiry(now)
    draft.save(update_fields=["attachments", "answers", "version", "saved_at", "expires_at"])
    return draft


@transaction.atomic
def discard_draft(*, principal: "Principal", draft_uuid: UUID | str, now: datetime) -> None:
    """Throw a draft away with everything typed in it.

    :raises DraftNotFoundError: when the draft is not the principal's.
    """
    end_draft(_locked(principal, draft_uuid), actor=principal.actor(), action="forms.draft.discarded", now=now)


def take_draft(*, principal: "Principal", draft_uuid: UUID | str) -> Draft:
    """Lock a draft to file its answers: nobody saves into it until the caller's transaction ends.

    :raises DraftNotFoundError: when the draft is not the principal's (or was finished before).
    """
    return _locked(principal, draft_uuid)


def finish_draft(*, principal: "Principal", draft: Draft, now: datetime) -> None:
    """End a draft taken by :func:`take_draft` whose answers were filed, in the same transaction."""
    end_draft(draft, actor=principal.actor(), action="forms.draft.finished", now=now)


def end_draft(draft: Draft, *, actor: audit.Actor, action: str, now: datetime) -> None:
    """Delete a locked draft under audit; its files stay only where something else holds them."""
    files.detach_all(owner_type=DRAFT_OWNER, owner_id=str(draft.uuid))
    audit.record(
        actor=actor,
        action=action,
        subject_type="forms.draft",
        subject_id=draft.uuid,
        at=now,
        facts={"purpose": draft.context_key},
    )
    draft.delete()


def _let_go(draft: Draft, uuids: Sequence[str]) -> None:
    for file in files.files_by_uuid(uuids=[UUID(uuid) for uuid in uuids]).values():
        files.detach(file_id=file.pk, owner_type=DRAFT_OWNER, owner_id=str(draft.uuid))


def _locked(principal: "Principal", draft_uuid: UUID | str) -> Draft:
    try:
        wanted = UUID(str(draft_uuid))
    except ValueError:
        raise DraftNotFoundError(_("Không tìm thấy bản nháp này.")) from None
    rows = Draft.objects.select_for_update(no_key=True, of=("self",)).select_related("form")
    found: Draft | None = rows.filter(policies.own_drafts(principal), uuid=wanted).order_by("id").first()
    if found is None:
        raise DraftNotFoundError(_("Không tìm thấy bản nháp này."))
    return found
