"""What the catalogue's tests share."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from lienthong.accounts.api import SYSTEM_PRINCIPAL


@pytest.fixture
def seeded(db):
    """Load the seeds of the catalogue."""
    call_command("catalogue_seed", verbosity=0)


@pytest.fixture
def now():
    """Monday 23 November 2026, 09:00 in Vietnam."""
    return datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def system():
    """The principal of the platform itself, which may publish."""
    return SYSTEM_PRINCIPAL
