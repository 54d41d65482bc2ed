"""REST operations on files: send, look at, fetch."""

from datetime import datetime
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.utils.http import content_disposition_header
from ninja import Field, Router, Schema, Status, UploadedFile
from ninja import File as FileParam

from lienthong.accounts.api import BearerToken, caller
from lienthong.files import queries
from lienthong.files.models import File
from lienthong.files.services import opening, storing
from lienthong.kernel import clock

router = Router(tags=["files"])
_READ = BearerToken("dossiers:read")


class FileOut(Schema):
    """A file kept here."""

    id: UUID
    name: str
    media_type: str = Field(description="found from the content")
    size: int = Field(description="bytes")
    pages: int | None
    sha256: str = Field(description="of the content kept; photos are turned upright and lose their metadata")
    original_sha256: str | None = Field(description="of what was sent, when it was changed")
    scan_state: str = Field(description="not_scanned, pending, clean or infected")
    created_at: datetime
    url: str = Field(description="where to fetch the content, with a token")


def describe(file: File) -> FileOut:
    """Describe a file loaded with its blob."""
    return FileOut(
        id=file.uuid,
        name=file.name,
        media_type=file.blob.media_type,
        size=file.blob.size,
        pages=file.blob.pages,
        sha256=file.blob.sha256,
        original_sha256=file.original_sha256 or None,
        scan_state=file.blob.scan_state,
        created_at=file.created_at,
        url=content_url(file.uuid),
    )


def content_url(uuid: UUID) -> str:
    """Give the address of a file's content in the API."""
    return f"/api/v1/files/{uuid}/content"


@router.post("", response={201: FileOut}, auth=BearerToken("dossiers:write"), summary="Send a file")
def upload_file(
    request: HttpRequest, file: UploadedFile = FileParam(description="one PDF, picture, DOCX or XLSX")
) -> Status:
    """Send a file as multipart/form-data; its id then goes with a dossier. Unused files go after some weeks."""
    stored = storing.store_upload(principal=caller(request), upload=file, purpose="dossiers.document", now=clock.now())
    return Status(201, describe(stored))


@router.get("/{uuid}", response=FileOut, auth=_READ, summary="Look at a file")
def read_file(request: HttpRequest, uuid: UUID) -> FileOut:
    """Give size, hash, type and scan state; a foreign file is not found."""
    return describe(queries.get_file_for(principal=caller(request), uuid=uuid))


@router.get(
    "/{uuid}/content",
    auth=_READ,
    summary="Fetch a file's content",
    openapi_extra={
        "responses": {
            200: {
                "description": "The content",
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def fetch_file(request: HttpRequest, uuid: UUID) -> FileResponse:
    """Fetch the content; opening a personal paper is recorded. An infected or unscanned file is refused."""
    principal = caller(request)
    file = queries.get_file_for(principal=principal, uuid=uuid)
    queries.ensure_served(file)
    opening.record_opening(principal=principal, file=file, action="downloaded", now=clock.now())
    response = FileResponse(queries.open_file(file=file), content_type=file.blob.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["Content-Length"] = str(file.blob.size)
    response["ETag"] = f'"{file.blob.sha256}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
