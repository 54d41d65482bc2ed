"""Several pictures of pages as one PDF, each page upright on A4; pages of PDFs are taken over as they are."""

import io
from collections.abc import Sequence

import pypdfium2
from PIL import Image

from lienthong.files.inspection.kinds import JPEG, PDF
from lienthong.files.inspection.pdf import PDFIUM_LOCK

# A4 in points.
SHORT, LONG = 595.28, 841.89
_QUALITY = 90


def combine(contents: Sequence[tuple[bytes, str]]) -> tuple[bytes, int]:
    """Put checked pictures and PDFs one after the other into one PDF; give it and its number of pages.

    A JPEG goes in as it is, without being packed again.

    :param contents: contents with their media types, in the order of the pages.
    """
    with PDFIUM_LOCK:
        target = pypdfium2.PdfDocument.new()
        try:
            for content, media_type in contents:
                if media_type == PDF:
                    source = pypdfium2.PdfDocument(content)
                    target.import_pages(source)
                    source.close()
                else:
                    _add_picture(target, content if media_type == JPEG else _as_jpeg(content))
            pages = len(target)
            written = io.BytesIO()
            target.save(written)
        finally:
            target.close()
    return written.getvalue(), pages


def _add_picture(target: pypdfium2.PdfDocument, content: bytes) -> None:
    image = pypdfium2.PdfImage.new(target)
    image.load_jpeg(io.BytesIO(content), inline=True)
    width, height = image.get_px_size()
    paper_width, paper_height = (LONG, SHORT) if width > height else (SHORT, LONG)
    scale = min(paper_width / width, paper_height / height)
    drawn_width, drawn_height = width * scale, height * scale
    left, bottom = (paper_width - drawn_width) / 2, (paper_height - drawn_height) / 2
    image.set_matrix(pypdfium2.PdfMatrix().scale(drawn_width, drawn_height).translate(left, bottom))
    page = target.new_page(paper_width, paper_height)
    page.insert_obj(image)
    page.gen_content()
    page.close()


def _as_jpeg(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as opened:
        picture = opened.convert("RGBA")
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
    packed = io.BytesIO()
    ground.save(packed, "JPEG", quality=_QUALITY)
    return packed.getvalue()
