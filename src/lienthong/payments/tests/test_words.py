"""Amounts in words, against what accounting papers write and against a reader of our own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienthong.payments.words import LIMIT, money_in_words, number_in_words

# Each line is a case that machines get wrong; the style is that of the Ministry of Finance's forms.
CASES = [
    (0, "không"),
    (1, "một"),
    (4, "bốn"),
    (5, "năm"),
    (10, "mười"),
    (11, "mười một"),
    (14, "mười bốn"),
    (15, "mười lăm"),
    (20, "hai mươi"),
    (21, "hai mươi mốt"),
    (24, "hai mươi tư"),
    (25, "hai mươi lăm"),
    (41, "bốn mươi mốt"),
    (44, "bốn mươi tư"),
    (55, "năm mươi lăm"),
    (100, "một trăm"),
    (101, "một trăm lẻ một"),
    (104, "một trăm lẻ bốn"),
    (105, "một trăm lẻ năm"),
    (110, "một trăm mười"),
    (115, "một trăm mười lăm"),
    (121, "một trăm hai mươi mốt"),
    (1_000, "một nghìn"),
    (1_005, "một nghìn không trăm lẻ năm"),
    (1_015, "một nghìn không trăm mười lăm"),
    (1_100, "một nghìn một trăm"),
    (8_000, "tám nghìn"),
    (21_000, "hai mươi mốt nghìn"),
    (105_000, "một trăm lẻ năm nghìn"),
    (150_000, "một trăm năm mươi nghìn"),
    (1_000_000, "một triệu"),
    (1_000_001, "một triệu không trăm lẻ một"),
    (1_005_000, "một triệu không trăm lẻ năm nghìn"),
    (2_340_000, "hai triệu ba trăm bốn mươi nghìn"),
    (15_000_021, "mười lăm triệu không trăm hai mươi mốt"),
    (1_000_000_000, "một tỷ"),
    (1_000_000_005, "một tỷ không trăm lẻ năm"),
    (1_234_567_894, "một tỷ hai trăm ba mươi tư triệu năm trăm sáu mươi bảy nghìn tám trăm chín mươi tư"),
    (1_000_000_000_000, "một nghìn tỷ"),
    (1_005_000_000_000, "một nghìn không trăm lẻ năm tỷ"),
    (10**18, "một tỷ tỷ"),
]


@pytest.mark.parametrize(("number", "words"), CASES)
def test_numbers_are_read_by_official_style(number: int, words: str) -> None:
    assert number_in_words(number) == words


def test_money_begins_like_a_sentence() -> None:
    assert money_in_words(1_005) == "Một nghìn không trăm lẻ năm đồng"
    assert money_in_words(0) == "Không đồng"


@pytest.mark.parametrize("number", [-1, LIMIT + 1])
def test_what_cannot_be_read_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="only amounts"):
        number_in_words(number)


DIGITS = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4,
    "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
}  # fmt: skip


def understand(words: str) -> int:
    """Read words back into a number, written apart from what writes them."""
    total = thousands = group = digit = 0
    for word in words.split():
        if word in DIGITS:
            digit = DIGITS[word]
        elif word == "mười":
            group += 10
        elif word == "mươi":
            group, digit = group + 10 * digit, 0
        elif word == "trăm":
            group, digit = 100 * digit, 0
        elif word in ("nghìn", "triệu"):
            thousands, group, digit = thousands + (group + digit) * (1_000 if word == "nghìn" else 1_000_000), 0, 0
        elif word == "tỷ":
            total, thousands, group, digit = (total + thousands + group + digit) * 10**9, 0, 0, 0
        else:
            assert word == "lẻ"
    return total + thousands + group + digit


@given(
    st.integers(0, LIMIT)
    | st.integers(0, 10**6)
    | st.builds(lambda n, p: n * 10**p, st.integers(0, 99), st.integers(0, 15))
)
def test_what_is_written_can_be_read_back(number: int) -> None:
    words = number_in_words(number)
    assert understand(words) == number
    assert words == " ".join(words.split())
