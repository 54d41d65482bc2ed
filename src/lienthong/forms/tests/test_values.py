"""How values are typed in Vietnam, and that showing and reading a value are each other's inverse."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.forms import values
from lienthong.forms.computed import compute, number_in_words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1.234,5", 1234.5),
        ("1234,5", 1234.5),
        ("1234.5", 1234.5),
        ("1.234", 1234),
        ("1 234 567", 1234567),
        ("0,25", 0.25),
        ("-3,5", -3.5),
        ("12", 12),
        ("1.23.4", None),
        ("mười", None),
        ("1,2,3", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_numbers(typed, meant):
    assert values.parse_number(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("1.500.000", 1500000), ("1.500.000 đồng", 1500000), ("20000đ", 20000), ("5 VND", 5), ("1,5", None)],
)
def test_money(typed, meant):
    assert values.parse_money(typed) == meant


@pytest.mark.parametrize(
    ("day", "month", "year", "partial", "meant"),
    [
        ("27", "3", "2025", False, "2025-03-27"),
        ("29", "2", "2024", False, "2024-02-29"),
        ("29", "2", "2025", False, None),
        ("", "3", "1960", True, "1960-03"),
        ("", "", "1960", True, "1960"),
        ("5", "", "1960", True, None),
        ("", "", "1960", False, None),
        ("1", "1", "60", True, None),
        ("٢", "1", "2020", True, None),
    ],
)
def test_dates(day, month, year, partial, meant):
    assert values.join_date(day, month, year, partial=partial) == meant


@given(st.one_of(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(-(10**9), 10**9).map(lambda n: n / 1000)))
@settings(max_examples=200, deadline=None)
def test_reading_a_shown_number_gives_it_back(number):
    assert values.parse_number(values.format_number(number)) == number


@given(st.dates())
def test_reading_a_shown_date_gives_it_back(day):
    if day.year >= 1000:
        shown = values.split_date(day.isoformat())
        assert values.join_date(*shown, partial=False) == day.isoformat()


@given(st.text(max_size=40))
def test_reading_never_crashes(text):
    values.parse_number(text)
    values.parse_money(text)
    values.parse_time(text)
    values.tidy_phone(text)
    values.join_date(text, text, text, partial=True)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (105, "một trăm linh năm"),
        (1001, "một nghìn không trăm linh một"),
        (2024, "hai nghìn không trăm hai mươi bốn"),
        (1_000_000, "một triệu"),
        (3_000_000_015, "ba tỷ không trăm mười lăm"),
    ],
)
def test_numbers_in_words(number, words):
    assert number_in_words(number) == words


@given(st.integers(0, 10**15 - 1))
def test_every_number_has_words(number):
    assert number_in_words(number)


def test_computed_values_need_usable_arguments():
    assert compute("date_in_words", ["2025-04-01"]) == "Ngày một, tháng tư, năm hai nghìn không trăm hai mươi lăm"
    assert compute("date_in_words", ["1960"]) == "Năm một nghìn chín trăm sáu mươi"
    assert compute("date_in_words", [{"day": "31"}]) is None
    assert compute("sum", [[1, 2.5], 3]) == 6.5
    assert compute("product", [2, None]) is None
    assert compute("years_between", ["2000-03-02", "2020-03-01"]) == 19
    assert compute("days_between", ["2025-01-01", "2025-01-31"]) == 30
