"""The JSON Schema dialect of forms: a closed part of 2020-12 with annotations under ``x-lt``.

Closed on purpose: every keyword listed here is understood by the renderer, the validator and the
export, and none of them can fetch, recurse or burn time. ``$ref`` points into ``$defs`` of the same
schema and is written out at publication.
"""

import json
import re
from collections.abc import Iterator, Mapping
from re import _constants as codes  # type: ignore[attr-defined]  # the standard parser has no public name
from re import _parser as regex_parser  # type: ignore[attr-defined]  # the standard parser has no public name
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from lienthong.forms.computed import FUNCTIONS
from lienthong.forms.formats import FORMATS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAX_SCHEMA_BYTES = 400_000
MAX_DEPTH = 10
MAX_PROPERTIES = 400
MAX_ITEMS = 200
MAX_PATTERN = 200
MAX_PATTERN_INPUT = 1000

KEYWORDS = frozenset(
    {
        "$schema", "$id", "$defs", "$ref", "title", "description", "type", "properties", "required",
        "additionalProperties", "items", "minItems", "maxItems", "uniqueItems", "enum", "const", "minLength",
        "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
        "format", "default", "examples", "readOnly", "x-lt",
    }
)  # fmt: skip
ROOT_ONLY = frozenset({"$schema", "$id", "$defs"})
STANDARD_FORMATS = frozenset({"date", "date-time", "email", "uri", "uuid"})
ANNOTATIONS = frozenset(
    {
        "format",
        "computed",
        "prefill",
        "currency",
        "unit",
        "accept",
        "max_bytes",
        "case",
        "labels",
        "past",
        "from",
        "lock",
    }
)

Problems = dict[str, list[str]]


