"""Square codes as pictures."""

import io

import segno

_BORDER, _SCALE = 4, 8


def draw_code(*, text: str, kind: str) -> bytes:
    """Draw a text as a square code: ``svg`` for pages, ``png`` to be kept on a phone and chosen in a banking app."""
    drawing = io.BytesIO()
    segno.make(text, error="m").save(drawing, kind=kind, border=_BORDER, scale=_SCALE)
    return drawing.getvalue()
