"""Read one procedure and what belongs to it."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Model, Prefetch, QuerySet, prefetch_related_objects

from lienthong.catalogue.content import split_code
from lienthong.catalogue.errors import ProcedureNotFoundError, UnknownConditionError
from lienthong.catalogue.models import (
    FeeItem,
    LifeEvent,
    ProcedureVersion,
    RequiredDocument,
    Sector,
    TimeLimit,
    VersionState,
)
from lienthong.kernel import reference

DETAILS = (
    "time_limits",
    "fee_items",
    "required_documents",
    "steps",
    "results",
    "legal_basis",
    "linked_procedures",
)


@reference.kept("catalogue")
def get_procedure(*, code: str, on: date) -> ProcedureVersion:
    """Give the version of a procedure in force on a date; takes the old long form of the code too.

    :raises ProcedureNotFoundError: when nothing published is in force.
    """
    bare, _agency = split_code(code)
    version: ProcedureVersion | None = (
        ProcedureVersion.objects.in_force(on)
        .select_related("procedure", "sector")
        .filter(procedure__code=bare)
        .order_by("-valid_from", "-number")
        .first()
    )
    if version is None:
        raise ProcedureNotFoundError
    return version


def get_version(*, uuid: UUID | str) -> ProcedureVersion:
    """Give one version that was ever published, whatever the date (dossiers stay pinned to theirs).

    :raises ProcedureNotFoundError: for an unknown id or a draft.
    """
    return _get(uuid=uuid)


@reference.kept("catalogue")
def get_version_by_id(*, version_id: int) -> ProcedureVersion:
    """Give one version that was ever published by its number inside.

    :raises ProcedureNotFoundError: for an unknown id or a draft.
    """
    return _get(pk=version_id)


def get_details(*, code: str, on: date) -> ProcedureVersion:
    """Give the version in force with all its rows loaded: a constant number of statements.

    :raises ProcedureNotFoundError: when nothing published is in force.
    """
    version = get_procedure(code=code, on=on)
    return load_details(version=version)


def load_details(*, version: ProcedureVersion) -> ProcedureVersion:
    """Load all rows below a version, each list in its own order."""
    prefetch_related_objects(
        [version],
        *(Prefetch(name, queryset=_ordered(name)) for name in DETAILS),
    )
    return version


def list_versions(*, codes: Collection[str], on: date) -> tuple[ProcedureVersion, ...]:
    """Give the versions in force of several procedures, by name; unknown codes are left out."""
    return tuple(
        ProcedureVersion.objects.in_force(on)
        .select_related("procedure", "sector")
        .filter(procedure__code__in=codes)
        .order_by("sort_key", "id")
    )


def time_limit(*, version: ProcedureVersion, condition_key: str | None = None) -> TimeLimit | None:
    """Give the main time limit, or the one that holds under a condition; None when the law sets none.

    :param condition_key: the limit's ``key`` as listed by :func:`time_limits`.
    :raises UnknownConditionError: when the version has no limit with this key.
    """
    limits = time_limits(version=version)
    if condition_key is None:
        return next((limit for limit in limits if limit.is_main), None)
    for limit in limits:
        if limit.key == condition_key:
            return limit
    raise UnknownConditionError


def time_limits(*, version: ProcedureVersion) -> tuple[TimeLimit, ...]:
    """Give all time limits, the main one first; amounts count in their ``unit``."""
    if _is_loaded(version, "time_limits"):
        return tuple(sorted(version.time_limits.all(), key=lambda limit: limit.order))
    return _time_limits(version_id=version.pk)


def required_documents(*, version: ProcedureVersion) -> tuple[RequiredDocument, ...]:
    """Give the papers of the dossier in their order."""
    if _is_loaded(version, "required_documents"):
        return tuple(sorted(version.required_documents.all(), key=lambda document: document.order))
    return _required_documents(version_id=version.pk)


@reference.kept("catalogue")
def _time_limits(*, version_id: int) -> tuple[TimeLimit, ...]:
    return tuple(TimeLimit.objects.filter(version_id=version_id).order_by("order", "id"))


@reference.kept("catalogue")
def _required_documents(*, version_id: int) -> tuple[RequiredDocument, ...]:
    return tuple(RequiredDocument.objects.filter(version_id=version_id).order_by("order", "id"))


def _is_loaded(version: ProcedureVersion, name: str) -> bool:
    return name in getattr(version, "_prefetched_objects_cache", {})


def fees(*, version: ProcedureVersion) -> tuple[FeeItem, ...]:
    """Give the fee lines in their order; amounts are whole đồng, None where the provincial council sets them."""
    return tuple(sorted(version.fee_items.all(), key=lambda item: item.order))


def life_events(*, on: date) -> tuple[LifeEvent, ...]:
    """Give the life events in their order, each with ``procedure_count`` in force on a date."""
    events = list(LifeEvent.objects.order_by("order", "id"))
    counts: dict[str, int] = dict.fromkeys((event.key for event in events), 0)
    for keys in ProcedureVersion.objects.in_force(on).exclude(life_events=[]).values_list("life_events", flat=True):
        for key in keys:
            counts[key] = counts.get(key, 0) + 1
    for event in events:
        event.procedure_count = counts[event.key]  # type: ignore[attr-defined]  # shown beside the name
    return tuple(events)


def list_sectors() -> tuple[Sector, ...]:
    """Give all sectors by name."""
    return tuple(Sector.objects.order_by("sort_key", "id"))


def _get(**filters: object) -> ProcedureVersion:
    version: ProcedureVersion | None = (
        ProcedureVersion.objects.exclude(state=VersionState.DRAFT)
        .select_related("procedure", "sector")
        .filter(**filters)
        .first()
    )
    if version is None:
        raise ProcedureNotFoundError
    return version


def _ordered(name: str) -> QuerySet[Model]:
    model: type[Model] = ProcedureVersion._meta.get_field(name).related_model  # type: ignore[assignment]  # noqa: SLF001
    return model._default_manager.order_by("order", "id")  # noqa: SLF001 - any row model's manager
