"""The audit trail, searched."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lienthong.accounts.api import find_account_by_email
from lienthong.kernel import chain, trail
from lienthong.kernel.paging import Page
from lienthong.workspace.administration.forms.operations import TrailForm
from lienthong.workspace.administration.guards import operator_required


@operator_required
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """List audit entries by subject, actor, action and days, newest first, with the state of the chain."""
    form = TrailForm(request.GET)
    page: Page[trail.Entry] = Page((), None, None)
    if form.is_valid():
        page = _page(form.cleaned_data, request.GET.get("cursor"))
    return render(request, "administration/audit.html", {"form": form, "page": page, "chain_check": chain.last_check()})


def _page(wanted: dict[str, str | date | None], cursor: str | None) -> Page[trail.Entry]:
    actor = str(wanted["actor"])
    if "@" in actor:
        account = find_account_by_email(email=actor)
        if account is None:
            return Page((), None, None)
        actor = str(account.uuid)
    return trail.list_entries(
        cursor=cursor,
        subject=str(wanted["subject"]),
        actor_id=actor,
        action=str(wanted["action"]),
        first=wanted["first"] or None,  # type: ignore[arg-type]  # a date field
        last=wanted["last"] or None,  # type: ignore[arg-type]  # a date field
    )
