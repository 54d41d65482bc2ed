"""Procedures: their versions in every state, writing drafts, publishing, withdrawing and importing."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienthong.accounts.api import principal_of
from lienthong.catalogue import api as catalogue
from lienthong.catalogue.api import ProcedureVersion, VersionState
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError
from lienthong.workspace.administration import comparing
from lienthong.workspace.administration.drafting import Draft
from lienthong.workspace.administration.forms import procedures as forms
from lienthong.workspace.administration.guards import publisher_required
from lienthong.workspace.administration.views.editing import edit_page

LARGEST_IMPORT = 5_000_000
SUFFIXES = (".yaml", ".yml", ".json", ".jsonl", ".ndjson")


@publisher_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List versions by name, in one state or in all."""
    form = forms.EditionSearchForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = catalogue.list_editions(
        principal=principal_of(request),
        query=wanted.get("q", ""),
        state=wanted.get("state", ""),
        cursor=request.GET.get("cursor"),
    )
    context = {"form": form, "page": page, "today": clock.local_date(clock.now())}
    return render(request, "administration/procedures.html", context)


@publisher_required
@require_safe
def version(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show one version, the others of its procedure, and what differs from the one in force."""
    principal = principal_of(request)
    shown = catalogue.get_edition(principal=principal, uuid=uuid)
    today = clock.local_date(clock.now())
    history = catalogue.list_history(principal=principal, code=shown.code)
    content = catalogue.content_of(version=shown)
    other = _compared(request, shown, history)
    return render(
        request,
        "administration/procedure.html",
        {
            "version": shown,
            "told": comparing.told(content),
            "history": history,
            "other": other,
            "differences": comparing.differences(catalogue.content_of(version=other), content) if other else [],
            "is_in_force": shown.state != VersionState.DRAFT
            and shown.is_in_force(today)
            and (shown.withdrawn_on is None or shown.withdrawn_on > today),
        },
    )


@publisher_required
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Begin a procedure of which nothing was written before."""
    form = forms.StartForm(request.POST or None)
    made: list[ProcedureVersion] = []
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        content = catalogue.Content(code=values["code"], name_vi=values["name"], levels=tuple(values["levels"]))
        if form.carries_out(
            lambda: made.append(
                catalogue.draft(
                    principal=principal_of(request), content=content, valid_from=values["valid_from"], now=clock.now()
                )
            )
        ):
            return redirect("administration:procedure_edit", uuid=made[0].uuid)
    back = reverse("administration:procedures")
    return edit_page(request, form=form, title=_("Soạn thủ tục mới"), submit=_("Bắt đầu soạn"), back=back)


@publisher_required
@require_POST
def copy(request: HttpRequest, uuid: str) -> HttpResponse:
    """Begin a draft with all that a version says, for the change that is to come."""
    principal, now = principal_of(request), clock.now()
    shown = catalogue.get_edition(principal=principal, uuid=uuid)
    made = catalogue.draft(
        principal=principal, content=catalogue.content_of(version=shown), valid_from=clock.local_date(now), now=now
    )
    messages.success(request, _("Đã tạo dự thảo số %(number)s từ bản này.") % {"number": made.number})
    return redirect("administration:procedure_edit", uuid=made.uuid)


@publisher_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, uuid: str) -> HttpResponse:
    """Write a draft."""
    principal, now = principal_of(request), clock.now()
    shown = catalogue.get_edition(principal=principal, uuid=uuid)
    if shown.state != VersionState.DRAFT:
        raise catalogue.VersionStateError(state=shown.get_state_display())
    is_saving = request.method == "POST" and "add" not in request.POST
    draft = Draft(shown, request.POST if request.method == "POST" else None, on=clock.local_date(now))
    if is_saving and draft.is_valid():
        try:
            catalogue.redraft(
                principal=principal,
                version_uuid=uuid,
                content=draft.content(),
                valid_from=draft.form.cleaned_data["valid_from"],
                valid_to=draft.form.cleaned_data["valid_to"],
                now=now,
            )
        except InvalidError as refused:
            draft.refuse(refused)
        else:
            messages.success(request, _("Đã lưu dự thảo."))
            return redirect("administration:procedure", uuid=uuid)
    context = {"version": shown, "draft": draft, "errors": draft.errors if is_saving else [], "is_saving": is_saving}
    return render(request, "administration/procedure_edit.html", context, status=422 if is_saving else 200)


