"""The national eID as an OpenID Connect provider: which claim means what.

========================  =====================================================================
claim                     meaning here
========================  =====================================================================
``sub``                   the provider's own key of the person; never shown
``identity_number``       12-digit personal identification number (Luật Căn cước 26/2023/QH15, Điều 12)
``name``                  full name as in the population database
``birthdate``             ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` (OpenID Connect Core 5.1; ``0000`` means unknown)
``gender``                ``male`` or ``female``
``nationality``           two-letter country code; Vietnam when absent
``email``                 taken as the account's address when ``email_verified`` is true
========================  =====================================================================

Another provider with other names of claims gets its own mapping in ``EID_CLAIMS``.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from lienthong.accounts import identity
from lienthong.accounts.services.profiles import VerifiedIdentity
from lienthong.kernel import text
from lienthong.kernel.errors import InvalidError

PROVIDER = "eid"
CLAIMS = {
    "identity_number": "identity_number",
    "full_name": "name",
    "birth_date": "birthdate",
    "sex": "gender",
    "nationality": "nationality",
}


def is_configured() -> bool:
    """Say whether this installation offers the national eID."""
    return bool(settings.EID_ISSUER and settings.EID_CLIENT_ID)


def read_claims(claims: Mapping[str, Any]) -> VerifiedIdentity:
    """Read what the eID vouches for.

    :raises InvalidError: when the identity number or the name is missing or malformed.
    """

    def claim(name: str) -> str:
        value = claims.get(settings.EID_CLAIMS.get(name, CLAIMS[name]), "")
        return text.normalise(str(value or ""))

    number = claim("identity_number")
    name = claim("full_name")
    if identity.read_identity_number(number) is None or not name:
        raise InvalidError(
            _("Hệ thống định danh điện tử không gửi đủ số định danh và họ tên. Hãy thử lại hoặc dùng cách khác."),
            code="accounts.eid_incomplete",
        )
    birth_date = claim("birth_date")
    sex = claim("sex").lower()
    return VerifiedIdentity(
        identity_number=number,
        full_name=name,
        birth_date=birth_date if identity.is_partial_date(birth_date) else "",
        sex=sex if sex in ("male", "female") else "",
        nationality=claim("nationality").upper()[:2] or "VN",
        provider=PROVIDER,
    )
