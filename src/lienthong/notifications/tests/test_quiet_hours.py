"""Quiet hours: when they are, what waits for their end, and each person's own."""

from datetime import time, timedelta

import pytest
from django.db import connection

from lienthong.accounts.tests.factories import make_account
from lienthong.kernel.audit import SYSTEM
from lienthong.notifications import api, hours
from lienthong.notifications.api import Delivery, DeliveryState
from lienthong.notifications.hours import QuietHours, parse, quiet_until
from lienthong.notifications.models import ContactHours
from lienthong.notifications.services import deliveries
from lienthong.notifications.tests.ways import (
    MORNING,
    NIGHT,
    NOW_KIND,
    SEVEN,
    WISH,
    tell,
    vietnam,
    ways,
    with_device,
    with_number,
)

pytestmark = pytest.mark.usefixtures("own_kinds")


@pytest.mark.parametrize(
    ("written", "at", "until"),
    [
        ("21:00-07:00", "20:59:59", None),
        ("21:00-07:00", "21:00:00", (21, "07:00")),
        ("21:00-07:00", "23:59:59", (21, "07:00")),
        ("21:00-07:00", "00:00:00", (20, "07:00")),
        ("21:00-07:00", "06:59:59", (20, "07:00")),
        ("21:00-07:00", "07:00:00", None),
        ("21:00-07:00", "12:00:00", None),
        ("12:00-13:30", "11:59:59", None),
        ("12:00-13:30", "12:00:00", (20, "13:30")),
        ("12:00-13:30", "13:30:00", None),
        ("00:00-06:00", "00:00:00", (20, "06:00")),
        ("22:00-00:00", "23:00:00", (21, "00:00")),
        ("22:00-00:00", "00:00:00", None),
        ("none", "03:00:00", None),
    ],
)
def test_quiet_hours(written: str, at: str, until: tuple[int, str] | None) -> None:
    expected = vietnam(*until) if until else None
    assert quiet_until(vietnam(20, at), parse(written)) == expected


def test_hours_that_begin_and_end_together_are_none() -> None:
    assert quiet_until(NIGHT, QuietHours(time(7), time(7))) is None
    for wrong in ("21-7", "", "25:00-07:00", "21:00 07:00"):
        with pytest.raises(ValueError, match=r"quiet hours|hour must"):
            hours.parse(wrong)


@pytest.mark.django_db
def test_at_night_mail_goes_and_the_rest_waits_for_seven() -> None:
    lan = with_number(make_account())
    with_device(lan)
    tell(lan, WISH, at=NIGHT)
    tell(lan, NOW_KIND, at=NIGHT)
    assert ways(lan) == [
        "email queued",
        "email queued",
        "push held",
        "push queued",
        "sms held",
        "sms queued",
    ]
    assert set(Delivery.objects.filter(state="held").values_list("due_at", flat=True)) == {SEVEN}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE (args->>'delivery_id')::bigint = ANY(%s)",
            [list(Delivery.objects.values_list("pk", flat=True))],
        )
        assert cursor.fetchone()[0] == 4
    assert deliveries.release_held(now=SEVEN - timedelta(seconds=1)) == 0
    assert deliveries.release_held(now=SEVEN) == 2
    assert deliveries.release_held(now=SEVEN) == 0
    assert not Delivery.objects.filter(state="held").exists()


@pytest.mark.django_db
def test_a_job_that_comes_too_late_in_the_evening_waits_too() -> None:
    lan = with_number(make_account())
    tell(lan, WISH, at=vietnam(20, "20:59:59"))
    sms = Delivery.objects.get(channel="sms")
    assert deliveries.begin(delivery_id=sms.pk, now=vietnam(20, "21:00:00")) is None
    sms.refresh_from_db()
    assert (sms.state, sms.due_at) == (DeliveryState.HELD, SEVEN)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours_of_person", "at", "waits"),
    [
        (None, "22:00", True),
        ((False, time(21), time(7)), "22:00", False),
        ((True, time(23), time(5)), "22:00", False),
        ((True, time(12), time(14)), "12:30", True),
    ],
)
def test_each_person_has_own_hours(hours_of_person, at: str, waits: bool) -> None:  # type: ignore[no-untyped-def]
    lan = with_number(make_account())
    if hours_of_person:
        is_quiet, begins, ends = hours_of_person
        api.set_hours(actor=SYSTEM, account_id=lan.pk, is_quiet=is_quiet, quiet_from=begins, quiet_to=ends, now=MORNING)
    tell(lan, WISH, at=vietnam(20, at))
    assert (Delivery.objects.get(channel="sms").state == DeliveryState.HELD) is waits


@pytest.mark.django_db
def test_hours_that_make_no_sense_are_refused() -> None:
    with pytest.raises(api.PreferenceRefusedError) as refused:
        api.set_hours(
            actor=SYSTEM,
            account_id=make_account().pk,
            is_quiet=True,
            quiet_from=time(7),
            quiet_to=time(7),
            now=MORNING,
        )
    assert "quiet_to" in refused.value.field_errors
    assert not ContactHours.objects.exists()


@pytest.mark.django_db
def test_what_could_not_leave_for_a_day_stays_but_mail_goes() -> None:
    lan = with_number(make_account())
    with_device(lan)
    tell(lan, WISH)
    rows = {row.channel: row for row in Delivery.objects.select_related("notification")}
    later = rows["sms"].notification.created_at + timedelta(hours=25)
    assert deliveries.begin(delivery_id=rows["email"].pk, now=later) is not None
    for channel in ("sms", "push"):
        assert deliveries.begin(delivery_id=rows[channel].pk, now=later) is None
        rows[channel].refresh_from_db()
        assert rows[channel].state == DeliveryState.EXPIRED
