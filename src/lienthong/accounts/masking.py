"""Personal data made unreadable for those whose work needs no more: pure functions over one value.

What stays visible is enough to tell two people apart at a desk, never enough to find or to impersonate one.
Basis: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 (data are processed only as far as the purpose needs).
"""

from collections.abc import Callable, Mapping
from typing import Any

DOT = "•"
_FIELDS_OF_ADDRESS_KEPT = 2


def mask_number(value: str) -> str:
    """Keep four characters in front and two behind of a long number (``0012••••••45``), of a short one the last two."""
    bare = value.strip()
    front, behind = (4, 2) if len(bare) >= 10 else (0, 2)  # noqa: PLR2004 - the lengths of new and old numbers
    if len(bare) <= front + behind:
        return DOT * len(bare)
    return bare[:front] + DOT * (len(bare) - front - behind) + bare[-behind:]


def mask_phone(value: str) -> str:
    """Keep the last three digits: ``•••••••456``."""
    bare = value.strip()
    return DOT * max(len(bare) - 3, 0) + bare[-3:] if len(bare) > 3 else DOT * len(bare)  # noqa: PLR2004


def mask_email(value: str) -> str:
    """Keep the first letter and the server: ``l•••@example.vn``."""
    name, at, server = value.strip().rpartition("@")
    return f"{name[:1]}{DOT * 3}@{server}" if at and name else DOT * len(value.strip())


def mask_date(value: str) -> str:
    """Keep the year of a full or partial date in ISO form: ``••/••/1990``, ``••/1990``, ``1990``."""
    parts = value.strip().split("-")
    if not parts[0].isdigit() or len(parts[0]) != 4:  # noqa: PLR2004 - a year
        return DOT * len(value.strip())
    return "/".join([*([DOT * 2] * (len(parts) - 1)), parts[0]])


def mask_address(value: Any) -> str:
    """Keep commune and province of an address, as a form holds it or as one line: ``•••, Phường Hải Châu, Đà Nẵng``."""
    text = str(value.get("text") or value.get("street") or "") if isinstance(value, Mapping) else str(value or "")
    street = str(value.get("street") or "") if isinstance(value, Mapping) else ""
    rest = text.removeprefix(street).strip(" ,") if street and text.startswith(street) else ""
    if not rest:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        kept = parts[-_FIELDS_OF_ADDRESS_KEPT:] if len(parts) > _FIELDS_OF_ADDRESS_KEPT else parts[1:]
        rest = ", ".join(kept)
    return f"{DOT * 3}, {rest}" if rest else DOT * 3


#: What is masked, by the format that forms give a value (and profiles use).
MASKED: Mapping[str, Callable[[Any], str]] = {
    "identity-number": mask_number,
    "identity-document": mask_number,
    "tax-code": mask_number,
    "phone-vn": mask_phone,
    "email": mask_email,
    "partial-date": mask_date,
    "address": mask_address,
}


def mask(kind: str, value: Any) -> Any:
    """Mask a value of a format; what the format does not protect, and what is empty, stays as it is."""
    rule = MASKED.get(kind)
    if rule is None or value in (None, "", {}):
        return value
    return rule(value) if kind == "address" else rule(str(value))
