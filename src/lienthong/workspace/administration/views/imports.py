"""Taking old dossiers over: upload, choose columns, look at what is wrong, import."""

import csv
from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienthong.accounts.api import Right, principal_of, right_required
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError
from lienthong.organisations import api as organisations
from lienthong.workspace.administration.forms.batches import MappingForm, UploadForm
from lienthong.workspace.administration.views.editing import edit_page

_RIGHTS = (Right.ADMINISTER, Right.SUPERVISE)


@right_required(*_RIGHTS)
@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """List what was taken over."""
    page = dossiers.batches.list_batches(principal=principal_of(request), cursor=request.GET.get("cursor"))
    return render(request, "administration/imports.html", {"page": page})


@right_required(*_RIGHTS)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Give a table."""
    principal = principal_of(request)
    found = organisations.get_agencies(ids=dossiers.batches.importing_agencies(principal)).values()
    choices = sorted(((agency.pk, agency.name) for agency in found if not agency.is_unit), key=lambda pair: pair[1])
    form = UploadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        agencies=choices,
    )
    made: list[dossiers.batches.ImportBatch] = []
    if (
        request.method == "POST"
        and form.is_valid()
        and form.carries_out(
            lambda: made.append(
                dossiers.batches.upload_table(
                    principal=principal,
                    agency_id=form.cleaned_data["agency"],
                    upload=form.cleaned_data["file"],
                    now=clock.now(),
                )
            )
        )
    ):
        return redirect("administration:import_columns", uuid=made[0].uuid)
    return edit_page(
        request,
        form=form,
        title=_("Nhập hồ sơ từ hệ thống cũ"),
        submit=_("Tải lên và chọn cột"),
        back=reverse("administration:imports"),
        intro=_(
            "Chỉ nhập hồ sơ đang giải quyết. Chưa có gì được ghi cho đến khi bạn xem kết quả kiểm tra và bấm nhập."
        ),
    )


@right_required(*_RIGHTS)
@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say which column means what."""
    principal = principal_of(request)
    batch = dossiers.batches.get_batch_for(principal=principal, uuid=uuid)
    words = "\n".join(f"{word} = {value}" for word, value in batch.statuses.items())
    form = MappingForm(
        request.POST if request.method == "POST" else None,
        header=batch.header,
        initial={**batch.columns, "statuses": words},
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        statuses = values.pop("statuses")
        if form.carries_out(
            lambda: dossiers.batches.choose_columns(
                principal=principal,
                batch=batch,
                columns={field: name for field, name in values.items() if name},
                statuses=statuses,
                now=clock.now(),
            )
        ):
            return redirect("administration:import_batch", uuid=uuid)
    return edit_page(
        request,
        form=form,
        title=_("Cột nào là gì?"),
        submit=_("Kiểm tra thử"),
        back=reverse("administration:imports"),
        intro=_("Lựa chọn được nhớ cho lần nhập sau của cơ quan này. Kiểm tra thử không ghi hồ sơ nào."),
        facts=((_("Tệp"), batch.file.name), (_("Cơ quan"), batch.agency.name)),
    )


@right_required(*_RIGHTS)
@require_safe
def batch(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show how far a table is and what is wrong with its rows."""
    found = dossiers.batches.get_batch_for(principal=principal_of(request), uuid=uuid)
    states = dossiers.batches.ImportState
    context: dict[str, Any] = {
        "batch": found,
        "page": dossiers.batches.list_problems(batch=found, cursor=request.GET.get("cursor")),
        "is_working": found.state in (states.CHECKING, states.RUNNING),
        "may_import": found.state == states.CHECKED and found.good > 0,
        "may_map": found.state in (states.UPLOADED, states.CHECKED, states.FAILED),
    }
    return render(request, "administration/import_batch.html", context)


@right_required(*_RIGHTS)
@require_POST
def start(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Import the rows that are right."""
    principal = principal_of(request)
    found = dossiers.batches.get_batch_for(principal=principal, uuid=uuid)
    try:
        dossiers.batches.start_import(principal=principal, batch=found, now=clock.now())
    except ConflictError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Đang nhập. Bạn có thể rời trang này."))
    return redirect("administration:import_batch", uuid=uuid)


class _Echo:
    """A file that gives back each line instead of keeping it."""

    def write(self, value: str) -> str:
        """Give the line."""
        return value


@right_required(*_RIGHTS)
@require_safe
def report(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give what is wrong as a table for a spreadsheet."""
    found = dossiers.batches.get_batch_for(principal=principal_of(request), uuid=uuid)
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\N{ZERO WIDTH NO-BREAK SPACE}"
        yield writer.writerow([_("Dòng"), _("Mã hồ sơ cũ"), _("Cột"), _("Sai ở chỗ nào")])
        for row in dossiers.batches.problem_rows(batch=found):
            # A cell that begins like a formula would be run by a spreadsheet.
            yield writer.writerow([f"'{cell}" if cell[:1] in "=+-@" and cell else cell for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="loi-nhap-{found.uuid}.csv"'
    return cast("HttpResponse", response)
