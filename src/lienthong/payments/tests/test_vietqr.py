"""VietQR against two codes of real banks, codes that must be refused, and every code we could make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienthong.payments.vietqr import (
    MAX_ACCOUNT,
    MAX_AMOUNT,
    MAX_CITY,
    MAX_NAME,
    MAX_TEXT,
    VietQR,
    VietQRError,
    build,
    checksum,
    parse,
)

SAMPLE_A = (
    "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN"
    "62170813ung ho lu lut6304C15C"
)
SAMPLE_B = (
    "00020101021238540010A00000072701240006970436011010268061740208QRIBFTTA530370454063990005802VN"
    "5912LE PHU THACH62250821NB123ABC LE PHU THACH63049F78"
)
CODE_A = VietQR(bank="970415", account="0011001932418", amount=120_000, memo="ung ho lu lut")
CODE_B = VietQR(bank="970436", account="1026806174", amount=399_000, memo="NB123ABC LE PHU THACH", name="LE PHU THACH")


@pytest.mark.parametrize(("text", "code"), [(SAMPLE_A, CODE_A), (SAMPLE_B, CODE_B)], ids="AB")
def test_codes_of_real_banks_are_read_and_written_alike(text: str, code: VietQR) -> None:
    assert parse(text) == code
    assert build(code) == text


def test_the_checksum_is_the_published_one() -> None:
    assert checksum("123456789") == "29B1"


def closed(text: str) -> str:
    """Close a code with the right checksum."""
    return f"{text}6304{checksum(text + '6304')}"


BODY = SAMPLE_A[:-8]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "checksum is missing"),
        (SAMPLE_A[: SAMPLE_A.index("6217")] + "6304ABCD", "altered or cut"),
        (SAMPLE_A.replace("5406120000", "5406920000"), "altered or cut"),
        (SAMPLE_A.replace("6304", "6399"), "longer than the code"),
        (SAMPLE_A[:-2], "longer than the code"),
        (SAMPLE_A + "9901x", "follows the checksum"),
        (SAMPLE_A + " ", "no field begins"),
        (SAMPLE_A.lower(), "altered or cut"),
        (BODY, "checksum is missing"),
        (closed(BODY.replace("54061200005802VN", "5802VN")), "names its amount"),
        (closed(BODY.replace("5406120000", "54041e10")), "whole number"),
        (closed(BODY.replace("5406120000", "5406012000")), "whole number"),
        (closed(BODY.replace("5303704", "5303840")), "53 is not 704"),
        (closed(BODY.replace("5802VN", "")), "58 is missing"),
        (closed(BODY.replace("A000000727", "A000000728")), "00 is not A000000727"),
        (closed(BODY.replace("QRIBFTTA", "QRPUSHXX")), "not a transfer"),
        (closed(BODY.replace("010212", "010213")), "neither"),
        (closed(BODY + "5802VN"), "stands twice"),
        ("ủng hộ", "ASCII"),
        ("5800" + BODY, "or empty"),
    ],
)
def test_a_damaged_code_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(VietQRError, match=reason):
        parse(text)


@pytest.mark.parametrize(
    "values",
    [
        {"bank": "97041"},
        {"account": ""},
        {"account": "1" * (MAX_ACCOUNT + 1)},
        {"amount": 0},
        {"amount": MAX_AMOUNT + 1},
        {"memo": "nộp tiền"},
        {"memo": "x" * (MAX_TEXT + 1)},
        {"name": "x" * (MAX_NAME + 1)},
        {"city": "x" * (MAX_CITY + 1)},
        {"memo": "hai\ndòng"},
    ],
)
def test_values_that_make_no_code_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(VietQRError):
        VietQR(**{"bank": "970415", "account": "0011001932418", **values})  # type: ignore[arg-type]


def text(most: int, least: int = 0) -> st.SearchStrategy[str]:
    return st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=least, max_size=most)


CODES = st.builds(
    VietQR,
    bank=st.from_regex(r"[0-9]{6}", fullmatch=True).filter(str.isascii),
    account=st.from_regex(r"[0-9A-Za-z]{1,19}", fullmatch=True).filter(str.isascii),
    amount=st.none() | st.integers(1, MAX_AMOUNT),
    memo=text(MAX_TEXT),
    name=text(MAX_NAME),
    city=text(MAX_CITY),
    bill=text(MAX_TEXT),
    is_card=st.booleans(),
)


@given(CODES)
def test_what_is_written_is_read_again(code: VietQR) -> None:
    assert parse(build(code)) == code


@given(CODES, st.data())
def test_one_changed_letter_is_always_noticed(code: VietQR, data: st.DataObject) -> None:
    written = build(code)
    at = data.draw(st.integers(0, len(written) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda letter: letter != written[at]))
    with pytest.raises(VietQRError):
        parse(written[:at] + other + written[at + 1 :])


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(given_text: str) -> None:
    try:
        code = parse(given_text)
    except VietQRError:
        return
    assert build(code)
