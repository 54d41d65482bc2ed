"""What stays visible of personal data for those whose work needs no more (Luật 91/2025/QH15)."""

import pytest

from lienthong.accounts import api as accounts

PLACE = {"province": "0199", "commune": "0200", "street": "12 Bạch Đằng"}


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("identity-number", "001290000145", "0012••••••45"),
        ("identity-number", "201234567", "•••••••67"),
        ("identity-document", "B1234567", "••••••67"),
        ("tax-code", "0401234567", "0401••••67"),
        ("identity-number", "1", "•"),
        ("phone-vn", "0905123456", "•••••••456"),
        ("phone-vn", "113", "•••"),
        ("email", "lan.nguyen@example.vn", "l•••@example.vn"),
        ("email", "khong-phai-thu", "••••••••••••••"),
        ("partial-date", "1990-04-12", "••/••/1990"),
        ("partial-date", "1990-04", "••/1990"),
        ("partial-date", "1990", "1990"),
        ("partial-date", "khi nao", "•••••••"),
        ("address", {**PLACE, "text": "12 Bạch Đằng, Phường Hải Châu, Đà Nẵng"}, "•••, Phường Hải Châu, Đà Nẵng"),
        ("address", "Số 5, ngõ 7, Phường Hải Châu, Thành phố Đà Nẵng", "•••, Phường Hải Châu, Thành phố Đà Nẵng"),
        ("address", "12 Bạch Đằng, Đà Nẵng", "•••, Đà Nẵng"),
        ("address", PLACE, "•••"),
        ("person-name", "Nguyễn Thị Lan", "Nguyễn Thị Lan"),
        ("identity-number", "", ""),
        ("email", None, None),
    ],
)
def test_a_value_is_masked_by_its_format(kind, value, shown):
    assert accounts.mask(kind, value) == shown


@pytest.mark.parametrize("kind", sorted(accounts.MASKED))
def test_no_format_shows_the_whole_value(kind):
    value = PLACE if kind == "address" else "048190000123"
    assert "048190000123" not in str(accounts.mask(kind, value))
    assert "Bạch Đằng" not in str(accounts.mask(kind, value))
