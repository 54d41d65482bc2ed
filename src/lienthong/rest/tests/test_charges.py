"""What was asked of an applicant, as a program reads it."""

import pytest

from lienthong.accounts import api as accounts
from lienthong.accounts.models import Account
from lienthong.dossiers.models import DossierStatus
from lienthong.dossiers.tests.factories import make_dossier, pay
from lienthong.kernel import clock

pytestmark = pytest.mark.django_db


def test_a_dossiers_charges_are_read_by_who_may_read_the_dossier(world, citizen, lan, binh):
    now = clock.now()
    applicant = accounts.principal_for_account(Account.objects.get(pk=citizen.account_id), now)
    dossier = make_dossier(world, status=DossierStatus.PAYMENT, applicant=applicant, now=now)
    (open_one,) = lan.get(f"/dossiers/{dossier.uuid}/charges").json()["items"]
    assert (open_one["state"], open_one["amount"], open_one["is_blocking"], open_one["receipts"]) == (
        "open", 150_000, True, [],
    )  # fmt: skip
    assert (open_one["agency"], open_one["collector"]) == ("Ủy ban nhân dân phường Hải Châu", "receiving")
    assert [line["kind"] for line in open_one["lines"]] == ["duty"]
    pay(world, dossier, now=now)
    (paid,) = lan.get(f"/dossiers/{dossier.uuid}/charges").json()["items"]
    assert (paid["state"], [receipt["method"] for receipt in paid["receipts"]]) == ("settled", ["cash"])
    assert paid["receipts"][0]["number"].startswith("0000001/")
    assert binh.get(f"/dossiers/{dossier.uuid}/charges").status_code == 404
