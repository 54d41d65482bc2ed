"""Hand-over lists: what waits to go over, the lists of one's agencies, one list with its lines."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.dossiers import policies
from lienthong.dossiers.errors import HandOverNotFoundError
from lienthong.dossiers.models import Dossier, DossierStatus, HandOver, HandOverDirection, HandOverLine
from lienthong.kernel.paging import Page, keyset
from lienthong.organisations import api as organisations

#: Whose papers go which way: to the unit once received, back to the desk with the result.
_STATUSES = {
    HandOverDirection.TO_UNIT: (DossierStatus.RECEIVED, DossierStatus.PROCESSING),
    HandOverDirection.TO_DESK: (DossierStatus.DONE,),
}


def waiting_for_hand_over(*, principal: Principal, direction: str, giver_id: int) -> QuerySet[Dossier]:
    """Choose the dossiers whose papers have yet to go over: on no open list, and not handed over that way before."""
    way = HandOverDirection(direction)
    side = "receiving_agency_id" if way == HandOverDirection.TO_UNIT else "competent_agency_id"
    gone = HandOverLine.objects.filter(
        Q(is_received__isnull=True) | Q(is_received=True, hand_over__direction=way),
    ).values("dossier_id")
    return (
        Dossier.objects.filter(policies.visible(principal), status__in=_STATUSES[way], **{side: giver_id})
        .exclude(pk__in=gone)
        .select_related("procedure_version__procedure", "competent_agency")
    )


def list_waiting(
    *, principal: Principal, direction: str, giver_id: int, procedure_code: str = "", limit: int = 200
) -> tuple[Dossier, ...]:
    """List what has yet to go over, of one procedure or of all, the earliest received first."""
    rows = waiting_for_hand_over(principal=principal, direction=direction, giver_id=giver_id)
    if procedure_code:
        rows = rows.filter(procedure_version__procedure__code=procedure_code)
    return tuple(rows.annotate(paper_count=_PAPERS).order_by("received_at", "id")[:limit])


_PAPERS = Count("documents", filter=Q(documents__replaced_at__isnull=True))


@dataclass(frozen=True, slots=True)
class WaitingProcedure:
    """How many dossiers of one procedure have yet to go over, under its latest name among them."""

    code: str
    name: str
    count: int


def spread_waiting(*, principal: Principal, direction: str, giver_id: int) -> tuple[WaitingProcedure, ...]:
    """Spread what has yet to go over by procedure, the most first; one statement."""
    versions = (
        waiting_for_hand_over(principal=principal, direction=direction, giver_id=giver_id)
        .order_by("procedure_version__number")
        .values_list("procedure_version__procedure__code", "procedure_version__name_vi", "procedure_version__number")
        .annotate(count=Count("id"))
    )
    found: dict[str, WaitingProcedure] = {}
    for code, name, _number, count in versions:
        found[code] = WaitingProcedure(code, name, count + (found[code].count if code in found else 0))
    return tuple(sorted(found.values(), key=lambda row: (-row.count, row.name, row.code)))


def receivers_of(*, giver_id: int, on: date) -> dict[int, organisations.Agency]:
    """Give the places papers may go from an agency: itself (desk and unit under one roof), its units, its parent,
    and the agencies that decide what it receives.
    """
    ids = {giver_id, *organisations.descendant_ids(agency_id=giver_id, on=on, units_only=True)}
    parent = organisations.parent_of(agency_id=giver_id, on=on)
    if parent is not None:
        ids.add(parent.pk)
    open_ones = Dossier.objects.exclude(status__in=(DossierStatus.NOT_RECEIVED, DossierStatus.WITHDRAWN))
    ids.update(open_ones.filter(receiving_agency_id=giver_id).values_list("competent_agency_id", flat=True).distinct())
    ids.update(open_ones.filter(competent_agency_id=giver_id).values_list("receiving_agency_id", flat=True).distinct())
    return organisations.get_agencies(ids=ids)


@dataclass(frozen=True, slots=True)
class HandOverRow:
    """One list among others."""

    uuid: UUID
    number: str
    direction: str
    giver: str
    receiver: str
    given_at: datetime
    given_by: str
    confirmed_at: datetime | None
    confirmed_by: str
    lines: int
    missing: int


def list_hand_overs(*, principal: Principal, cursor: str | None, size: int = 30) -> Page[HandOverRow]:
    """List the hand-overs of one's agencies, both sides, newest first; one statement."""
    rows = (
        HandOver.objects.filter(_mine(principal))
        .annotate(
            giver_name=F("giver__name"),
            receiver_name=F("receiver__name"),
            number_of_lines=Count("lines"),
            missing=Count("lines", filter=Q(lines__is_received=False)),
        )
        .values(
            "id", "uuid", "number", "direction", "giver_name", "receiver_name", "given_at", "given_by",
            "confirmed_at", "confirmed_by", "number_of_lines", "missing",
        )
    )  # fmt: skip
    page = keyset(rows, order=("-id",), cursor=cursor, size=size)
    return Page(
        items=tuple(
            HandOverRow(
                uuid=row["uuid"],
                number=row["number"],
                direction=str(HandOverDirection(row["direction"]).label),
                giver=row["giver_name"],
                receiver=row["receiver_name"],
                given_at=row["given_at"],
                given_by=row["given_by"],
                confirmed_at=row["confirmed_at"],
                confirmed_by=row["confirmed_by"],
                lines=row["number_of_lines"],
                missing=row["missing"],
            )
            for row in page.items
        ),
        next_cursor=page.next_cursor,
        previous_cursor=page.previous_cursor,
    )


def _mine(principal: Principal) -> Q:
    agencies = sorted(policies.agencies_of(principal))
    return Q(giver_id__in=agencies) | Q(receiver_id__in=agencies)


def get_hand_over_for(*, principal: Principal, uuid: UUID) -> HandOver:
    """Get a list of one of one's agencies.

    :raises HandOverNotFoundError: absent or foreign.
    """
    found = HandOver.objects.filter(_mine(principal), uuid=uuid).select_related("giver", "receiver").first()
    if found is None:
        raise HandOverNotFoundError(_("Không tìm thấy danh sách bàn giao."))
    return found


def lines_of(*, hand_over: HandOver) -> tuple[HandOverLine, ...]:
    """List the dossiers of a hand-over in its order; one statement."""
    rows = HandOverLine.objects.filter(hand_over=hand_over).select_related("dossier__procedure_version")
    return tuple(rows.order_by("id"))


def may_confirm(principal: Principal, hand_over: HandOver) -> bool:
    """Say whether the person may confirm a list: somebody else of the receiving side, while it is open."""
    return (
        hand_over.confirmed_at is None
        and hand_over.given_by_account_id != principal.account_id
        and hand_over.receiver_id in policies.agencies_of(principal)
    )
