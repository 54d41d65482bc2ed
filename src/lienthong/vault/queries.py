"""Reading the vault: one's papers, what may be used now, the book of certified copies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.kernel import clock
from lienthong.kernel.paging import Page, keyset
from lienthong.kernel.text import search_key
from lienthong.vault import policies
from lienthong.vault.errors import DocumentMissingError, ShareClosedError
from lienthong.vault.matching import WantedPaper, keys_of, types_for
from lienthong.vault.models import (
    Certification,
    DocumentState,
    DocumentType,
    DocumentUse,
    Origin,
    ShareLink,
    SignatureState,
    VaultDocument,
)
from lienthong.vault.policies import Owner

OTHER = "other"
_MOST_OFFERED = 20


def types_in_force(*, on: date) -> tuple[DocumentType, ...]:
    """List the kinds of papers in force on a date."""
    return tuple(DocumentType.objects.in_force(on).order_by("id"))


def _rows() -> QuerySet[VaultDocument]:
    return VaultDocument.objects.select_related("type", "issuer", "file__blob", "replaced_by")


def usable_filter(on: date) -> Q:
    """Give the filter of the papers that may be relied on at a date."""
    still = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    sound = Q(origin=Origin.UPLOAD) | Q(signature=SignatureState.VALID)
    return still & sound & Q(state=DocumentState.IN_FORCE)


def list_documents(
    *, principal: Principal, group: str = "", cursor: str | None, size: int, now: datetime
) -> Page[VaultDocument]:
    """List one's papers, newest first; two statements at most whatever their number.

    :param group: ``usable``, ``ended`` (run out, revoked or replaced), ``own`` (added by oneself), or empty for all.
    """
    rows = _rows().filter(policies.visible(principal))
    usable = usable_filter(clock.local_date(now))
    match group:
        case "usable":
            rows = rows.filter(usable)
        case "ended":
            rows = rows.exclude(usable)
        case "own":
            rows = rows.filter(origin=Origin.UPLOAD)
        case _:
            pass
    return keyset(rows, order=("-id",), cursor=cursor, size=size)


def get_document_for(*, principal: Principal, uuid: UUID) -> VaultDocument:
    """Get one of a citizen's own papers.

    :raises DocumentMissingError: for an absent and a foreign one alike.
    """
    document = _rows().filter(policies.visible(principal), uuid=uuid).first()
    if document is None:
        raise DocumentMissingError(_("Không tìm thấy giấy tờ này trong kho của bạn."))
    return document


def may_read_files(principal: Principal, owner_id: str) -> bool:
    """Say whether a person may open the file of a paper; the seam of the files' access check."""
    try:
        uuid = UUID(owner_id)
    except ValueError:
        return False
    return VaultDocument.objects.filter(policies.visible(principal), uuid=uuid).exists()


def may_read_scan(principal: Principal, owner_id: str) -> bool:
    """Say whether an official may open a certified copy or its scan: at the agency that certified it."""
    agencies = policies.certifying_agencies(principal)
    try:
        uuid = UUID(owner_id)
    except ValueError:
        return False
    return bool(agencies) and Certification.objects.filter(uuid=uuid, agency_id__in=agencies).exists()


def uses_of(*, document: VaultDocument) -> tuple[DocumentUse, ...]:
    """List where a paper was used, newest first."""
    return tuple(DocumentUse.objects.filter(document=document).order_by("-id"))


def shares_of(*, document: VaultDocument) -> tuple[ShareLink, ...]:
    """List the links by which a paper was shared, newest first."""
    return tuple(ShareLink.objects.filter(document=document).order_by("-id"))


def documents_by_uuid(*, uuids: Sequence[UUID]) -> Mapping[UUID, VaultDocument]:
    """Fetch several papers whoever asks, for a caller that has asked who may; unknown ids are left out."""
    return {row.uuid: row for row in _rows().filter(uuid__in=uuids)} if uuids else {}


def usable_by_uuid(*, owner: Owner, uuids: Sequence[UUID], now: datetime) -> Mapping[UUID, VaultDocument]:
    """Fetch those of an owner's papers that may be used now."""
    if not uuids:
        return {}
    rows = _rows().filter(owner.filter, usable_filter(clock.local_date(now)), uuid__in=uuids)
    return {row.uuid: row for row in rows}


