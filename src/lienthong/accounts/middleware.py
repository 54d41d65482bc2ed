"""What happens before a view: idle sessions end, signing officials hold a second factor, old passwords are changed."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from lienthong.accounts import idle
from lienthong.accounts.access import principal_of, session_passed_mfa
from lienthong.accounts.models import Account
from lienthong.accounts.principal import ADMINISTERS, NEEDS_MFA
from lienthong.accounts.services.passwords import is_outdated
from lienthong.kernel import clock

Next = Callable[[HttpRequest], HttpResponse]

BACKGROUND_HEADER = "X-Background"
# What an official without a second factor may still reach: enrolling, proving who they are, leaving.
_OPEN_VIEWS = (
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "account_email",
    "account_confirm_email",
    "account_email_verification_sent",
    "mfa_",
    "accounts:session",
    "set_language",
)


class IdleSessionMiddleware:
    """End a session that saw no activity for its limit; background requests do not count as activity.

    So does a session whose login was locked. A request is in the background when it carries the header
    ``X-Background`` (polling) or only asks how much time is left.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        if SESSION_KEY in session:
            now = clock.now().timestamp()
            if idle.SEEN_AT not in session and request.user.is_authenticated:
                idle.start(session, request.user, now)
            if not request.user.is_authenticated:  # the login was locked; opening it must not bring this back
                logout(request)
            elif idle.remaining(session, now) <= 0:
                logout(request)
                request.session[idle.TIMED_OUT] = True
                if request.headers.get("HX-Request"):
                    return HttpResponse(status=401, headers={"HX-Redirect": _sign_in_address(request)})
            elif not _is_background(request):
                idle.touch(session, now)
        return self.get_response(request)


def _sign_in_address(request: HttpRequest) -> str:
    page = request.headers.get("HX-Current-URL", "")
    path = "/" + page.split("/", 3)[3] if page.count("/") >= 3 else request.path  # noqa: PLR2004 - scheme://host/path
    return redirect_to_login(path).url


def _is_background(request: HttpRequest) -> bool:
    if request.headers.get(BACKGROUND_HEADER):
        return True
    return request.method == "GET" and _view_name(request) == "accounts:session"


def _view_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


class SecondFactorMiddleware:
    """Send officials who sign, administer or operate to enrol a second factor before anything else."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session and not session_passed_mfa(request) and self._must_enrol(request):
            if request.headers.get("Accept", "").startswith("application/json"):
                return JsonResponse({"code": "accounts.second_factor_needed"}, status=403)
            return redirect("mfa_index")
        return self.get_response(request)

    def _must_enrol(self, request: HttpRequest) -> bool:
        if _view_name(request).startswith(_OPEN_VIEWS):
            return False
        principal = principal_of(request)
        return principal.is_official and principal.may_any(NEEDS_MFA)


class PasswordAgeMiddleware:
    """Send administrators whose password has grown old to change it before anything else."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session and self._must_change(request):
            if request.headers.get("Accept", "").startswith("application/json"):
                return JsonResponse({"code": "accounts.password_outdated"}, status=403)
            messages.warning(request, _("Mật khẩu quản trị đã quá hạn; hãy đổi mật khẩu để làm việc tiếp."))
            return redirect("account_change_password")
        return self.get_response(request)

    def _must_change(self, request: HttpRequest) -> bool:
        account = request.user
        if not isinstance(account, Account) or account.official_id is None:
            return False
        if not is_outdated(account=account, now=clock.now()) or _view_name(request).startswith(_OPEN_VIEWS):
            return False
        return principal_of(request).may_any(ADMINISTERS)
