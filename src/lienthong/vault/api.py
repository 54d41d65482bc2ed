"""The door of the vault: keep papers, offer them again, certify copies, share one."""

from lienthong.vault.errors import (
    AlreadyVerifiedError,
    DocumentMissingError,
    DocumentNotUsableError,
    NotCertifierError,
    ShareClosedError,
    VaultInvalidError,
)
from lienthong.vault.matching import WantedPaper
from lienthong.vault.models import (
    Certification,
    DocumentState,
    DocumentUse,
    Origin,
    ShareLink,
    SignatureState,
    VaultDocument,
)
from lienthong.vault.policies import Owner, certifying_agencies
from lienthong.vault.queries import (
    VaultFigures,
    documents_by_uuid,
    figures,
    find_by_code,
    find_by_sha256,
    list_certifications,
    offers,
    usable_by_uuid,
    used_in,
)
from lienthong.vault.services.certifying import Original, certify, number_text
from lienthong.vault.services.keeping import Kept, confirm_compared, end, keep
from lienthong.vault.services.using import record_uses

__all__ = [
    "AlreadyVerifiedError",
    "Certification",
    "DocumentMissingError",
    "DocumentNotUsableError",
    "DocumentState",
    "DocumentUse",
    "Kept",
    "NotCertifierError",
    "Origin",
    "Original",
    "Owner",
    "ShareClosedError",
    "ShareLink",
    "SignatureState",
    "VaultDocument",
    "VaultFigures",
    "VaultInvalidError",
    "WantedPaper",
    "certify",
    "certifying_agencies",
    "confirm_compared",
    "documents_by_uuid",
    "end",
    "figures",
    "find_by_code",
    "find_by_sha256",
    "keep",
    "list_certifications",
    "number_text",
    "offers",
    "record_uses",
    "usable_by_uuid",
    "used_in",
]
