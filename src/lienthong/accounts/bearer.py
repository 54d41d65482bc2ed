"""Bearer tokens of REST operations: who calls, and whether the token reaches this far."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from lienthong.accounts.policies import HANDLES_DOSSIERS
from lienthong.accounts.principal import Principal, Right
from lienthong.accounts.services.tokens import principal_for_token
from lienthong.kernel import clock
from lienthong.kernel.errors import ForbiddenError

_MAX_TOKEN = 200
_OF_AGENCIES = frozenset({"procedures:read", "dossiers:read", "tasks:read"})


class ScopeMissingError(ForbiddenError):
    """The token is good, but not for this operation."""

    code = "accounts.scope_missing"


class BearerToken(HttpBearer):
    """Take a token of a person or an agency that carries a scope; sessions are not looked at.

    The principal becomes ``request.auth``. An agency's token reads what its rights reach; filing and
    acting are done by people.

    :param scope: what the operation needs, of ``PERSON_SCOPES``.
    """

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Principal | None:  # noqa: ARG002 - ninja's seam
        """Give the principal of the token; none is answered with 401.

        :raises ScopeMissingError: when the token does not carry the scope.
        """
        if len(token) > _MAX_TOKEN or not token.isascii():
            return None
        principal = principal_for_token(token, clock.now())
        if principal is not None and not _reaches(principal, self.scope):
            raise ScopeMissingError(
                _("Khóa này không có phạm vi “%(scope)s” mà thao tác cần.") % {"scope": self.scope}, scope=self.scope
            )
        return principal


def _reaches(principal: Principal, scope: str) -> bool:
    if principal.kind != "client":
        return scope in principal.scopes
    works = scope == "procedures:read" or principal.may_any((*HANDLES_DOSSIERS, Right.SUPERVISE))
    return scope in _OF_AGENCIES and works


def caller(request: HttpRequest) -> Principal:
    """Give who calls an operation: the principal of its token, never that of a session."""
    principal: Principal = request.auth  # type: ignore[attr-defined]  # set by ninja after authenticate
    return principal
