"""Checks of identity numbers, tax codes and telephone numbers: pure functions over text.

A check gives errors, which refuse the value, and warnings, which only ask the reader to look again:
the law lets an unusual number exist, so cross-checks never refuse (docs: domain reference 2.4, 2.5).
"""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

_SEPARATORS = re.compile(r"[\s.\-‐‑–]+")
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
# Birth registration codes of the 63 provinces and cities before 1 July 2025 (Thông tư 59/2021/TT-BCA,
# Phụ lục; the numbers keep them after the mergers of 2025), plus nothing above 096 but foreign births.
_LAST_PROVINCE = 96
_MOBILE = re.compile(r"0[35789]\d{8}")
_LANDLINE = re.compile(r"02\d{8,9}")
_FOREIGN = re.compile(r"\+\d{7,15}")
_CENTURIES = {0: 1900, 1: 1900, 2: 2000, 3: 2000, 4: 2100, 5: 2100, 6: 2200, 7: 2200, 8: 2300, 9: 2300}


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found.

    :ivar errors: messages that refuse the value.
    :ivar warnings: messages that only ask to look again.
    """

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Say whether the value may be taken."""
        return not self.errors


@dataclass(frozen=True, slots=True)
class IdentityParts:
    """What the digits of a personal identification number say.

    :ivar province: code of the province of birth registration, as before 1 July 2025.
    :ivar sex: ``male`` or ``female``.
    """

    province: str
    sex: str
    birth_year: int


def compact(text: str) -> str:
    """Drop the spaces, dots and hyphens people type inside numbers."""
    return _SEPARATORS.sub("", text)


def is_partial_date(text: str) -> bool:
    """Say whether text is a date as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` that exists."""
    match = _PARTIAL_DATE.fullmatch(text)
    if match is None:
        return False
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def read_identity_number(number: str) -> IdentityParts | None:
    """Read the parts of a 12-digit number: PPP province, G sex and century, YY birth year.

    Basis: NĐ 137/2015/NĐ-CP, Điều 13; kept by NĐ 70/2024/NĐ-CP.
    """
    if re.fullmatch(r"[0-9]{12}", number) is None:
        return None
    mark = int(number[3])
    return IdentityParts(
        province=number[:3],
        sex="female" if mark % 2 else "male",
        birth_year=_CENTURIES[mark] + int(number[4:6]),
    )


def check_identity_number(number: str, *, sex: str = "", birth_date: str = "", legacy: bool = True) -> Check:
    """Check a personal identification number (12 digits) or an old identity card number (9 digits).

    :param sex: ``male`` or ``female``, compared softly when given.
    :param birth_date: ``YYYY…``, compared softly when given.
    :param legacy: whether the 9-digit number of old papers is taken (with a warning).
    """
    number = compact(number)
    if legacy and re.fullmatch(r"[0-9]{9}", number):
        return Check(warnings=(_("Đây là số chứng minh nhân dân 9 số; giấy tờ mới dùng số định danh 12 số."),))
    parts = read_identity_number(number)
    if parts is None:
        return Check(errors=(_("Số định danh cá nhân gồm 12 chữ số."),))
    warnings: list[str] = []
    if not 1 <= int(parts.province) <= _LAST_PROVINCE:
        warnings.append(_("Ba số đầu không phải mã tỉnh, thành phố nơi đăng ký khai sinh đã biết."))
    if sex in ("male", "female") and sex != parts.sex:
        warnings.append(_("Số thứ tư của số định danh không khớp với giới tính đã khai."))
    if birth_date[:4].isdigit() and int(birth_date[:4]) != parts.birth_year:
        warnings.append(_("Số định danh không khớp với năm sinh đã khai."))
    return Check(warnings=tuple(warnings))


def tax_check_digit(first_nine: str) -> int:
    """Compute the tenth digit of a tax code: 10 less the weighted sum modulo 11 (10 means none exists)."""
    total = sum(weight * int(digit) for weight, digit in zip(_TAX_WEIGHTS, first_nine, strict=True))
    return 10 - total % 11


def format_tax_code(code: str) -> str:
    """Write a tax code as law does: ``NNNNNNNNNN`` or ``NNNNNNNNNN-NNN``."""
    digits = compact(code)
    return f"{digits[:10]}-{digits[10:]}" if re.fullmatch(r"[0-9]{13}", digits) else digits


def check_tax_code(code: str) -> Check:
    """Check a tax code: 10 digits with a check digit, 13 for a branch, or a 12-digit personal number.

    Basis: Luật Quản lý thuế 38/2019/QH14, Điều 30 and 35 (the personal number serves as tax code
    from 1 July 2025). The check digit rule is the tax administration's.
    """
    digits = compact(code)
    if re.fullmatch(r"[0-9]{12}", digits) and "-" not in code:
        return check_identity_number(digits, legacy=False)
    if not re.fullmatch(r"[0-9]{10}([0-9]{3})?", digits):
        return Check(errors=(_("Mã số thuế gồm 10 chữ số, hoặc 13 chữ số với đơn vị phụ thuộc."),))
    expected = tax_check_digit(digits[:9])
    if expected == 10:  # noqa: PLR2004 - no such code should have been issued; implementations differ
        return Check(warnings=(_("Mã số thuế này không có số kiểm tra; đề nghị đối chiếu với giấy tờ."),))
    if expected != int(digits[9]):
        return Check(errors=(_("Mã số thuế sai: chữ số thứ mười không khớp với số kiểm tra."),))
    return Check()


def normalise_phone(phone: str) -> str:
    """Write a telephone number without separators, Vietnamese numbers from the leading 0."""
    number = re.sub(r"[\s.\-()‐‑–]+", "", phone)
    if number.startswith("+84"):
        return "0" + number[3:].removeprefix("0")
    if number.startswith("0084"):
        return "0" + number[4:].removeprefix("0")
    return number


def check_phone(phone: str) -> Check:
    """Check a telephone number: Vietnamese mobile, Vietnamese landline, or foreign with ``+``.

    Basis: Thông tư 22/2014/TT-BTTTT and the change of numbers of 15 September 2018 (mobile numbers of 10 digits).
    """
    number = normalise_phone(phone)
    if any(pattern.fullmatch(number) for pattern in (_MOBILE, _LANDLINE, _FOREIGN)):
        return Check()
    return Check(errors=(_("Số điện thoại gồm 10 chữ số, bắt đầu bằng 0; số nước ngoài bắt đầu bằng dấu +."),))
