"""The branches of linked procedures: opened and closed by the drawn process, each with its own due date."""

from datetime import date

from django.utils.translation import gettext as _

from lienthong.dossiers.errors import DossierStateError
from lienthong.dossiers.models import Branch, BranchRule, BranchState, HistoryKind
from lienthong.dossiers.queries.branches import superior_desks
from lienthong.dossiers.services.change import Change
from lienthong.dossiers.services.process import command
from lienthong.kernel import clock, reference
from lienthong.organisations import api as organisations
from lienthong.workflows.api import Command, WorkItem

_DONE = "done"


@command("open_branch")
def open_branch(change: Change, given: Command) -> None:
    """Send the dossier to the agency of one linked procedure, with that procedure's own limit.

    Where the rule says so, the one-stop units of that agency's level may follow it from now on.

    Electronic dossiers go to all agencies at once, paper ones from one to the next; the diagram says which.
    Basis: NĐ 61/2018/NĐ-CP, Điều 18.

    :raises DossierStateError: when no rule in force describes the branch.
    """
    key = str(given.data.get("branch", ""))
    rule = _rule(process_key=change.dossier.procedure_version.process_key, branch=key, on=clock.local_date(change.now))
    task = next((item for item in change.opened if rule is not None and item.element_id == rule.element_id), None)
    if rule is None or task is None:
        raise DossierStateError(_("Chưa có quy tắc cho nhánh liên thông “%(branch)s”.") % {"branch": key})
    due = _due(rule=rule, task=task, change=change)
    Branch.objects.create(
        dossier=change.dossier,
        branch=key,
        name=rule.name,
        name_en=rule.name_en,
        procedure_code=rule.procedure_code,
        agency_id=task.agency_id,
        opened_at=change.now,
        due_at=due.due_at,
        due=due.to_json(),
    )
    change.task_limits[task.element_id] = due.due_at
    if rule.tells_superior:
        agency = organisations.get_agency_by_id(agency_id=task.agency_id)
        told = superior_desks(agency=agency, on=clock.local_date(change.now))
        change.dossier.agency_ids = sorted({*change.dossier.agency_ids, *told})
    change.tell(
        HistoryKind.BRANCH_OPENED,
        title=f"Chuyển giải quyết: {rule.name}",
        element_id=given.element_id,
        facts={
            "branch": key,
            "agency": task.agency_id,
            "due": due.due_at.isoformat(),
            "tells_superior": rule.tells_superior,
        },
    )


@command("close_branch")
def close_branch(change: Change, given: Command) -> None:
    """Write down how a branch ended; one that cannot be done leaves the others sound.

    :raises DossierStateError: when the branch is not open.
    """
    key = str(given.data.get("branch", ""))
    branch = Branch.objects.filter(dossier=change.dossier, branch=key, state=BranchState.OPEN).first()
    if branch is None:
        raise DossierStateError(_("Nhánh liên thông “%(branch)s” không còn mở.") % {"branch": key})
    is_done = given.data.get("outcome") == _DONE
    branch.state = BranchState.DONE if is_done else BranchState.FAILED
    branch.closed_at = change.now
    branch.closed_by = change.principal.name
    branch.note = str(given.data.get("reason") or "")
    branch.save(update_fields=["state", "closed_at", "closed_by", "note"])
    change.tell(
        HistoryKind.BRANCH_CLOSED,
        title=f"Đã xong: {branch.name}" if is_done else f"Không làm được: {branch.name}",
        note=branch.note,
        element_id=given.element_id,
        facts={"branch": key, "is_late": change.now > branch.due_at},
    )


@reference.kept("dossiers")
def _rule(*, process_key: str, branch: str, on: date) -> BranchRule | None:
    rule: BranchRule | None = (
        BranchRule.objects.in_force(on).filter(process_key=process_key, branch=branch).order_by("-valid_from").first()
    )
    return rule


def _due(*, rule: BranchRule, task: WorkItem, change: Change) -> organisations.DueDate:
    """Count the branch's limit in the working calendar of the agency that has it."""
    start = clock.local_date(change.now)
    return organisations.get_calendar(agency_id=task.agency_id, start=start).due_date(
        received_at=change.now,
        amount=rule.limit_amount,
        unit=rule.limit_unit,
        rules=organisations.get_counting_rules(agency_id=task.agency_id, on=start),
    )
