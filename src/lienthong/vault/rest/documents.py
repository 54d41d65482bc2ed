"""The papers that the token's person has, for programs that file with them."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from lienthong.accounts.api import BearerToken, caller
from lienthong.files.rest import FileOut, describe
from lienthong.kernel import clock
from lienthong.kernel.rest import Text, answer
from lienthong.vault import queries
from lienthong.vault.models import VaultDocument

router = Router(tags=["vault"])
_READ = BearerToken("vault:read")


class VaultDocumentOut(Schema):
    """A paper of the vault and its standing today."""

    id: UUID = Field(description="goes with a dossier as vault_document instead of a file")
    title: str
    kind: str | None = Field(description="code of the kind of paper, where it is known")
    kind_name: str
    number: str
    issuer: str
    issued_on: date | None
    valid_until: date | None = Field(description="the last day it may be relied on")
    origin: str = Field(description="result, certified (a certified copy), or upload (added by oneself)")
    state: str = Field(description="in_force, revoked or replaced")
    is_usable: bool = Field(description="whether a dossier filed today may use it")
    is_verified: bool = Field(description="whether an official need not compare it with an original")
    ended_at: datetime | None
    ended_why: str
    file: FileOut


class VaultDocumentPage(Schema):
    """A page of papers; ``next`` and ``previous`` are cursors, null where the list ends."""

    items: list[VaultDocumentOut]
    next: str | None
    previous: str | None


@router.get("/documents", response=VaultDocumentPage, auth=_READ, summary="List the papers of one's vault")
def list_vault_documents(
    request: HttpRequest,
    group: Literal["", "usable", "ended", "own"] = Query(
        "", description="usable today; ended: run out, revoked or replaced; own: added by oneself"
    ),
    cursor: Text | None = Query(None, max_length=200),
    size: int = Query(50, ge=1, le=100),
) -> HttpResponse:
    """List the papers of the token's person or of the business they act for, newest first; officials have none."""
    now = clock.now()
    page = queries.list_documents(principal=caller(request), group=group, cursor=cursor, size=size, now=now)
    today = clock.local_date(now)
    return answer(
        VaultDocumentPage.model_construct(
            items=[_shape(row, today) for row in page.items], next=page.next_cursor, previous=page.previous_cursor
        )
    )


def _shape(row: VaultDocument, today: date) -> VaultDocumentOut:
    return VaultDocumentOut.model_construct(
        id=row.uuid,
        title=row.title,
        kind=row.type.code if row.type is not None else None,
        kind_name=row.type.name if row.type is not None else "",
        number=row.number,
        issuer=row.issuer_text,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        origin=row.origin,
        state=row.state,
        is_usable=row.is_usable(today),
        is_verified=row.is_verified,
        ended_at=row.ended_at,
        ended_why=row.ended_why,
        file=describe(row.file),
    )
