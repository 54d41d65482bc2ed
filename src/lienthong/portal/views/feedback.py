"""Rating a dossier, complaining about how it is handled, reading the answer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lienthong.accounts.api import principal_of, require_login, visitor_address
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError, InvalidError
from lienthong.kernel.ratelimit import hit
from lienthong.portal import wording
from lienthong.portal.forms_feedback import CodeForm, ComplaintForm, JudgeForm, RatingForm

_TICKET = "portal.rating_ticket"
_TRIES, _SECONDS = 20, 300
_DONE = "portal.rating_done"


@require_login
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Rate my dossier, or change what I said while that is allowed."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    now = clock.now()
    state = dossiers.feedback.feedback_of(principal=principal, dossier=found, now=now)
    if not (state.may_rate or state.may_change):
        messages.info(
            request,
            _("Bạn đã đánh giá hồ sơ này; thời gian sửa đã hết.")
            if state.rating
            else _("Hồ sơ này chưa có kết quả, hoặc đã quá thời gian đánh giá."),
        )
        return redirect("portal:dossier", uuid=uuid)
    form = RatingForm(
        request.POST if request.method == "POST" else None,
        initial=dict(RatingForm.start_from(state.rating)),
        offered=dossiers.feedback.offered(on=clock.local_date(now)),
    )
    if request.method == "POST" and form.is_valid():
        try:
            rating = dossiers.feedback.rate(principal=principal, dossier=found, given=form.given(), now=now)
        except InvalidError as error:
            form.refuse(error)
        except ConflictError as error:
            messages.error(request, str(error.message))
            return redirect("portal:dossier", uuid=uuid)
        else:
            messages.success(request, _("Cảm ơn bạn đã đánh giá."))
            if rating.level == dossiers.feedback.RatingLevel.NOT_SATISFIED and state.may_complain:
                messages.info(request, _("Bạn chưa hài lòng? Bạn có thể phản ánh để được trả lời trong thời hạn."))
            return redirect("portal:dossier", uuid=uuid)
    return _form_page(request, "portal/rate.html", form, dossier=found, rating=state.rating)


@never_cache
@require_http_methods(["GET", "POST"])
def rate_code(request: HttpRequest) -> HttpResponse:
    """Open the rating form on the counter's tablet with a one-time code; nobody signs in."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        hit(key=f"rating-code:{visitor_address(request)}", limit=_TRIES, seconds=_SECONDS, now=clock.now())
        if form.is_valid():
            digest = dossiers.feedback.digest_of(form.cleaned_data["code"])
            ticket = dossiers.feedback.open_ticket(digest=digest, now=clock.now())
            if ticket is not None:
                request.session[_TICKET] = str(ticket.uuid)
                return redirect("portal:rate_counter")
            form.add_error("code", _("Mã không đúng, đã dùng hoặc đã hết hạn. Hãy nhờ cán bộ tại quầy cấp mã mới."))
    return _form_page(request, "portal/rate_code.html", form, is_done=request.session.pop(_DONE, False))


@never_cache
@require_http_methods(["GET", "POST"])
def rate_counter(request: HttpRequest) -> HttpResponse:
    """Rate on the counter's tablet; the tablet is then ready for the next person."""
    try:
        kept = UUID(request.session.get(_TICKET, ""))
    except ValueError:
        return redirect("portal:rate_code")
    now = clock.now()
    try:
        ticket = dossiers.feedback.ticket_by_uuid(uuid=kept, now=now)
    except dossiers.DossierNotFoundError as error:
        request.session.pop(_TICKET, None)
        messages.error(request, str(error.message))
        return redirect("portal:rate_code")
    form = RatingForm(
        request.POST if request.method == "POST" else None, offered=dossiers.feedback.offered(on=clock.local_date(now))
    )
    if request.method == "POST" and form.is_valid():
        try:
            dossiers.feedback.rate_at_counter(ticket_uuid=ticket.uuid, given=form.given(), now=now)
        except InvalidError as error:
            form.refuse(error)
        except ConflictError as error:
            request.session.pop(_TICKET, None)
            messages.error(request, str(error.message))
            return redirect("portal:rate_code")
        else:
            request.session.pop(_TICKET, None)
            request.session[_DONE] = True
            return redirect("portal:rate_code")
    return _form_page(request, "portal/rate.html", form, dossier=ticket.dossier, is_counter=True)


@require_login
@require_http_methods(["GET", "POST"])
def complain(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Complain about how my dossier is handled."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    now = clock.now()
    state = dossiers.feedback.feedback_of(principal=principal, dossier=found, now=now)
    if not state.may_complain:
        if state.open_complaint is not None:
            return redirect("portal:complaint", uuid=state.open_complaint.uuid)
        messages.info(request, _("Bạn không phản ánh được về hồ sơ này nữa."))
        return redirect("portal:dossier", uuid=uuid)
    form = ComplaintForm(
        request.POST if request.method == "POST" else None, offered=dossiers.feedback.offered(on=clock.local_date(now))
    )
    if request.method == "POST" and form.is_valid():
        try:
            complaint = dossiers.feedback.file_complaint(
                principal=principal,
                dossier=found,
                subject=form.cleaned_data["subject"],
                content=form.cleaned_data["content"],
                now=now,
            )
        except InvalidError as error:
            form.refuse(error)
        except ConflictError as error:
            messages.info(request, str(error.message))
            return redirect("portal:dossier", uuid=uuid)
        else:
            messages.success(request, _("Đã gửi phản ánh %(code)s.") % {"code": complaint.code})
            return redirect("portal:complaint", uuid=complaint.uuid)
    return _form_page(request, "portal/complain.html", form, dossier=found)


@require_login
@require_http_methods(["GET", "POST"])
def complaint(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show my complaint, where it lies and until when; once answered, say whether that satisfies."""
    principal = principal_of(request)
    found = dossiers.feedback.get_own_complaint(principal=principal, uuid=uuid)
    form = JudgeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            dossiers.feedback.judge_answer(principal=principal, complaint=found, now=clock.now(), **form.cleaned_data)
        except InvalidError as error:
            form.refuse(error)
        except ConflictError as error:
            messages.error(request, str(error.message))
            return redirect("portal:complaint", uuid=uuid)
        else:
            messages.success(request, _("Đã ghi ý kiến của bạn."))
            return redirect("portal:complaint", uuid=uuid)
    steps = dossiers.feedback.complaint_steps(complaint=found)
    return _form_page(
        request,
        "portal/complaint.html",
        form,
        dossier=found.dossier,
        complaint=found,
        steps=[
            {
                "title": step.title,
                "state": "done",
                "at": step.at,
                "by": _("bạn") if step.by_applicant else (step.agency.name if step.agency else ""),
            }
            for step in steps
        ],
        awaits_me=found.state == dossiers.feedback.ComplaintState.ANSWERED and found.satisfaction is None,
    )


@require_login
@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take my complaint back."""
    principal = principal_of(request)
    found = dossiers.feedback.get_own_complaint(principal=principal, uuid=uuid)
    try:
        dossiers.feedback.withdraw_complaint(principal=principal, complaint=found, now=clock.now())
    except ConflictError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Đã rút phản ánh."))
    return redirect("portal:complaint", uuid=uuid)


def _form_page(
    request: HttpRequest,
    template: str,
    form: RatingForm | CodeForm | ComplaintForm | JudgeForm,
    *,
    dossier: dossiers.Dossier | None = None,
    **more: object,
) -> HttpResponse:
    title = wording.short_name(dossier.procedure_version) if dossier is not None else ""
    context = {"form": form, "dossier": dossier, "title": title, **more}
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)
