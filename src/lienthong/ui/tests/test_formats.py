from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from lienthong.ui import formats

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [(0, "Miễn phí", None), (8000, "8.000 ₫", "8,000 ₫"), (Decimal(1_234_000), "1.234.000 ₫", "1,234,000 ₫")],
)
def test_money_is_written_in_the_manner_of_the_language(value, vi, en):
    assert formats.money(value) == vi
    if en:
        with translation.override("en"):
            assert formats.money(value) == en


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (datetime(2026, 11, 23, 9, 30, tzinfo=UTC), "16:30 thứ Hai, 23/11", "16:30 Mon 23 Nov"),
        # 17:30 in UTC is already the next day in Vietnam.
        (datetime(2026, 11, 21, 17, 30, tzinfo=UTC), "00:30 Chủ nhật, 22/11", "00:30 Sun 22 Nov"),
        (datetime(2027, 1, 4, 1, 0, tzinfo=UTC), "08:00 thứ Hai, 04/01/2027", "08:00 Mon 4 Jan 2027"),
    ],
)
def test_a_moment_names_its_day_and_the_year_only_when_it_differs(value, vi, en):
    assert formats.moment(value, NOW) == vi
    with translation.override("en"):
        assert formats.moment(value, NOW) == en


def test_a_plain_date_is_not_moved_by_the_time_zone():
    assert formats.short_day(date(2026, 11, 15)) == "15/11/2026"


@pytest.mark.parametrize(
    ("distance", "text"),
    [
        (timedelta(seconds=-10), "vừa xong"),
        (timedelta(minutes=-5), "5 phút trước"),
        (timedelta(hours=-3, minutes=-59), "3 giờ trước"),
        (timedelta(days=2, hours=1), "2 ngày nữa"),
    ],
)
def test_relative_time_uses_one_unit(distance, text):
    assert formats.relative(NOW + distance, NOW) == text


@pytest.mark.parametrize(("size", "text"), [(512, "512 B"), (320_000, "320 kB"), (1_234_567, "1,2 MB")])
def test_file_size(size, text):
    assert formats.file_size(size) == text
