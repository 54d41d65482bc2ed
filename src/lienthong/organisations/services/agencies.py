"""Correcting what is known of an agency: its identifiers and its contact data."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lienthong.kernel import audit
from lienthong.kernel.errors import ConflictError, InvalidError
from lienthong.kernel.text import normalise
from lienthong.organisations import codes
from lienthong.organisations.models import Agency, AgencyIdentifier, Confidence


class InvalidIdentifierError(InvalidError):
    """The identifier follows no known form, or its date lies outside the agency's life."""

    code = "organisations.identifier_invalid"


class IdentifierTakenError(ConflictError):
    """Another agency bears the identifier in this period."""

    code = "organisations.identifier_taken"


@transaction.atomic
def set_identifier(
    *,
    actor: audit.Actor,
    agency_id: int,
    code: str,
    valid_from: date,
    now: datetime,
    confidence: str = Confidence.HIGH,
) -> AgencyIdentifier:
    """Give an agency an identifier from a date on; the one of the same form ends, or is replaced if it began then.

    :raises InvalidIdentifierError: a code of neither form (QCVN 102:2016/BTTTT, QĐ 20/2020/QĐ-TTg).
    :raises IdentifierTakenError: when another agency bears it.
    """
    agency = Agency.objects.select_for_update(no_key=True).get(pk=agency_id)
    cleaned = codes.clean(code)
    scheme = codes.scheme_of(cleaned)
    if scheme == AgencyIdentifier.Scheme.OTHER:
        message = _("Mã “%(code)s” không đúng dạng 000.00.00.H17 hoặc H17.1.2.") % {"code": code[: codes.LONGEST]}
        raise InvalidIdentifierError(message, field_errors={"code": [message]})
    if not agency.is_in_force(valid_from):
        message = _("Cơ quan không hoạt động vào ngày này.")
        raise InvalidIdentifierError(message, field_errors={"valid_from": [message]})
    borne = agency.identifiers.filter(scheme=scheme)
    borne.filter(valid_from__gte=valid_from).delete()
    borne.filter(valid_from__lt=valid_from).exclude(valid_to__lte=valid_from).update(valid_to=valid_from)
    identifier = AgencyIdentifier(
        agency=agency,
        scheme=scheme,
        code=cleaned,
        match_key=codes.match_key(cleaned),
        confidence=confidence,
        valid_from=valid_from,
        valid_to=agency.valid_to,
    )
    try:
        with transaction.atomic():
            identifier.save()
    except IntegrityError as error:
        raise IdentifierTakenError(_("Mã này đang thuộc cơ quan khác.")) from error
    facts = {"code": cleaned, "scheme": scheme, "confidence": confidence, "valid_from": valid_from.isoformat()}
    _record(actor, "organisations.identifier.set", agency, now, facts)
    return identifier


@transaction.atomic
def update_contact(
    *, actor: audit.Actor, agency_id: int, address: str, phone: str, email: str, now: datetime
) -> Agency:
    """Set where an agency can be reached; loading seeds leaves this alone."""
    agency: Agency = Agency.objects.select_for_update(no_key=True).get(pk=agency_id)
    agency.address, agency.phone, agency.email = normalise(address), normalise(phone), normalise(email)
    agency.save(update_fields=["address", "phone", "email"])
    _record(actor, "organisations.contact.updated", agency, now, {"address": agency.address, "phone": agency.phone})
    return agency


def _record(actor: audit.Actor, action: str, agency: Agency, now: datetime, facts: dict[str, str]) -> None:
    audit.record(
        actor=actor, action=action, subject_type="organisations.Agency", subject_id=agency.uuid, at=now, facts=facts
    )
