"""The text of an SMS: its alphabet, its parts, its short links."""

import pytest

from lienthong.notifications import sms_text


def test_the_alphabet_of_gsm_is_complete() -> None:
    """3GPP TS 23.038: 128 places, each letter once."""
    assert len(sms_text._GSM) == len(set(sms_text._GSM)) == 128
    assert (sms_text._GSM.index("@"), sms_text._GSM.index("A"), sms_text._GSM.index("à")) == (0, 0x41, 0x7F)


@pytest.mark.parametrize(
    ("encoding", "letters", "parts"),
    [
        ("ucs2", "đ" * 70, 1),
        ("ucs2", "đ" * 71, 2),
        ("ucs2", "đ" * 134, 2),
        ("ucs2", "đ" * 135, 3),
        ("gsm7", "đ" * 160, 1),
        ("gsm7", "đ" * 161, 2),
        ("gsm7", "đ" * 306, 2),
        ("gsm7", "đ" * 307, 3),
        ("gsm7", "[" * 80, 1),
        ("gsm7", "[" * 81, 2),
    ],
)
def test_how_many_parts_a_text_takes(encoding: sms_text.Encoding, letters: str, parts: int) -> None:
    made = sms_text.split(letters, encoding=encoding, reference=300)
    assert len(made) == parts
    assert all(len(part.payload) <= (140 if encoding == "ucs2" else 160) for part in made)
    assert all(part.payload[3] == 300 % 256 for part in made if part.has_header)


def test_no_letter_is_torn() -> None:
    """A letter of two units, as 𠮷 in chữ Nôm, and a letter after an escape stay in one part."""
    nom = sms_text.split("a" * 66 + "𠮷" * 10, encoding="ucs2", reference=1)
    assert [part.payload[6:].decode("utf-16-be") for part in nom] == ["a" * 66, "𠮷" * 10]
    escaped = sms_text.split("a" * 152 + "[" + "b" * 20, encoding="gsm7", reference=1)
    assert escaped[1].payload[6:8] == bytes((0x1B, 0x3C))
    with pytest.raises(ValueError, match="11 parts"):
        sms_text.split("a" * 1531, encoding="gsm7", reference=1)


def test_a_text_without_marks() -> None:
    assert (
        sms_text.unaccented("Đã nộp hồ sơ “Đăng ký khai sinh” – 5.000₫…")
        == 'Da nop ho so "Dang ky khai sinh" - 5.000?...'
    )


@pytest.mark.parametrize("number", [0, 1, 35, 36, 123_456_789_012])
def test_short_links_lead_back(number: int) -> None:
    assert sms_text.long(sms_text.short(number)) == number


def test_other_short_links_lead_nowhere() -> None:
    assert [sms_text.long(written) for written in ("", "-1", "A", "z" * 13, "đ")] == [None] * 5
