"""Paying: what I owe, how to pay it, coming back from the gateway, and whether a receipt is genuine."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienthong.accounts.api import principal_of, require_login, visitor_address
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError
from lienthong.kernel.ratelimit import hit
from lienthong.payments import api as payments

_LIMIT, _SECONDS = 30, 60
_PICTURES = {"svg": "image/svg+xml", "png": "image/png"}


@require_login
@require_safe
def my_charges(request: HttpRequest) -> HttpResponse:
    """List what I still have to pay."""
    return render(
        request, "portal/charges.html", {"charges": payments.my_open_charges(principal=principal_of(request))}
    )


@require_login
@require_safe
def charge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show what is owed and every way to pay it; once paid, the receipt."""
    found = payments.get_charge_for(principal=principal_of(request), uuid=uuid)
    transfer = payments.transfer_for(charge=found, on=clock.local_date(clock.now())) if found.is_open else None
    return render(
        request,
        "portal/charge.html",
        {
            "charge": found,
            "view": payments.load_charge(charge=found),
            "words": payments.money_in_words(found.amount),
            "transfer": transfer,
            "gateways": payments.offered() if found.is_open else (),
        },
    )


@require_login
@require_safe
def code(request: HttpRequest, uuid: UUID, kind: str) -> HttpResponse:
    """Draw the square code of the transfer."""
    found = payments.get_charge_for(principal=principal_of(request), uuid=uuid)
    transfer = payments.transfer_for(charge=found, on=clock.local_date(clock.now())) if found.is_open else None
    if transfer is None:
        raise Http404
    response = HttpResponse(payments.draw_code(text=transfer.code, kind=kind), content_type=_PICTURES[kind])
    response["Content-Disposition"] = f'inline; filename="vietqr-{found.code}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_login
@require_POST
def pay(request: HttpRequest, uuid: UUID, key: str) -> HttpResponse:
    """Go to the gateway; what is closed meanwhile is told on the charge's page."""
    back = request.build_absolute_uri(reverse("portal:payment_return", args=[key]))
    try:
        address = payments.start(
            principal=principal_of(request),
            charge_uuid=uuid,
            gateway=key,
            return_url=back,
            visitor=visitor_address(request),
            language=get_language() or "vi",
            now=clock.now(),
        )
    except (ConflictError, payments.GatewayUnavailableError) as error:
        messages.error(request, str(error.message))
        return redirect("portal:charge", uuid=uuid)
    return redirect(address)


@require_login
@require_safe
def returned(request: HttpRequest, key: str) -> HttpResponse:
    """Come back from the gateway: the address only informs, the gateway's server settles."""
    provider = payments.gateway(key)
    if provider is None:
        raise Http404
    try:
        told = provider.verify_return(request.GET.dict())
    except payments.GatewayError:
        messages.error(request, _("Thông tin trả về không mang chữ ký của cổng thanh toán nên không được ghi nhận."))
        return redirect("portal:charges")
    payment = payments.payment_by_reference(principal=principal_of(request), reference=told.reference)
    if payment is None:
        raise Http404
    found = payment.charge
    if payment.state == payments.PaymentState.PAID:
        messages.success(request, _("Đã nộp %(code)s. Cảm ơn bạn.") % {"code": found.code})
    elif payment.state == payments.PaymentState.SURPLUS:
        messages.warning(request, _("Khoản này đã được đóng trước đó; tiền vừa trả sẽ được hoàn lại cho bạn."))
    elif told.verdict == payments.Verdict.FAILED:
        messages.warning(request, _("Chưa trả được tiền. Bạn có thể thử lại hoặc chọn cách khác."))
    else:
        messages.info(
            request, _("Cổng thanh toán đang xác nhận. Không cần trả lại lần nữa; hãy tải lại trang sau ít phút.")
        )
    return redirect("portal:charge", uuid=found.uuid)


@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest, code: str = "") -> HttpResponse:
    """Check a receipt by the code on it; tells no payer."""
    if request.method == "POST":
        typed = "".join(char for char in request.POST.get("code", "").upper() if char.isalnum())[:32]
        if typed:
            return redirect("portal:receipt", code="-".join(typed[at : at + 4] for at in range(0, len(typed), 4)))
        return render(request, "portal/receipt.html", {"error": _("Hãy nhập mã kiểm tra trên biên lai.")}, status=422)
    found = None
    if code:
        hit(key=f"receipt:{visitor_address(request)}", limit=_LIMIT, seconds=_SECONDS, now=clock.now())
        found = payments.receipt_by_code(code=code)
    return render(
        request,
        "portal/receipt.html",
        {"code": code, "receipt": found},
        status=404 if code and found is None else 200,
    )