def pointer(path: tuple[str | int, ...]) -> str:
    """Write a path as a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def check_schema(schema: Any) -> Problems:
    """Say what keeps a schema from being published, by JSON Pointer; empty when it is sound."""
    refused = _refused_at_once(schema)
    if refused:
        return {"": [refused]}
    problems: Problems = {}
    if schema.get("type") != "object":
        problems["/type"] = [_("Gốc của lược đồ phải có kiểu “object”.")]
    if schema.get("$schema", DIALECT) != DIALECT:
        problems["/$schema"] = [_("Chỉ nhận JSON Schema 2020-12.")]
    count = 0
    for path, node in _nodes(schema):
        count += 1
        if len(path) > 2 * MAX_DEPTH:
            problems[pointer(path)] = [_("Lược đồ lồng quá sâu.")]
            break
        found = _node_problems(node, is_root=not path)
        for keyword, message in found:
            problems.setdefault(pointer((*path, keyword) if keyword else path), []).append(message)
    if count > MAX_PROPERTIES:
        problems.setdefault("", []).append(_("Quá nhiều trường: tối đa %(max)s.") % {"max": MAX_PROPERTIES})
    problems.update(_reference_problems(schema))
    if not problems:
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            where = pointer(tuple(error.absolute_path))
            problems[where] = [_("Sai cú pháp JSON Schema: %(why)s") % {"why": error.message}]
    return problems


def _refused_at_once(schema: Any) -> str:
    """Refuse what is not worth reading: not an object, not JSON, too large or too deep."""
    if not isinstance(schema, dict):
        return _("Lược đồ phải là một đối tượng JSON.")
    try:
        size = len(json.dumps(schema, ensure_ascii=False).encode())
    except (RecursionError, TypeError, ValueError):
        return _("Lược đồ không phải là JSON hợp lệ hoặc lồng quá sâu.")
    if size > MAX_SCHEMA_BYTES:
        return _("Lược đồ quá lớn: tối đa %(max)s byte.") % {"max": MAX_SCHEMA_BYTES}
    return ""


def write_out_references(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Replace every ``$ref`` by what it names; siblings of the reference win. Call after the check."""
    definitions = schema.get("$defs", {})

    def expand(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                target = expand(definitions[node["$ref"].removeprefix("#/$defs/")])
                return {**target, **{key: expand(value) for key, value in node.items() if key != "$ref"}}
            return {key: expand(value) for key, value in node.items()}
        if isinstance(node, list):
            return [expand(value) for value in node]
        return node

    return {key: expand(value) for key, value in schema.items() if key != "$defs"}


def _nodes(schema: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Walk the schemas inside a schema, depth bounded."""
    yield path, schema
    if not isinstance(schema, dict) or len(path) > 2 * MAX_DEPTH:
        return
    for keyword in ("properties", "$defs"):
        inner = schema.get(keyword)
        if isinstance(inner, dict):
            for name, value in inner.items():
                yield from _nodes(value, (*path, keyword, name))
    if "items" in schema:
        yield from _nodes(schema["items"], (*path, "items"))


def _node_problems(node: Any, *, is_root: bool) -> Iterator[tuple[str, str]]:
    if not isinstance(node, dict):
        yield "", _("Mỗi phần của lược đồ phải là một đối tượng.")
        return
    for keyword in node:
        if keyword not in KEYWORDS or (keyword in ROOT_ONLY and not is_root):
            yield keyword, _("Không dùng được từ khóa “%(keyword)s” ở đây.") % {"keyword": keyword}
    if "$ref" not in node and not isinstance(node.get("type"), str):
        yield "type", _("Mỗi trường cần đúng một kiểu dữ liệu.")
    if not isinstance(node.get("additionalProperties", False), bool):
        yield "additionalProperties", _("Chỉ nhận true hoặc false.")
    if node.get("type") == "array" and not 0 < _whole(node.get("maxItems")) <= MAX_ITEMS:
        yield "maxItems", _("Danh sách phải có giới hạn từ 1 đến %(max)s dòng.") % {"max": MAX_ITEMS}
    if "format" in node and node["format"] not in STANDARD_FORMATS:
        yield "format", _("Không có định dạng “%(format)s”.") % {"format": node["format"]}
    problem = _pattern_problem(node.get("pattern", ""))
    if problem:
        yield "pattern", problem
    yield from _annotation_problems(node.get("x-lt", {}))


def _annotation_problems(notes: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(notes, dict):
        yield "x-lt", _("Chú giải “x-lt” phải là một đối tượng.")
        return
    for name in notes:
        if name not in ANNOTATIONS:
            yield "x-lt", _("Không có chú giải “%(name)s”.") % {"name": name}
    name = notes.get("format")
    if name is not None and not (isinstance(name, str) and (name in FORMATS or name.startswith("catalogue:"))):
        yield "x-lt", _("Không có định dạng “%(format)s”.") % {"format": name}
    computed = notes.get("computed")
    if computed is not None:
        if not isinstance(computed, dict) or computed.get("function") not in FUNCTIONS:
            yield "x-lt", _("Không có hàm tính đã đăng ký với tên này.")
        elif not isinstance(computed.get("args"), list) or not all(isinstance(arg, str) for arg in computed["args"]):
            yield "x-lt", _("Hàm tính cần danh sách tên trường “args”.")


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _pattern_problem(pattern: Any) -> str:
    """Refuse expressions whose matching can take more than linear time."""
    if not isinstance(pattern, str) or len(pattern) > MAX_PATTERN:
        return _("Biểu thức kiểm tra phải là chuỗi không quá %(max)s ký tự.") % {"max": MAX_PATTERN}
    try:
        parsed = regex_parser.parse(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return _("Biểu thức kiểm tra sai: %(why)s") % {"why": str(error)}
    try:
        loops = _loops(parsed, inside=False)
    except _DangerousError:
        return _("Biểu thức kiểm tra có thể chạy rất lâu; hãy bỏ vòng lặp lồng nhau, tham chiếu ngược, nhìn trước/sau.")
    if loops > 1:
        return _("Biểu thức kiểm tra chỉ được có một phần lặp không giới hạn.")
    return ""


_PLAIN = (codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN, codes.AT, codes.CATEGORY, codes.RANGE)
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


class _DangerousError(Exception):
    """The expression holds a nested loop, a back reference or a look-around."""


def _loops(parsed: Any, *, inside: bool) -> int:
    """Count unbounded repeats.

    :raises _DangerousError: when matching could take more than linear time for other reasons.
    """
    total = 0
    for code, argument in parsed:
        if code in _REPEATS:
            low, high, body = argument
            varies = high != low
            if varies and (inside or _has_branch(body)):
                raise _DangerousError
            total += _loops(body, inside=inside or varies or high > 1)
            total += 1 if varies and high > MAX_PATTERN else 0
        elif code is codes.SUBPATTERN:
            total += _loops(argument[-1], inside=inside)
        elif code is codes.BRANCH:
            total += sum(_loops(branch, inside=inside) for branch in argument[1])
        elif code not in _PLAIN:
            raise _DangerousError
    return total


def _has_branch(parsed: Any) -> bool:
    for code, argument in parsed:
        if code is codes.BRANCH or (code is codes.SUBPATTERN and _has_branch(argument[-1])):
            return True
    return False


def _reference_problems(schema: Mapping[str, Any]) -> Problems:
    definitions = schema.get("$defs", {})
    if not isinstance(definitions, dict):
        return {"/$defs": [_("“$defs” phải là một đối tượng.")]}
    problems: Problems = {}
    edges: dict[str, set[str]] = {name: set() for name in definitions}
    for path, node in _nodes(schema):
        if not isinstance(node, dict) or "$ref" not in node:
            continue
        target = node["$ref"]
        name = target.removeprefix("#/$defs/") if isinstance(target, str) and target.startswith("#/$defs/") else None
        if name is None:
            problems[pointer((*path, "$ref"))] = [_("Chỉ nhận tham chiếu trong cùng lược đồ (“#/$defs/…”).")]
        elif name not in definitions:
            problems[pointer((*path, "$ref"))] = [_("Không có định nghĩa “%(name)s”.") % {"name": name}]
        elif path[:1] == ("$defs",):
            edges[str(path[1])].add(name)
    if problems:
        return problems
    if _has_cycle(edges):
        return {"/$defs": [_("Định nghĩa tham chiếu vòng tròn.")]}
    if _written_out(schema, definitions) > MAX_PROPERTIES:
        return {"/$defs": [_("Viết hết các tham chiếu ra thì quá nhiều trường.")]}
    return {}


def _written_out(schema: Any, definitions: Mapping[str, Any]) -> int:
    """Count the nodes after every reference is written out, without writing them out."""
    sizes: dict[str, int] = {}

    def size(node: Any) -> int:
        total = 0
        for path, part in _nodes(node):
            if path[:1] == ("$defs",):
                continue
            total += 1
            if isinstance(part, dict) and "$ref" in part:
                name = part["$ref"].removeprefix("#/$defs/")
                if name not in sizes:
                    sizes[name] = size(definitions[name])
                total += sizes[name]
        return total

    return size(schema)


def _has_cycle(edges: Mapping[str, set[str]]) -> bool:
    left = {name: set(targets) for name, targets in edges.items()}
    while left:
        free = {name for name, targets in left.items() if not targets & left.keys()}
        if not free:
            return True
        for name in free:
            del left[name]
    return False
