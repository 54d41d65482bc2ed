"""The post at the desk: results to hand over in batch, labels, what is on its way, what comes in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienthong.accounts.api import Right, principal_of, right_required
from lienthong.dossiers import api as dossiers
from lienthong.files import api as files
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError
from lienthong.workspace.desk import desk_context

_PREFIX = "number-"
_GROUPS = ("open", "incoming", "returned")
_MAX_LABELS = 200


def _whole(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


@right_required(Right.RETURN)
@require_http_methods(["GET", "POST"])
def to_send(request: HttpRequest) -> HttpResponse:
    """List results that wait for the post; scanned numbers are handed over together, or none when one is wrong."""
    principal = principal_of(request)
    now = clock.now()
    errors: dict[str, list[str]] = {}
    typed: dict[str, str] = {}
    if request.method == "POST":
        typed = {
            name: written
            for name in request.POST
            if name.startswith(_PREFIX) and (written := request.POST.get(name, "").strip())
        }
        parcels = [
            dossiers.Parcel(dossier_uuid=uuid, tracking_number=value[:60])
            for name, value in typed.items()
            if (uuid := _whole(name.removeprefix(_PREFIX))) is not None
        ]
        try:
            made = dossiers.hand_over_shipments(
                principal=principal, parcels=parcels, carrier=request.POST.get("carrier", ""), now=now
            )
        except InvalidError as error:
            errors = {name: list(texts) for name, texts in error.field_errors.items()}
        else:
            messages.success(
                request,
                ngettext(
                    "Đã ghi %(count)s bưu gửi và báo cho người nộp.",
                    "Đã ghi %(count)s bưu gửi và báo cho người nộp.",
                    len(made),
                )
                % {"count": len(made)},
            )
            return redirect("workspace:post")
    page = dossiers.list_to_send(principal=principal, cursor=request.GET.get("cursor"), now=now)
    rows = [
        {
            "dossier": row,
            "typed": typed.get(f"{_PREFIX}{row.uuid}", ""),
            "error": " ".join(errors.get(f"{_PREFIX}{row.uuid}", ())),
        }
        for row in page.items
    ]
    first = f"{_PREFIX}{page.items[0].uuid}" if page.items else ""
    return render(
        request,
        "workspace/post.html",
        desk_context(request)
        | {
            "page": page,
            "rows": rows,
            "carriers": dossiers.carriers(),
            "chosen_carrier": request.POST.get("carrier", ""),
            "errors": [(first if name == "number" else name, text) for name, texts in errors.items() for text in texts],
        },
        status=422 if errors else 200,
    )


@right_required(Right.RETURN)
@require_safe
def labels(request: HttpRequest) -> HttpResponse:
    """Print the address labels of the chosen dossiers, ten on a page."""
    now = clock.now()
    chosen = [uuid for value in request.GET.getlist("hs")[:_MAX_LABELS] if (uuid := _whole(value)) is not None]
    rows = dossiers.labels_for(principal=principal_of(request), uuids=chosen, now=now)
    if not rows:
        messages.error(request, _("Chọn ít nhất một hồ sơ để in nhãn."))
        return redirect("workspace:post")
    data = {
        "labels": [
            {
                "code": row.code,
                "recipient": row.recipient,
                "address": row.address,
                "phone": row.phone,
                "sender": row.sender,
                "sender_address": row.sender_address,
            }
            for row in rows
        ]
    }
    content = files.render_pdf(template="dossiers/address_labels", data=data, now=now)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="nhan-dia-chi.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@right_required(Right.RETURN)
@require_safe
def shipments(request: HttpRequest) -> HttpResponse:
    """List what is on its way, what came in, and what came back."""
    group = request.GET.get("nhom", "open")
    group = group if group in _GROUPS else ""
    query = request.GET.get("q", "").strip()[:60]
    page = dossiers.list_shipments(
        principal=principal_of(request), group=group, query=query, cursor=request.GET.get("cursor")
    )
    names = {"open": _("Đang gửi đi"), "incoming": _("Gửi đến"), "returned": _("Chuyển hoàn"), "": _("Tất cả")}
    return render(
        request,
        "workspace/shipments.html",
        desk_context(request)
        | {
            "page": page,
            "query": query,
            "group": group,
            "carrier_names": {carrier.key: carrier.name for carrier in dossiers.carriers()},
            "filters": [
                {"label": label, "url": f"?nhom={key or 'tat-ca'}", "current": key == group}
                for key, label in names.items()
            ],
        },
    )


@right_required(Right.RETURN)
@require_POST
def mark(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Note where an item is, for carriers that nobody can ask by machine."""
    state = request.POST.get("state", "")
    if state not in (dossiers.ShipmentState.DELIVERED, dossiers.ShipmentState.RETURNED):
        messages.error(request, _("Chọn “Đã phát” hoặc “Chuyển hoàn”."))
    else:
        row = dossiers.mark_shipment(
            principal=principal_of(request),
            shipment_uuid=uuid,
            state=dossiers.ShipmentState(state),
            note=request.POST.get("note", "")[:255],
            now=clock.now(),
        )
        number, label = row.tracking_number, row.get_state_display()
        messages.success(request, _("Bưu gửi %(number)s: %(state)s.") % {"number": number, "state": label})
    return redirect("workspace:shipments")


@right_required(Right.RETURN)
@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Note papers that the post brought for a dossier."""
    errors: dict[str, list[str]] = {}
    given = {name: request.POST.get(name, "")[:60] for name in ("code", "carrier", "number")}
    if request.method == "POST":
        try:
            row = dossiers.take_in_shipment(
                principal=principal_of(request),
                code=given["code"],
                carrier=given["carrier"],
                tracking_number=given["number"],
                now=clock.now(),
            )
        except InvalidError as error:
            errors = {name: list(texts) for name, texts in error.field_errors.items()}
        else:
            number = row.tracking_number
            messages.success(request, _("Đã nhận bưu gửi %(number)s và báo cho người nộp.") % {"number": number})
            return redirect("workspace:post_in")
    return render(
        request,
        "workspace/post_in.html",
        desk_context(request)
        | {
            "given": given,
            "carriers": dossiers.carriers(),
            "errors": [(f"f-{name}", text) for name, texts in errors.items() for text in texts],
            "error_of": {name: " ".join(texts) for name, texts in errors.items()},
        },
        status=422 if errors else 200,
    )
