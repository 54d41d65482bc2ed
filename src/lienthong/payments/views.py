"""What gateways call, and the demo's stand-in of a gateway (never outside the demo)."""

import json
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lienthong.accounts.api import visitor_address
from lienthong.kernel import clock
from lienthong.kernel.errors import TooManyError
from lienthong.kernel.ratelimit import hit
from lienthong.payments import api
from lienthong.payments import sandbox as other
from lienthong.payments.gateways import Reply, gateway

_LIMIT, _SECONDS = 600, 60
log = structlog.get_logger(__name__)


@require_GET
def notification(request: HttpRequest, key: str) -> HttpResponse:
    """Take a gateway's notification and answer in its words; whatever breaks is answered so that it comes again."""
    provider = gateway(key)
    if provider is None:
        raise Http404
    try:
        hit(key=f"ipn:{visitor_address(request)}", limit=_LIMIT, seconds=_SECONDS, now=clock.now())
        answer = api.receive_notification(gateway=key, values=request.GET.dict(), now=clock.now())
    except TooManyError:
        answer = provider.answer(Reply.BROKEN)
    except Exception:
        log.exception("payment_notification_broken", gateway=key)
        answer = provider.answer(Reply.BROKEN)
    return JsonResponse(dict(answer))


def _demand_sandbox() -> None:
    if not settings.PAYMENT_SANDBOX:
        raise Http404


@require_http_methods(["GET", "POST"])
def sandbox(request: HttpRequest) -> HttpResponse:
    """Show an order at the stand-in, with what a payer, a slow network or a cheat may do to it."""
    _demand_sandbox()
    order = other.read_order(request.GET.dict())
    if order is None:
        return render(request, "payments/sandbox.html", {"order": None}, status=400)
    told: list[tuple[str, str]] = []
    if request.method == "POST":
        now = clock.now()
        url = request.build_absolute_uri(reverse("payments:notification", args=["vnpay"]))
        does = request.POST.get("do", "")
        if does in ("pay", "decline"):
            other.decide(order, is_paid=does == "pay", now=now)
            other.tell_merchant(url, other.message(order))
            return HttpResponseRedirect(f"{order.return_url}?{urlencode(other.message(order))}")
        if does == "pay_silently":
            other.decide(order, is_paid=True, now=now)
            told.append((_("Đã trả tiền, giữ thông báo lại"), "—"))
        elif does == "notify_twice" and order.status:
            told += [(_("Thông báo"), other.tell_merchant(url, other.message(order))) for _each in range(2)]
        elif does == "forge":
            forged = other.message(order, secret="not-the-secret", vnp_ResponseCode="00", vnp_TransactionStatus="00")  # noqa: S106 - a forgery
            told.append((_("Thông báo giả chữ ký"), other.tell_merchant(url, forged)))
        elif does == "wrong_amount":
            wrong = other.message(order, vnp_Amount="100", vnp_ResponseCode="00", vnp_TransactionStatus="00")
            told.append((_("Thông báo sai số tiền"), other.tell_merchant(url, wrong)))
    back = f"{order.return_url}?{urlencode(other.message(order))}"
    context = {"order": order, "told": told, "amount": int(order.amount) // 100, "back": back}
    return render(request, "payments/sandbox.html", context)


@csrf_exempt
@require_POST
def sandbox_api(request: HttpRequest) -> HttpResponse:
    """Answer queries and refunds as the gateway would."""
    _demand_sandbox()
    try:
        question = json.loads(request.body)
    except ValueError:
        return JsonResponse({"vnp_ResponseCode": "99"}, status=400)
    return JsonResponse(other.answer_api(question))
