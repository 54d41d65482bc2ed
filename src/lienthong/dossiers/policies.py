"""Who may know of a dossier, and who may do what to it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from lienthong.accounts.api import Principal, Right
from lienthong.dossiers.models import Dossier, DossierStatus, Revocation

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


def may_propose_revocation(principal: Principal, dossier: Dossier) -> bool:
    """Say whether the official may propose to revoke or replace the result: at the agency that issued it."""
    return principal.is_official and principal.may_any((Right.PROCESS, Right.APPROVE), dossier.competent_agency_id)


def may_decide_revocation(principal: Principal, dossier: Dossier, row: Revocation) -> bool:
    """Say whether the official may decide a proposal: who signs there, and never who proposed it."""
    return may_sign_replacement(principal, dossier) and principal.account_id != row.proposed_by_id


def may_drop_replacement(principal: Principal, dossier: Dossier, row: Revocation | None) -> bool:
    """Say whether the official may abandon an approved replacement: whoever may have approved it."""
    return row is not None and may_decide_revocation(principal, dossier, row)


def may_sign_replacement(principal: Principal, dossier: Dossier) -> bool:
    """Say whether the official signs results of the issuing agency."""
    return principal.is_official and principal.may(Right.SIGN, dossier.competent_agency_id)


def may_issue_replacement(principal: Principal, dossier: Dossier) -> bool:
    """Say whether the official numbers and seals results of the issuing agency."""
    return principal.is_official and principal.may(Right.ISSUE, dossier.competent_agency_id)


# Who works on the content needs to know the person; a treasurer takes money for a code, a clerk numbers a sealed
# paper, a supervisor watches dates. Basis: Luật 91/2025/QH15 (no more data than the purpose needs).
_NEEDS_PERSON = frozenset({Right.RECEIVE, Right.PROCESS, Right.ASSIGN, Right.APPROVE, Right.SIGN, Right.RETURN})
# How long after the end of a dossier those who worked on it may look back without stating a purpose.
AFTERCARE = timedelta(days=30)


def shows_person(dossier: Dossier, work: Iterable[tuple[str, int]]) -> bool:
    """Say whether what an official has to do (pairs of right and agency) needs the personal data in full.

    A consulted agency answers a question about the matter, so it sees them masked.
    """
    deciding = {dossier.supporting_agency_id, dossier.receiving_agency_id, dossier.competent_agency_id}
    return any(right in _NEEDS_PERSON and agency_id in deciding for right, agency_id in work)


def client_sees_person(principal: Principal, dossier: Dossier) -> bool:
    """Say whether an agency's token carries a right that needs the personal data, at an agency that decides."""
    deciding = (dossier.supporting_agency_id, dossier.receiving_agency_id, dossier.competent_agency_id)
    return any(principal.may_any(_NEEDS_PERSON, agency_id) for agency_id in deciding)


def is_in_aftercare(dossier: Dossier, now: datetime) -> bool:
    """Say whether work done on a dossier still is a reason to read it."""
    ended = dossier.returned_at or dossier.done_at
    return not dossier.is_final or ended is None or now - ended <= AFTERCARE


def is_overseer(principal: Principal, dossier: Dossier) -> bool:
    """Say whether the official controls procedures at an agency of the dossier, as a standing duty."""
    return bool(principal.agencies(Right.SUPERVISE) & set(dossier.agency_ids))


def may_certify(principal: Principal, dossier: Dossier) -> bool:
    """Say whether the official certifies copies for the competent agency: who signs there.

    Basis: NĐ 23/2015/NĐ-CP, Điều 5; a committee or a ministry's office certifies, an inner unit has no seal.
    """
    return principal.official_id is not None and principal.may(Right.SIGN, dossier.competent_agency_id)


def comparing_agency(principal: Principal, dossier: Dossier) -> int | None:
    """Give the agency of the dossier for which an official compares papers with originals."""
    reach = principal.agencies(Right.RECEIVE) | principal.agencies(Right.PROCESS)
    order = (dossier.receiving_agency_id, dossier.competent_agency_id, dossier.supporting_agency_id)
    return next((agency_id for agency_id in order if agency_id in reach), None)


def may_compare(principal: Principal, dossier: Dossier) -> bool:
    """Say whether the official may note that a paper was compared with its original."""
    return principal.is_official and comparing_agency(principal, dossier) is not None
