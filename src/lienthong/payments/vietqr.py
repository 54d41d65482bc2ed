"""VietQR: the square code of a transfer that every Vietnamese banking app reads (EMVCo merchant-presented mode).

A code is a row of fields, each a two-digit id, a two-digit length and a value; field 38 holds the bank and the
account, field 63 closes the code with a CRC-16 over everything before it. What is read is checked strictly: a code
that was cut, lengthened or altered is refused with the reason, never repaired.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GUID = "A000000727"
TO_ACCOUNT, TO_CARD = "QRIBFTTA", "QRIBFTTC"
STATIC, DYNAMIC = "11", "12"
MAX_AMOUNT = 10**13 - 1
MAX_TEXT, MAX_NAME, MAX_CITY, MAX_ACCOUNT = 25, 25, 15, 19
_HEADER, _CRC = 4, "6304"
_BANK = re.compile(r"[0-9]{6}")
_ACCOUNT = re.compile(r"[0-9A-Za-z]+")
_AMOUNT = re.compile(r"[1-9][0-9]{0,12}")


class VietQRError(ValueError):
    """The text is no VietQR code, or the values make none."""


@dataclass(frozen=True, slots=True)
class VietQR:
    """A transfer as a square code asks for it.

    :ivar bank: the six-digit number of the bank (BIN).
    :ivar account: number of the account or, with ``is_card``, of the card.
    :ivar amount: whole đồng; None makes a static code, where the payer types the amount.
    :ivar name: the payee's name without marks.
    :ivar memo: what the transfer says; bank statements bring it back.
    """

    bank: str
    account: str
    amount: int | None = None
    memo: str = ""
    name: str = ""
    city: str = ""
    bill: str = ""
    is_card: bool = False

    def __post_init__(self) -> None:
        if not _BANK.fullmatch(self.bank):
            raise VietQRError("a bank number has six digits")
        if not _ACCOUNT.fullmatch(self.account) or len(self.account) > MAX_ACCOUNT:
            raise VietQRError(f"an account number has 1 to {MAX_ACCOUNT} digits or letters")
        if self.amount is not None and not 0 < self.amount <= MAX_AMOUNT:
            raise VietQRError(f"an amount is between 1 and {MAX_AMOUNT}")
        for name, limit in (("memo", MAX_TEXT), ("bill", MAX_TEXT), ("name", MAX_NAME), ("city", MAX_CITY)):
            value = getattr(self, name)
            if len(value) > limit or not _is_plain(value):
                raise VietQRError(f"{name} holds at most {limit} plain ASCII letters")


def _is_plain(text: str) -> bool:
    return text.isascii() and (text.isprintable() or not text)


def build(code: VietQR) -> str:
    """Write a code; one without an amount is static, to be used again and again."""
    target = _fields([("00", code.bank), ("01", code.account)])
    holder = [("00", GUID), ("01", target), ("02", TO_CARD if code.is_card else TO_ACCOUNT)]
    further = _fields([("01", code.bill), ("08", code.memo)])
    text = _fields(
        [
            ("00", "01"),
            ("01", STATIC if code.amount is None else DYNAMIC),
            ("38", _fields(holder)),
            ("53", "704"),
            ("54", "" if code.amount is None else str(code.amount)),
            ("58", "VN"),
            ("59", code.name),
            ("60", code.city),
            ("62", further),
        ]
    )
    return f"{text}{_CRC}{checksum(text + _CRC)}"


def _fields(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{key}{len(value):02d}{value}" for key, value in pairs if value)


def parse(text: str) -> VietQR:
    """Read a code strictly; fields that VietQR does not use are passed over.

    :raises VietQRError: it is cut, lengthened, altered, or not a transfer in đồng.
    """
    if not text.isascii():
        raise VietQRError("a code holds ASCII letters only")
    fields = _read(text)
    if not text or list(fields)[-1] != "63" or len(fields["63"]) != _HEADER:
        raise VietQRError("the checksum is missing, or something follows it")
    if checksum(text[:-_HEADER]) != fields["63"]:
        raise VietQRError("the checksum is wrong: the code was altered or cut")
    _demand(fields, "00", "01")
    _demand(fields, "53", "704")
    _demand(fields, "58", "VN")
    holder = _read(_needed(fields, "38"))
    _demand(holder, "00", GUID)
    service = _needed(holder, "02")
    if service not in (TO_ACCOUNT, TO_CARD):
        raise VietQRError(f"the service {service} is not a transfer")
    target = _read(_needed(holder, "01"))
    further = _read(fields.get("62", ""))
    return VietQR(
        bank=_needed(target, "00"),
        account=_needed(target, "01"),
        amount=_amount(kind=_needed(fields, "01"), written=fields.get("54")),
        memo=further.get("08", ""),
        name=fields.get("59", ""),
        city=fields.get("60", ""),
        bill=further.get("01", ""),
        is_card=service == TO_CARD,
    )


def _amount(*, kind: str, written: str | None) -> int | None:
    if kind not in (STATIC, DYNAMIC):
        raise VietQRError(f"{kind} is neither a static nor a dynamic code")
    if kind == DYNAMIC and written is None:
        raise VietQRError("a dynamic code names its amount")
    if written is not None and not _AMOUNT.fullmatch(written):
        raise VietQRError("an amount is a whole number of đồng")
    return None if written is None else int(written)


def _read(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = text[at : at + _HEADER]
        if len(head) < _HEADER or not head.isdigit():
            raise VietQRError(f"no field begins at letter {at + 1}")
        key, length = head[:2], int(head[2:])
        value = text[at + _HEADER : at + _HEADER + length]
        if len(value) < length or not length:
            raise VietQRError(f"field {key} is longer than the code, or empty")
        if key in fields:
            raise VietQRError(f"field {key} stands twice")
        if "63" in fields:
            raise VietQRError("something follows the checksum")
        fields[key] = value
        at += _HEADER + length
    return fields


def _needed(fields: Mapping[str, str], key: str) -> str:
    if key not in fields:
        raise VietQRError(f"field {key} is missing")
    return fields[key]


def _demand(fields: Mapping[str, str], key: str, value: str) -> None:
    if _needed(fields, key) != value:
        raise VietQRError(f"field {key} is not {value}")


def checksum(text: str) -> str:
    """Give the CRC-16/CCITT-FALSE of a text as four hexadecimal digits: ``123456789`` has ``29B1``."""
    crc = 0xFFFF
    for byte in text.encode("ascii"):
        crc ^= byte << 8
        for _bit in range(8):
            crc = (crc << 1 ^ 0x1021) & 0xFFFF if crc & 0x8000 else crc << 1
    return f"{crc:04X}"
