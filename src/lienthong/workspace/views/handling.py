"""What officials do with a dossier beside its tasks: hand over, hold out a new date, let it go on."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lienthong.accounts.api import official_required, principal_of
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.organisations import api as organisations
from lienthong.workflows import api as workflows
from lienthong.workspace.forms import DraftForm, ExtendForm, ReassignForm, ResumeForm
from lienthong.workspace.people import who_may
from lienthong.workspace.views.pages import ask, seen_version


@official_required
@require_http_methods(["GET", "POST"])
def reassign(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand a task to a colleague who has the right for it, with a reason."""
    principal = principal_of(request)
    now = clock.now()
    item = workflows.get_task_for(principal=principal, uuid=uuid)
    people = who_may(right=item.right, agency_id=item.agency_id, now=now, but=item.assignee_id)
    form = ReassignForm(request.POST or None, people=people)

    def do() -> str:
        dossiers.reassign(principal=principal, task_uuid=uuid, now=now, **form.cleaned_data)
        name = dict(people).get(form.cleaned_data["to_account_id"], "")
        return _("Đã chuyển “%(task)s” cho %(name)s.") % {"task": item.text, "name": name}

    return ask(
        request,
        form,
        title=_("Chuyển “%(task)s” cho người khác") % {"task": item.text},
        verb=_("Chuyển việc"),
        do=do,
        dossier_uuid=item.business_key,
        code=item.title,
        more={"nobody": not people},
    )


@official_required
@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Set a new appointment, with an apology to the applicant."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    form = ExtendForm(request.POST or None)

    def do() -> str:
        dossiers.extend(
            principal=principal,
            dossier=found,
            new_due_at=_closing(found, form.cleaned_data["new_due_at"]),
            reason=form.cleaned_data["reason"],
            version=seen_version(request),
            now=clock.now(),
        )
        return _("Đã hẹn lại và gửi phiếu xin lỗi cho người nộp.")

    return ask(
        request,
        form,
        title=_("Xin lỗi và hẹn lại ngày trả kết quả"),
        verb=_("Hẹn lại"),
        do=do,
        dossier_uuid=str(uuid),
        code=found.code,
        more={"version": found.version, "due_at": found.due_at, "once": True},
    )


def _closing(found: dossiers.Dossier, day: date) -> datetime:
    """Give the end of the office's day; of midday's clock where the office is closed, for the service to refuse."""
    calendar = organisations.get_calendar(agency_id=found.competent_agency_id, start=day, end=day)
    working = calendar.day(day)
    return working.closing if working.is_working else working.at(12 * 60)


@official_required
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let a stopped dossier go on."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    form = ResumeForm(request.POST or None)

    def do() -> str:
        dossiers.resume(
            principal=principal,
            dossier=found,
            reason=form.cleaned_data["note"],
            version=seen_version(request),
            now=clock.now(),
        )
        return _("Hồ sơ được xử lý tiếp; thời hạn lại chạy.")

    return ask(
        request,
        form,
        title=_("Xử lý tiếp hồ sơ đang dừng"),
        verb=_("Xử lý tiếp"),
        do=do,
        dossier_uuid=str(uuid),
        code=found.code,
        more={"version": found.version},
    )


@official_required
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write what the result will say, before it is signed."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    result = dossiers.result_of(dossier=found)
    form = DraftForm(request.POST or None, initial={"text": result.content.get("text", "") if result else ""})

    def do() -> str:
        dossiers.draft_content(
            principal=principal,
            dossier=found,
            values={"text": form.cleaned_data["text"]},
            version=seen_version(request),
            now=clock.now(),
        )
        return _("Đã lưu dự thảo kết quả.")

    return ask(
        request,
        form,
        title=_("Soạn kết quả"),
        verb=_("Lưu dự thảo"),
        do=do,
        onward=reverse("workspace:draft", args=[uuid]) if "look" in request.POST else "",
        dossier_uuid=str(uuid),
        code=found.code,
        more={"version": found.version, "has_preview": True},
    )


@official_required
@require_safe
def draft_preview(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the result as it would be printed now, unsigned."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    pdf = dossiers.preview_result(principal=principal, dossier=found, now=clock.now())
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.code}-du-thao.pdf"'
    response["Cache-Control"] = "no-store"
    return response
