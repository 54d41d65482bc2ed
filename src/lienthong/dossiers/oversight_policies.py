"""Who may rate, complain, answer complaints and read scores."""

from datetime import datetime, timedelta

from django.db.models import Q

from lienthong.accounts.api import Principal, Right
from lienthong.dossiers import policies
from lienthong.dossiers.models import Dossier, DossierStatus, FeedbackRule, HandlingComplaint

_WITH_RESULT = (DossierStatus.DONE, DossierStatus.RETURNED, DossierStatus.NOT_RECEIVED)


def result_at(dossier: Dossier) -> datetime | None:
    """Tell when the applicant got an answer, of whatever kind."""
    if dossier.status == DossierStatus.NOT_RECEIVED:
        return dossier.submitted_at
    return dossier.done_at


def has_result(dossier: Dossier) -> bool:
    """Say whether the dossier was answered: a result, a refusal, or not received."""
    return dossier.status in _WITH_RESULT


def is_ratable(dossier: Dossier, rule: FeedbackRule | None, now: datetime) -> bool:
    """Say whether a first rating may be given now, whoever gives it."""
    since = result_at(dossier)
    return (
        rule is not None
        and has_result(dossier)
        and since is not None
        and now < since + timedelta(days=rule.rating_open_days)
    )


def may_invite(principal: Principal, dossier: Dossier) -> bool:
    """Say whether an official may hand the applicant the counter's tablet."""
    held = principal.agencies(Right.RETURN) | principal.agencies(Right.RECEIVE)
    return has_result(dossier) and bool(held & set(dossier.agency_ids))


def may_complain(principal: Principal, dossier: Dossier, rule: FeedbackRule | None, now: datetime) -> bool:
    """Say whether the applicant may complain: while the dossier runs, and for some days after it is closed."""
    if rule is None or not policies.is_applicant(principal, dossier):
        return False
    if dossier.status == DossierStatus.WITHDRAWN:
        return False
    closed = dossier.returned_at or (result_at(dossier) if dossier.is_final else None)
    return closed is None or now < closed + timedelta(days=rule.complaint_open_days)


def complaints_of(principal: Principal) -> Q:
    """Give the filter of the complaints that lie before a supervisor; never those about their own work."""
    supervised = principal.agencies(Right.SUPERVISE)
    if not principal.is_official or principal.account_id is None or not supervised:
        return Q(pk__in=[])
    return Q(handling_agency_id__in=sorted(supervised)) & ~Q(excluded_ids__contains=[principal.account_id])


def may_handle(principal: Principal, complaint: HandlingComplaint) -> bool:
    """Say of one complaint what :func:`complaints_of` says of all."""
    return (
        principal.is_official
        and principal.may(Right.SUPERVISE, complaint.handling_agency_id)
        and principal.account_id not in complaint.excluded_ids
    )


def own_complaints(principal: Principal) -> Q:
    """Give the filter of the complaints that a person, or the business they act for, has filed."""
    if principal.business_id is not None:
        return Q(dossier__business_id=principal.business_id)
    if principal.person_id is not None:
        return Q(dossier__applicant_id=principal.person_id, dossier__business__isnull=True)
    return Q(pk__in=[])


def scored_agencies(principal: Principal) -> frozenset[int]:
    """Give the agencies whose own score an official reads: those where they work with dossiers."""
    return policies.agencies_of(principal) if principal.is_official else frozenset()


def headed_agencies(principal: Principal) -> frozenset[int]:
    """Give the agencies whose officials' scores a person reads: only those they head."""
    if not principal.is_official:
        return frozenset()
    return principal.agencies(Right.ASSIGN) | principal.agencies(Right.SIGN)
