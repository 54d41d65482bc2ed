"""How I am told: the ways I have, what comes on which, my number, my devices."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Principal, principal_of, require_login, visitor_address
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError, InvalidError, TooManyError
from lienthong.notifications import api as notifications

_CHANNELS = tuple(notifications.Channel(key) for key in ("email", "sms", "push"))

_SHORT = {"email": _lazy("Thư"), "sms": _lazy("SMS"), "push": _lazy("Thiết bị")}


def _layout(principal: Principal) -> str:
    return "ui/layouts/desk.html" if principal.is_official else "ui/layouts/portal.html"


@require_login
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Choose which messages come on which way, when not, and in which language."""
    principal = principal_of(request)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        errors = _save(request, principal)
        if not errors:
            messages.success(request, _("Đã lưu lựa chọn."))
            return redirect("portal:message_preferences")
    return render(
        request, "portal/message_preferences.html", _shown(request, principal, errors), status=422 if errors else 200
    )


def _audience(principal: Principal) -> str:
    return "official" if principal.is_official else "citizen"


def _save(request: HttpRequest, principal: Principal) -> list[tuple[str, str]]:
    """Store the whole page; give what is wrong, as pairs of element id and message."""
    account_id, now, actor = principal.account_id or 0, clock.now(), principal.actor()
    begins, ends = (_time(request.POST.get(name, "")) for name in ("quiet_from", "quiet_to"))
    if begins is None or ends is None:
        missing = "quiet_from" if begins is None else "quiet_to"
        return [(f"f-{missing}", _("Nhập giờ dạng 21:00."))]
    try:
        notifications.set_hours(
            actor=actor,
            account_id=account_id,
            is_quiet="is_quiet" in request.POST,
            quiet_from=begins,
            quiet_to=ends,
            now=now,
        )
        notifications.set_preferences(
            actor=actor,
            account_id=account_id,
            audience=_audience(principal),
            wanted=_wanted(request),
            now=now,
        )
        accounts.choose_language(principal=principal, language=request.POST.get("language", ""), now=now)
    except InvalidError as error:
        return [
            (f"f-{name}" if name in ("quiet_to", "language") else f"kind-{name}", text)
            for name, texts in error.field_errors.items()
            for text in texts
        ]
    return []


def _time(written: str) -> Any:
    try:
        return parse_time(written)
    except ValueError:
        return None


def _wanted(request: HttpRequest) -> dict[str, list[str]]:
    wanted: dict[str, list[str]] = {}
    for value in request.POST.getlist("wanted"):
        kind, _colon, channel = value.rpartition(":")
        wanted.setdefault(kind, []).append(channel)
    return wanted


def _shown(request: HttpRequest, principal: Principal, errors: list[tuple[str, str]]) -> dict[str, Any]:
    account_id = principal.account_id or 0
    ways = notifications.ways_of(account_id=account_id)
    offered = [channel for channel in _CHANNELS if channel != "sms" or ways.offers_sms]
    typed = _wanted(request) if errors else None
    wrong = {target.removeprefix("kind-"): text for target, text in errors if target.startswith("kind-")}
    hours = notifications.chosen_hours(account_id=account_id)
    account = accounts.find_account(account_id=account_id)
    return {
        "layout": _layout(principal),
        "errors": errors,
        "ways": ways,
        "number": notifications.readable(ways.number) if ways.number else "",
        "channels": [(channel.value, channel.label, channel.value in ways.there) for channel in offered],
        "rows": [
            {
                "kind": row.kind,
                "error": wrong.get(row.kind.key, ""),
                "cells": [
                    {
                        "channel": channel.value,
                        "label": channel.label,
                        "short": _SHORT[channel.value],
                        "is_there": channel.value in ways.there,
                        "is_on": channel.value in typed.get(row.kind.key, ())
                        if typed is not None
                        else row.channels[channel.value],
                    }
                    for channel in offered
                ],
            }
            for row in notifications.wishes_of(account_id=account_id, audience=_audience(principal))
        ],
        "is_quiet": "is_quiet" in request.POST if errors else hours.is_quiet,
        "quiet_from": request.POST.get("quiet_from", "") if errors else f"{hours.quiet_from:%H:%M}",
        "quiet_to": request.POST.get("quiet_to", "") if errors else f"{hours.quiet_to:%H:%M}",
        "language": account.language if account is not None else "vi",
        "devices": [(device, sha256(device.endpoint.encode()).hexdigest()) for device in ways.devices],
        "push_key": notifications.push_key(),
        "recent": notifications.recent_deliveries(account_id=account_id),
    }


