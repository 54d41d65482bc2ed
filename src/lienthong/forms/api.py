"""The door of the forms context."""

from lienthong.forms.areas import AreaChoices, address_text, area_choices
from lienthong.forms.export import export_schema
from lienthong.forms.masking import mask_answers
from lienthong.forms.models import CatalogueValue, Draft, DraftCopy, FormVersion
from lienthong.forms.outline import FormField, Outline, Section, Step
from lienthong.forms.posting import parse_post, posted_version, stays_on_step
from lienthong.forms.prefill import Prefill, Source, prefill
from lienthong.forms.queries import (
    DraftNotFoundError,
    FormNotFoundError,
    current_form,
    find_draft,
    get_draft,
    get_form,
    get_form_by_id,
    get_form_by_uuid,
    list_catalogue,
    list_copies,
    list_drafts,
    list_form_versions,
    list_forms,
    outline,
)
from lienthong.forms.rendering import render_step
from lienthong.forms.services.attachments import AttachmentRefusedError, add_file, take_files
from lienthong.forms.services.drafts import (
    DraftConflictError,
    DraftForbiddenError,
    Saved,
    StepNotFoundError,
    autosave,
    change_attachments,
    choose_copy,
    discard_draft,
    finish_draft,
    open_draft,
    take_draft,
)
from lienthong.forms.services.expiry import expire_drafts
from lienthong.forms.services.publication import (
    FormInvalidError,
    FormPeriodError,
    check_form,
    publish_form,
    withdraw_form,
)
from lienthong.forms.services.reading import FormFile, read_form_file
from lienthong.forms.services.seeding import SeedError, load_seeds
from lienthong.forms.services.steps import PostedStep, post_step, step_errors
from lienthong.forms.summary import AnswerLine, answer_lines, render_answers
from lienthong.forms.validation import AnswersInvalidError, Validated, as_pointers, compute_values, validate
from lienthong.forms.values import format_number

__all__ = [
    "AnswerLine",
    "AnswersInvalidError",
    "AreaChoices",
    "AttachmentRefusedError",
    "CatalogueValue",
    "Draft",
    "DraftConflictError",
    "DraftCopy",
    "DraftForbiddenError",
    "DraftNotFoundError",
    "FormField",
    "FormFile",
    "FormInvalidError",
    "FormNotFoundError",
    "FormPeriodError",
    "FormVersion",
    "Outline",
    "PostedStep",
    "Prefill",
    "Saved",
    "Section",
    "SeedError",
    "Source",
    "Step",
    "StepNotFoundError",
    "Validated",
    "add_file",
    "address_text",
    "answer_lines",
    "area_choices",
    "as_pointers",
    "autosave",
    "change_attachments",
    "check_form",
    "choose_copy",
    "compute_values",
    "current_form",
    "discard_draft",
    "expire_drafts",
    "export_schema",
    "find_draft",
    "finish_draft",
    "format_number",
    "get_draft",
    "get_form",
    "get_form_by_id",
    "get_form_by_uuid",
    "list_catalogue",
    "list_copies",
    "list_drafts",
    "list_form_versions",
    "list_forms",
    "load_seeds",
    "mask_answers",
    "open_draft",
    "outline",
    "parse_post",
    "post_step",
    "posted_version",
    "prefill",
    "publish_form",
    "read_form_file",
    "render_answers",
    "render_step",
    "stays_on_step",
    "step_errors",
    "take_draft",
    "take_files",
    "validate",
    "withdraw_form",
]
