"""What the tests of payments share."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lienthong.files.plugins.demo_ca import DemoAuthority
from lienthong.payments.tests.factories import make_town, with_gateway


@pytest.fixture(scope="session")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep one certificate authority for all tests; making one takes longer than most tests."""
    return tmp_path_factory.mktemp("payments")


@pytest.fixture
def town(db: None, settings, authority_folder: Path):
    """Give a ward that collects, with a contract at a gateway and a folder for files and keys."""
    settings.DATA = authority_folder
    DemoAuthority().establish(now=datetime(2024, 1, 1, tzinfo=UTC))
    with with_gateway:
        yield make_town()
