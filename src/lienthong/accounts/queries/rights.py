"""Read delegations, substitutions and tokens for the pages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from lienthong.accounts.models import Account, ApiToken, Delegation, PositionRight, Right
from lienthong.accounts.policies import agencies_filter
from lienthong.accounts.principal import Principal
from lienthong.organisations.api import Assignment, Official, get_agencies, substitutions_by


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """A delegation as the page shows it.

    :ivar last_date: the last day it holds (its end, exclusive in the table, less one day).
    """

    uuid: str
    other: str
    agency: str
    rights: tuple[str, ...]
    valid_from: date
    last_date: date
    reason: str
    legal_basis: str


def delegations_from(principal: Principal, *, on: date) -> tuple[DelegationRow, ...]:
    """List the present and coming delegations somebody gave."""
    return _rows(Q(from_official_id=principal.official_id), "to_official", on)


def delegations_to(principal: Principal, *, on: date) -> tuple[DelegationRow, ...]:
    """List the present and coming delegations somebody received."""
    return _rows(Q(to_official_id=principal.official_id), "from_official", on)


def _rows(mine: Q, other: str, on: date) -> tuple[DelegationRow, ...]:
    rows = (
        Delegation.objects.filter(mine, revoked_at__isnull=True, valid_to__gt=on)
        .select_related(other, "agency")
        .order_by("valid_from", "id")
    )
    return tuple(
        DelegationRow(
            uuid=str(row.uuid),
            other=getattr(row, other).full_name,
            agency=row.agency.name,
            rights=tuple(str(Right(right).label) for right in row.rights),
            valid_from=row.valid_from,
            last_date=date.fromordinal(row.valid_to.toordinal() - 1),
            reason=row.reason,
            legal_basis=row.legal_basis,
        )
        for row in rows
    )


def list_delegations(*, principal: Principal, on: date) -> tuple[Delegation, ...]:
    """List the present and coming delegations at the agencies somebody administers or supervises."""
    rows = Delegation.objects.filter(
        agencies_filter(principal, Right.ADMINISTER, Right.SUPERVISE), revoked_at__isnull=True, valid_to__gt=on
    )
    return tuple(rows.select_related("from_official", "to_official", "agency").order_by("valid_from", "id"))


def list_position_rights(*, position_id: int, kind: str, on: date) -> tuple[PositionRight, ...]:
    """List the rights of a kind of post on a date, and the present and coming exceptions of one post."""
    rows = PositionRight.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).filter(
        Q(kind=kind, position__isnull=True, valid_from__lte=on) | Q(position_id=position_id)
    )
    return tuple(rows.order_by("right", "valid_from", "id"))


def substituted_by(principal: Principal, *, on: date) -> tuple[Official, ...]:
    """List the absent colleagues somebody stands in for."""
    if principal.official_id is None:
        return ()
    return substitutions_by(official_id=principal.official_id, on=on)


def agency_choices(agency_ids: Collection[int]) -> list[tuple[int, str]]:
    """Give agencies as choices, by name in Vietnamese order."""
    agencies = get_agencies(ids=agency_ids).values()
    return [(agency.pk, agency.name) for agency in sorted(agencies, key=lambda row: (row.sort_key, row.pk))]


def colleague_choices(principal: Principal, *, agency_ids: Collection[int], on: date) -> list[tuple[int, str]]:
    """Give, as choices, the officials with an active account who hold posts at some agencies, oneself left out."""
    here = Assignment.objects.in_force(on).filter(position__agency_id__in=list(agency_ids))
    rows = (
        Account.objects.filter(is_active=True, official_id__in=here.values("official_id"))
        .exclude(official_id=principal.official_id or 0)
        .order_by("official__sort_key", "id")
        .values_list("official_id", "official__full_name")
    )
    return [(official_id, name) for official_id, name in rows if official_id is not None]


def tokens_of(principal: Principal) -> tuple[ApiToken, ...]:
    """List somebody's own tokens that are not revoked, newest first."""
    rows = ApiToken.objects.filter(account_id=principal.account_id or 0, agency__isnull=True, revoked_at__isnull=True)
    return tuple(rows.order_by("-created_at", "-id"))


def tokens_of_agencies(*, agency_ids: Collection[int]) -> tuple[ApiToken, ...]:
    """List the tokens of agencies that are not revoked, newest first, with agency and issuer."""
    rows = ApiToken.objects.filter(agency_id__in=list(agency_ids), revoked_at__isnull=True)
    return tuple(rows.select_related("agency", "account__official").order_by("-created_at", "-id"))
