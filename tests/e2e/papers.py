"""Reading the papers that people receive, with programs that are not ours."""

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from pypdf import PdfReader


def text_of(content: bytes) -> str:
    """Give the words of a PDF, in one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def pdfsig(content: bytes) -> str:
    """Give what poppler's ``pdfsig`` says of the signatures; mark the story ``program("pdfsig")``."""
    program = shutil.which("pdfsig")
    if program is None:
        pytest.skip("the program pdfsig is not installed")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "signed.pdf"
        file.write_bytes(content)
        done = subprocess.run([program, "-nocert", str(file)], capture_output=True, text=True, check=False, timeout=60)
    return done.stdout
