"""What the alarm of stale dossiers has found, and how dossiers stand to their dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from lienthong.accounts.api import Principal, Right
from lienthong.dossiers.models import Alarm, AlarmKind, Dossier, Reminder
from lienthong.kernel.paging import Page, keyset


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One finding, with what its remedies need."""

    kind: str
    about: str
    found_at: datetime
    task: UUID | None
    dossier_uuid: UUID
    code: str
    procedure_name: str
    status_badge: str
    agency: str
    waits_until: datetime | None
    due_at: datetime | None

    @property
    def label(self) -> str:
        """Give the finding in words."""
        return str(AlarmKind(self.kind).label)

    @property
    def may_mend(self) -> bool:
        """Say whether the rules themselves have a remedy."""
        return self.kind in (AlarmKind.LAPSED, AlarmKind.NO_DATE)


def _supervised(principal: Principal) -> Q:
    agencies = principal.agencies(Right.SUPERVISE)
    return Q(dossier__agency_ids__overlap=sorted(agencies)) if agencies else Q(pk__in=[])


def list_alarms(*, principal: Principal, kind: str, cursor: str | None, size: int = 50) -> Page[AlarmRow]:
    """List what was found at the agencies a person supervises, oldest finding first; one statement."""
    rows = Alarm.objects.filter(_supervised(principal)).select_related(
        "dossier__procedure_version", "dossier__competent_agency"
    )
    if kind in AlarmKind.values:
        rows = rows.filter(kind=kind)
    page = keyset(rows, order=("id",), cursor=cursor, size=size)
    return Page(
        items=tuple(_row(alarm) for alarm in page.items),
        next_cursor=page.next_cursor,
        previous_cursor=page.previous_cursor,
    )


def _row(alarm: Alarm) -> AlarmRow:
    dossier = alarm.dossier
    return AlarmRow(
        kind=alarm.kind,
        about=alarm.about,
        found_at=alarm.found_at,
        task=alarm.task,
        dossier_uuid=dossier.uuid,
        code=dossier.code,
        procedure_name=dossier.procedure_version.name_vi,
        status_badge=dossier.status_badge,
        agency=dossier.competent_agency.name,
        waits_until=dossier.waits_until,
        due_at=dossier.due_at,
    )


def count_alarms(*, principal: Principal) -> Mapping[str, int]:
    """Count the findings by kind; one statement."""
    rows = Alarm.objects.filter(_supervised(principal)).values("kind").annotate(number=Count("pk"))
    return {row["kind"]: row["number"] for row in rows}


def alarms_in_all() -> int:
    """Count the findings of the whole installation, for the doctor."""
    return Alarm.objects.count()


def last_escalation(*, dossier: Dossier) -> Reminder | None:
    """Find when a dossier was last reported for its present due date; ``None`` when it was not."""
    if dossier.due_at is None:
        return None
    rows = Reminder.objects.filter(dossier=dossier, is_escalation=True, due_at=dossier.due_at)
    return rows.order_by("-id").first()
