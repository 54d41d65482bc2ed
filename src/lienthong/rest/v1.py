"""Version 1 of the API: a router per context, one way of refusing, OpenAPI 3.1."""

from collections.abc import Mapping
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from lienthong.catalogue.rest import areas_router
from lienthong.catalogue.rest import router as procedures
from lienthong.dossiers.rest import charges_router, tasks_router, tracking_router
from lienthong.dossiers.rest import router as dossiers
from lienthong.files.rest import router as files
from lienthong.forms.rest import router as forms
from lienthong.kernel.rest import StrictParser, install_error_handlers
from lienthong.rest.describing import complete
from lienthong.vault.rest import router as vault

PREFIX = "/api/v1/"


class Utf8Json(JSONRenderer):
    """JSON in plain UTF-8: Vietnamese is half as long without escapes."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


class Api(NinjaAPI):
    """A NinjaAPI whose description also tells scopes and refusals."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name an operation like its function; a test keeps the names apart."""
        return operation.view_func.__name__

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:  # noqa: ARG002 - ninja's own
        """Describe every operation, its scope and every problem it may answer with."""
        return complete(OpenAPISchema(self, (path_prefix or PREFIX).lstrip("/")), self)


api = Api(
    title="Liên Thông",
    version="1.0.0",
    description=(
        "Procedures, forms, files, papers of the vault, dossiers, tasks and tracking. Refusals are "
        "application/problem+json (RFC 9457) with a stable code and, where the request is wrong, JSON Pointers. "
        "Lists are paged by cursor. Times are ISO 8601 with zone. Messages come in Vietnamese, or in "
        "English with Accept-Language: en."
    ),
    urls_namespace="api-1",
    docs_url=None,
    openapi_url="/openapi.json",
    parser=StrictParser(),
    renderer=Utf8Json(),
)
install_error_handlers(api)
api.add_router("/procedures", procedures)
api.add_router("/areas", areas_router)
api.add_router("/forms", forms)
api.add_router("/files", files)
api.add_router("/vault", vault)
api.add_router("/dossiers", dossiers)
api.add_router("/dossiers", charges_router)
api.add_router("/tasks", tasks_router)
api.add_router("/tracking", tracking_router)
