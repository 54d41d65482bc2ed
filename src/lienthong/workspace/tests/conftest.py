"""What the tests of the desk share."""

from collections.abc import Callable

import pytest
from django.test import Client

from lienthong.accounts.tests.factories import sign_in
from lienthong.dossiers.tests.conftest import authority_folder, shared_world, world
from lienthong.dossiers.tests.factories import World

__all__ = ["authority_folder", "shared_world", "world"]
Desk = Callable[..., Client]


@pytest.fixture
def desk(world: World) -> Desk:
    """Give the browser of whoever holds a post at the ward, signed in with a second factor."""

    def open_desk(post: str, office: str = "ward") -> Client:
        client = Client()
        sign_in(client, world.account(office, post))
        return client

    return open_desk
