"""Guards of views that concern the whole node."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from lienthong.accounts.api import Right, principal_of, right_required
from lienthong.workspace.administration import policies

View = Callable[..., HttpResponse]


def _node_right_required(right: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            policies.require_node(principal_of(request), right)
            return view(request, *args, **kwargs)

        return right_required(right)(guarded)

    return decorate


#: Let in those who operate the node.
operator_required = _node_right_required(Right.OPERATE)
#: Let in those who publish for every agency of the node.
publisher_required = _node_right_required(Right.PUBLISH)
