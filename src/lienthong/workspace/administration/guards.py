"""Guards of views that concern the whole node."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from lienthong.accounts.api import Right, principal_of, right_required
from lienthong.workspace.administration import policies

View = Callable[..., HttpResponse]


def operator_required(view: View) -> View:
    """Let in those who operate the node."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        policies.require_node(principal_of(request), Right.OPERATE)
        return view(request, *args, **kwargs)

    return right_required(Right.OPERATE)(guarded)
