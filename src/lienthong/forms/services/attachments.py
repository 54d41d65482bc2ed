"""Files of a draft: uploads per field or required document, kept until the draft ends or is filed."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from lienthong.files import api as files
from lienthong.forms import queries
from lienthong.forms.models import Draft
from lienthong.forms.outline import FormField
from lienthong.forms.posting import CHOOSE_COPY, REMOVE_FILE, parse_post, posted_version
from lienthong.forms.services.drafts import DRAFT_OWNER, autosave, change_attachments, choose_copy
from lienthong.kernel.errors import InvalidError

if TYPE_CHECKING:
    from lienthong.accounts.api import Principal

FILE_PREFIX = "_file:"
DOCUMENT_PREFIX = "document:"
MAX_FILES = 20


class AttachmentRefusedError(InvalidError):
    """The file cannot be added here; ``field_errors`` is by field path or ``document:<key>``."""

    code = "forms.attachment_refused"


@transaction.atomic
def add_file(*, principal: "Principal", draft_uuid: UUID | str, key: str, upload: Any, now: datetime) -> Draft:
    """Check an uploaded file and keep it in the draft.

    :param key: path of a file field, or ``document:<key>`` of a required document.
    :raises DraftNotFoundError: when the draft is not the principal's.
    :raises AttachmentRefusedError: when the key is unknown, too many files, or the file is refused.
    """
    draft = queries.get_draft(principal=principal, uuid=draft_uuid)
    accept, most = _limits(queries.outline(draft.form).by_path.get(key), key)
    kept = draft.attachments.get(key, [])
    if len(kept) >= most > 1:
        raise _refusal(key, _("Chỉ nhận tối đa %(max)s tệp ở đây.") % {"max": most})
    try:
        file = files.store_upload(principal=principal, upload=upload, purpose="forms.draft", accept=accept, now=now)
    except files.UploadRefusedError as error:
        raise _refusal(key, str(error.message)) from error
    files.attach(file_id=file.pk, owner_type=DRAFT_OWNER, owner_id=str(draft.uuid))
    entry = {"file": str(file.uuid), "name": file.name, "size": file.blob.size, "sha256": file.blob.sha256}
    replaced = [old["file"] for old in kept] if most == 1 else []
    return change_attachments(
        principal=principal,
        draft_uuid=draft_uuid,
        key=key,
        add=[entry],
        remove=[uuid for uuid in replaced if uuid != entry["file"]],
        now=now,
    )


def take_files(
    *,
    principal: "Principal",
    draft_uuid: UUID | str,
    data: Mapping[str, Any],
    uploads: "MultiValueDict[str, Any]",
    now: datetime,
) -> Draft | None:
    """Take the files of a posted page: inputs named ``_file:<key>`` and the button ``_remove_file``.

    :returns: the changed draft, or ``None`` when the post held nothing about files.
    :raises AttachmentRefusedError: with every refused file; those accepted are kept.
    """
    changed: Draft | None = None
    refused: dict[str, tuple[str, ...]] = {}
    for name in uploads:
        if not name.startswith(FILE_PREFIX):
            continue
        key = name.removeprefix(FILE_PREFIX)
        for upload in uploads.getlist(name):
            try:
                changed = add_file(principal=principal, draft_uuid=draft_uuid, key=key, upload=upload, now=now)
            except AttachmentRefusedError as error:
                refused.update(error.field_errors)
    key, colon, uuid = str(data.get(REMOVE_FILE, "")).rpartition(":")
    if colon:
        changed = change_attachments(principal=principal, draft_uuid=draft_uuid, key=key, remove=[uuid], now=now)
    if refused:
        raise AttachmentRefusedError(_("Có tệp chưa nhận được."), field_errors=refused)
    return changed


def save_step(
    *,
    principal: "Principal",
    draft_uuid: UUID | str,
    step: str,
    data: QueryDict,
    uploads: "MultiValueDict[str, Any]",
    now: datetime,
) -> Draft:
    """Keep a posted step as typed: its files first, then its answers; or put a kept copy in their place.

    :raises AttachmentRefusedError: with every refused file; the answers and the other files are kept.
    :raises DraftConflictError: when another device saved the step later.
    """
    if CHOOSE_COPY in data:
        return choose_copy(principal=principal, draft_uuid=draft_uuid, copy_uuid=str(data[CHOOSE_COPY]), now=now)
    draft = queries.get_draft(principal=principal, uuid=draft_uuid)
    refused: AttachmentRefusedError | None = None
    changed: Draft | None
    try:
        changed = take_files(principal=principal, draft_uuid=draft_uuid, data=data, uploads=uploads, now=now)
    except AttachmentRefusedError as error:
        refused = error
        changed = queries.get_draft(principal=principal, uuid=draft_uuid)
    answers = parse_post(form=draft.form, step=step, data=data)
    if changed is not None:
        kinds = {item.name for item in queries.outline(changed.form).fields if item.kind == "file"}
        answers |= {name: value for name, value in changed.answers.items() if name in kinds}
    saved = autosave(
        principal=principal,
        draft_uuid=draft_uuid,
        step=step,
        answers=answers,
        version=changed.version if changed is not None else posted_version(data),
        now=now,
    )
    if refused is not None:
        raise refused
    return saved.draft


def _limits(item: FormField | None, key: str) -> tuple[tuple[str, ...] | None, int]:
    """Give the accepted media types (None: all) and how many files a place takes."""
    if item is not None and item.kind == "file" and "." not in key:
        accept = tuple(item.notes.get("accept", ())) or None
        return accept, int(item.schema.get("maxItems", MAX_FILES))
    if key.startswith(DOCUMENT_PREFIX) and len(key) <= 120:  # noqa: PLR2004 - a required document's key is short
        return None, MAX_FILES
    raise _refusal(key, _("Biểu mẫu không nhận tệp ở đây."))


def _refusal(key: str, message: str) -> AttachmentRefusedError:
    return AttachmentRefusedError(message, field_errors={key: [message]})
