"""What operators see of the machinery, and how they set stuck things going again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lienthong.accounts.api import principal_of
from lienthong.kernel import chain, checkup, clock, jobs, outbox
from lienthong.notifications import api as notifications
from lienthong.workspace.administration.guards import operator_required
from lienthong.workspace.administration.wording import check_name


@operator_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show at a glance whether events, messages, jobs and the audit trail are well."""
    now = clock.now()
    return render(
        request,
        "administration/operations.html",
        {
            "now": now,
            "counts": outbox.counts(),
            "oldest": outbox.oldest_queued(),
            "queues": jobs.count_by_queue(now=now),
            "heartbeat": jobs.last_heartbeat(),
            "chain_check": chain.last_check(),
            "failed_mails": len(notifications.list_failed(cursor=None, size=100).items),
        },
    )


@operator_required
@require_safe
def stuck_events(request: HttpRequest) -> HttpResponse:
    """List the deliveries that were given up, and those parked behind them."""
    return render(
        request, "administration/stuck_events.html", {"deliveries": outbox.list_stuck(), "counts": outbox.counts()}
    )


@operator_required
@require_POST
def replay(request: HttpRequest) -> HttpResponse:
    """Queue the chosen dead deliveries anew, or all of them."""
    wanted = None if "all" in request.POST else _numbers(request, "delivery")
    if wanted == []:
        messages.error(request, _("Chọn ít nhất một sự kiện để phát lại."))
    else:
        count = outbox.replay(actor=principal_of(request).actor(), now=clock.now(), delivery_ids=wanted)
        messages.success(
            request,
            ngettext("Đã xếp %(count)s sự kiện để phát lại.", "Đã xếp %(count)s sự kiện để phát lại.", count)
            % {"count": count},
        )
    return redirect("administration:stuck_events")


@operator_required
@require_safe
def failed_mails(request: HttpRequest) -> HttpResponse:
    """List the mails, SMS and messages to devices that could not be delivered, and how each carrier is doing."""
    now = clock.now()
    outside = [channel for channel in notifications.Channel if channel != notifications.Channel.APP]
    chosen = request.GET.get("kenh", "")
    channel = chosen if chosen in outside else ""
    return render(
        request,
        "administration/failed_mails.html",
        {
            "now": now,
            "page": notifications.list_failed(cursor=request.GET.get("cursor"), channel=channel),
            "figures": notifications.failures_by_provider(now=now),
            "health": notifications.provider_health(),
            "filters": [
                {"label": _("Tất cả"), "url": "?", "current": not channel},
                *(
                    {"label": known.label, "url": f"?kenh={known.value}", "current": known == channel}
                    for known in outside
                ),
            ],
        },
    )


@operator_required
@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """Queue the chosen messages again."""
    wanted = _numbers(request, "delivery")
    count = notifications.resend(actor=principal_of(request).actor(), delivery_ids=wanted, now=clock.now())
    if count:
        messages.success(request, _("Đã xếp %(count)s lượt để gửi lại.") % {"count": count})
    else:
        messages.error(request, _("Không có gì được gửi lại: chọn ít nhất một lượt còn lỗi và còn ích."))
    return redirect("administration:failed_mails")


@operator_required
@require_safe
def troubled_jobs(request: HttpRequest) -> HttpResponse:
    """Count the jobs by queue and list those that failed or were left behind by a dead worker."""
    now = clock.now()
    return render(
        request,
        "administration/jobs.html",
        {
            "now": now,
            "queues": jobs.count_by_queue(now=now),
            "page": jobs.list_troubled(now=now, cursor=request.GET.get("cursor")),
            "heartbeat": jobs.last_heartbeat(),
        },
    )


@operator_required
@require_POST
def retry_jobs(request: HttpRequest) -> HttpResponse:
    """Queue the chosen jobs again."""
    wanted = _numbers(request, "job")
    if wanted:
        count = jobs.retry(actor=principal_of(request).actor(), job_ids=wanted, now=clock.now())
        messages.success(request, _("Đã xếp %(count)s việc để chạy lại.") % {"count": count})
    else:
        messages.error(request, _("Chọn ít nhất một việc để chạy lại."))
    return redirect("administration:jobs")


@operator_required
@require_safe
def installation(request: HttpRequest) -> HttpResponse:
    """Show what ``lienthong doctor`` finds."""
    findings = [(check_name(found.subject), found) for found in checkup.examine()]
    return render(request, "administration/installation.html", {"findings": findings})


def _numbers(request: HttpRequest, name: str) -> list[int]:
    """Read the ticked rows; what is no number was never on the page."""
    return [int(value) for value in request.POST.getlist(name) if value.isdecimal() and len(value) < 19]  # noqa: PLR2004 - a bigint
