"""Empty fields that a printed paper offers: places to sign, and text written after the first signature."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A field and its box, in points from the top left corner of a page counted from 1.

    :ivar kind: ``signature`` or ``text``.
    :ivar size: type size of the surrounding text, in points.
    """

    name: str
    kind: str
    tooltip: str
    page: int
    x: float
    y: float
    width: float
    height: float
    size: float


def add_fields(content: bytes, places: Sequence[FieldPlace]) -> bytes:
    """Write empty fields into a freshly printed PDF."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    for place in places:
        page_ref, _resources = writer.find_page_for_modification(place.page - 1)
        page = page_ref.get_object()
        top = float(page["/MediaBox"][3])
        box = (
            round(place.x),
            round(top - place.y - place.height),
            round(place.x + place.width),
            round(top - place.y),
        )
        append_signature_field(
            writer,
            SigFieldSpec(
                sig_field_name=place.name,
                on_page=place.page - 1,
                box=box,
                empty_field_appearance=False,
                readable_field_name=place.tooltip or None,
            ),
        )
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
