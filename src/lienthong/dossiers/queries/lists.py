"""Lists of dossiers: filtered by what the person may see, searched without accents, paged by key."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from lienthong.accounts.api import Principal
from lienthong.dossiers import policies
from lienthong.dossiers.models import Dossier, DossierStatus, Reminder
from lienthong.files import api as files
from lienthong.kernel.paging import Page, keyset
from lienthong.kernel.text import search_key

MAX_PAGE = 100


@dataclass(frozen=True, slots=True)
class DossierFilter:
    """What a list is narrowed to; empty means all.

    :ivar group: ``open`` (nobody has closed it), ``closed``, ``overdue``, ``escalated`` (overdue and reported to the
        head) or empty.
    :ivar query: part of a code, a name or an identity number.
    :ivar text: words that stand on one page of its papers.
    """

    status: int | None = None
    group: str = ""
    query: str = ""
    text: str = ""
    procedure_code: str = ""
    agency_id: int | None = None
    submitted_from: datetime | None = None
    submitted_before: datetime | None = None
    newest_first: bool = True


@dataclass(frozen=True, slots=True)
class DossierRow:
    """One line of a list."""

    id: int
    uuid: UUID
    code: str
    procedure_code: str
    procedure_name: str
    applicant_name: str
    owner_name: str
    subject: str
    status: int
    stage: str
    channel: int
    submitted_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    paused_at: datetime | None
    done_at: datetime | None
    returned_at: datetime | None
    receiving_agency: str
    competent_agency: str
    is_escalated: bool = False

    @property
    def status_label(self) -> str:
        """Give the status in words."""
        return str(DossierStatus(self.status).label)

    @property
    def status_badge(self) -> str:
        """Give the key under which the status is registered for badges."""
        return f"dossiers.{DossierStatus(self.status).name}"

    @property
    def is_paused(self) -> bool:
        """Say whether the clock stands still."""
        return self.paused_at is not None


_CLOSED = (DossierStatus.NOT_RECEIVED, DossierStatus.WITHDRAWN, DossierStatus.RETURNED)
_RUNNING = (DossierStatus.RECEIVED, DossierStatus.PROCESSING)


#: Reported to those above for the due date that it has now.
_ESCALATED = Exists(
    Reminder.objects.filter(dossier=OuterRef("pk"), due_at=OuterRef("due_at"), is_escalation=True).order_by()
)


def _where(principal: Principal, wanted: DossierFilter, now: datetime) -> Q:
    where = policies.visible(principal)
    if wanted.status is not None:
        where &= Q(status=wanted.status)
    match wanted.group:
        case "open":
            where &= ~Q(status__in=_CLOSED)
        case "closed":
            where &= Q(status__in=_CLOSED)
        case "overdue":
            where &= Q(status__in=_RUNNING, due_at__lt=now, paused_at__isnull=True)
        case "escalated":
            where &= Q(status__in=_RUNNING, due_at__lt=now, paused_at__isnull=True) & Q(_ESCALATED)
        case _:
            pass
    if wanted.query.strip():
        for word in search_key(wanted.query).split():
            where &= Q(search_key__contains=word)
    return where & _narrowed(wanted)


def _narrowed(wanted: DossierFilter) -> Q:
    where = Q()
    if wanted.text.strip():
        where &= files.text_filter(owner_type="dossiers.dossier", query=wanted.text)
    if wanted.procedure_code:
        where &= Q(procedure_version__procedure__code=wanted.procedure_code)
    if wanted.agency_id is not None:
        where &= Q(agency_ids__contains=[wanted.agency_id])
    if wanted.submitted_from is not None:
        where &= Q(submitted_at__gte=wanted.submitted_from)
    if wanted.submitted_before is not None:
        where &= Q(submitted_at__lt=wanted.submitted_before)
    return where


def list_dossiers(
    *, principal: Principal, wanted: DossierFilter, cursor: str | None, size: int, now: datetime
) -> Page[DossierRow]:
    """List dossiers newest (or oldest) first; one statement whatever the number of rows."""
    rows = (
        Dossier.objects.filter(_where(principal, wanted, now))
        .annotate(
            procedure_code=F("procedure_version__procedure__code"),
            procedure_name=F("procedure_version__name_vi"),
            receiving_name=F("receiving_agency__name"),
            competent_name=F("competent_agency__name"),
            is_escalated=_ESCALATED,
        )
        .values(
            "id", "uuid", "code", "procedure_code", "procedure_name", "applicant_name", "owner_name", "subject",
            "status", "stage", "channel", "submitted_at", "received_at", "due_at", "paused_at", "done_at",
            "returned_at", "receiving_name", "competent_name", "is_escalated",
        )
    )  # fmt: skip
    page = keyset(
        rows, order=("-id",) if wanted.newest_first else ("id",), cursor=cursor, size=min(max(size, 1), MAX_PAGE)
    )
    return Page(
        items=tuple(_row(dict(values)) for values in page.items),
        next_cursor=page.next_cursor,
        previous_cursor=page.previous_cursor,
    )


def _row(values: dict[str, object]) -> DossierRow:
    receiving = values.pop("receiving_name")
    competent = values.pop("competent_name")
    return DossierRow(**values, receiving_agency=receiving, competent_agency=competent)  # type: ignore[arg-type]


def count_dossiers(*, principal: Principal, wanted: DossierFilter, now: datetime, at_most: int = 1000) -> int:
    """Count dossiers up to a bound, so that a menu never pays for a million rows."""
    return Dossier.objects.filter(_where(principal, wanted, now)).order_by()[:at_most].count()


def keys_matching(*, principal: Principal, query: str, now: datetime, at_most: int = 500) -> tuple[str, ...]:
    """Find the newest open dossiers by code, name or identity number; give the keys under which processes know them."""
    where = _where(principal, DossierFilter(group="open", query=query), now)
    return tuple(
        str(uuid) for uuid in Dossier.objects.filter(where).order_by("-id").values_list("uuid", flat=True)[:at_most]
    )
