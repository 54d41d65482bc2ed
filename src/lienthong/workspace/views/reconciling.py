"""The treasurer's other pages: importing statements and comparing days."""

from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from lienthong.accounts.api import Principal, Right, principal_of, right_required
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError
from lienthong.organisations import api as organisations
from lienthong.payments import api as payments
from lienthong.workspace.desk import desk_context, own_agency_id
from lienthong.workspace.forms_payments import StatementForm, day_of
from lienthong.workspace.views.pages import add_errors

_KEPT_SECONDS = 3600
_FATES = {
    payments.Fate.SETTLES: (gettext_lazy("khớp khoản chờ nộp"), "done"),
    payments.Fate.CONFIRMS: (gettext_lazy("khớp khoản đã ghi"), "done"),
    payments.Fate.SURPLUS: (gettext_lazy("tiền thừa, cần hoàn"), "soon"),
    payments.Fate.UNKNOWN: (gettext_lazy("chưa rõ của ai"), "wrong"),
    payments.Fate.KNOWN: (gettext_lazy("đã nhập trước đây"), "plain"),
}


def _agencies(principal: Principal) -> list[tuple[int, str]]:
    """List the agencies where the official collects, their own first."""
    found = organisations.get_agencies(ids=sorted(principal.agencies(Right.COLLECT)))
    own = own_agency_id(principal)
    rows = [(pk, agency.name) for pk, agency in found.items() if not agency.is_unit or pk == own]
    return sorted(rows, key=lambda row: (row[0] != own, row[1]))


@right_required(Right.COLLECT)
@require_http_methods(["GET", "POST"])
def statements(request: HttpRequest) -> HttpResponse:
    """Look at a statement first, then import what was looked at."""
    principal = principal_of(request)
    form = StatementForm(
        request.POST or None if "look" in request.POST else None,
        request.FILES or None if "look" in request.POST else None,
        agencies=_agencies(principal),
    )
    report: payments.Report | None = None
    token = ""
    if "import" in request.POST:
        done = _import(request, principal)
        if done is not None:
            return done
    elif request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        given = {
            "agency_id": form.cleaned_data["agency_id"],
            "source": payments.Source(form.cleaned_data["source"]),
            "name": str(upload.name or "")[:200],
            "content": upload.read(),
        }
        try:
            report = payments.examine(principal=principal, **given)
        except InvalidError as error:
            add_errors(form, error)
        else:
            token = str(uuid4())
            kept = {**given, "source": given["source"].value, "content": b64encode(given["content"]).decode()}
            cache.set(_key(principal, token), kept, _KEPT_SECONDS)
    return render(
        request,
        "workspace/payments/statements.html",
        desk_context(request)
        | {
            "form": form,
            "report": report,
            "token": token,
            "findings": [_shown(finding) for finding in report.findings] if report else (),
            "counts": _counts(report) if report else (),
            "page": payments.list_statements(principal=principal, cursor=request.GET.get("cursor")),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _key(principal: Principal, token: str) -> str:
    return f"statement:{principal.account_id}:{token[:36]}"


def _import(request: HttpRequest, principal: Principal) -> HttpResponse | None:
    key = _key(principal, request.POST.get("token", ""))
    kept: dict[str, Any] | None = cache.get(key)
    if kept is None:
        messages.warning(request, _("Bản xem thử đã hết hạn. Hãy chọn lại tệp."))
        return redirect("workspace:statements")
    try:
        report = payments.import_statement(
            principal=principal,
            agency_id=kept["agency_id"],
            source=payments.Source(kept["source"]),
            name=kept["name"],
            content=b64decode(kept["content"]),
            now=clock.now(),
        )
    except InvalidError as error:
        messages.warning(request, " ".join(text for texts in error.field_errors.values() for text in texts))
        return redirect("workspace:statements")
    cache.delete(key)
    messages.success(
        request,
        _("Đã nhập %(lines)s dòng: %(settled)s khoản được ghi đã nộp, %(open)s dòng cần xem.")
        % {
            "lines": len(report.findings),
            "settled": report.count(payments.Fate.SETTLES),
            "open": report.count(payments.Fate.UNKNOWN) + report.count(payments.Fate.SURPLUS),
        },
    )
    return redirect("workspace:statements")


def _shown(finding: payments.Finding) -> dict[str, Any]:
    label, tone = _FATES[finding.fate]
    return {"entry": finding.entry, "charge": finding.charge, "label": label, "tone": tone}


def _counts(report: payments.Report) -> list[tuple[Any, int]]:
    return [(label, report.count(fate)) for fate, (label, _tone) in _FATES.items() if report.count(fate)]


@right_required(Right.COLLECT)
@require_http_methods(["GET", "POST"])
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Compare one day, and show what does not agree."""
    principal = principal_of(request)
    now = clock.now()
    agencies = _agencies(principal)
    given = request.POST if request.method == "POST" else request.GET
    wanted = given.get("co-quan", "")
    agency_id = next((pk for pk, _name in agencies if str(pk) == wanted), agencies[0][0])
    day = day_of(given.get("ngay", ""), clock.local_date(now) - timedelta(days=1))
    if request.method == "POST":
        try:
            payments.reconcile(principal=principal, agency_id=agency_id, day=day, now=now)
        except InvalidError as error:
            messages.warning(request, " ".join(text for texts in error.field_errors.values() for text in texts))
        return redirect(f"{reverse('workspace:reconciliation')}?ngay={day.isoformat()}&co-quan={agency_id}")
    made = payments.find_reconciliation(agency_id=agency_id, day=day)
    return render(
        request,
        "workspace/payments/reconciliation.html",
        desk_context(request)
        | {
            "agencies": agencies,
            "agency_id": agency_id,
            "day": day,
            "made": made,
            "differences": payments.differences_of(made=made) if made else (),
            "lines": payments.lines_of_day(agency_id=agency_id, day=day),
            "days": payments.list_reconciliations(agency_id=agency_id),
        },
    )


@right_required(Right.COLLECT)
@require_POST
def explain(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say why something does not agree."""
    try:
        row = payments.explain(
            principal=principal_of(request), difference_uuid=uuid, text=request.POST.get("text", ""), now=clock.now()
        )
    except InvalidError as error:
        messages.warning(request, " ".join(text for texts in error.field_errors.values() for text in texts))
        day, agency = request.POST.get("ngay", "")[:10], request.POST.get("co-quan", "")[:20]
        return redirect(f"{reverse('workspace:reconciliation')}?{urlencode({'ngay': day, 'co-quan': agency})}")
    made = row.reconciliation
    messages.success(request, _("Đã ghi lý do chênh lệch."))
    return redirect(f"{reverse('workspace:reconciliation')}?ngay={made.day.isoformat()}&co-quan={made.agency_id}")
