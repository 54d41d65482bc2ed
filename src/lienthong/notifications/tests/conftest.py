"""What the tests of messages share."""

from collections.abc import Iterator

import pytest

from lienthong.notifications import api, kinds
from lienthong.notifications.tests.ways import LAW, NOW_KIND, WISH


@pytest.fixture
def own_kinds(settings) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """Let messages of law, of wish and of haste exist, and a way for SMS."""
    settings.SMS_PROVIDERS = ["thu-muc=folder:"]
    before = dict(kinds._KINDS)
    api.register(LAW, WISH, NOW_KIND)
    yield
    kinds._KINDS.clear()
    kinds._KINDS.update(before)
