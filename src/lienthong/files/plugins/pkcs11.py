"""Signing keys on a token or hardware module, by PKCS#11.

The module (``PKCS11_MODULE``), token (``PKCS11_TOKEN``) and PIN (``PKCS11_PIN``) come from the settings.
The key and certificate of a holder carry the label ``person-<uuid>-<agency uuid>`` or ``agency-<uuid>``;
certificates of authorities on the token go into each signature. Roots come from ``SIGNING_TRUST``.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from threading import Lock

import pkcs11
from asn1crypto import x509
from django.conf import settings
from django.utils.translation import gettext as _
from pkcs11.exceptions import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

from lienthong.files.models import SignerKind
from lienthong.files.signing.keys import Holder, NoSigningKeyError

_LOCK = Lock()


class TokenProvider:
    """Signs with the keys of one token, over one session that this process keeps open."""

    name = "pkcs11"

    def __init__(self, *, module: str, token: str, pin: str) -> None:
        self._module, self._token, self._pin = module, token, pin

    @classmethod
    def from_settings(cls) -> "TokenProvider":
        """Make the provider that the settings describe."""
        return cls(module=settings.PKCS11_MODULE, token=settings.PKCS11_TOKEN, pin=settings.PKCS11_PIN)

    def signer(self, holder: Holder, *, now: datetime) -> PKCS11Signer:
        label = label_of(holder)
        try:
            with _LOCK:
                session = _session(self._module, self._token, self._pin)
                certificate, authorities = _certificates(session, label)
        except PKCS11Error as error:
            raise NoSigningKeyError(
                _("Không kết nối được thiết bị ký số. Hãy kiểm tra thiết bị rồi ký lại.")
            ) from error
        if certificate is None:
            raise NoSigningKeyError(
                _("Thiết bị ký số không có chứng thư của %(name)s.") % {"name": holder.name}, label=label
            )
        if not certificate.not_valid_before <= now <= certificate.not_valid_after:
            raise NoSigningKeyError(
                _("Chứng thư số của %(name)s không còn trong thời hạn.") % {"name": holder.name}, label=label
            )
        return PKCS11Signer(
            session,
            signing_cert=certificate,
            ca_chain=authorities,
            key_label=label,
            # Many tokens sign only a finished hash with elliptic curves.
            use_raw_mechanism=certificate.public_key.algorithm == "ec",
        )

    def trust_roots(self) -> Sequence[x509.Certificate]:
        return ()


def label_of(holder: Holder) -> str:
    """Give the label under which a token keeps the key of a holder."""
    if holder.kind == SignerKind.PERSON:
        return f"person-{holder.uuid}-{holder.organisation_uuid}"
    return f"agency-{holder.uuid}"


@lru_cache(maxsize=4)
def _session(module: str, token: str, pin: str) -> pkcs11.Session:
    return open_pkcs11_session(module, token_criteria=TokenCriteria(label=token), user_pin=pin)


def _certificates(session: pkcs11.Session, label: str) -> tuple[x509.Certificate | None, list[x509.Certificate]]:
    """Read the holder's certificate and those of authorities from the token."""
    own, authorities = None, []
    query = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}
    for stored in session.get_objects(query):
        certificate = x509.Certificate.load(stored[pkcs11.Attribute.VALUE])
        if stored[pkcs11.Attribute.LABEL] == label:
            own = certificate
        elif certificate.ca:
            authorities.append(certificate)
    return own, authorities
