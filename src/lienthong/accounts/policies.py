"""Who may see whom, and the filters lists use."""

from datetime import date

from django.db.models import Q

from lienthong.accounts.principal import Principal, Right
from lienthong.organisations import api as organisations

HANDLES_DOSSIERS = (
    Right.RECEIVE,
    Right.PROCESS,
    Right.ASSIGN,
    Right.APPROVE,
    Right.SIGN,
    Right.ISSUE,
    Right.COLLECT,
    Right.RETURN,
)


def agencies_filter(principal: Principal, *rights: str, field: str = "agency_id") -> Q:
    """Give the filter that keeps rows at agencies where the principal holds one of the rights.

    :param field: the column that names the agency, for instance ``receiving_agency_id``.
    """
    if principal.kind == "system":
        return Q()
    reach = frozenset().union(*(principal.agencies(right) for right in rights))
    return Q(**{f"{field}__in": sorted(reach)}) if reach else Q(pk__in=[])


def applicant_filter(principal: Principal, *, person: str = "person_id", business: str = "business_id") -> Q:
    """Give the filter that keeps the rows of the applicant somebody acts as: the business, or else themself."""
    if principal.business_id is not None:
        return Q(**{business: principal.business_id})
    if principal.person_id is None:
        return Q(pk__in=[])
    return Q(**{person: principal.person_id, f"{business.removesuffix('_id')}__isnull": True})


def people_filter(principal: Principal) -> Q:
    """Give the filter for the people a principal may see."""
    if principal.kind == "system" or principal.may_any(HANDLES_DOSSIERS):
        return Q()
    return Q(pk=principal.person_id) if principal.person_id is not None else Q(pk__in=[])


def may_manage_delegations(principal: Principal, agency_id: int) -> bool:
    """Say whether the principal may see and end the delegations of an agency."""
    return principal.may(Right.ADMINISTER, agency_id) or principal.may(Right.SUPERVISE, agency_id)


def may_administer(principal: Principal, *, agency_id: int, on: date) -> bool:
    """Say whether the principal administers an agency, or one that stands above it on a date."""
    if principal.may(Right.ADMINISTER, agency_id):
        return True
    if not principal.may(Right.ADMINISTER):
        return False
    above = organisations.agency_path(agency_id=agency_id, on=on)
    return any(principal.may(Right.ADMINISTER, agency.pk) for agency in above)


def may_administer_official(principal: Principal, *, official_id: int, on: date) -> bool:
    """Say whether the principal administers an agency where an official holds a post, or one above it.

    Who holds no post any more belongs to the administrators of where they held one last.
    """
    posts = organisations.list_assignments(official_id=official_id)
    held = [post for post in posts if post.valid_to is None or post.valid_to > on] or list(posts[:1])
    agencies = {post.position.agency_id for post in held}
    return any(may_administer(principal, agency_id=agency_id, on=on) for agency_id in agencies)
