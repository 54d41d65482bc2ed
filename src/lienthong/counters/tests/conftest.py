"""What the tests of counters share."""

import pytest

from lienthong.counters.tests.factories import Hall, make_hall


@pytest.fixture
def hall(db: None) -> Hall:
    """Give a hall with three desks."""
    return make_hall()
