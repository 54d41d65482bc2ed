"""What every page knows about the session: the clock its dialog follows."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from lienthong.accounts import idle
from lienthong.accounts.access import principal_of
from lienthong.kernel import clock


def session_clock(request: HttpRequest) -> dict[str, Any]:
    """Give ``session_clock`` while somebody is signed in: seconds left, and the address that tells and prolongs.

    ``signed_in_name`` is the person's name for the account menu.

    ``timed_out`` says, until somebody signs in again, that the last session ended for idleness.
    """
    session = getattr(request, "session", None)
    if session is None:
        return {}
    if SESSION_KEY not in session:
        return {"timed_out": bool(session.get(idle.TIMED_OUT))}
    return {
        "signed_in_name": SimpleLazyObject(lambda: principal_of(request).name),
        "session_clock": {
            "remaining": max(0, idle.remaining(session, clock.now().timestamp())),
            "url": reverse("accounts:session"),
            "sign_out": reverse("account_logout"),
            "sign_in": reverse("account_login"),
        },
    }
