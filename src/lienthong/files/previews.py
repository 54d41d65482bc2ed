"""Pictures of pages, drawn once and cached beside the store (they can always be drawn again)."""

import io
import os
import tempfile
from pathlib import Path

import pypdfium2
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image

from lienthong.files.inspection.kinds import JPEG, PDF, PNG
from lienthong.files.inspection.pdf import PDFIUM_LOCK
from lienthong.files.models import File
from lienthong.files.queries import UnknownFileError, ensure_served
from lienthong.files.store import get_store

WIDTH = 1100
MAX_HEIGHT = 3 * WIDTH
AHEAD = 3


def preview(*, file: File, page: int) -> bytes:
    """Give the PNG picture of one page, drawing it when it is not cached.

    :param page: from 1; a picture has the one page.
    :raises UnknownFileError: no such page, or a type that has no preview.
    :raises FileNotServedError: infected or not yet scanned.
    """
    ensure_served(file)
    if file.blob.media_type not in (PDF, JPEG, PNG) or not 1 <= page <= _pages(file):
        raise UnknownFileError(_("Không có bản xem trước của trang này."))
    return draw(sha256=file.blob.sha256, media_type=file.blob.media_type, page=page)


def draw_first(*, sha256: str, media_type: str, pages: int) -> None:
    """Draw the first pages into the cache."""
    for page in range(1, min(pages, AHEAD) + 1):
        draw(sha256=sha256, media_type=media_type, page=page)


def draw(*, sha256: str, media_type: str, page: int) -> bytes:
    """Draw one page, or read it from the cache."""
    place = Path(settings.DATA) / "previews" / sha256[:2] / sha256[2:4] / f"{sha256}-{page}.png"
    if place.exists():
        return place.read_bytes()
    with get_store().open(sha256) as source:
        content = source.read()
    picture = _draw_pdf(content, page) if media_type == PDF else _draw_picture(content)
    target = io.BytesIO()
    picture.save(target, "PNG")
    _write(place, target.getvalue())
    return target.getvalue()


def _pages(file: File) -> int:
    return file.blob.pages or 1


def _draw_pdf(content: bytes, page: int) -> Image.Image:
    with PDFIUM_LOCK:
        document = pypdfium2.PdfDocument(content)
        try:
            if page > len(document):
                raise UnknownFileError(_("Không có bản xem trước của trang này."))
            leaf = document[page - 1]
            width, height = leaf.get_size()
            scale = min(WIDTH / max(width, 1), MAX_HEIGHT / max(height, 1))
            return leaf.render(scale=scale, may_draw_forms=True).to_pil()
        finally:
            document.close()


def _draw_picture(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as picture:
        picture.thumbnail((WIDTH, MAX_HEIGHT))
        return picture.convert("RGB")


def _write(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(descriptor, "wb") as target:
        target.write(content)
    Path(name).replace(place)
