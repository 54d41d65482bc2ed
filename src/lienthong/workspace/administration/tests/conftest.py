"""People who keep the platform, each signed in."""

from dataclasses import dataclass

import pytest
from django.test import Client

from lienthong.accounts.models import Account, Right
from lienthong.accounts.tests import factories
from lienthong.organisations.models import Agency, Official

KEEPER_RIGHTS = (Right.ADMINISTER, Right.OPERATE, Right.PUBLISH)


@dataclass
class Keeper:
    """An official with a signed-in client."""

    client: Client
    account: Account
    official: Official
    agency: Agency


def make_keeper(agency: Agency, kind: str, name: str = "Huỳnh Hữu Cường") -> Keeper:
    official = factories.make_official(name)
    factories.make_post(official, agency, kind)
    account = factories.make_account(official=official)
    client = Client()
    factories.sign_in(client, account)
    return Keeper(client, account, official, agency)


@pytest.fixture
def province(db) -> Agency:
    factories.make_rights("administrator", Right.ADMINISTER, Right.OPERATE)
    factories.make_rights("supervisor", Right.PUBLISH, Right.SUPERVISE)
    factories.make_rights("leader", Right.ASSIGN)
    factories.make_rights("specialist", Right.PROCESS)
    return factories.make_agency("UBND thành phố Đà Nẵng")


@pytest.fixture
def commune(province) -> Agency:
    agency = factories.make_agency("UBND phường Hải Châu", parent=province)
    agency.level = "commune"
    agency.save()
    return agency


@pytest.fixture
def keeper(province) -> Keeper:
    """An administrator of the province."""
    return make_keeper(province, "administrator")


@pytest.fixture
def local_keeper(commune) -> Keeper:
    """An administrator of one commune."""
    return make_keeper(commune, "administrator", "Mai Xuân Trí")


@pytest.fixture
def publisher(province) -> Keeper:
    """Who publishes procedures."""
    return make_keeper(province, "supervisor", "Huỳnh Thu Mai")


@pytest.fixture
def specialist(province) -> Keeper:
    """An official without any right of administration."""
    return make_keeper(province, "specialist", "Lê Văn Tám")
