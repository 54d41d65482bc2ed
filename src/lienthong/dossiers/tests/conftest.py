"""What the tests of dossiers share."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lienthong.dossiers.tests.factories import World, make_world
from lienthong.dossiers.tests.telling import cloned, enabled, portal, stand_in
from lienthong.files.plugins.demo_ca import DemoAuthority
from tests.sharing import SharedRows, ShareRows

__all__ = ["cloned", "enabled", "portal", "stand_in"]  # fixtures of the national portal


@pytest.fixture(scope="session")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep one certificate authority for all tests; making one takes longer than most tests."""
    return tmp_path_factory.mktemp("dossiers")


@pytest.fixture(scope="module")
def shared_world(share_rows: ShareRows) -> SharedRows[World]:
    """Make the small country once for the tests of a module."""
    return share_rows(make_world)


@pytest.fixture
def world(shared_world: SharedRows[World], db: None, settings, authority_folder: Path) -> World:
    """Give a city with its offices, and a folder for files and keys."""
    settings.DATA = authority_folder
    DemoAuthority().establish(now=datetime(2024, 1, 1, tzinfo=UTC))
    return shared_world.copy(make_world)
