"""Who may know of a dossier, and who may do what to it."""

from django.db.models import Q

from lienthong.accounts.api import Principal, Right
from lienthong.dossiers.models import Dossier, DossierStatus

_WORKING_RIGHTS = (
    Right.RECEIVE,
    Right.PROCESS,
    Right.ASSIGN,
    Right.APPROVE,
    Right.SIGN,
    Right.ISSUE,
    Right.COLLECT,
    Right.RETURN,
    Right.SUPERVISE,
)


def agencies_of(principal: Principal) -> frozenset[int]:
    """Give the agencies whose dossiers an official may read."""
    return frozenset().union(*(principal.agencies(right) for right in _WORKING_RIGHTS))


def visible(principal: Principal) -> Q:
    """Give the filter of the dossiers that a person may know of.

    A citizen sees the dossiers filed for himself, or for the business he acts for now; an official those
    on which one of his agencies stands.
    """
    if principal.kind == "system":
        return Q()
    seen = Q(pk__in=[])
    if principal.business_id is not None:
        seen |= Q(business_id=principal.business_id)
    elif principal.person_id is not None:
        seen |= Q(applicant_id=principal.person_id, business__isnull=True)
    agencies = agencies_of(principal)
    if agencies:
        seen |= Q(agency_ids__overlap=sorted(agencies))
    return seen


def is_applicant(principal: Principal, dossier: Dossier) -> bool:
    """Say whether the person is the one who applies: as themself, or for the business they act for now."""
    if principal.business_id is not None or dossier.business_id is not None:
        return principal.business_id == dossier.business_id
    return principal.person_id is not None and principal.person_id == dossier.applicant_id


def may_see(principal: Principal, dossier: Dossier) -> bool:
    """Say of one loaded dossier what :func:`visible` says of all."""
    if principal.kind == "system":
        return True
    return is_applicant(principal, dossier) or bool(agencies_of(principal) & set(dossier.agency_ids))


def may_withdraw(principal: Principal, dossier: Dossier) -> bool:
    """Say whether the applicant may take the dossier back: until it is decided."""
    return is_applicant(principal, dossier) and dossier.status in (
        DossierStatus.SUBMITTED,
        DossierStatus.RECEIVED,
        DossierStatus.PROCESSING,
        DossierStatus.SUPPLEMENT,
        DossierStatus.PAYMENT,
    )


def may_supplement(principal: Principal, dossier: Dossier) -> bool:
    """Say whether the applicant is asked for papers now."""
    return is_applicant(principal, dossier) and dossier.status == DossierStatus.SUPPLEMENT


def may_extend(principal: Principal, dossier: Dossier) -> bool:
    """Say whether the official may set a new appointment (with an apology)."""
    rights = principal.agencies(Right.APPROVE) | principal.agencies(Right.SIGN)
    return (
        dossier.competent_agency_id in rights
        and dossier.extension_count == 0
        and dossier.status in (DossierStatus.RECEIVED, DossierStatus.PROCESSING)
    )


def may_resume(principal: Principal, dossier: Dossier) -> bool:
    """Say whether the official may let a stopped dossier go on."""
    return dossier.status == DossierStatus.STOPPED and (
        dossier.competent_agency_id in principal.agencies(Right.APPROVE) | principal.agencies(Right.PROCESS)
    )


def may_draft_result(principal: Principal, dossier: Dossier) -> bool:
    """Say whether the official may write what the result will say."""
    return principal.may(Right.PROCESS, dossier.competent_agency_id)


def may_preview_result(principal: Principal, dossier: Dossier) -> bool:
    """Say whether the official may look at the unsigned result."""
    return principal.may_any((Right.PROCESS, Right.APPROVE, Right.SIGN), dossier.competent_agency_id)
