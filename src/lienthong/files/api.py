"""The one door into files: uploads, access, previews, printed papers and signatures."""

from lienthong.files.facts import Fact, doctor_facts
from lienthong.files.inspection import DOCX, JPEG, PDF, PNG, WEBP, XLSX, UploadRefusedError
from lienthong.files.models import File, ScanState, SignerKind
from lienthong.files.policies import AccessChecker, register_access
from lienthong.files.previews import preview
from lienthong.files.printing import PaperDataError, UnknownTemplateError, render_pdf
from lienthong.files.queries import (
    FileNotServedError,
    UnknownFileError,
    files_by_uuid,
    get_file,
    get_file_for,
    list_files,
    open_file,
    owners_of,
    read_file,
    uploads_of,
)
from lienthong.files.services import attach, attach_many, detach, store_bytes, store_upload
from lienthong.files.signing.fields import UnknownFieldError, empty_text_fields
from lienthong.files.signing.keys import NoSigningKeyError
from lienthong.files.signing.look import Appearance
from lienthong.files.signing.revocation import UnknownCertificateError, revoke_certificate
from lienthong.files.signing.sign import NotSignableError, TimeAuthorityError, sign_as_agency, sign_as_person
from lienthong.files.signing.verify import SignatureReport, Verification, verify_pdf

__all__ = [
    "DOCX",
    "JPEG",
    "PDF",
    "PNG",
    "WEBP",
    "XLSX",
    "AccessChecker",
    "Appearance",
    "Fact",
    "File",
    "FileNotServedError",
    "NoSigningKeyError",
    "NotSignableError",
    "PaperDataError",
    "ScanState",
    "SignatureReport",
    "SignerKind",
    "TimeAuthorityError",
    "UnknownCertificateError",
    "UnknownFieldError",
    "UnknownFileError",
    "UnknownTemplateError",
    "UploadRefusedError",
    "Verification",
    "attach",
    "attach_many",
    "detach",
    "doctor_facts",
    "empty_text_fields",
    "files_by_uuid",
    "get_file",
    "get_file_for",
    "list_files",
    "open_file",
    "owners_of",
    "preview",
    "read_file",
    "register_access",
    "render_pdf",
    "revoke_certificate",
    "sign_as_agency",
    "sign_as_person",
    "store_bytes",
    "store_upload",
    "uploads_of",
    "verify_pdf",
]
