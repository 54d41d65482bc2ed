"""Serve contents, only to those the owner's checker lets in."""

from typing import TypeVar
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from lienthong.accounts.api import principal_of
from lienthong.files import queries
from lienthong.files.inspection.kinds import JPEG, PDF, PNG
from lienthong.files.services import opening
from lienthong.kernel import clock

Response = TypeVar("Response", bound=HttpResponseBase)

_INLINE = (PDF, JPEG, PNG)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox; frame-ancestors 'self'"


@require_safe
def download(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Send a file; ``?xem=1`` asks the browser to show a PDF or picture instead of saving it."""
    principal = principal_of(request)
    file = queries.get_file_for(principal=principal, uuid=uuid)
    queries.ensure_served(file)
    opening.record_opening(principal=principal, file=file, action="downloaded", now=clock.now())
    content = queries.open_file(file=file)
    is_inline = "xem" in request.GET and file.blob.media_type in _INLINE
    response = FileResponse(content, content_type=file.blob.media_type)
    response["Content-Disposition"] = content_disposition_header(not is_inline, file.name) or "attachment"
    response["Content-Length"] = str(file.blob.size)
    response["ETag"] = f'"{file.blob.sha256}"'
    return _guarded(response)


@require_safe
def page_picture(request: HttpRequest, uuid: UUID, page: int) -> HttpResponse:
    """Send the picture of one page; opening the first page of a personal paper is recorded."""
    principal = principal_of(request)
    file = queries.get_file_for(principal=principal, uuid=uuid)
    from lienthong.files import previews  # noqa: PLC0415 - the drawer of PDF takes long to load

    picture = previews.preview(file=file, page=page)
    if page == 1:
        opening.record_opening(principal=principal, file=file, action="viewed", now=clock.now())
    else:
        opening.tell_opening(principal=principal, file=file, now=clock.now())
    return _guarded(HttpResponse(picture, content_type="image/png"))


def _guarded(response: Response) -> Response:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    patch_cache_control(response, private=True, no_store=True)
    return response
