"""Identity numbers, tax codes and telephones: tables with their sources."""

import pytest

from lienthong.accounts import identity


@pytest.mark.parametrize(
    ("number", "sex", "birth_date", "errors", "warnings"),
    [
        # NĐ 137/2015/NĐ-CP, Điều 13: PPP G YY and six digits.
        ("001185012345", "female", "1985-02-03", 0, 0),
        ("001085012345", "male", "1985", 0, 0),
        ("030201000001", "male", "2001-12", 0, 0),
        ("030301000001", "female", "2001-12", 0, 0),
        ("001085012345", "female", "1986", 0, 2),
        ("099085012345", "", "", 0, 1),
        ("000085012345", "", "", 0, 1),
        ("001 085 012.345", "male", "1985", 0, 0),
        ("123456789", "", "", 0, 1),
        ("00108501234", "", "", 1, 0),
        ("0010850123456", "", "", 1, 0),
        ("00108501234a", "", "", 1, 0),
        ("٠٠١٠٨٥٠١٢٣٤٥", "", "", 1, 0),
        ("", "", "", 1, 0),
    ],
)
def test_identity_numbers(number, sex, birth_date, errors, warnings):
    check = identity.check_identity_number(number, sex=sex, birth_date=birth_date)
    assert (len(check.errors), len(check.warnings)) == (errors, warnings)
    assert check.ok is (errors == 0)


def test_the_parts_of_a_number():
    assert identity.read_identity_number("030301000001") == identity.IdentityParts("030", "female", 2001)
    assert identity.read_identity_number("123456789") is None


def test_old_card_numbers_may_be_refused():
    assert not identity.check_identity_number("123456789", legacy=False).ok


@pytest.mark.parametrize(
    ("code", "ok"),
    [
        # Vectors checked against the published rule (weights 31 29 23 19 17 13 7 5 3).
        ("0100109106", True),
        ("0300588569", True),
        ("0100686209", True),
        ("0200136872", True),
        ("0101234567", False),
        ("0100109106-001", True),
        ("0100109106001", True),
        ("0100109107-001", False),
        # Luật Quản lý thuế 38/2019/QH14, Điều 35: the personal number serves as tax code.
        ("001085012345", True),
        ("010010910", False),
        ("0100109106-01", False),
        ("", False),
    ],
)
def test_tax_codes(code, ok):
    assert identity.check_tax_code(code).ok is ok


def test_a_tax_code_without_check_digit_is_only_doubted():
    first_nine = next(str(n).zfill(9) for n in range(1, 1000) if identity.tax_check_digit(str(n).zfill(9)) == 10)
    check = identity.check_tax_code(first_nine + "0")
    assert check.ok
    assert check.warnings


def test_branch_codes_are_written_with_a_hyphen():
    assert identity.format_tax_code("0100109106 001") == "0100109106-001"
    assert identity.format_tax_code("0100109106") == "0100109106"


@pytest.mark.parametrize(
    ("phone", "normal", "ok"),
    [
        ("0912 345 678", "0912345678", True),
        ("+84 912.345.678", "0912345678", True),
        ("+84 (0)912 345 678", "0912345678", True),
        ("0084912345678", "0912345678", True),
        ("024 3825 1234", "02438251234", True),
        ("0123456789", "0123456789", False),
        ("+44 20 7946 0958", "+442079460958", True),
        ("0912", "0912", False),
        ("", "", False),
    ],
)
def test_phones(phone, normal, ok):
    assert identity.normalise_phone(phone) == normal
    assert identity.check_phone(phone).ok is ok


@pytest.mark.parametrize(
    ("text", "ok"),
    [("1985", True), ("1985-02", True), ("1985-02-28", True), ("1985-02-30", False), ("85", False), ("1985-13", False)],
)
def test_partial_dates(text, ok):
    assert identity.is_partial_date(text) is ok
