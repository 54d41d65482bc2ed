"""Who signs, and the door to whatever keeps their private keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol

from asn1crypto import x509
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyhanko.sign.signers.pdf_cms import Signer

from lienthong.kernel.errors import ConflictError

# Certificate policies of our own authority, in the arc of UUID-made identifiers (ITU-T X.667), which
# anybody may use without registration. They say whether a certificate speaks for a person or an agency.
POLICY_PERSON = "2.25.199804652210487283155031479125063914711"
POLICY_AGENCY = "2.25.199804652210487283155031479125063914712"


class NoSigningKeyError(ConflictError):
    """There is no usable key for this signer."""

    code = "files.no_signing_key"


@dataclass(frozen=True, slots=True)
class Holder:
    """The person or agency a certificate names.

    :ivar kind: ``person`` or ``agency``.
    :ivar uuid: public id of the official or the agency, as text.
    :ivar name: full name of the person, or name of the agency.
    :ivar organisation: name of the agency (for a person: where they sign).
    :ivar title: post of the person; empty for an agency.
    """

    kind: str
    uuid: str
    name: str
    organisation: str
    organisation_uuid: str
    title: str
    agency_id: int
    official_id: int | None


class KeyProvider(Protocol):
    """What keeps signing keys: our demo authority, or tokens by PKCS#11."""

    name: str

    def signer(self, holder: Holder, *, now: datetime) -> Signer:
        """Give what signs for a holder.

        :raises NoSigningKeyError: when the provider has no valid certificate for the holder.
        """

    def trust_roots(self) -> Sequence[x509.Certificate]:
        """Give the root certificates that signatures made here lead to."""


def get_provider() -> KeyProvider:
    """Give the configured provider (``SIGNING_PROVIDER``).

    :raises ImproperlyConfigured: for an unknown name.
    """
    return provider_named(settings.SIGNING_PROVIDER)


@cache
def provider_named(name: str) -> KeyProvider:
    """Load a provider once per process.

    :raises ImproperlyConfigured: for an unknown name.
    """
    match name:
        case "demo":
            from lienthong.files.plugins.demo_ca import DemoAuthority  # noqa: PLC0415 - plugins load on demand

            return DemoAuthority()
        case "pkcs11":
            from lienthong.files.plugins.pkcs11 import TokenProvider  # noqa: PLC0415

            return TokenProvider.from_settings()
        case other:
            raise ImproperlyConfigured(f"SIGNING_PROVIDER is {other!r}; known are demo and pkcs11")
