"""Add a signature to a PDF without disturbing those already there (PAdES, incremental update)."""

import asyncio
import io
from collections.abc import Mapping
from datetime import datetime
from functools import cache

from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.sign.timestamps.requests_client import HTTPTimeStamper

from lienthong.files.models import SignerKind
from lienthong.files.signing.fields import fill_text_fields
from lienthong.files.signing.holders import agency_holder, person_holder
from lienthong.files.signing.keys import Holder, get_provider
from lienthong.files.signing.look import Appearance, stamp_style
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError, InvalidError

FIELDS = {SignerKind.PERSON.value: "nguoi_ky", SignerKind.AGENCY.value: "co_quan"}
_MM = 72 / 25.4
_LOCATION = "Việt Nam"


class NotSignableError(InvalidError):
    """The document cannot be signed: damaged, encrypted, or locked by an earlier signature."""

    code = "files.not_signable"


class TimeAuthorityError(ConflictError):
    """The configured time-stamping authority does not answer; signing can be tried again."""

    code = "files.time_authority"


class _DatedSigner(PdfSigner):
    """A signer that takes the time from the caller instead of the machine's clock."""

    def __init__(self, *args: object, moment: datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through unchanged
        self._moment = moment

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self._moment
        return session


def sign_as_person(
    *,
    pdf: bytes,
    official_id: int,
    reason: str,
    now: datetime,
    appearance: Appearance | None = None,
    agency_id: int | None = None,
) -> bytes:
    """Sign a PDF with an official's own certificate, as the first of the two signatures.

    The signature fills the paper's field ``nguoi_ky`` when there is one, else the box of ``appearance``.

    :param agency_id: the agency signed for; the official's main post decides when it is not given.
    :raises NotSignableError: the PDF cannot be signed.
    :raises NoSigningKeyError: the official has no usable key.
    :raises TimeAuthorityError: the time-stamping authority is configured and silent.

    Basis: NĐ 30/2020/NĐ-CP, Điều 13 and Phụ lục I.
    """
    holder = person_holder(official_id=official_id, agency_id=agency_id, now=now)
    return _sign(pdf, holder, reason, appearance, now, {})


def sign_as_agency(
    *,
    pdf: bytes,
    agency_id: int,
    reason: str,
    now: datetime,
    appearance: Appearance | None = None,
    fields: Mapping[str, str] | None = None,
) -> bytes:
    """Sign a PDF with an agency's certificate, after the person's signature, which stays valid.

    The signature fills the paper's field ``co_quan`` when there is one, else the box of ``appearance``.

    :param fields: texts for the empty text fields of the paper, such as its number (``so_ky_hieu``) and date
        (``ngay_ban_hanh``), which come after the person's signature and are covered by this one.
    :raises NotSignableError: the PDF cannot be signed.
    :raises NoSigningKeyError: the agency has no usable key.
    :raises UnknownFieldError: the paper has no such empty field.

    Basis: NĐ 30/2020/NĐ-CP, Điều 17, 18 and Phụ lục I.
    """
    return _sign(pdf, agency_holder(agency_id=agency_id, now=now), reason, appearance, now, fields or {})


def _sign(
    pdf: bytes,
    holder: Holder,
    reason: str,
    appearance: Appearance | None,
    now: datetime,
    fields: Mapping[str, str],
) -> bytes:
    provider = get_provider()
    signer = provider.signer(holder, now=now)
    timestamper = get_timestamper(settings.TSA_URL) if settings.TSA_URL else None
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        if writer.prev.encrypted:
            raise NotSignableError(_("Tệp PDF có mật khẩu nên không ký được."))
        fill_text_fields(writer, fields)
        name, spec, width, height = _place(writer, holder.kind, appearance)
        signing = _DatedSigner(
            PdfSignatureMetadata(
                field_name=name,
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
                reason=reason or None,
                location=_LOCATION,
                name=holder.name,
            ),
            signer,
            timestamper=timestamper,
            stamp_style=stamp_style(
                holder=holder,
                picture=appearance.picture if appearance else b"",
                width=width,
                height=height,
                now=now,
            ),
            new_field_spec=spec,
            moment=clock.local(now),
        )
        output = asyncio.run(signing.async_sign_pdf(writer))
    except (TimestampRequestError, OSError) as error:
        raise TimeAuthorityError(_("Dịch vụ cấp dấu thời gian không trả lời. Hãy ký lại sau ít phút.")) from error
    except (PdfError, SigningError) as error:
        raise NotSignableError(_("Không ký được tệp PDF này: tệp hỏng hoặc đã khóa chỉnh sửa.")) from error
    return output.getvalue()


def _place(
    writer: IncrementalPdfFileWriter, kind: str, appearance: Appearance | None
) -> tuple[str, SigFieldSpec | None, float, float]:
    """Choose the empty field of the paper, or make one; returns its name, its making, width and height."""
    wanted = FIELDS[kind]
    taken = set()
    for name, value, reference in enumerate_sig_fields(writer):
        taken.add(name)
        if name == wanted and value is None:
            left, bottom, right, top = (float(edge) for edge in reference.get_object()["/Rect"])
            return wanted, None, right - left, top - bottom
    box = appearance or Appearance(left=110 if kind == SignerKind.PERSON else 85)
    pages = int(writer.root["/Pages"]["/Count"])
    index = (box.page or pages) - 1
    if not 0 <= index < pages:
        raise NotSignableError(_("Trang đặt chữ ký không có trong tệp."))
    page, _resources = writer.find_page_for_modification(index)
    top_edge = float(page.get_object().get("/MediaBox", [0, 0, 595, 842])[3])
    name = next(name for name in (wanted, *(f"{wanted}_{n}" for n in range(2, 100))) if name not in taken)
    edges = (
        round(box.left * _MM),
        round(top_edge - (box.top + box.height) * _MM),
        round((box.left + box.width) * _MM),
        round(top_edge - box.top * _MM),
    )
    return name, SigFieldSpec(name, on_page=index, box=edges), edges[2] - edges[0], edges[3] - edges[1]


@cache
def get_timestamper(url: str) -> TimeStamper:
    """Give the client of the configured time-stamping authority (RFC 3161); with it signatures are PAdES B-T."""
    return HTTPTimeStamper(url, timeout=10)
