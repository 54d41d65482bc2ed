"""Fields that a printed paper offers: places to sign, and text written after the first signature."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field, ensure_sig_flags

from lienthong.kernel.errors import InvalidError

_PRINT = 4
_READ_ONLY = 1
_MM = 72 / 25.4


class UnknownFieldError(InvalidError):
    """The paper offers no empty text field of this name."""

    code = "files.unknown_field"


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A field and its box, in points from the top left corner of a page counted from 1.

    :ivar kind: ``signature`` or ``text``.
    :ivar size: type size of the surrounding text, in points.
    """

    name: str
    kind: str
    tooltip: str
    italic: bool
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
        page = writer.find_page_for_modification(place.page - 1)[0].get_object()
        top = float(page["/MediaBox"][3])
        box = (place.x, top - place.y - place.height, place.x + place.width, top - place.y)
        if place.kind == "text":
            _add_text_field(writer, page, place, box)
            continue
        left, bottom, right, upper = (round(edge) for edge in box)
        append_signature_field(
            writer,
            SigFieldSpec(
                sig_field_name=place.name,
                on_page=place.page - 1,
                box=(left, bottom, right, upper),
                readable_field_name=place.tooltip or None,
            ),
        )
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _add_text_field(
    writer: IncrementalPdfFileWriter,
    page: generic.DictionaryObject,
    place: FieldPlace,
    box: tuple[float, float, float, float],
) -> None:
    empty = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(
                generic.FloatObject(edge) for edge in (0, 0, place.width, place.height)
            ),
        },
        stream_data=b"",
    )
    field = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/FT"): pdf_name("/Tx"),
                pdf_name("/T"): pdf_string(place.name),
                pdf_name("/TU"): pdf_string(place.tooltip),
                # Only the program fills it, as part of the next signature.
                pdf_name("/Ff"): generic.NumberObject(_READ_ONLY),
                pdf_name("/F"): generic.NumberObject(_PRINT),
                pdf_name("/Rect"): generic.ArrayObject(generic.FloatObject(edge) for edge in box),
                pdf_name("/DA"): pdf_string(f"{_style(place)} {place.size:g} Tf 0 g"),
                pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(empty)}),
            }
        )
    )
    if "/Annots" not in page:
        page["/Annots"] = generic.ArrayObject()
    page["/Annots"].append(field)
    form = _form(writer)
    form["/Fields"].append(field)


def _style(place: FieldPlace) -> str:
    return "/TinosItalic" if place.italic else "/Tinos"


def _form(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    if "/AcroForm" not in writer.root:
        form = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject()})
        writer.root["/AcroForm"] = writer.add_object(form)
        writer.update_root()
    else:
        form = writer.root["/AcroForm"]
        writer.update_container(form)
        if "/Fields" in form:
            writer.update_container(form["/Fields"])
    ensure_sig_flags(writer)
    return form


def empty_text_fields(pdf: bytes) -> tuple[str, ...]:
    """Name the text fields of a paper that still wait for their text."""
    return tuple(_empty_fields(PdfFileReader(io.BytesIO(pdf), strict=False).root))


def _empty_fields(root: generic.DictionaryObject) -> dict[str, generic.DictionaryObject]:
    if "/AcroForm" not in root or "/Fields" not in root["/AcroForm"]:
        return {}
    fields = (reference.get_object() for reference in root["/AcroForm"]["/Fields"])
    return {str(field["/T"]): field for field in fields if field.get("/FT") == "/Tx" and "/V" not in field}


def fill_text_fields(writer: IncrementalPdfFileWriter, values: Mapping[str, str]) -> None:
    """Write texts into the empty fields of a paper, as part of the revision that is about to be signed.

    :raises UnknownFieldError: no such field, or it holds a text already.
    """
    if not values:
        return
    found = _empty_fields(writer.root)
    for name, text in values.items():
        if name not in found:
            raise UnknownFieldError(_("Văn bản không có chỗ trống để ghi “%(name)s”.") % {"name": name})
        field = found[name]
        field["/V"] = pdf_string(text)
        field["/AP"] = generic.DictionaryObject({pdf_name("/N"): _drawn(writer, field, text)})
        writer.update_container(field)


def _drawn(writer: IncrementalPdfFileWriter, field: generic.DictionaryObject, text: str) -> generic.IndirectObject:
    from lienthong.files.printing import draw_vector  # noqa: PLC0415 - printing imports this module

    left, bottom, right, top = (float(edge) for edge in field["/Rect"])
    font, size, *_rest = str(field["/DA"]).split()
    drawing = draw_vector(
        name="look_text",
        data={
            "text": text,
            "italic": font.endswith("Italic"),
            "size": float(size),
            "width": (right - left) / _MM,
            "height": (top - bottom) / _MM,
        },
    )
    return writer.import_page_as_xobject(PdfFileReader(io.BytesIO(drawing)), page_ix=0)
