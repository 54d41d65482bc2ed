"""Handing all open tasks of an official over to others."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from lienthong.accounts.api import Right, accounts_of_officials, principal_of, right_required
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError
from lienthong.organisations import api as organisations
from lienthong.workspace.administration.forms.batches import SpreadForm


@right_required(Right.ASSIGN, Right.SUPERVISE)
@require_http_methods(["GET", "POST"])
def handover(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Preview who gets which task, change it line by line, and hand over with a reason."""
    principal = principal_of(request)
    official = organisations.get_official(uuid=uuid)
    account = accounts_of_officials(official_ids=[official.pk]).get(official.pk)
    now = clock.now()
    lines = dossiers.batches.tasks_to_hand_over(principal=principal, account_id=account.pk, now=now) if account else ()
    people = sorted({pair for line in lines for pair in line.candidates}, key=lambda pair: pair[1])
    is_sent = request.method == "POST"
    spreading = SpreadForm(request.GET if "targets" in request.GET else None, people=people)
    targets = spreading.cleaned_data["targets"] if spreading.is_bound and spreading.is_valid() else []
    errors: list[tuple[str, str]] = []
    reason = request.POST.get("reason", "")
    moves = dossiers.batches.spread(lines=lines, targets=targets)
    if is_sent and account is not None:
        moves = _moves(request, lines)
        if not moves:
            errors.append(("tasks", _("Hãy chọn người nhận cho ít nhất một việc.")))
        else:
            try:
                report = dossiers.batches.hand_over(
                    principal=principal, account_id=account.pk, moves=moves, reason=reason, now=now
                )
            except InvalidError as error:
                errors += [(path, text) for path, texts in error.field_errors.items() for text in texts]
            else:
                _tell(request, report)
                return redirect("administration:handover", uuid=uuid)
    return render(
        request,
        "administration/handover.html",
        {
            "official": official,
            "rows": [{"line": line, "chosen": moves.get(line.task.uuid)} for line in lines],
            "spreading": spreading,
            "reason": reason,
            "errors": errors,
            "now": now,
        },
        status=422 if errors else 200,
    )


def _moves(request: HttpRequest, lines: tuple[dossiers.batches.HandoverLine, ...]) -> dict[UUID, int]:
    """Read the choices of the page; what was never offered does not count."""
    found: dict[UUID, int] = {}
    for line in lines:
        given = request.POST.get(f"to-{line.task.uuid}", "")
        target = next((account_id for account_id, _name in line.candidates if str(account_id) == given), None)
        if target is not None:
            found[line.task.uuid] = target
    return found


def _tell(request: HttpRequest, report: dossiers.batches.HandoverReport) -> None:
    facts: dict[str, Any] = {"count": report.done}
    if report.done:
        messages.success(
            request, ngettext("Đã chuyển %(count)s việc.", "Đã chuyển %(count)s việc.", report.done) % facts
        )
    for code, why in report.failed[:10]:
        messages.error(request, f"{code}: {why}")
    if report.skipped:
        messages.info(request, _("%(count)s việc đã được chuyển trước đó.") % {"count": report.skipped})
