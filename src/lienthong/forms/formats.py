"""The formats of the administration, as a JSON Schema format checker of our own.

A checker gives an empty string when the value is fine, else the Vietnamese sentence to show.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext as _

from lienthong.accounts import api as accounts
from lienthong.forms.values import is_partial_date

_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '.\-’])*")
_PHONE = re.compile(r"(0\d{9,10}|\+\d{8,15}|1[89]00\d{4,6})")
ADDRESS_PARTS = frozenset({"province", "district", "commune", "street", "text"})
OTHER_PLACE = "other"
_MAX_STREET = 300
_email = EmailValidator()
_url = URLValidator(schemes=["http", "https"])


def _person_name(value: Any) -> str:
    if isinstance(value, str) and _NAME.fullmatch(value.strip()):
        return ""
    return _("Họ tên chỉ gồm chữ cái, dấu cách, dấu nháy và dấu gạch nối.")


def _identity_number(value: Any) -> str:
    if not isinstance(value, str):
        return _("Số định danh cá nhân gồm 12 chữ số.")
    return _first(accounts.check_identity_number(value).errors)


def _identity_document(value: Any) -> str:
    if isinstance(value, str) and re.fullmatch(r"[A-Z0-9]{6,20}", value.replace(" ", "").upper(), re.ASCII):
        return ""
    return _("Số giấy tờ gồm 6 đến 20 chữ cái và chữ số, viết liền.")


def _tax_code(value: Any) -> str:
    if not isinstance(value, str):
        return _("Mã số thuế gồm 10 chữ số, hoặc 13 chữ số với đơn vị phụ thuộc.")
    return _first(accounts.check_tax_code(value).errors)


def _phone(value: Any) -> str:
    if isinstance(value, str) and _PHONE.fullmatch(value):
        return ""
    return _("Số điện thoại trong nước bắt đầu bằng 0 và có 10 hoặc 11 chữ số; số nước ngoài bắt đầu bằng dấu +.")


def _partial_date(value: Any) -> str:
    if isinstance(value, str) and is_partial_date(value):
        return ""
    return _("Hãy nhập ngày có thật: đủ ngày, tháng, năm; hoặc tháng và năm; hoặc chỉ năm.")


def _full_date(value: Any) -> str:
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            date.fromisoformat(value)
            return ""
    except ValueError:
        pass
    return _("Hãy nhập ngày có thật gồm đủ ngày, tháng và năm, ví dụ 27/3/2025.")


def _date_time(value: Any) -> str:
    try:
        if isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None:
            return ""
    except ValueError:
        pass
    return _("Hãy nhập đủ ngày, tháng, năm và giờ, ví dụ 27/3/2025 lúc 14:05.")


def _money(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15:
        return ""
    return _("Hãy nhập số tiền bằng đồng, không có phần lẻ, ví dụ 1.500.000.")


def _address(value: Any) -> str:
    """An area picked from the lists plus a street line, or a free text for places outside them."""
    if not isinstance(value, dict) or set(value) - ADDRESS_PARTS:
        return _("Hãy chọn địa chỉ theo danh sách.")
    if not all(isinstance(part, str) and len(part) <= 2 * _MAX_STREET for part in value.values()):
        return _("Địa chỉ quá dài hoặc sai kiểu.")
    if value.get("province") == OTHER_PLACE:
        return "" if value.get("street", "").strip() else _("Hãy ghi đầy đủ địa chỉ ở ô địa chỉ cụ thể.")
    if not value.get("province"):
        return _("Hãy chọn tỉnh, thành phố.")
    if not value.get("commune"):
        return _("Hãy chọn xã, phường, đặc khu.")
    return "" if all(_uuid(value[part]) == "" for part in ("province", "commune")) else _("Hãy chọn lại địa chỉ.")


def _uuid(value: Any) -> str:
    try:
        UUID(value)
    except (ValueError, AttributeError, TypeError):
        return _("Hãy chọn một giá trị trong danh sách.")
    return ""


def _email_address(value: Any) -> str:
    try:
        _email(value)
    except ValidationError:
        return _("Hãy nhập địa chỉ thư điện tử đúng dạng, ví dụ ten@example.vn.")
    return ""


def _web_address(value: Any) -> str:
    try:
        _url(value if isinstance(value, str) and "://" in value else f"https://{value}")
    except ValidationError:
        return _("Hãy nhập địa chỉ trang mạng đúng dạng, ví dụ https://example.vn.")
    return ""


def _anything(_value: Any) -> str:
    return ""


FORMATS: Mapping[str, Callable[[Any], str]] = {
    "person-name": _person_name,
    "identity-number": _identity_number,
    "identity-document": _identity_document,
    "tax-code": _tax_code,
    "phone-vn": _phone,
    "partial-date": _partial_date,
    "money-vnd": _money,
    "address": _address,
    "province": _uuid,
    "file": _anything,
    "date": _full_date,
    "date-time": _date_time,
    "email": _email_address,
    "uri": _web_address,
    "uuid": _uuid,
}


def format_problem(name: str, value: Any) -> str:
    """Check a value against a named format; an unknown name checks nothing (catalogues are data)."""
    return FORMATS.get(name, _anything)(value)


def format_warning(name: str, value: Any) -> str:
    """Give a doubt about a value that is accepted all the same; empty when there is none.

    Basis: domain 2.4 and 2.5: identity numbers and check digits are compared softly, never refused.
    """
    if not isinstance(value, str):
        return ""
    if name == "identity-number":
        return _first(accounts.check_identity_number(value).warnings)
    if name == "tax-code":
        return _first(accounts.check_tax_code(value).warnings)
    return ""


def _first(messages: tuple[str, ...]) -> str:
    return str(messages[0]) if messages else ""
