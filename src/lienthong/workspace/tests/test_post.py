"""The post at the desk: scan and hand over, labels, marks, incoming; the applicant's page."""

import pytest
from django.test import Client
from django.urls import reverse

from lienthong.accounts.models import Account
from lienthong.dossiers.api import Dossier, DossierStatus, ReturnMethod, ShipmentState
from lienthong.dossiers.models import Shipment
from lienthong.dossiers.tests.factories import World, make_citizen, make_dossier
from lienthong.kernel import clock

NUMBER = "EB123456785VN"


def waiting(world: World, **more: object) -> Dossier:
    return make_dossier(
        world,
        status=DossierStatus.DONE,
        now=clock.now(),
        return_method=ReturnMethod.POST,
        return_address="45 Lê Duẩn, phường Hải Châu",
        **more,
    )


def test_a_batch_is_scanned_and_handed_over(world, desk) -> None:
    receptionist, dossier = desk("receptionist"), waiting(world)
    address = reverse("workspace:post")
    shown = receptionist.get(address).content.decode()
    assert dossier.code in shown
    assert "45 Lê Duẩn" in shown
    wrong = receptionist.post(address, {f"number-{dossier.uuid}": "EB123456786VN", "carrier": "vnpost"})
    assert wrong.status_code == 422
    assert "EB123456786VN" in wrong.content.decode()
    assert "quét lại" in wrong.content.decode()
    assert receptionist.post(address, {"carrier": "vnpost", "number-x": "1"}).status_code == 422
    for _click in range(2):
        done = receptionist.post(address, {f"number-{dossier.uuid}": NUMBER, "carrier": "vnpost"}, follow=True)
        assert "Đã ghi 1 bưu gửi" in done.content.decode()
    assert dossier.code not in receptionist.get(address).content.decode()
    row = Shipment.objects.get()
    listed = receptionist.get(reverse("workspace:shipments"), {"q": NUMBER[:6]}).content.decode()
    assert NUMBER in listed
    receptionist.post(reverse("workspace:shipment_mark", args=[row.uuid]), {"state": "lost"})
    receptionist.post(reverse("workspace:shipment_mark", args=[row.uuid]), {"state": "delivered"})
    row.refresh_from_db()
    assert row.state == ShipmentState.DELIVERED
    assert NUMBER in receptionist.get(reverse("workspace:dossier", args=[dossier.uuid])).content.decode()


def test_labels_are_a_pdf_of_ones_own_dossiers(world, desk) -> None:
    dossier = waiting(world)
    address = reverse("workspace:post_labels")
    answer = desk("receptionist").get(address, {"hs": [str(dossier.uuid), "x"]})
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    assert answer.content.startswith(b"%PDF-")
    assert desk("receptionist", "other_ward").get(address, {"hs": str(dossier.uuid)}).status_code == 302


@pytest.mark.parametrize("name", ["post", "post_labels", "shipments", "post_in"])
def test_only_those_who_return_results(name: str, world, desk, client) -> None:
    address = reverse(f"workspace:{name}")
    assert desk("treasurer").get(address).status_code == 403
    assert client.get(address).status_code == 302


def test_papers_by_post_from_announcing_to_arriving(world, desk) -> None:
    lan = make_citizen(now=clock.now())
    dossier = make_dossier(world, applicant=lan, now=clock.now())
    citizen = Client()
    citizen.force_login(Account.objects.get(pk=lan.account_id))
    address = reverse("portal:shipment_announce", args=[dossier.uuid])
    assert citizen.post(address, {"number": "x", "carrier": "vnpost"}).status_code == 422
    page = citizen.post(address, {"number": NUMBER, "carrier": "vnpost"}, follow=True).content.decode()
    assert NUMBER in page
    receptionist = desk("receptionist")
    wrong = receptionist.post(reverse("workspace:post_in"), {"code": "x", "number": NUMBER, "carrier": "vnpost"})
    assert wrong.status_code == 422
    receptionist.post(reverse("workspace:post_in"), {"code": dossier.code, "number": NUMBER, "carrier": "vnpost"})
    page = citizen.get(reverse("portal:dossier", args=[dossier.uuid])).content.decode()
    assert "Đã nhận giấy tờ gửi qua bưu chính" in page
    stranger = Client()
    stranger.force_login(Account.objects.get(pk=make_citizen(now=clock.now()).account_id))
    assert stranger.get(address).status_code == 404
