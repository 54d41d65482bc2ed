"""How a signature looks on the page: the person's in blue, the agency's in red (NĐ 30/2020, Phụ lục I)."""

import io
from dataclasses import dataclass
from datetime import datetime

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import StaticStampStyle

from lienthong.files.signing.keys import Holder
from lienthong.kernel import clock

_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Appearance:
    """Where a signature stands when the paper offers no field for it, and the picture it shows.

    :ivar page: from 1; 0 is the last page.
    :ivar left: distance of the box from the left edge of the page, in millimetres.
    :ivar top: distance from the top edge, in millimetres.
    :ivar picture: PNG with transparent ground (a hand signature or the agency's seal); drawn by the
        program when empty.
    """

    page: int = 0
    left: float = 110
    top: float = 200
    width: float = 74
    height: float = 30
    picture: bytes = b""


class DrawnPage(PdfContent):
    """The first page of a small PDF as content of a signature."""

    def __init__(self, drawing: bytes) -> None:
        self._drawing = drawing
        super().__init__()

    def render(self) -> bytes:
        """Import the page into the document being signed."""
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._drawing)), page_ix=0)
        self.resources.xobject["/Look"] = page
        left, bottom, right, top = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Look Do"


def stamp_style(*, holder: Holder, picture: bytes, width: float, height: float, now: datetime) -> StaticStampStyle:
    """Draw the look of a signature for a box of the given size, in points."""
    from lienthong.files.printing import draw_vector  # noqa: PLC0415 - printing imports the fields of this package

    drawing = draw_vector(
        name=f"look_{holder.kind}",
        data={
            "name": holder.name,
            "title": holder.title,
            "signed_at": clock.local(now).isoformat(timespec="seconds"),
            "width": width / _MM,
            "height": height / _MM,
            "picture": list(picture),
        },
    )
    return StaticStampStyle(
        background=DrawnPage(drawing),
        background_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MIN,
            y_align=AxisAlignment.ALIGN_MAX,
            margins=Margins(0, 0, 0, 0),
            inner_content_scaling=InnerScaling.STRETCH_TO_FIT,
        ),
        border_width=0,
    )
