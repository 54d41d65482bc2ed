"""Uploads of papers: field names ``document-<key>``, each file checked and kept at once."""

from collections.abc import Collection
from datetime import datetime

from django.http import HttpRequest

from lienthong.accounts.api import Principal
from lienthong.files import api as files
from lienthong.kernel.errors import DomainError


def receive_uploads(
    request: HttpRequest, *, keys: Collection[str], principal: Principal, now: datetime
) -> tuple[list[tuple[str, files.File]], dict[str, str]]:
    """Keep the files that came for known papers; give them by key, and what was wrong by key."""
    received: list[tuple[str, files.File]] = []
    errors: dict[str, str] = {}
    for field, uploads in request.FILES.lists():
        key = field.removeprefix("document-")
        if key not in keys:
            continue
        for upload in uploads:
            try:
                file = files.store_upload(principal=principal, upload=upload, purpose="dossiers.document", now=now)
            except DomainError as error:
                errors[key] = f"{upload.name}: {error.message}"
            else:
                received.append((key, file))
    return received, errors
