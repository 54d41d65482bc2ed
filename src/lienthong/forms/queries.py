"""What may be read: forms in force, catalogue values, and a person's own drafts."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from lienthong.forms import policies
from lienthong.forms.models import CatalogueValue, Draft, DraftCopy, FormState, FormVersion
from lienthong.forms.outline import Outline, outline_of
from lienthong.kernel import reference
from lienthong.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from lienthong.accounts.api import Principal


class FormNotFoundError(NotFoundError):
    """There is no such published form, or none in force at the date."""

    code = "forms.form_not_found"


class DraftNotFoundError(NotFoundError):
    """There is no such draft, or it belongs to somebody else."""

    code = "forms.draft_not_found"


@reference.kept("forms")
def current_form(*, key: str, on: date) -> FormVersion:
    """Give the published version of a form in force on a date.

    :raises FormNotFoundError: when there is none.
    """
    found: FormVersion | None = (
        FormVersion.objects.in_force(on).filter(key=key, state=FormState.PUBLISHED).order_by("-version").first()
    )
    if found is None:
        raise FormNotFoundError(_("Chưa có biểu mẫu “%(key)s” cho ngày này.") % {"key": key}, key=key)
    return found


def get_form(*, key: str, version: int) -> FormVersion:
    """Give one version of a form that is or was published; answers of old dossiers need withdrawn ones.

    :raises FormNotFoundError: when there is none.
    """
    found: FormVersion | None = (
        FormVersion.objects.filter(key=key, version=version).exclude(state=FormState.DRAFT).order_by("id").first()
    )
    if found is None:
        raise FormNotFoundError(_("Không có biểu mẫu “%(key)s” bản %(version)s.") % {"key": key, "version": version})
    return found


@reference.kept("forms")
def get_form_by_id(*, form_id: int) -> FormVersion:
    """Give one version of a form by its number inside.

    :raises FormNotFoundError: when there is none.
    """
    found: FormVersion | None = FormVersion.objects.filter(pk=form_id).first()
    if found is None:
        raise FormNotFoundError(_("Không có biểu mẫu này."))
    return found


def get_form_by_uuid(*, uuid: UUID | str) -> FormVersion:
    """Give one version of a form by its public id.

    :raises FormNotFoundError: when there is none.
    """
    try:
        found: FormVersion | None = FormVersion.objects.filter(uuid=UUID(str(uuid))).order_by("id").first()
    except ValueError:
        found = None
    if found is None:
        raise FormNotFoundError(_("Không có biểu mẫu này."))
    return found


def list_forms(*, on: date) -> tuple[FormVersion, ...]:
    """List the forms in force on a date, by key, without schema and layout loaded."""
    rows = FormVersion.objects.in_force(on).filter(state=FormState.PUBLISHED).defer("schema", "layout")
    return tuple(rows.order_by("key", "id"))


def list_form_versions(*, key: str = "") -> tuple[FormVersion, ...]:
    """List every version of every form (or of one), the newest first, without schema and layout loaded."""
    rows = FormVersion.objects.defer("schema", "layout")
    if key:
        rows = rows.filter(key=key)
    return tuple(rows.order_by("key", "-version", "id"))


def outline(form: FormVersion) -> Outline:
    """Give the typed steps, sections and fields of a form; read once per process."""
    return outline_of(checksum=form.checksum, schema=form.schema, layout=form.layout)


def list_catalogue(*, catalogue: str, on: date) -> tuple[CatalogueValue, ...]:
    """List the values of a catalogue in force on a date, in the order of the list."""
    rows = CatalogueValue.objects.in_force(on).filter(catalogue=catalogue)
    return tuple(rows.order_by("position", "id"))


def list_catalogues(*, catalogues: Sequence[str], on: date) -> dict[str, tuple[CatalogueValue, ...]]:
    """List several catalogues at once, in one statement."""
    if not catalogues:
        return {}
    found: dict[str, list[CatalogueValue]] = {key: [] for key in catalogues}
    for value in CatalogueValue.objects.in_force(on).filter(catalogue__in=catalogues).order_by("position", "id"):
        found[value.catalogue].append(value)
    return {key: tuple(values) for key, values in found.items()}


@reference.kept("forms")
def catalogue_codes(*, pairs: frozenset[tuple[str, str]], since: date) -> frozenset[tuple[str, str]]:
    """Give those (catalogue, code) pairs that name a value still in force on a date or later."""
    rows = CatalogueValue.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=since),
        catalogue__in={catalogue for catalogue, _code in pairs},
        code__in={code for _catalogue, code in pairs},
    )
    return frozenset(rows.order_by().values_list("catalogue", "code")) & pairs


def catalogue_labels(*, pairs: frozenset[tuple[str, str]]) -> dict[tuple[str, str], CatalogueValue]:
    """Give the newest value of each (catalogue, code) pair, in force or not, to show answers of any time."""
    if not pairs:
        return {}
    rows = CatalogueValue.objects.filter(
        catalogue__in={catalogue for catalogue, _code in pairs}, code__in={code for _catalogue, code in pairs}
    )
    return {(value.catalogue, value.code): value for value in rows.order_by("valid_from", "id")}


def get_draft(*, principal: "Principal", uuid: UUID | str) -> Draft:
    """Give a draft of the principal with its form.

    :raises DraftNotFoundError: when it does not exist or is somebody else's.
    """
    try:
        wanted = UUID(str(uuid))
    except ValueError:
        raise DraftNotFoundError(_("Không tìm thấy bản nháp này.")) from None
    rows = Draft.objects.filter(policies.own_drafts(principal), uuid=wanted).select_related("form")
    found: Draft | None = rows.order_by("id").first()
    if found is None:
        raise DraftNotFoundError(_("Không tìm thấy bản nháp này."))
    return found


def find_draft(*, principal: "Principal", context_key: str) -> Draft | None:
    """Find the principal's draft for a purpose (for example a procedure)."""
    rows = Draft.objects.filter(policies.own_drafts(principal), context_key=context_key).select_related("form")
    found: Draft | None = rows.order_by("id").first()
    return found


def list_drafts(*, principal: "Principal", limit: int = 50) -> tuple[Draft, ...]:
    """List the principal's drafts, last saved first, with their forms (answers not loaded)."""
    rows = Draft.objects.filter(policies.own_drafts(principal)).select_related("form")
    rows = rows.defer("answers", "sources", "form__schema", "form__layout")
    return tuple(rows.order_by("-saved_at", "id")[:limit])


def list_copies(*, draft: Draft) -> tuple[DraftCopy, ...]:
    """List the answers of a draft that lost against another device, oldest first."""
    return tuple(DraftCopy.objects.filter(draft=draft).order_by("id"))