@require_login
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """Prove a number by a code in an SMS, or take it away again."""
    principal = principal_of(request)
    account_id, now = principal.account_id or 0, clock.now()
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            if (answer := _phone_act(request, principal)) is not None:
                return answer
        except InvalidError as error:
            errors = [(f"f-{name}", text) for name, texts in error.field_errors.items() for text in texts]
        except (TooManyError, ConflictError) as error:
            errors = [("f-number", str(error.message))]
    ways = notifications.ways_of(account_id=account_id)
    challenge = notifications.open_challenge(account_id=account_id, now=now)
    asks_anew = challenge is None or "so-khac" in request.GET or any(target == "f-number" for target, _text in errors)
    return render(
        request,
        "portal/message_phone.html",
        {
            "layout": _layout(principal),
            "errors": errors,
            "error_of": {target.removeprefix("f-"): text for target, text in errors},
            "ways": ways,
            "number": notifications.readable(ways.number) if ways.number else "",
            "challenge": None if asks_anew else challenge,
            "sent_to": notifications.readable(challenge.number) if challenge is not None else "",
            "typed": request.POST.get("number") or _own_number(principal),
        },
        status=422 if errors else 200,
    )


def _phone_act(request: HttpRequest, principal: Principal) -> HttpResponse | None:
    account_id, now, actor = principal.account_id or 0, clock.now(), principal.actor()
    act = request.POST.get("act", "")
    if act == "send":
        account = accounts.find_account(account_id=account_id)
        notifications.send_number_code(
            actor=actor,
            account_id=account_id,
            number=request.POST.get("number", "")[:40],
            language=account.language if account is not None else "vi",
            visitor=visitor_address(request),
            now=now,
        )
        messages.success(request, _("Đã gửi mã. Tin nhắn đến trong khoảng một phút."))
        return redirect("portal:message_phone")
    if act == "confirm":
        proved = notifications.confirm_number(
            actor=actor, account_id=account_id, code=request.POST.get("code", "")[:40], now=now
        )
        number = notifications.readable(proved.number)
        messages.success(request, _("Số %(number)s đã được xác nhận. Bạn nhận tin nhắn ở số này.") % {"number": number})
        return redirect("portal:message_preferences")
    if act == "forget":
        notifications.forget_number(actor=actor, account_id=account_id, now=now)
        messages.success(request, _("Đã bỏ số điện thoại. Bạn không nhận tin nhắn nữa."))
        return redirect("portal:message_preferences")
    return None


def _own_number(principal: Principal) -> str:
    """Start from the number in the person's profile."""
    contact = accounts.contact_of(person_id=principal.person_id) if principal.person_id else None
    written = notifications.to_e164(contact.phone) if contact is not None else None
    return notifications.readable(written) if written else ""


@require_login
@require_POST
def device_add(request: HttpRequest) -> HttpResponse:
    """Let the browser that asks show my messages."""
    principal = principal_of(request)
    given = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth", "device")}
    try:
        notifications.subscribe(actor=principal.actor(), account_id=principal.account_id or 0, now=clock.now(), **given)
    except InvalidError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Thiết bị này sẽ hiện thông báo."))
    return redirect("portal:message_preferences")


@require_login
@require_POST
def device_remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let one of my devices be silent again."""
    principal = principal_of(request)
    notifications.unsubscribe(actor=principal.actor(), account_id=principal.account_id or 0, uuid=uuid, now=clock.now())
    messages.success(request, _("Đã tắt thông báo trên thiết bị."))
    return redirect("portal:message_preferences")
