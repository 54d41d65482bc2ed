"""Code 128 drawn by Typst: its table obeys the standard, and the drawn bars read back as the code."""

import io
import re

import pytest
import typst
import zxingcpp
from PIL import Image

from lienthong.files import printing

SOURCE = printing.PACKAGE / "files" / "typst" / "code128.typ"
PATTERNS = re.findall(r'"(\d{6,7})"', SOURCE.read_text(encoding="utf-8"))
START_B, STOP = 104, 106


def draw(code: str) -> Image.Image:
    source = (
        "#set page(width: auto, height: auto, margin: 2mm)\n"
        f'#import "/files/typst/code128.typ": bar-code\n#bar-code("{code}", module: 3pt, height: 60pt)\n'
    )
    fonts = [str(folder) for folder in printing.font_folders()]
    compiler = typst.Compiler(root=str(printing.PACKAGE), font_paths=fonts)
    picture = compiler.compile(input=source.encode(), format="png", ppi=72)
    assert isinstance(picture, bytes)
    return Image.open(io.BytesIO(picture)).convert("L")


def read(picture: Image.Image) -> str:
    """Read the bars as a scanner at the desk does."""
    (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128)
    return found.text


def test_the_table_is_that_of_the_standard():
    # ISO/IEC 15417: 103 letters and three starts of eleven modules with an even number of dark ones, and the stop.
    assert len(PATTERNS) == 107
    assert len(set(PATTERNS)) == 107
    for pattern in PATTERNS[:STOP]:
        widths = [int(width) for width in pattern]
        assert (len(widths), sum(widths), sum(widths[::2]) % 2) == (6, 11, 0)
    assert PATTERNS[STOP] == "2331112"
    assert (PATTERNS[0], PATTERNS[33], PATTERNS[START_B]) == ("212222", "111323", "211214")


@pytest.mark.parametrize("code", ["H17.110-261120-0001", "A012", "7K3M-9PQR", "1.001193", "~ !"])
def test_the_bars_read_back(code: str):
    assert read(draw(code)) == code


def test_letters_that_have_no_bars_are_refused():
    with pytest.raises(typst.TypstError):
        draw("mã số")
