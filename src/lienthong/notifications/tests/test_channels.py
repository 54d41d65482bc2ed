"""Which ways a message takes."""

import pytest

from lienthong.accounts.models import Account
from lienthong.accounts.tests.factories import make_account
from lienthong.kernel.audit import SYSTEM
from lienthong.kernel.errors import NotFoundError
from lienthong.notifications import api
from lienthong.notifications.api import Delivery, Recipient
from lienthong.notifications.tests.ways import LAW, MORNING, WISH, tell, ways, with_device, with_number

pytestmark = pytest.mark.usefixtures("own_kinds")


def choose(account: Account, **wanted: list[str]) -> None:
    every = {row.key: ["email"] for row in api.all_kinds("citizen")}
    chosen = {f"notifications.test_{key}": channels for key, channels in wanted.items()}
    api.set_preferences(
        actor=SYSTEM, account_id=account.pk, audience="citizen", wanted={**every, **chosen}, now=MORNING
    )


@pytest.mark.django_db
def test_each_way_that_is_there_and_wanted_is_taken() -> None:
    lan = with_number(make_account())
    with_device(lan)
    with_device(lan, "https://fcm.googleapis.com/y")
    tell(lan, WISH)
    assert ways(lan) == ["email queued", "push queued", "push queued", "sms queued"]
    choose(lan, wish=["push"])
    Delivery.objects.all().delete()
    tell(lan, WISH, occasion="2")
    assert ways(lan) == ["push queued", "push queued"]


@pytest.mark.django_db
def test_an_unproved_number_gets_nothing() -> None:
    lan = make_account()
    tell(lan, WISH)
    assert ways(lan) == ["email queued"]


@pytest.mark.django_db
def test_what_law_wants_moves_but_never_stops() -> None:
    """NĐ 224/2026/NĐ-CP, Điều 15: told at once of every change; the way is the person's choice."""
    lan = with_number(make_account())
    device = with_device(lan)
    choose(lan, law=["push"])
    tell(lan, LAW)
    assert ways(lan) == ["push queued"]
    with pytest.raises(api.PreferenceRefusedError):
        choose(lan, law=[])
    api.unsubscribe(actor=SYSTEM, account_id=lan.pk, uuid=device.uuid, now=MORNING)
    Delivery.objects.all().delete()
    tell(lan, LAW, occasion="2")
    assert ways(lan) == ["email queued"]
    Delivery.objects.all().delete()
    tell(lan, LAW, occasion="3", email="")
    assert ways(lan) == ["sms queued"]


@pytest.mark.django_db
def test_a_way_that_is_not_there_keeps_its_wish() -> None:
    lan = make_account()
    choose(lan, wish=["email"])
    with_number(lan)
    offered = {row.kind.key: row.channels for row in api.wishes_of(account_id=lan.pk, audience="citizen")}
    assert offered[WISH.key] == {"email": True, "sms": True, "push": True}


@pytest.mark.django_db
def test_ways_are_worked_out_in_as_many_statements_for_ten_as_for_one(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    people = [with_number(make_account()) for _number in range(10)]
    recipients = [Recipient(account_id=person.pk, person_id=None, email=person.email) for person in people]
    with django_assert_max_num_queries(11):
        api.notify(kind=WISH.key, recipients=recipients, facts={"code": "1"}, link="", occasion="1", now=MORNING)
    assert Delivery.objects.count() == 20


@pytest.mark.django_db
def test_a_foreign_device_is_not_found() -> None:
    device = with_device(make_account())
    with pytest.raises(NotFoundError):
        api.unsubscribe(actor=SYSTEM, account_id=make_account().pk, uuid=device.uuid, now=MORNING)
    device.refresh_from_db()
    assert device.ended_at is None
