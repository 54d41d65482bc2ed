"""Complaints before a supervisor, the invitation to rate at the counter, and scores."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lienthong.accounts.api import Right, official_required, principal_of, right_required
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError, InvalidError
from lienthong.organisations import api as organisations
from lienthong.workspace.desk import desk_context, own_agency_id
from lienthong.workspace.forms_feedback import AnswerForm, EscalateForm
from lienthong.workspace.views.pages import add_errors, seen_version

_GROUPS = ("open", "closed")
PAGE_SIZE = 50


@official_required
@right_required(Right.SUPERVISE)
@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """List the complaints that lie before me, the most urgent first."""
    group = request.GET.get("nhom", "open")
    group = group if group in _GROUPS else ""
    page = dossiers.feedback.list_complaints(
        principal=principal_of(request), group=group, cursor=request.GET.get("cursor"), size=PAGE_SIZE
    )
    labels = (("open", _("Chờ trả lời")), ("closed", _("Đã xong")), ("tat-ca", _("Tất cả")))
    return render(
        request,
        "workspace/complaints.html",
        desk_context(request)
        | {
            "page": page,
            "now": clock.now(),
            "filters": [
                {"label": label, "url": f"?nhom={key}", "current": (key if key in _GROUPS else "") == group}
                for key, label in labels
            ],
        },
    )


@official_required
@require_safe
def complaint(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one complaint with the story of its dossier, and what I may do."""
    return _complaint_page(request, uuid, AnswerForm(), EscalateForm())


def _complaint_page(request: HttpRequest, uuid: UUID, answering: forms.Form, lifting: forms.Form) -> HttpResponse:
    found = dossiers.feedback.get_complaint_for_desk(principal=principal_of(request), uuid=uuid)
    desk = dossiers.load_desk(dossier=found.dossier, public_only=False)
    states = dossiers.feedback.ComplaintState
    failed = any(form.is_bound and form.errors for form in (answering, lifting))
    context: dict[str, Any] = {
        "complaint": found,
        "dossier": found.dossier,
        "story": [
            {
                "title": step.title,
                "state": "done",
                "at": step.at,
                "by": _("người phản ánh") if step.by_applicant else step.actor_name,
                "about": step.note,
            }
            for step in dossiers.feedback.complaint_steps(complaint=found)
        ],
        "steps": dossiers.thread_of(dossier=found.dossier, desk=desk),
        "may_take": found.state in (states.RECEIVED, states.ESCALATED),
        "may_answer": found.state == states.HANDLING,
        "answering": answering,
        "lifting": lifting,
        "now": clock.now(),
    }
    return render(request, "workspace/complaint.html", desk_context(request) | context, status=422 if failed else 200)


