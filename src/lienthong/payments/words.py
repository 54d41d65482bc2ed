"""Amounts in words, as Vietnamese receipts, vouchers and invoices write them.

The style is the one of accounting papers (Luật Kế toán 88/2015/QH13, Điều 16: the amount in figures and in words):
hundreds are never skipped inside a number (``không trăm``), a lone unit follows ``lẻ``, and 1, 4 and 5 change
after tens: ``mốt``, ``tư``, ``lăm``. Groups of three that are all zero are left out.
"""

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION = 1_000_000_000
#: What fits a column of money in the database; more has no accepted reading either.
LIMIT = 2**63 - 1


def number_in_words(number: int) -> str:
    """Read a whole number from 0: ``1005`` is ``một nghìn không trăm lẻ năm``.

    :raises ValueError: a negative number, or one beyond :data:`LIMIT`.
    """
    if not 0 <= number <= LIMIT:
        raise ValueError("only amounts from 0 to 2^63 - 1 are written in words")
    return " ".join(_read(number, is_inside=False)) if number else _DIGITS[0]


def money_in_words(amount: int) -> str:
    """Write an amount of đồng as a sentence begins: ``Một nghìn không trăm lẻ năm đồng``."""
    words = number_in_words(amount)
    return f"{words[0].upper()}{words[1:]} đồng"


def _read(number: int, *, is_inside: bool) -> list[str]:
    """Read what is above nothing; ``is_inside`` says that something stands before it."""
    above, below = divmod(number, _BILLION)
    words = [*_read(above, is_inside=is_inside), "tỷ"] if above else []
    for name, group in (
        ("triệu", below // 1_000_000),
        ("nghìn", below // 1_000 % 1_000),
        ("", below % 1_000),
    ):
        if group:
            words += _group(group, is_inside=is_inside or bool(words))
            words += [name] if name else []
    return words


def _group(group: int, *, is_inside: bool) -> list[str]:
    hundreds, tens, units = group // 100, group // 10 % 10, group % 10
    words = [_DIGITS[hundreds], "trăm"] if hundreds or is_inside else []
    if tens > 1:
        words += [_DIGITS[tens], "mươi"]
    elif tens:
        words.append("mười")
    elif units and words:
        words.append("lẻ")
    if units:
        words.append(_unit(units, tens))
    return words


def _unit(units: int, tens: int) -> str:
    if units == 5 and tens:  # noqa: PLR2004 - the digit five
        return "lăm"
    if tens > 1:
        return {1: "mốt", 4: "tư"}.get(units, _DIGITS[units])
    return _DIGITS[units]
