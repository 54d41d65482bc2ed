"""Printed papers: Typst templates filled with data, as PDF/A-2b with fields to sign.

A template ``context/name`` is ``lienthong/context/typst/name.typ``. Data reach it as one JSON input, so
nothing typed by a person is ever read as markup.
"""

import io
import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import segno
import typst
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lienthong.files.signing.fields import FieldPlace, add_fields

PACKAGE = Path(__file__).resolve().parents[1]
FONTS = PACKAGE / "files" / "fonts"
_TEMPLATE = re.compile(r"^[a-z]+/[a-z0-9_-]+$")
_LOCK = Lock()


class UnknownTemplateError(LookupError):
    """A programming error: no context has a template of this name."""


class PaperDataError(ValueError):
    """A programming error: the data do not fit the template."""


def render_pdf(*, template: str, data: Mapping[str, Any], now: datetime) -> bytes:
    """Print a template as PDF/A-2b, with empty signature and text fields where the template marks them.

    :param template: ``context/name``, for one ``dossiers/receipt``.
    :param data: JSON-ready values as the template's typed dictionary describes. ``qr`` is the text of a
        square code.
    :param now: written as the creation date of the document.
    :raises UnknownTemplateError: when there is no such template.
    :raises PaperDataError: a required value is missing or of the wrong form.
    """
    content, places = _compile(template, data, now)
    return add_fields(content, places) if places else content


def _compile(template: str, data: Mapping[str, Any], now: datetime) -> tuple[bytes, tuple[FieldPlace, ...]]:
    source = template_path(template)
    inputs = {"data": json.dumps(_with_code(data), ensure_ascii=False)}
    with _LOCK:
        compiler = _compiler()
        try:
            content = compiler.compile(
                input=str(source),
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=["a-2b"],
                timestamp=int(now.timestamp()),
            )
        except typst.TypstError as error:
            raise PaperDataError(f"{template}: {error}") from error
        found = json.loads(compiler.query("<lt-field>", field="value"))
    return _whole(content), tuple(FieldPlace(**place) for place in found)


def draw_vector(*, name: str, data: Mapping[str, Any]) -> bytes:
    """Draw a small one-page PDF (the look of a signature) from ``files/typst/<name>.typ``."""
    with _LOCK:
        return _whole(
            _compiler().compile(
                input=str(PACKAGE / "files" / "typst" / f"{name}.typ"),
                format="pdf",
                sys_inputs={"data": json.dumps(dict(data), ensure_ascii=False)},
                pdf_tags=False,
            )
        )


def _whole(content: bytes | list[bytes] | None) -> bytes:
    """Give the one PDF that Typst returns for this format."""
    if not isinstance(content, bytes):
        raise TypeError(type(content))
    return content


def template_path(template: str) -> Path:
    """Find the file of a template.

    :raises UnknownTemplateError: when there is none.
    """
    context, _, name = template.partition("/")
    path = PACKAGE / context / "typst" / f"{name}.typ"
    if not _TEMPLATE.match(template) or not path.is_file():
        raise UnknownTemplateError(template)
    return path


def _with_code(data: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(data)
    if text := values.get("qr"):
        drawing = io.BytesIO()
        segno.make(str(text), error="m").save(drawing, kind="svg", border=0, xmldecl=False, svgns=True)
        values["qr_svg"] = drawing.getvalue().decode()
    return values


def font_folders() -> list[Path]:
    """Give the folders of the fonts: the built ones, or the npm packages in a working copy.

    :raises ImproperlyConfigured: when the assets have not been built.
    """
    if any(FONTS.glob("Tinos*.ttf")):
        return [FONTS]
    packages = Path(settings.ROOT) / "node_modules" / "@expo-google-fonts"
    folders = [packages / "tinos", packages / "be-vietnam-pro"]
    if all(folder.is_dir() for folder in folders):
        return folders
    raise ImproperlyConfigured("fonts for printing are missing: run `make assets`")


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(
        root=str(PACKAGE),
        font_paths=typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(folder) for folder in font_folders()],
        ),
    )
