"""The same money told many times at once settles once; receipts of one moment have no gap."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from lienthong.kernel.models import OutboxEvent
from lienthong.payments import api
from lienthong.payments.models import GatewayNotice, Payment, Receipt
from lienthong.payments.tests.factories import NOW, Town, begin, make_charge, notification, tell

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Make calls in threads that start together, each on a connection of its own."""
    start, answers = Barrier(len(calls)), [None] * len(calls)

    def run(place: int) -> None:
        try:
            start.wait()
            answers[place] = calls[place]()
        except api.ChargeStateError as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_sixteen_identical_notifications_settle_once(town: Town) -> None:
    told = notification(begin(town, make_charge(town)))
    answers = at_once([lambda: tell(told)] * 16)
    assert sorted(answers) == ["00"] + ["02"] * 15
    assert Receipt.objects.count() == 1
    assert OutboxEvent.objects.filter(name="payments.charge.settled").count() == 1
    assert GatewayNotice.objects.count() == 16


def test_cash_and_gateway_at_once_settle_once(town: Town) -> None:
    charge = make_charge(town)
    told = notification(begin(town, charge))
    cash = [lambda: api.collect_cash(principal=town.treasurer, charge_uuid=charge.uuid, now=NOW)] * 3
    at_once([*cash, lambda: tell(told)])
    states = sorted(Payment.objects.filter(charge=charge).values_list("state", flat=True))
    assert states.count("paid") == 1
    assert Receipt.objects.count() == 1


def test_receipts_of_one_moment_are_numbered_without_gap(town: Town) -> None:
    charges = [make_charge(town) for _each in range(8)]
    at_once(
        [
            lambda charge=charge: api.collect_cash(principal=town.treasurer, charge_uuid=charge.uuid, now=NOW)
            for charge in charges
        ]
    )
    assert sorted(Receipt.objects.values_list("number", flat=True)) == list(range(1, 9))
