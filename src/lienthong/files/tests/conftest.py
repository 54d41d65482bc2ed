"""Every test of files works in its own data folder."""

from pathlib import Path

import pytest
from django.conf import settings as configured


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    settings.ROOT = configured.ROOT
    return tmp_path