@official_required
@require_POST
def take(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Begin to look into a complaint."""
    principal = principal_of(request)
    found = dossiers.feedback.get_complaint_for_desk(principal=principal, uuid=uuid)
    try:
        dossiers.feedback.take(principal=principal, complaint=found, now=clock.now())
    except ConflictError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Bạn đang xem xét phản ánh này. Người phản ánh đã được báo."))
    return redirect("workspace:complaint", uuid=uuid)


@official_required
@require_POST
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Answer a complaint; what was typed stays when something is wrong."""
    principal = principal_of(request)
    found = dossiers.feedback.get_complaint_for_desk(principal=principal, uuid=uuid)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            dossiers.feedback.answer(
                principal=principal,
                complaint=found,
                text=form.cleaned_data["answer"],
                version=seen_version(request),
                now=clock.now(),
            )
        except InvalidError as error:
            add_errors(form, error)
        except ConflictError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Đã trả lời. Người phản ánh nhận được ngay."))
            return redirect("workspace:complaint", uuid=uuid)
    return _complaint_page(request, uuid, form, EscalateForm())


@official_required
@require_POST
def escalate(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Pass a complaint to the agency above."""
    principal = principal_of(request)
    found = dossiers.feedback.get_complaint_for_desk(principal=principal, uuid=uuid)
    form = EscalateForm(request.POST)
    if form.is_valid():
        try:
            dossiers.feedback.escalate(
                principal=principal,
                complaint=found,
                reason=form.cleaned_data["reason"],
                version=seen_version(request),
                now=clock.now(),
            )
        except InvalidError as error:
            add_errors(form, error)
        except ConflictError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Đã chuyển phản ánh lên cấp trên."))
            return redirect("workspace:complaints")
    return _complaint_page(request, uuid, AnswerForm(), form)


@official_required
@never_cache
@require_POST
def invite(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a one-time code with which the applicant rates on the counter's tablet."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    try:
        code, ticket = dossiers.feedback.invite(principal=principal, dossier=found, now=clock.now())
    except ConflictError as error:
        messages.info(request, str(error.message))
        return redirect("workspace:dossier", uuid=uuid)
    address = request.build_absolute_uri(reverse("portal:rate_code"))
    return render(
        request,
        "workspace/rating_code.html",
        desk_context(request) | {"dossier": found, "code": code, "ticket": ticket, "address": address},
    )


def _period(request: HttpRequest) -> tuple[dossiers.feedback.Period, list[dict[str, Any]]]:
    """Read the period asked for, and list those to choose from."""
    offered = dossiers.feedback.periods_until(clock.local_date(clock.now()))
    asked = request.GET.get("ky")
    period = dossiers.feedback.read_period(asked) if asked else offered[0]
    return period, [{"label": one.label, "url": f"?ky={one.key}", "current": one.key == period.key} for one in offered]


@official_required
@require_safe
def scores(request: HttpRequest) -> HttpResponse:
    """Show the scores of my agencies for a quarter or a year."""
    principal = principal_of(request)
    period, choices = _period(request)
    headed = dossiers.feedback.headed_agencies(principal)
    own = own_agency_id(principal)
    rows = dossiers.feedback.agency_scores(principal=principal, period=period)
    return render(
        request,
        "workspace/scores.html",
        desk_context(request)
        | {
            "rows": [row for row in rows if row.dossiers or row.id == own] or rows[:1],
            "indicators": _named(dossiers.feedback.indicators_on(on=period.first, who="agency")),
            "period": period,
            "filters": choices,
            "headed": headed,
        },
    )


@official_required
@require_safe
def official_scores(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the scores of an agency's officials, to its heads."""
    agency = organisations.get_agency(uuid=uuid)
    period, choices = _period(request)
    rows = dossiers.feedback.official_scores(principal=principal_of(request), agency_id=agency.pk, period=period)
    return render(
        request,
        "workspace/official_scores.html",
        desk_context(request)
        | {
            "agency": agency,
            "rows": rows,
            "indicators": _named(dossiers.feedback.indicators_on(on=period.first, who="official")),
            "period": period,
            "filters": choices,
        },
    )


@official_required
@require_safe
def score_list(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """List the dossiers behind a score."""
    agency = organisations.get_agency(uuid=uuid)
    period, _choices = _period(request)
    official = None
    if asked := request.GET.get("nguoi"):
        official = organisations.get_official(uuid=asked)
    key = request.GET.get("chi-so", "")[:40]
    indicators = _named(dossiers.feedback.indicators_on(on=period.first, who="official" if official else "agency"))
    page = dossiers.feedback.list_behind(
        principal=principal_of(request),
        period=period,
        agency_id=agency.pk,
        official_id=official.pk if official else None,
        key=key,
        cursor=request.GET.get("cursor"),
    )
    shown = [one for one in indicators if not key or one["key"] == key]
    return render(
        request,
        "workspace/score_list.html",
        desk_context(request)
        | {
            "agency": agency,
            "official": official,
            "period": period,
            "indicators": shown,
            "page": page,
            "rows": [
                {"score": row, "dossier": row.dossier, "points": [row.points.get(one["key"]) for one in shown]}
                for row in page.items
            ],
        },
    )


def _named(indicators: tuple[dossiers.feedback.ScoreIndicator, ...]) -> list[dict[str, Any]]:
    return [
        {"number": row.number, "key": row.key, "name": dossiers.feedback.words(row.name, row.name_en)}
        for row in indicators
    ]
