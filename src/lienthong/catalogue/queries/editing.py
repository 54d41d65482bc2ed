"""Versions in every state, for those who write and publish them."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.catalogue import policies
from lienthong.catalogue.content import (
    SCALARS,
    BasisContent,
    CompetenceContent,
    Content,
    DocumentContent,
    FeeContent,
    LinkContent,
    ResultContent,
    StepContent,
    TimeLimitContent,
)
from lienthong.catalogue.errors import ProcedureNotFoundError
from lienthong.catalogue.models import ProcedureVersion, VersionState
from lienthong.catalogue.queries.procedures import load_details
from lienthong.kernel.errors import InvalidError
from lienthong.kernel.paging import Page, keyset
from lienthong.kernel.text import search_key


def list_editions(
    *, principal: Principal, query: str = "", state: str = "", cursor: str | None = None, size: int = 50
) -> Page[ProcedureVersion]:
    """List versions by name, in one state or in all, found by words of the name or the beginning of the code.

    :raises MayNotPublishError: without the right to publish.
    :raises InvalidError: an unknown state.
    """
    policies.require_publish(principal)
    rows = ProcedureVersion.objects.select_related("procedure", "sector")
    if state:
        if state not in VersionState.values:
            raise InvalidError(_("Trạng thái không có trong danh mục."), code="catalogue.unknown_state")
        rows = rows.filter(state=state)
    words = Q()
    for word in search_key(query).split():
        words &= Q(search_key__contains=word)
    if query.strip():
        rows = rows.filter(words | Q(procedure__code__startswith=query.strip()))
    return keyset(rows, order=("sort_key", "id"), cursor=cursor, size=size)


def get_edition(*, principal: Principal, uuid: UUID | str) -> ProcedureVersion:
    """Give one version in any state with all its rows loaded.

    :raises MayNotPublishError: without the right to publish.
    :raises ProcedureNotFoundError: when there is none.
    """
    policies.require_publish(principal)
    version = ProcedureVersion.objects.select_related("procedure", "sector").filter(uuid=uuid).first()
    if version is None:
        raise ProcedureNotFoundError
    return load_details(version=version)


def list_history(*, principal: Principal, code: str) -> tuple[ProcedureVersion, ...]:
    """List every version of a procedure, the latest first.

    :raises MayNotPublishError: without the right to publish.
    """
    policies.require_publish(principal)
    rows = ProcedureVersion.objects.select_related("procedure").filter(procedure__code=code)
    return tuple(rows.order_by("-number", "id"))


def content_of(*, version: ProcedureVersion) -> Content:
    """Read a version, loaded with its rows, back into a content that can be drafted again."""
    scalars = {name: getattr(version, name) for name in SCALARS}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in scalars.items()
    }
    return Content(
        code=version.code,
        sector_code=version.sector.code if version.sector else "",
        sector_name=version.sector.name if version.sector else "",
        time_limits=tuple(
            TimeLimitContent(row.amount, row.unit, row.condition, row.channel) for row in version.time_limits.all()
        ),
        fees=tuple(
            FeeContent(row.kind, row.amount, row.purpose, row.condition, row.channel, row.is_doubtful)
            for row in version.fee_items.all()
        ),
        documents=tuple(
            DocumentContent(
                row.key, row.name, row.originals, row.copies, row.requirement, row.condition, row.case, row.code,
                row.form_code,
            )
            for row in version.required_documents.all()
        ),
        steps=tuple(
            StepContent(row.action_vi, row.action_en, row.role, row.unit, row.time_share)
            for row in version.steps.all()
        ),
        results=tuple(ResultContent(row.name, row.code) for row in version.results.all()),
        legal_basis=tuple(BasisContent(row.symbol, row.title) for row in version.legal_basis.all()),
        links=tuple(LinkContent(row.relation, row.code, row.name) for row in version.linked_procedures.all()),
        competences=tuple(
            CompetenceContent(row.level, tuple(row.agency_names), row.agency_id, row.area_id)
            for row in version.competences.order_by("order", "id")
        ),
        **values,
    )  # fmt: skip