@publisher_required
@require_POST
def publish(request: HttpRequest, uuid: str) -> HttpResponse:
    """Publish a draft from its first day on."""
    done = catalogue.publish(principal=principal_of(request), version_uuid=uuid, now=clock.now())
    messages.success(request, _("Đã công bố, có hiệu lực từ %(day)s.") % {"day": f"{done.valid_from:%d/%m/%Y}"})
    return redirect("administration:procedure", uuid=uuid)


@publisher_required
@require_POST
def discard(request: HttpRequest, uuid: str) -> HttpResponse:
    """Throw a draft away."""
    catalogue.discard_draft(principal=principal_of(request), version_uuid=uuid, now=clock.now())
    messages.success(request, _("Đã bỏ dự thảo."))
    return redirect("administration:procedures")


@publisher_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, uuid: str) -> HttpResponse:
    """Withdraw a published version, with its reason."""
    principal, now = principal_of(request), clock.now()
    shown = catalogue.get_edition(principal=principal, uuid=uuid)
    form = forms.WithdrawForm(request.POST or None, initial={"on": clock.local_date(now)})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if form.carries_out(lambda: catalogue.withdraw(principal=principal, version_uuid=uuid, now=now, **values)):
            messages.success(request, _("Đã thu hồi."))
            return redirect("administration:procedure", uuid=uuid)
    return edit_page(
        request,
        form=form,
        title=_("Thu hồi thủ tục"),
        submit=_("Thu hồi"),
        back=reverse("administration:procedure", args=[uuid]),
        intro=_("Hồ sơ đã nộp theo bản này vẫn được giải quyết theo bản này."),
        is_dangerous=True,
        facts=((_("Thủ tục"), shown.name_vi), (_("Mã"), shown.code)),
    )


@publisher_required
@require_http_methods(["GET", "POST"])
def import_records(request: HttpRequest) -> HttpResponse:
    """Take procedure records from a file and tell what became of each."""
    form = forms.ImportForm(request.POST or None, request.FILES or None)
    reports: list[catalogue.ImportReport] = []
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        form.carries_out(lambda: reports.append(_import(request, upload)))
    report = reports[0] if reports else None
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "administration/procedure_import.html", {"form": form, "report": report}, status=status)


def _import(request: HttpRequest, upload: UploadedFile) -> catalogue.ImportReport:
    suffix = Path(upload.name or "").suffix.lower()
    fault = ""
    if suffix not in SUFFIXES:
        fault = _("Chỉ nhận tệp %(suffixes)s.") % {"suffixes": ", ".join(SUFFIXES)}
    elif (upload.size or 0) > LARGEST_IMPORT:
        fault = _("Tệp lớn hơn 5 MB: hãy dùng lệnh lienthong catalogue import trên máy chủ.")
    if fault:
        raise InvalidError(fault, field_errors={"file": [fault]})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"thu-tuc{suffix}"
        path.write_bytes(upload.read())
        return catalogue.import_file(path=path, now=clock.now(), actor=principal_of(request).actor())


def _compared(
    request: HttpRequest, shown: ProcedureVersion, history: tuple[ProcedureVersion, ...]
) -> ProcedureVersion | None:
    """Choose what to compare with: the version asked for, else the newest published one before this."""
    asked = request.GET.get("so-voi", "")
    others = [row for row in history if row.pk != shown.pk]
    chosen = next((row for row in others if str(row.uuid) == asked), None) or next(
        (row for row in others if row.state != VersionState.DRAFT and row.number < shown.number), None
    )
    return catalogue.get_edition(principal=principal_of(request), uuid=chosen.uuid) if chosen else None
