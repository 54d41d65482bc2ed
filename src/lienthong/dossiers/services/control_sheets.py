"""The process control sheet of a dossier: who had it from when to when, printed whenever it is asked for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from lienthong.accounts.api import Principal
from lienthong.dossiers import policies
from lienthong.dossiers.errors import DossierNotFoundError
from lienthong.dossiers.models import Dossier, HistoryEntry, HistoryKind, PaperKind
from lienthong.dossiers.services import content, paper_forms
from lienthong.files import api as files
from lienthong.kernel import clock
from lienthong.organisations import api as organisations
from lienthong.workflows import api as workflows

#: What sends a dossier to its applicant, and what brings it back.
_OUT = (HistoryKind.SUPPLEMENT_REQUESTED, HistoryKind.PAYMENT_REQUESTED, HistoryKind.STOPPED)
_BACK = (HistoryKind.SUPPLEMENTED, HistoryKind.PAID, HistoryKind.RESUMED)
APPLICANT = "Người nộp hồ sơ"


def print_sheet(*, principal: Principal, dossier: Dossier, now: datetime) -> bytes:
    """Print the control sheet as it stands now, in the form in force on the day of reception; nothing is stored.

    Basis: TT 03/2025/TT-VPCP, form 06; TT 01/2018/TT-VPCP, form 05. It goes with the papers from desk to desk
    and is not signed.

    :raises DossierNotFoundError: when the person is no official of an agency of the dossier.
    """
    if not policies.agencies_of(principal) & set(dossier.agency_ids):
        raise DossierNotFoundError(_("Không tìm thấy hồ sơ."))
    with override("vi"):
        form = paper_forms.form_for(kind=PaperKind.CONTROL, at=dossier.received_at or dossier.submitted_at)
        agency = dossier.receiving_agency
        data = {
            **content.heading(agency, at=now, path=f"/tra-cuu/?code={dossier.code}"),
            "code": dossier.code,
            "applicant_name": dossier.applicant_name,
            "owner_name": dossier.owner_name if dossier.owner_name != dossier.applicant_name else "",
            "procedure_name": dossier.procedure_version.name_vi,
            "received_at": content.moment(dossier.received_at),
            "time_limit": content.limit_text(amount=dossier.limit_amount, unit=dossier.limit_unit),
            "due_at": content.moment(dossier.due_at),
            "papers": [paper.name for paper in dossier.documents.filter(replaced_at__isnull=True).order_by("id")],
            "rows": rows_of(dossier=dossier),
            "printed_at": content.moment(now),
            "form_note": form.note,
        }
    return files.render_pdf(template=form.template, data=data, now=now)


def rows_of(*, dossier: Dossier) -> list[dict[str, Any]]:
    """List each hand of the dossier in order: tasks of officials, and the times it lay with the applicant."""
    tasks = [task for task in workflows.all_tasks(business_key=str(dossier.uuid)) if task.party != "applicant"]
    names = organisations.get_agencies(ids={task.agency_id for task in tasks})
    rows = [_task_row(task, names) for task in tasks if task.state != "CANCELLED" or task.assignee_id]
    history = HistoryEntry.objects.filter(dossier=dossier, kind__in=(*_OUT, *_BACK)).order_by("id")
    rows += _waits(list(history))
    rows.sort(key=lambda row: row["from"])
    giver = APPLICANT
    for row in rows:
        row["giver"], giver = giver, row["receiver"]
    return [{name: value for name, value in row.items() if name != "from"} for row in rows]


def result_of(*, done_at: datetime | None, due_at: datetime | None) -> str:
    """Say how a hand kept to its time: early on an earlier day, on time until the deadline, late after it."""
    if done_at is None:
        return "open"
    if due_at is None:
        return ""
    if done_at > due_at:
        return "late"
    return "early" if clock.local_date(done_at) < clock.local_date(due_at) else "on_time"


def _task_row(task: workflows.WorkItem, agencies: Mapping[int, organisations.Agency]) -> dict[str, Any]:
    agency = agencies[task.agency_id].name if task.agency_id in agencies else ""
    ended = task.done_at if task.state in ("DONE", "CANCELLED") else None
    return {
        "from": task.opened_at,
        "giver": "",
        "receiver": "\n".join(part for part in (agency, task.assignee_name) if part),
        "time_in": _show(task.opened_at),
        "time_out": _show(ended),
        "result": result_of(done_at=ended, due_at=task.due_at),
        "note": "\n".join(part for part in (task.name, task.note) if part),
    }


def _waits(entries: Sequence[HistoryEntry]) -> list[dict[str, Any]]:
    """Pair what was asked of the applicant with the answer; the clock stands still between them."""
    rows: list[dict[str, Any]] = []
    open_row: dict[str, Any] | None = None
    for entry in entries:
        if entry.kind in _OUT and open_row is None:
            open_row = {
                "from": entry.at,
                "giver": "",
                "receiver": APPLICANT,
                "time_in": _show(entry.at),
                "time_out": "",
                "result": "open",
                "note": "\n".join(part for part in (entry.title, entry.note) if part),
            }
            rows.append(open_row)
        elif entry.kind in _BACK and open_row is not None:
            open_row["time_out"], open_row["result"] = _show(entry.at), ""
            open_row = None
    return rows


def _show(at: datetime | None) -> str:
    return date_format(clock.local(at), "H:i d/m/Y").replace(" ", "\n") if at is not None else ""
