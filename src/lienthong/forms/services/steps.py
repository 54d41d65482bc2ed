"""A posted step of a form: kept as typed, then judged, then left or shown again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.http import QueryDict

from lienthong.forms import queries
from lienthong.forms.models import Draft
from lienthong.forms.posting import stays_on_step
from lienthong.forms.services.attachments import AttachmentRefusedError, save_step
from lienthong.forms.services.drafts import DraftConflictError
from lienthong.forms.validation import validate
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError

if TYPE_CHECKING:
    from django.utils.datastructures import MultiValueDict

    from lienthong.accounts.api import Principal


@dataclass(frozen=True, slots=True)
class PostedStep:
    """What a posted step came to.

    :ivar draft: as it is kept now.
    :ivar errors: messages by dotted path, for ``render_step``.
    :ivar conflict: set when another device saved the step later; the answers posted are kept as a copy.
    :ivar move: which page follows: the ``next`` step, the one before (``back``), or this one again (``stay``).
    """

    draft: Draft
    move: Literal["next", "back", "stay"]
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    conflict: DraftConflictError | None = None

    @property
    def status(self) -> int:
        """HTTP status of the page that shows the step again."""
        if self.conflict is not None:
            return self.conflict.status
        return InvalidError.status if self.errors else 200


def post_step(
    *,
    principal: "Principal",
    draft_uuid: UUID | str,
    step: str,
    data: QueryDict,
    uploads: "MultiValueDict[str, Any]",
    now: datetime,
) -> PostedStep:
    """Keep a posted step and say where the person goes; answers that are wrong are kept too.

    :raises DraftNotFoundError: when the draft is not the principal's.
    :raises StepNotFoundError: when the form has no such step.
    """
    try:
        draft = save_step(principal=principal, draft_uuid=draft_uuid, step=step, data=data, uploads=uploads, now=now)
    except DraftConflictError as conflict:
        return PostedStep(queries.get_draft(principal=principal, uuid=draft_uuid), "stay", conflict=conflict)
    except AttachmentRefusedError as refused:
        return PostedStep(queries.get_draft(principal=principal, uuid=draft_uuid), "stay", refused.field_errors)
    if stays_on_step(data):
        return PostedStep(draft, "stay")
    if "back" in data:
        return PostedStep(draft, "back")
    errors = step_errors(draft=draft, step=step, now=now)
    return PostedStep(draft, "stay" if errors else "next", errors)


def step_errors(*, draft: Draft, step: str, now: datetime) -> Mapping[str, Sequence[str]]:
    """Judge the kept answers of one step; gives messages by dotted path, none when all is right."""
    try:
        validate(form=draft.form, answers=draft.answers, step=step, on=clock.local_date(now))
    except InvalidError as error:
        return error.field_errors
    return {}
