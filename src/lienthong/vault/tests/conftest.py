"""What the tests of the vault share: the small country of the dossiers, and the kinds of papers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from django.conf import settings as program

from lienthong.dossiers.tests.factories import NOW, World, make_world
from lienthong.files.plugins.demo_ca import DemoAuthority
from lienthong.kernel import audit
from lienthong.vault.services.types import load_types


@pytest.fixture(scope="session")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep one certificate authority for all tests."""
    return tmp_path_factory.mktemp("vault")


@pytest.fixture
def kinds(db: None) -> None:
    """Load the kinds of papers that come with the program."""
    rows = yaml.safe_load((program.SEEDS / "vault" / "document_types.yaml").read_text(encoding="utf-8"))
    load_types(rows=rows, actor=audit.SYSTEM, now=NOW)


@pytest.fixture
def world(db: None, kinds: None, settings, authority_folder: Path) -> World:
    """Give a city with its offices, and a folder for files and keys."""
    settings.DATA = authority_folder
    DemoAuthority().establish(now=datetime(2024, 1, 1, tzinfo=UTC))
    return make_world()
