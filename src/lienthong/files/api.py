"""The one door into files: uploads, access, previews, printed papers and signatures.

What needs the libraries of PDF and Typst is loaded when it is first asked for: most requests need none of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lienthong.files.facts import Fact, doctor_facts
from lienthong.files.inspection import DOCX, JPEG, PDF, PNG, WEBP, XLSX, UploadRefusedError
from lienthong.files.models import File, PageState, PageText, ScanState, SignerKind
from lienthong.files.policies import AccessChecker, register_access, register_reading
from lienthong.files.queries import (
    FileNotServedError,
    PageHit,
    Reading,
    UnknownFileError,
    files_by_uuid,
    find_pages,
    get_file,
    get_file_for,
    list_files,
    open_file,
    owners_of,
    read_file,
    readings_of,
    text_filter,
    texts_of,
    uploads_of,
)
from lienthong.files.recognition import Proposal, recognise
from lienthong.files.services.combining import combine
from lienthong.files.services.linking import attach, attach_many, detach, detach_all
from lienthong.files.services.page_texts import request_reading
from lienthong.files.services.storing import Upload, rename, store_bytes, store_upload
from lienthong.files.signing.revocation import UnknownCertificateError, revoke_certificate

if TYPE_CHECKING:
    from lienthong.files.previews import preview
    from lienthong.files.printing import PaperDataError, UnknownTemplateError, render_pdf
    from lienthong.files.signing.detached import DetachedReport, sign_bytes_as_agency, verify_detached
    from lienthong.files.signing.fields import UnknownFieldError, empty_text_fields
    from lienthong.files.signing.keys import NoSigningKeyError
    from lienthong.files.signing.look import Appearance
    from lienthong.files.signing.sign import NotSignableError, TimeAuthorityError, sign_as_agency, sign_as_person
    from lienthong.files.signing.verify import SignatureReport, Verification, verify_pdf

_LATE = {
    "Appearance": "signing.look",
    "NoSigningKeyError": "signing.keys",
    "NotSignableError": "signing.sign",
    "PaperDataError": "printing",
    "DetachedReport": "signing.detached",
    "SignatureReport": "signing.verify",
    "TimeAuthorityError": "signing.sign",
    "UnknownFieldError": "signing.fields",
    "UnknownTemplateError": "printing",
    "Verification": "signing.verify",
    "empty_text_fields": "signing.fields",
    "preview": "previews",
    "render_pdf": "printing",
    "sign_as_agency": "signing.sign",
    "sign_as_person": "signing.sign",
    "sign_bytes_as_agency": "signing.detached",
    "verify_detached": "signing.detached",
    "verify_pdf": "signing.verify",
}

__all__ = [
    "DOCX",
    "JPEG",
    "PDF",
    "PNG",
    "WEBP",
    "XLSX",
    "AccessChecker",
    "Appearance",
    "DetachedReport",
    "Fact",
    "File",
    "FileNotServedError",
    "NoSigningKeyError",
    "NotSignableError",
    "PageHit",
    "PageState",
    "PageText",
    "PaperDataError",
    "Proposal",
    "Reading",
    "ScanState",
    "SignatureReport",
    "SignerKind",
    "TimeAuthorityError",
    "UnknownCertificateError",
    "UnknownFieldError",
    "UnknownFileError",
    "UnknownTemplateError",
    "Upload",
    "UploadRefusedError",
    "Verification",
    "attach",
    "attach_many",
    "combine",
    "detach",
    "detach_all",
    "doctor_facts",
    "empty_text_fields",
    "files_by_uuid",
    "find_pages",
    "get_file",
    "get_file_for",
    "list_files",
    "open_file",
    "owners_of",
    "preview",
    "read_file",
    "readings_of",
    "recognise",
    "register_access",
    "register_reading",
    "rename",
    "render_pdf",
    "request_reading",
    "revoke_certificate",
    "sign_as_agency",
    "sign_as_person",
    "sign_bytes_as_agency",
    "store_bytes",
    "store_upload",
    "text_filter",
    "texts_of",
    "uploads_of",
    "verify_detached",
    "verify_pdf",
]


def __getattr__(name: str) -> Any:
    """Load a late name with its module and keep it (PEP 562)."""
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"lienthong.files.{_LATE[name]}"), name)
    globals()[name] = value
    return value
