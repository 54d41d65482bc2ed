"""What officials do with an issued result and with papers: revoke, replace, certify a copy, compare an original."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienthong.accounts.api import Right, official_required, principal_of, right_required
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError, InvalidError
from lienthong.vault import api as vault
from lienthong.workspace.desk import desk_context
from lienthong.workspace.forms_results import CorrectionForm, DropForm, OriginalForm, RevocationForm
from lienthong.workspace.views.pages import ask, conflict, seen_version


@official_required
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Propose to revoke or replace the result."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    form = RevocationForm(request.POST or None)

    def do() -> str:
        dossiers.propose(principal=principal, dossier=found, version=None, now=clock.now(), **form.cleaned_data)
        return _("Đã gửi đề nghị. Người có thẩm quyền ký, khác bạn, sẽ quyết định.")

    return ask(
        request,
        form,
        title=_("Thu hồi hoặc thay thế kết quả"),
        verb=_("Gửi đề nghị"),
        do=do,
        dossier_uuid=str(uuid),
        code=found.code,
    )


@official_required
@require_POST
def decide(request: HttpRequest, uuid: UUID, revocation: UUID) -> HttpResponse:
    """Decide a proposal as the second person."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    accepted = request.POST.get("accepted") == "yes"
    try:
        row = dossiers.decide(
            principal=principal,
            dossier=found,
            uuid=revocation,
            accepted=accepted,
            answer=request.POST.get("answer", "")[:4000],
            now=clock.now(),
        )
    except InvalidError as error:
        for texts in error.field_errors.values():
            messages.error(request, " ".join(texts))
    except ConflictError as error:
        return conflict(request, error, dossier_uuid=str(uuid), code=found.code)
    else:
        done = {
            dossiers.RevocationKind.REVOKE.value: _("Đã thu hồi kết quả; người được cấp đã được báo."),
            dossiers.RevocationKind.REPLACE.value: _(
                "Đã đồng ý thay thế. Kết quả cũ còn hiệu lực đến khi cấp bản mới."
            ),
        }
        messages.success(request, done[row.kind] if accepted else _("Đã ghi: không đồng ý."))
    return redirect("workspace:dossier", uuid=uuid)


@official_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Correct what the replacement prints."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    draft = dossiers.replacement_in_work(dossier=found)
    if draft is None or not dossiers.may_draft_result(principal, found):
        raise dossiers.NotAllowedError(_("Chỉ người xử lý hồ sơ được đính chính, khi kết quả thay thế đang được lập."))
    form = CorrectionForm(request.POST or None, lines=dossiers.correctable(found, draft=draft))

    def do() -> str:
        dossiers.correct(principal=principal, dossier=found, corrections=form.cleaned_data, now=clock.now())
        return _("Đã lưu nội dung đính chính. Hãy xem bản in dự thảo trước khi trình ký.")

    return ask(
        request,
        form,
        title=_("Đính chính nội dung kết quả"),
        verb=_("Lưu đính chính"),
        do=do,
        dossier_uuid=str(uuid),
        code=found.code,
    )


@official_required
@require_POST
def replacement(request: HttpRequest, uuid: UUID, step: str) -> HttpResponse:
    """Sign the replacement, or number and seal it."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    do: Any = dossiers.sign_replacement if step == "ky" else dossiers.issue_replacement
    try:
        do(principal=principal, dossier=found, now=clock.now())
    except ConflictError as error:
        return conflict(request, error, dossier_uuid=str(uuid), code=found.code)
    messages.success(
        request, _("Đã ký kết quả thay thế.") if step == "ky" else _("Đã cấp kết quả mới; kết quả cũ hết hiệu lực.")
    )
    return redirect("workspace:dossier", uuid=uuid)


@official_required
@require_http_methods(["GET", "POST"])
def drop_replacement(request: HttpRequest, uuid: UUID, draft: UUID) -> HttpResponse:
    """Abandon an approved replacement; the result in force stays."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    agreed = dossiers.agreed_replacement(dossier=found)
    if request.method == "GET" and not dossiers.may_drop_replacement(principal, found, agreed):
        raise dossiers.NotAllowedError(
            _("Chỉ người có thẩm quyền duyệt được bỏ việc thay thế, khi kết quả thay thế đang được lập.")
        )
    form = DropForm(request.POST or None)

    def do() -> str:
        dossiers.drop_replacement(
            principal=principal,
            dossier=found,
            draft=draft,
            reason=form.cleaned_data["reason"],
            version=seen_version(request),
            now=clock.now(),
        )
        return _("Đã bỏ việc thay thế. Kết quả cũ vẫn có hiệu lực như trước.")

    return ask(
        request,
        form,
        title=_("Bỏ việc lập kết quả thay thế"),
        verb=_("Bỏ việc thay thế"),
        do=do,
        dossier_uuid=str(uuid),
        code=found.code,
        more={"version": found.version},
    )


@official_required
@require_http_methods(["GET", "POST"])
def certify(request: HttpRequest, uuid: UUID, document: UUID) -> HttpResponse:
    """Certify that the scan of a paper is true to the original that lies on the desk."""
    principal, now = principal_of(request), clock.now()
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    paper = dossiers.get_document(dossier=found, uuid=document)
    form = OriginalForm(request.POST or None, initial={"title": paper.name})

    def do() -> str:
        row = dossiers.certify_document(principal=principal, dossier=found, document=paper, now=now, **form.given())
        return _("Đã chứng thực, số %(number)s. Bản sao điện tử đã vào kho giấy tờ của người nộp.") % {
            "number": vault.number_text(row)
        }

    return ask(
        request,
        form,
        title=_("Chứng thực bản sao điện tử từ bản chính"),
        verb=_("Ký và chứng thực"),
        do=do,
        dossier_uuid=str(uuid),
        code=found.code,
    )


@official_required
@require_POST
def compared(request: HttpRequest, uuid: UUID, document: UUID) -> HttpResponse:
    """Note that a paper the applicant had added themselves was compared with its original."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    try:
        dossiers.confirm_compared(
            principal=principal,
            dossier=found,
            document=dossiers.get_document(dossier=found, uuid=document),
            now=clock.now(),
        )
    except ConflictError as error:
        messages.info(request, str(error.message))
    else:
        messages.success(request, _("Đã ghi nhận đối chiếu; các hồ sơ sau không phải đối chiếu lại."))
    return redirect("workspace:dossier", uuid=uuid)


@official_required
@right_required(Right.SIGN)
@require_safe
def certified_book(request: HttpRequest) -> HttpResponse:
    """Show the book of certified electronic copies of one's agencies."""
    page = vault.list_certifications(principal=principal_of(request), cursor=request.GET.get("cursor"), size=50)
    return render(
        request,
        "workspace/certified_book.html",
        desk_context(request)
        | {"page": page, "rows": [{"row": row, "number": vault.number_text(row)} for row in page.items]},
    )
