"""The words on a page: the text layer of a PDF where there is one, else tesseract's reading of its picture."""

import csv
import io
import os
import shutil
import subprocess
from dataclasses import dataclass
from threading import BoundedSemaphore

import pypdfium2
from PIL import Image

from lienthong.files.inspection.kinds import PDF
from lienthong.files.inspection.pdf import PDFIUM_LOCK

PROGRAM = "tesseract"
LANGUAGES = "vie+eng"
TIMEOUT = 90
DPI = 300
#: A text layer shorter than this is a stamp or a page number on a scan, not the page's words.
LEAST_LAYER = 24
_POINTS = 72
_MOST_PIXELS = 40_000_000
_ERROR_LENGTH = 500
#: One page a core: tesseract in one thread is several times quicker per page than in many (OMP_THREAD_LIMIT).
_CORES = BoundedSemaphore(os.cpu_count() or 1)


class ReadingError(Exception):
    """Tesseract failed or took too long; a later attempt may succeed."""


class NoReaderError(Exception):
    """Tesseract is not installed on this machine."""


@dataclass(frozen=True, slots=True)
class PageWords:
    """What stands on a page.

    :ivar source: ``layer`` (the PDF's own text) or ``ocr``.
    :ivar confidence: mean confidence of the words in percent; 100 for a text layer, 0 for an empty page.
    """

    text: str
    source: str
    confidence: int


def find_reader() -> str | None:
    """Find the program on this machine."""
    return shutil.which(PROGRAM)


def read_page(*, content: bytes, media_type: str, page: int) -> PageWords:
    """Read one page of a checked PDF or picture.

    :param page: from 1.
    :raises NoReaderError: the page has no text layer and tesseract is not installed.
    :raises ReadingError: tesseract failed or took too long.
    """
    if media_type != PDF:
        return _recognise(content, resolution=None)
    layer, picture = _open_pdf_page(content, page)
    if picture is None:
        return PageWords(layer, "layer", 100)
    return _recognise(picture, resolution=DPI)


def _open_pdf_page(content: bytes, page: int) -> tuple[str, bytes | None]:
    """Give the text layer of a page, or its picture when it has none."""
    with PDFIUM_LOCK:
        document = pypdfium2.PdfDocument(content)
        try:
            leaf = document[page - 1]
            words = leaf.get_textpage()
            text = str(words.get_text_bounded()).replace("\r\n", "\n").strip()
            words.close()
            if len(text) >= LEAST_LAYER:
                return text, None
            width, height = leaf.get_size()
            scale = min(DPI / _POINTS, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
            picture: Image.Image = leaf.render(scale=scale, may_draw_forms=True).to_pil().convert("L")
        finally:
            document.close()
    drawn = io.BytesIO()
    picture.save(drawn, "PNG", compress_level=1)
    return "", drawn.getvalue()


def _recognise(picture: bytes, *, resolution: int | None) -> PageWords:
    program = find_reader()
    if program is None:
        raise NoReaderError
    command = [program, "stdin", "stdout", "-l", LANGUAGES, "--psm", "3"]
    if resolution:
        command += ["--dpi", str(resolution)]
    try:
        with _CORES:
            done = subprocess.run(  # noqa: S603 - a program of the machine with fixed arguments, without a shell
                [*command, "tsv"],
                input=picture,
                capture_output=True,
                timeout=TIMEOUT,
                check=True,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            )
    except subprocess.TimeoutExpired as error:
        raise ReadingError(f"no answer within {TIMEOUT} s") from error
    except (subprocess.CalledProcessError, OSError) as error:
        told = getattr(error, "stderr", b"") or b""
        raise ReadingError(told.decode(errors="replace")[-_ERROR_LENGTH:] or type(error).__name__) from error
    return _from_table(done.stdout.decode(errors="replace"))


def _from_table(table: str) -> PageWords:
    """Put tesseract's table of words together again: lines, and an empty line between paragraphs."""
    lines: list[str] = []
    confidences: list[float] = []
    last_line = last_paragraph = None
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        word = (row.get("text") or "").strip()
        if row["level"] != "5" or not word:
            continue
        paragraph = (row["block_num"], row["par_num"])
        line = (*paragraph, row["line_num"])
        if line == last_line:
            lines[-1] += f" {word}"
        else:
            if last_paragraph not in (None, paragraph):
                lines.append("")
            lines.append(word)
        last_line, last_paragraph = line, paragraph
        confidences.append(float(row["conf"]))
    mean = round(sum(confidences) / len(confidences)) if confidences else 0
    return PageWords("\n".join(lines), "ocr", max(0, min(100, mean)))
