"""Makers of contents, files and signers for tests."""

import io
import zipfile
from datetime import UTC, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from lienthong.accounts.api import Principal
from lienthong.accounts.tests.factories import make_account
from lienthong.files import api as files
from lienthong.organisations.tests.factories import make_agency, make_official

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def make_principal() -> Principal:
    account = make_account()
    return Principal(account_id=account.pk, account_uuid=str(account.uuid), kind="citizen", name="Nguyễn Thị Lan")


def make_pdf(pages: int = 1, **options) -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width=595, height=842)
    if password := options.get("password"):
        writer.encrypt(password)
    if script := options.get("script"):
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
        )
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def make_picture(size=(60, 40), kind="JPEG", *, exif=None, colour="red", mode="RGB") -> bytes:
    target = io.BytesIO()
    extra = {"exif": exif} if exif is not None else {}
    Image.new(mode, size, colour).save(target, kind, **extra)
    return target.getvalue()


def make_docx(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", parts.pop("types", b"<Types/>"))
        archive.writestr("word/document.xml", parts.pop("document", b"<w:document/>"))
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return target.getvalue()


def make_upload(content: bytes, name: str, declared: str = "") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=declared)


def store(content: bytes, name: str = "giay-to.pdf", *, principal: Principal | None = None, **options):
    return files.store_upload(
        principal=principal or make_principal(),
        upload=make_upload(content, name, options.pop("declared", "")),
        purpose="dossiers.paper",
        now=options.pop("now", NOW),
        **options,
    )


def make_signers(agency_name: str = "Ủy ban nhân dân phường Hải Châu", leader: str = "Trần Văn Minh"):
    agency = make_agency(agency_name, level="commune", kind="people_committee")
    return agency, make_official(leader, agency=agency, kind="leader")
