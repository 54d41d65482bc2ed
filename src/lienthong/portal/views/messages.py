"""My messages."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from lienthong.accounts.api import principal_of, require_login
from lienthong.kernel import clock
from lienthong.notifications import api as notifications


@require_login
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List my messages, newest first."""
    principal = principal_of(request)
    page = notifications.list_messages(account_id=principal.account_id or 0, cursor=request.GET.get("cursor"))
    layout = "ui/layouts/desk.html" if principal.is_official else "ui/layouts/portal.html"
    unread = notifications.count_unread(account_id=principal.account_id or 0)
    return render(request, "portal/messages.html", {"page": page, "layout": layout, "unread": unread})


@require_login
@require_POST
def read(request: HttpRequest, uuid: UUID | None = None) -> HttpResponse:
    """Mark one message, or all, as read and go where it leads."""
    principal = principal_of(request)
    notifications.mark_read(account_id=principal.account_id or 0, uuid=uuid, now=clock.now())
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return redirect(target)
    return redirect("portal:messages")
