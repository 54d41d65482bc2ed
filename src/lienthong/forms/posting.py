"""Reading a posted page of a form: into canonical values where they can be read, as typed where not."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.http import QueryDict

from lienthong.forms import queries
from lienthong.forms.areas import LEVELS, address_text, find_area
from lienthong.forms.models import FormVersion
from lienthong.forms.outline import FormField, Outline
from lienthong.forms.values import (
    join_date,
    parse_integer,
    parse_money,
    parse_number,
    parse_time,
    tidy_phone,
)
from lienthong.kernel.text import normalise

ROW_ACTION = "_rows"
REFRESH = "_refresh"
REMOVE_FILE = "_remove_file"
CHOOSE_COPY = "_choose"
MAX_VERSION_DIGITS = 9
MAX_POSTED_ROWS = 200
_LINES = re.compile(r"\r\n?")


def parse_post(*, form: FormVersion, step: str, data: QueryDict) -> dict[str, Any]:
    """Read the fields of one step from posted data.

    What can be read comes out canonical (dates as ``YYYY-MM-DD``, numbers as numbers, names in NFC);
    what cannot comes out as typed (text, or the parts of a date), so that nothing typed is lost.
    Buttons that add or remove a row of a list are applied here; see :func:`stays_on_step`.
    """
    outline = queries.outline(form)
    found = outline.step(step)
    if found is None:
        return {}
    answers = {item.name: _read(item, item.name, data) for item in found.fields if not item.is_computed}
    action, _colon, target = data.get(ROW_ACTION, "").partition(":")
    if action in ("add", "remove"):
        _change_rows(outline, answers, action, target)
    return answers


def stays_on_step(data: Mapping[str, Any]) -> bool:
    """Say whether the post asks for the same step again (a row or file changed, a list refreshed, a copy chosen)."""
    return any(name in data for name in (ROW_ACTION, REFRESH, REMOVE_FILE, CHOOSE_COPY))


def posted_version(data: Mapping[str, Any]) -> int:
    """Give the version of the draft that the posted page was drawn from; 0 when it names none."""
    text = str(data.get("_version", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_VERSION_DIGITS else 0


def _change_rows(outline: Outline, answers: dict[str, Any], action: str, target: str) -> None:
    """Add an empty row to a list (``add:path``) or remove one (``remove:path.index``)."""
    parts = target.split(".")
    index = int(parts.pop()) if action == "remove" and parts[-1].isdecimal() else -1
    rows: Any = answers
    for part in parts:
        rows = rows.get(part) if isinstance(rows, dict) else None
    item = outline.by_path.get(".".join(parts))
    if item is None or not isinstance(rows, list):
        return
    if action == "add" and len(rows) < MAX_POSTED_ROWS:
        rows.append({} if item.kind == "list" else "")
    elif 0 <= index < len(rows):
        del rows[index]


def _read(item: FormField, path: str, data: QueryDict) -> Any:
    structured = _STRUCTURED.get(item.kind)
    if structured:
        return structured(item, path, data)
    text = data.get(path, "")
    if item.widget == "textarea":
        return _LINES.sub("\n", text).strip()
    simple = _SIMPLE.get(item.kind)
    if simple:
        return simple(text)
    text = normalise(text)
    return text.upper() if item.notes.get("case") == "upper" else text


def _read_group(item: FormField, path: str, data: QueryDict) -> Any:
    return {inner.name: _read(inner, f"{path}.{inner.name}", data) for inner in item.fields}


def _read_list(item: FormField, path: str, data: QueryDict) -> Any:
    return [_read_group(item, f"{path}.{index}", data) for index in _row_numbers(path, data)]


def _read_lines(_item: FormField, path: str, data: QueryDict) -> Any:
    return [normalise(data.get(f"{path}.{index}", "")) for index in _row_numbers(path, data)]


def _read_several(_item: FormField, path: str, data: QueryDict) -> Any:
    return [value for value in data.getlist(path) if value]


def _read_boolean(item: FormField, path: str, data: QueryDict) -> Any:
    return {"true": True, "false": False}.get(data.get(path, ""), None if item.widget == "yes-no" else False)


def _read_digits(text: str) -> str:
    bare = re.sub(r"[\s.\-]", "", text)
    return bare if bare.isascii() and bare.isdigit() else normalise(text)


def _or_text(value: Any, text: str) -> Any:
    return normalise(text) if value is None else value


def _row_numbers(path: str, data: QueryDict) -> list[int]:
    """Give the row numbers posted for a list, in order."""
    numbers = set()
    for name in data:
        if name.startswith(f"{path}."):
            first = name[len(path) + 1 :].split(".", 1)[0]
            if first.isdecimal() and len(first) <= 3:  # noqa: PLR2004 - at most 200 rows are kept
                numbers.add(int(first))
    return sorted(numbers)[:MAX_POSTED_ROWS]


def _date_parts(path: str, data: QueryDict) -> dict[str, str]:
    return {part: data.get(f"{path}.{part}", "").strip() for part in ("day", "month", "year")}


def _read_date(item: FormField, path: str, data: QueryDict) -> Any:
    parts = _date_parts(path, data)
    if not any(parts.values()):
        return ""
    return join_date(parts["day"], parts["month"], parts["year"], partial=item.kind == "partial-date") or parts


def _read_moment(_item: FormField, path: str, data: QueryDict) -> Any:
    parts = _date_parts(path, data)
    clock = data.get(f"{path}.time", "").strip()
    if not clock and not any(parts.values()):
        return ""
    day = join_date(parts["day"], parts["month"], parts["year"], partial=False)
    time = parse_time(clock)
    if day and time:
        return f"{day}T{time}:00+07:00"
    return {**parts, "time": clock}


def _read_address(_item: FormField, path: str, data: QueryDict) -> Any:
    """Read the chosen areas and the street line; parts that no longer fit a new choice above are dropped."""
    address = {part: data.get(f"{path}.{part}", "") for part in LEVELS}
    chosen = {part: find_area(value) for part, value in address.items()}
    above = chosen["province"]
    if above is None or (chosen["district"] and chosen["district"].parent_id != above.id):
        address["district"] = ""
        chosen["district"] = None
    parent = chosen["district"] or above
    if parent is None or (chosen["commune"] and chosen["commune"].parent_id != parent.id):
        address["commune"] = ""
    address["street"] = normalise(data.get(f"{path}.street", ""))
    address = {part: value for part, value in address.items() if value}
    if address:
        address["text"] = address_text(address)
    return address


_STRUCTURED: Mapping[str, Callable[[FormField, str, QueryDict], Any]] = {
    "group": _read_group,
    "list": _read_list,
    "lines": _read_lines,
    "choices": _read_several,
    "file": _read_several,
    "boolean": _read_boolean,
    "date": _read_date,
    "partial-date": _read_date,
    "datetime": _read_moment,
    "address": _read_address,
}
_SIMPLE: Mapping[str, Callable[[str], Any]] = {
    "integer": lambda text: _or_text(parse_integer(text), text),
    "decimal": lambda text: _or_text(parse_number(text), text),
    "money": lambda text: _or_text(parse_money(text), text),
    "phone": tidy_phone,
    "digits": _read_digits,
}
