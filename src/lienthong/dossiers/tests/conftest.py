"""What the tests of dossiers share."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lienthong.dossiers.tests.factories import World, make_world
from lienthong.files.plugins.demo_ca import DemoAuthority


@pytest.fixture(scope="session")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep one certificate authority for all tests; making one takes longer than most tests."""
    return tmp_path_factory.mktemp("dossiers")


@pytest.fixture
def world(db: None, settings, authority_folder: Path) -> World:
    """Give a city with its offices, and a folder for files and keys."""
    settings.DATA = authority_folder
    DemoAuthority().establish(now=datetime(2024, 1, 1, tzinfo=UTC))
    return make_world()
