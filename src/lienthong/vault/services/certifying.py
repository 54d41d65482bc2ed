"""Certified electronic copies: a scan of the original, the certification statement, two signatures, a number."""

import io
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from PIL import Image
from pypdf import PdfReader, PdfWriter

from lienthong.accounts.api import Principal
from lienthong.files import api as files
from lienthong.kernel import audit, clock
from lienthong.kernel.ids import readable_code
from lienthong.kernel.text import normalise
from lienthong.organisations import api as organisations
from lienthong.vault import policies
from lienthong.vault.errors import NotCertifierError, VaultInvalidError
from lienthong.vault.models import Certification, Origin
from lienthong.vault.policies import Owner
from lienthong.vault.services.keeping import Kept, keep

SOURCE_TYPE = "vault.certification"
_PICTURES = (files.JPEG, files.PNG)
_NEXT = """
    INSERT INTO vault_numberseries (agency_id, series, last) VALUES (%s, %s, 1)
    ON CONFLICT (agency_id, series) DO UPDATE SET last = vault_numberseries.last + 1
    RETURNING last
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The original that lies before the official, as they read it.

    :ivar scan: its scan, complete: a PDF or a picture.
    """

    title: str
    scan: files.File
    number: str = ""
    issuer_name: str = ""
    issued_on: date | None = None


def certify(
    *, principal: Principal, agency_id: int, owner: Owner, original: Original, submission_key: UUID, now: datetime
) -> Certification:
    """Certify that a scan is true to the original, and put the certified copy into the owner's vault.

    The number is taken last, inside the transaction, so the book of the year has no gap; the same key gives the
    same copy again.
    Basis: NĐ 45/2020/NĐ-CP, Điều 10 (chứng thực bản sao điện tử từ bản chính); NĐ 23/2015/NĐ-CP, Điều 18–22.

    :raises NotCertifierError: when the official does not sign for the agency, with a second factor.
    :raises VaultInvalidError: without a title, or when the scan is no PDF or picture.
    """
    if principal.official_id is None or agency_id not in policies.certifying_agencies(principal):
        raise NotCertifierError(_("Chỉ người có thẩm quyền ký của cơ quan được chứng thực bản sao điện tử."))
    title = normalise(original.title)[:255]
    if not title:
        raise VaultInvalidError(
            _("Chưa chứng thực được."), field_errors={"title": [_("Hãy ghi tên giấy tờ đúng như trên bản chính.")]}
        )
    with transaction.atomic():
        with connection.cursor() as cursor:  # two clicks at once: the second waits here for the first
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [submission_key.int >> 65])
        known = Certification.objects.select_related("document").filter(submission_key=submission_key).first()
        if known is not None:
            return known
        return _certify(principal, agency_id, owner, title, original, submission_key, now)


def _certify(
    principal: Principal,
    agency_id: int,
    owner: Owner,
    title: str,
    original: Original,
    key: UUID,
    now: datetime,
) -> Certification:
    today = clock.local_date(now)
    agency = organisations.get_agencies(ids=[agency_id])[agency_id]
    post = _post(principal, agency_id, today)
    pages = _pages(original.scan)
    row = Certification(
        submission_key=key,
        agency=agency,
        number=_next_number(agency_id, today),
        year=today.year,
        verification_code=readable_code(),
        scan=original.scan,
        pages=len(pages.pages),
        official_id=principal.official_id or 0,
        official_name=principal.name,
        official_title=post,
        certified_at=now,
    )
    statement = files.render_pdf(
        template="vault/certification",
        data={
            "agency": agency.name,
            "place": agency.area.name if agency.area is not None else "",
            "date": today.isoformat(),
            "title": title,
            "original_number": original.number,
            "original_issuer": original.issuer_name,
            "pages": row.pages,
            "number": number_text(row),
            "signer_title": post,
            "signer_name": principal.name,
            "code": row.verification_code,
            "qr": f"{settings.SITE_URL}/kiem-tra/{row.verification_code}/",
        },
        now=now,
    )
    signed = files.sign_as_person(
        pdf=_joined(pages, statement),
        official_id=principal.official_id or 0,
        agency_id=agency_id,
        reason="Chứng thực bản sao điện tử từ bản chính",
        now=now,
    )
    sealed = files.sign_as_agency(
        pdf=signed, agency_id=agency_id, reason="Chứng thực bản sao điện tử từ bản chính", now=now
    )
    actor = principal.actor(agency_id)
    file = files.store_bytes(
        actor=actor,
        name=f"ban-sao-chung-thuc-{row.number:04d}-{row.year}.pdf",
        content=sealed,
        media_type=files.PDF,
        purpose="vault.certified",
        now=now,
    )
    row.document = keep(
        paper=Kept(
            owner=owner,
            title=title,
            number=original.number,
            issuer_id=agency_id,
            issuer_name=original.issuer_name,
            issued_on=original.issued_on,
            file=file,
            origin=Origin.CERTIFIED,
            source_type=SOURCE_TYPE,
            source_id=str(row.uuid),
            verification_code=row.verification_code,
        ),
        actor=actor,
        now=now,
    )
    row.save()
    for kept in (file, original.scan):
        files.attach(file_id=kept.pk, owner_type=SOURCE_TYPE, owner_id=str(row.uuid))
    audit.record(
        actor=actor,
        action="vault.copy.certified",
        subject_type=SOURCE_TYPE,
        subject_id=row.uuid,
        at=now,
        facts={"number": number_text(row), "document": str(row.document.uuid), "pages": row.pages},
    )
    return row


def number_text(row: Certification) -> str:
    """Write the number as the book does: ``0012/2026-SCT/BS``."""
    return f"{row.number:04d}/{row.year}-SCT/BS"


def _next_number(agency_id: int, today: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [agency_id, f"certified/{today.year}"])
        found = cursor.fetchone()
    return int(found[0])


def _post(principal: Principal, agency_id: int, on: date) -> str:
    posts = organisations.assignments_of(official_id=principal.official_id or 0, on=on)
    own = next((post.position for post in posts if post.position.agency_id == agency_id), None)
    return own.title if own is not None else (posts[0].position.title if posts else "")


def _pages(scan: files.File) -> PdfReader:
    """Read the scan as pages; a picture becomes one."""
    content = files.read_file(file=scan)
    if scan.blob.media_type in _PICTURES:
        target = io.BytesIO()
        with Image.open(io.BytesIO(content)) as picture:
            picture.convert("RGB").save(target, "PDF", resolution=200)
        content = target.getvalue()
    elif scan.blob.media_type != files.PDF:
        raise VaultInvalidError(
            _("Chưa chứng thực được."), field_errors={"scan": [_("Bản quét phải là tệp PDF hoặc ảnh.")]}
        )
    return PdfReader(io.BytesIO(content))


def _joined(pages: PdfReader, statement: bytes) -> bytes:
    """Put the scan before the statement; what could act or be filled in on the scan's pages is left out."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(statement)))
    for at, page in enumerate(pages.pages):
        placed = writer.insert_page(page, at)
        placed.pop("/Annots", None)
        placed.pop("/AA", None)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


__all__ = ["SOURCE_TYPE", "Original", "certify", "number_text"]
