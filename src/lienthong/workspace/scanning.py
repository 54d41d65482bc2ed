"""What a scanned or typed code opens at the desk: an appointment, a number, a charge, or a dossier."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.urls import Resolver404, resolve, reverse

from lienthong.accounts.api import Principal
from lienthong.counters import api as counters
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import DomainError
from lienthong.payments import api as payments

MOST = 300
#: Given a principal, a code and a moment, gives the address it opens, or nothing.
Opener = Callable[[Principal, str, datetime], str | None]


def address_of(*, principal: Principal, scanned: str, now: datetime) -> str | None:
    """Find what a code names, among the things this official may see.

    A square code of our papers holds an address (tracking, verification, a number): the code in it counts.
    """
    code = _code_in(scanned.strip()[:MOST])
    return next((found for open_it in OPENERS if code and (found := open_it(principal, code, now))), None)


def _code_in(text: str) -> str:
    """Take the code out of an address; any other text is the code itself."""
    if "://" not in text:
        return text
    parts = urlsplit(text)
    asked = parse_qs(parts.query).get("code")
    if asked:
        return asked[0]
    try:
        found = resolve(parts.path)
    except Resolver404:
        return ""
    return str(next(iter(found.kwargs.values()), ""))


def _dossier(principal: Principal, code: str, _now: datetime) -> str | None:
    try:
        found = (
            dossiers.get_dossier_for(principal=principal, uuid=UUID(code))
            if _is_uuid(code)
            else dossiers.get_dossier_by_code_for(principal=principal, code=code)
        )
    except DomainError:
        return None
    return reverse("workspace:dossier", args=[found.uuid])


def _appointment(principal: Principal, code: str, _now: datetime) -> str | None:
    found = counters.find_by_code(principal=principal, code=code)
    return reverse("workspace:appointment", args=[found.uuid]) if found is not None else None


def _ticket(principal: Principal, code: str, now: datetime) -> str | None:
    if _is_uuid(code):
        try:
            found: counters.QueueTicket | None = counters.get_ticket_for(principal=principal, uuid=UUID(code))
        except DomainError:
            found = None
    else:
        found = counters.find_ticket(principal=principal, label=code, on=clock.local_date(now))
    return reverse("workspace:queue_ticket", args=[found.uuid]) if found is not None else None


def _charge(principal: Principal, code: str, _now: datetime) -> str | None:
    found = payments.find_charge_by_code(principal=principal, code=code)
    return reverse("workspace:charge", args=[found.uuid]) if found is not None else None


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


#: Asked in this order; the first that knows the code wins.
OPENERS: list[Opener] = [_dossier, _appointment, _ticket, _charge]
