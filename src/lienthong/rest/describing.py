"""What the description of the API tells beyond the shapes: scopes, refusals, what a client repeats."""

from collections.abc import Iterator
from typing import Any

from ninja import NinjaAPI
from ninja.operation import Operation
from pydantic.json_schema import models_json_schema

from lienthong.accounts.api import BearerToken
from lienthong.kernel.rest import PROBLEM_JSON, Problem

_SCHEME = "BearerToken"
_PROBLEMS = {
    400: "The request cannot be read, for instance malformed JSON",
    401: "No token, or one that is unknown, expired or revoked",
    403: "The token does not reach this operation, or the person may not do this",
    404: "No such thing, or not one that the caller may know of",
    409: "The thing changed meanwhile, its state forbids the act, or the key belongs to another request",
    413: "The request is too large",
    422: "The request breaks rules; errors says which and where",
    429: "Too many requests; Retry-After says how many seconds to wait",
}
_TAGS = {
    "procedures": "Administrative procedures in force",
    "areas": "Administrative areas in which procedures are asked for",
    "forms": "Forms as JSON Schema, and a check of answers",
    "files": "Files that go with dossiers",
    "vault": "Papers that a person has and may use again",
    "dossiers": "File, follow, supplement and withdraw dossiers",
    "tasks": "What officials have to do",
    "tracking": "Progress for anybody who has the code",
}


def complete(schema: dict[str, Any], api: NinjaAPI) -> dict[str, Any]:
    """Add scopes and problems to ninja's description."""
    described = dict(schema)
    scopes = dict(_scopes(api))
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            _complete(operation, path=path, method=method, scope=scopes[operation["operationId"]])
    _found, problems = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    described["components"]["schemas"] |= problems["$defs"]
    described["components"]["securitySchemes"] = {
        _SCHEME: {
            "type": "http",
            "scheme": "bearer",
            "description": "A token from the page “Khóa cho chương trình”: of a person with scopes, or of an agency.",
        }
    }
    described["tags"] = [{"name": name, "description": text} for name, text in _TAGS.items()]
    described["servers"] = [{"url": "/"}]
    return described


def _scopes(api: NinjaAPI) -> Iterator[tuple[str, str | None]]:
    for router in api._get_bound_routers():  # noqa: SLF001 - ninja's own description reads them so
        for view in router.path_operations.values():
            for operation in view.operations:
                yield api.get_openapi_operation_id(operation), _scope(operation)


def _scope(operation: Operation) -> str | None:
    return next((auth.scope for auth in operation.auth_callbacks if isinstance(auth, BearerToken)), None)


def _complete(operation: dict[str, Any], *, path: str, method: str, scope: str | None) -> None:
    statuses = [422]
    if scope is not None:
        operation["security"] = [{_SCHEME: [scope]}]
        operation["x-scope"] = scope
        statuses += [401, 403]
    else:
        operation["security"] = []
        statuses.append(429)
    if "{" in path:
        statuses.append(404)
    if method == "post":
        statuses += [400, 413]
        if scope and scope.endswith(":write") and not path.endswith("/files"):
            statuses.append(409)
    responses = {str(status): told for status, told in operation["responses"].items()}
    for status in sorted(statuses):
        responses[str(status)] = {
            "description": _PROBLEMS[status],
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        if status == 429:  # noqa: PLR2004 - Too Many Requests
            responses["429"]["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}}
        if status == 401:  # noqa: PLR2004 - Unauthorized
            responses["401"]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    operation["responses"] = dict(sorted(responses.items()))