def offers(*, owner: Owner, wanted: Sequence[WantedPaper], now: datetime) -> Mapping[str, tuple[VaultDocument, ...]]:
    """Find, for each paper asked for, the owner's papers that satisfy it; two statements whatever is asked.

    Those an official need not compare any more come first. The free paper (``other``) is offered everything usable.
    Basis: NĐ 224/2026/NĐ-CP, Điều 15 (data already held are not asked for again).
    """
    today = clock.local_date(now)
    mine = list(_rows().filter(owner.filter, usable_filter(today)).order_by("-id")[:200])
    if not mine:
        return {}
    mine.sort(key=lambda row: not row.is_verified)
    types = types_in_force(on=today)
    found: dict[str, tuple[VaultDocument, ...]] = {}
    for paper in wanted:
        if paper.key == OTHER:
            fitting = mine
        else:
            codes, keys = types_for(paper, types), keys_of(paper.name)
            fitting = [
                row
                for row in mine
                if (row.type is not None and row.type.code in codes)
                or (row.type is None and search_key(row.title) in keys)
            ]
        if fitting:
            found[paper.key] = tuple(fitting[:_MOST_OFFERED])
    return found


def used_in(*, used_type: str, used_id: str) -> tuple[DocumentUse, ...]:
    """List the papers of the vault that one thing uses, with their standing now."""
    rows = DocumentUse.objects.filter(used_type=used_type, used_id=used_id)
    return tuple(rows.select_related("document__issuer", "document__type").order_by("id"))


def find_share(*, secret: str, now: datetime) -> ShareLink:
    """Find the paper behind a link.

    :raises ShareClosedError: unknown, run out, used up and taken back look the same.
    """
    share = (
        ShareLink.objects.select_related("document__issuer", "document__file__blob", "document__person")
        .select_related("document__business", "document__replaced_by")
        .filter(digest=sha256(secret.encode()).hexdigest(), revoked_at__isnull=True, expires_at__gt=now)
        .filter(openings__lt=F("max_openings"))
        .first()
    )
    if share is None:
        raise ShareClosedError(_("Liên kết không còn mở được: đã hết hạn, hết lượt, hoặc người chia sẻ đã thu lại."))
    return share


def find_by_code(*, code: str) -> VaultDocument | None:
    """Find a certified copy by the code printed on it, as typed with dashes."""
    rows = _rows().select_related("certification__agency")
    return rows.filter(verification_code=code, origin=Origin.CERTIFIED).first() if code else None


def find_by_sha256(*, sha256: str) -> VaultDocument | None:
    """Find a certified copy by the hash of its file."""
    rows = _rows().select_related("certification__agency")
    return rows.filter(file__blob__sha256=sha256, origin=Origin.CERTIFIED).order_by("-id").first()


def list_certifications(*, principal: Principal, cursor: str | None, size: int) -> Page[Certification]:
    """List the book of certified copies of the agencies an official certifies for, newest first."""
    rows = Certification.objects.filter(agency_id__in=sorted(policies.certifying_agencies(principal)))
    related = rows.select_related("document__file__blob", "document__person", "document__business", "agency")
    return keyset(related, order=("-id",), cursor=cursor, size=size)


@dataclass(frozen=True, slots=True)
class VaultFigures:
    """What the digitisation index counts of the vault in a period (QĐ 766/QĐ-TTg, group 4).

    :ivar certified: certified electronic copies given.
    :ivar reused_in: things (dossiers) in which a paper of the vault was used.
    """

    certified: int
    reused_in: int


def figures(*, agency_ids: Sequence[int], since: datetime, before: datetime) -> VaultFigures:
    """Count certified copies of agencies and reuses of papers they issued, in a period."""
    copies = Certification.objects.filter(agency_id__in=agency_ids, certified_at__gte=since, certified_at__lt=before)
    uses = DocumentUse.objects.filter(document__issuer_id__in=agency_ids, at__gte=since, at__lt=before)
    return VaultFigures(certified=copies.count(), reused_in=uses.values("used_type", "used_id").distinct().count())
