"""From a request to its principal, and the decorators that guard views."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lienthong.accounts.principal import ANONYMOUS, Principal
from lienthong.accounts.queries.principals import principal_for_account
from lienthong.kernel import clock
from lienthong.kernel.errors import ForbiddenError

ACTING_BUSINESS = "accounts.acting_business"
_METHODS = "account_authentication_methods"
View = Callable[..., HttpResponse]


def principal_of(request: HttpRequest) -> Principal:
    """Say who makes a request; worked out once per request, and renewed when its account changes."""
    account = getattr(request, "user", None)
    key = account.pk if account is not None and getattr(account, "is_authenticated", False) else None
    cached: tuple[Any, Principal] | None = getattr(request, "_lienthong_principal", None)
    if cached is not None and cached[0] == key:
        return cached[1]
    principal = ANONYMOUS
    if key is not None and account is not None:
        principal = principal_for_account(
            account,
            clock.now(),
            mfa=session_passed_mfa(request),
            business_id=request.session.get(ACTING_BUSINESS),
        )
    remember_principal(request, principal, key)
    return principal


def remember_principal(request: HttpRequest, principal: Principal, key: object = None) -> None:
    """Fix the principal of a request, for instance one that came with a REST token."""
    request._lienthong_principal = (key, principal)  # type: ignore[attr-defined] # noqa: SLF001 - our own mark


def forget_principal(request: HttpRequest) -> None:
    """Work the principal out again at the next question, after a choice that changes it."""
    request._lienthong_principal = None  # type: ignore[attr-defined] # noqa: SLF001 - our own mark


def session_passed_mfa(request: HttpRequest) -> bool:
    """Say whether this session was opened, or raised later, with a second factor."""
    return any(record.get("method") == "mfa" for record in request.session.get(_METHODS, []))


def require_login(view: View) -> View:
    """Send visitors who are not signed in to the sign-in page, and back afterwards."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not principal_of(request).is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def official_required(view: View) -> View:
    """Let only officials in; visitors sign in first, citizens are refused."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not principal_of(request).is_official:
            raise ForbiddenError(_("Trang này dành cho cán bộ, công chức."), code="accounts.officials_only")
        return view(request, *args, **kwargs)

    return require_login(guarded)


def right_required(*rights: str) -> Callable[[View], View]:
    """Let in only those who hold one of the rights at some agency; the view still checks the agency."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not principal_of(request).may_any(rights):
                raise ForbiddenError(_("Tài khoản của bạn không có quyền dùng trang này."), code="accounts.no_right")
            return view(request, *args, **kwargs)

        return require_login(guarded)

    return decorate
