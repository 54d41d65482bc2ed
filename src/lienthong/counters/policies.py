"""Who serves at a desk, who sets it up, whose appointment it is."""

from django.db.models import Q

from lienthong.accounts.api import Principal, Right, agencies_filter

#: Rights that bring somebody to a desk before the public (NĐ 118/2025/NĐ-CP).
DESK_RIGHTS = (Right.RECEIVE, Right.RETURN, Right.COLLECT)


def may_serve(principal: Principal, agency_id: int) -> bool:
    """Say whether somebody serves at an agency's desks."""
    return principal.may_any(DESK_RIGHTS, agency_id)


def served_agencies(principal: Principal) -> frozenset[int]:
    """Give the agencies at whose desks somebody serves."""
    return frozenset().union(*(principal.agencies(right) for right in DESK_RIGHTS))


def at_my_desks(principal: Principal) -> Q:
    """Give the filter that keeps rows of agencies at whose desks the principal serves."""
    return agencies_filter(principal, *DESK_RIGHTS)


def my_appointments(principal: Principal) -> Q:
    """Give the filter that keeps a person's own appointments."""
    return Q(person_id=principal.person_id) if principal.person_id is not None else Q(pk__in=[])


def visible_appointments(principal: Principal) -> Q:
    """Give the filter that keeps the appointments somebody may see: their own, and those at their desks."""
    return my_appointments(principal) | at_my_desks(principal)
