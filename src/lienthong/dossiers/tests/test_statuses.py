"""The ten national statuses and the steps between them (domain 3.3)."""

import pytest

from lienthong.dossiers.api import DossierStatus
from lienthong.dossiers.tests.factories import World, make_dossier


@pytest.mark.parametrize("status", [status for status in DossierStatus if status != DossierStatus.RECEIVED])
def test_services_bring_a_dossier_to_rest_in_each_status(world: World, status: DossierStatus) -> None:
    assert make_dossier(world, status=status).status == status
