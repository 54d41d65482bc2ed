"""The tiny condition language of layouts: which parts are asked, and when they are required.

A condition is one of ``{"field": path, "equals": value}``, ``{"field": path, "in": [values]}``,
``{"field": path, "present": true|false}``, ``{"all": [conditions]}``, ``{"any": [conditions]}`` and
``{"not": condition}``. Inside a row of a list, a path that starts with ``./`` looks at the same row.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

MAX_CONDITION_DEPTH = 5
_TESTS = ("equals", "in", "present")


def condition_problems(condition: Any, *, depth: int = 0) -> Iterator[str]:
    """Say what is wrong with a condition; nothing when it parses."""
    if not isinstance(condition, dict) or depth > MAX_CONDITION_DEPTH:
        yield _("Điều kiện phải là một đối tượng, lồng không quá %(max)s tầng.") % {"max": MAX_CONDITION_DEPTH}
        return
    keys = set(condition)
    if keys in ({"all"}, {"any"}):
        inner = next(iter(condition.values()))
        if not isinstance(inner, list) or not inner:
            yield _("“all” và “any” cần một danh sách điều kiện.")
            return
        for part in inner:
            yield from condition_problems(part, depth=depth + 1)
        return
    if keys == {"not"}:
        yield from condition_problems(condition["not"], depth=depth + 1)
        return
    if "field" not in keys or len(keys) != 2 or not keys & set(_TESTS):  # noqa: PLR2004
        yield _("Điều kiện cần “field” và đúng một trong “equals”, “in”, “present”.")
        return
    if not isinstance(condition["field"], str):
        yield _("“field” phải là đường dẫn tới một trường.")
    if "in" in keys and not isinstance(condition["in"], list):
        yield _("“in” cần một danh sách giá trị.")
    if "present" in keys and not isinstance(condition["present"], bool):
        yield _("“present” chỉ nhận true hoặc false.")


def fields_of(condition: Mapping[str, Any]) -> Iterator[str]:
    """Give the field paths that a sound condition looks at."""
    for key in ("all", "any"):
        for part in condition.get(key, ()):
            yield from fields_of(part)
    if "not" in condition:
        yield from fields_of(condition["not"])
    if "field" in condition:
        yield condition["field"]


def holds(condition: Mapping[str, Any], answers: Any, *, row: Any = None) -> bool:
    """Say whether a sound condition is met by answers as typed."""
    if "all" in condition:
        return all(holds(part, answers, row=row) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, answers, row=row) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], answers, row=row)
    path: str = condition["field"]
    value = read(row, path[2:]) if path.startswith("./") else read(answers, path)
    if "equals" in condition:
        return _same(value, condition["equals"])
    if "in" in condition:
        return any(_same(value, option) for option in condition["in"])
    return is_present(value) is condition["present"]


def read(answers: Any, path: str) -> Any:
    """Give the value at a dotted path; ``None`` when any part of it is missing."""
    value = answers
    for part in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isascii() and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def is_present(value: Any) -> bool:
    """Say whether a person has answered: blanks, empty lists and groups of blanks do not count."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, Mapping):
        return any(is_present(part) for part in value.values())
    if isinstance(value, list):
        return any(is_present(part) for part in value)
    return value is not None and value is not False


def _same(left: Any, right: Any) -> bool:
    """Compare as JSON does: ``1`` is not ``true``; an unticked box equals an unanswered one."""
    if isinstance(left, list):
        return any(_same(item, right) for item in left)
    if isinstance(right, bool):
        return (left is True) is right
    return type(left) is type(right) and bool(left == right)
