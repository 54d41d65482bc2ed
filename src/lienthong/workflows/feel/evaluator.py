"""Walking the syntax tree."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Context, Decimal, DecimalException, localcontext
from typing import Any

from django.utils.translation import gettext as _

from lienthong.kernel.clock import local_date
from lienthong.workflows.feel.errors import FeelLimitError
from lienthong.workflows.feel.functions import FUNCTIONS, compare, equal, read_temporal
from lienthong.workflows.feel.parser import parse, parse_unary_tests
from lienthong.workflows.feel.types import (
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_ITEMS,
    MAX_STEPS,
    MAX_TEXT,
    Node,
    Range,
    format_duration,
)

_MAX_EXPONENT = 1_000
_DATE_PARTS = {"year", "month", "day", "hour", "minute", "second"}


def evaluate(expression: str, context: Mapping[str, Any], *, now: datetime | None = None) -> Any:
    """Compute an expression over plain values (JSON types, decimals, dates, durations).

    Numbers come back as :class:`~decimal.Decimal`, lists as tuples. What FEEL cannot compute
    (an unknown name, a sum of text and number, a division by zero) is ``None``.

    :param now: what ``now()`` and ``today()`` give; without it they are null.
    :raises FeelSyntaxError: the text is not an expression.
    :raises FeelLimitError: too many steps or too large a value.
    """
    return _run(parse(expression), context, now)


def evaluate_unary_tests(tests: str, value: object, context: Mapping[str, Any], *, now: datetime | None = None) -> bool:
    """Say whether a value passes the tests of a decision table's input cell.

    :raises FeelSyntaxError: the text is not a list of tests.
    :raises FeelLimitError: too many steps or too large a value.
    """
    return _run(parse_unary_tests(tests), {**context, "?": value}, now) is True


def to_json(value: object) -> Any:  # noqa: PLR0911 - one return per case
    """Turn a result into JSON types: whole numbers become ``int``, other numbers ``float``, dates text."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() and abs(value) < 2**53 else float(value)
        case timedelta():
            return format_duration(value)
        case datetime() | date():
            return value.isoformat()
        case tuple():
            return [to_json(item) for item in value]
        case dict():
            return {key: to_json(item) for key, item in value.items()}
        case Range():
            return None
        case _:
            return value


def _run(node: Node, context: Mapping[str, Any], now: datetime | None) -> Any:
    with localcontext(Context(prec=MAX_DIGITS, Emax=6_144, Emin=-6_143)):
        return _Evaluation(context, now).value(node)


class _Evaluation:
    def __init__(self, context: Mapping[str, Any], now: datetime | None) -> None:
        self.scopes: list[Mapping[str, Any]] = [context]
        self.now = now
        self.steps = 0

    def value(self, node: Node) -> Any:  # noqa: C901, PLR0911 - one return per kind of node
        self.spend(1)
        match node.kind:
            case "literal":
                return node.value
            case "name":
                return self.lookup(str(node.value))
            case "temporal":
                return read_temporal(str(node.value))
            case "binary":
                return self.bounded(self.binary(node))
            case "and" | "or":
                return self.logic(node)
            case "if":
                condition, consequence, otherwise = node.children
                return self.value(consequence if self.value(condition) is True else otherwise)
            case "list":
                return tuple(self.value(child) for child in node.children)
            case "context":
                return self.make_context(node)
            case "range":
                return self.make_range(node)
            case "call":
                return self.bounded(self.call(node))
            case _:
                return self.structure(node)

    def structure(self, node: Node) -> Any:  # noqa: PLR0911 - one return per kind of node
        match node.kind:
            case "path":
                return self.path(self.value(node.children[0]), str(node.value))
            case "filter":
                return self.filtered(node)
            case "matches":
                subject, wanted = node.children
                return self.matches(self.value(subject), wanted)
            case "any":
                return self.any_of(self.value(child) for child in node.children)
            case "not":
                found = self.value(node.children[0])
                return (not found) if isinstance(found, bool) else None
            case "negate":
                operand = self.value(node.children[0])
                return -operand if isinstance(operand, Decimal | timedelta) else None
            case "for" | "some" | "every":
                return self.iteration(node)
            case _:
                raise AssertionError(node.kind)

    # Limits

    def spend(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise FeelLimitError(_("Biểu thức cần quá nhiều bước tính."), limit=MAX_STEPS)

    def bounded(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > MAX_TEXT:
            raise FeelLimitError(_("Biểu thức tạo ra văn bản quá dài."), limit=MAX_TEXT)
        return value

    # Names and data

    def lookup(self, name: str) -> Any:
        for scope in reversed(self.scopes):
            if name in scope:
                return self.taken(scope[name])
        return None

    def taken(self, value: Any, depth: int = 0) -> Any:  # noqa: PLR0911 - one return per case
        """Bring a value of the caller into FEEL's types; what FEEL does not know is null."""
        match value:
            case None | bool() | Decimal() | date() | timedelta() | Range():
                return value
            case str():
                return value if len(value) <= MAX_TEXT else None
            case int():
                return Decimal(value) if abs(value) < 10**MAX_DIGITS else None
            case float():
                return Decimal(repr(value)) if value == value and abs(value) != float("inf") else None  # noqa: PLR0124 - NaN
            case Mapping() | tuple() | list() if depth > MAX_DEPTH:
                raise FeelLimitError(_("Dữ liệu lồng nhau quá sâu."), limit=MAX_DEPTH)
            case Mapping():
                self.spend(len(value))
                return {str(key): self.taken(item, depth + 1) for key, item in value.items()}
            case tuple() | list():
                self.spend(len(value))
                return tuple(self.taken(item, depth + 1) for item in value)
            case _:
                return None

    def path(self, value: Any, name: str) -> Any:
        match value:
            case dict():
                return value.get(name)
            case tuple():
                self.spend(len(value))
                return tuple(self.path(item, name) for item in value)
            case date() if name in _DATE_PARTS:
                part = getattr(value, name, None)
                return Decimal(part) if isinstance(part, int) else None
            case _:
                return None

    def filtered(self, node: Node) -> Any:
        source, condition = node.children
        items = self.value(source)
        if not isinstance(items, tuple):
            items = () if items is None else (items,)
        if condition.kind in ("literal", "negate"):
            index = self.value(condition)
            if isinstance(index, Decimal):
                return self.item(items, index)
        kept: list[Any] = []
        for item in items:
            with self.scope({**(item if isinstance(item, dict) else {}), "item": item}):
                verdict = self.value(condition)
            if isinstance(verdict, Decimal):
                return self.item(items, verdict)
            if verdict is True:
                kept.append(item)
        return tuple(kept)

    @staticmethod
    def item(items: Sequence[Any], index: Decimal) -> Any:
        if index == 0 or index != index.to_integral_value() or abs(index) > len(items):
            return None
        return items[int(index) - 1] if index > 0 else items[int(index)]

    def make_context(self, node: Node) -> dict[str, Any]:
        made: dict[str, Any] = {}
        names = node.value if isinstance(node.value, tuple) else ()
        for name, child in zip(names, node.children, strict=True):
            with self.scope(made):
                made[name] = self.value(child)
        return made

    def make_range(self, node: Node) -> Range:
        low, high = (self.value(child) for child in node.children)
        includes_low, includes_high = node.value if isinstance(node.value, tuple) else (True, True)
        return Range(low, high, includes_low, includes_high)

    @contextmanager
    def scope(self, names: Mapping[str, Any]) -> Iterator[None]:
        self.scopes.append(names)
        try:
            yield
        finally:
            self.scopes.pop()

    # Operators

    def binary(self, node: Node) -> Any:
        left, right = (self.value(child) for child in node.children)
        match node.value:
            case "=":
                return equal(left, right)
            case "!=":
                same = equal(left, right)
                return None if same is None else not same
            case "<" | "<=" | ">" | ">=":
                order = compare(left, right)
                if order is None:
                    return None
                return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[str(node.value)]
            case _:
                try:
                    return _arithmetic(str(node.value), left, right)
                except (DecimalException, OverflowError):
                    return None

    def logic(self, node: Node) -> bool | None:
        """Combine by Kleene's tables, stopping at what decides."""
        decisive = node.kind == "or"
        left = self.value(node.children[0])
        if left is decisive:
            return decisive
        right = self.value(node.children[1])
        if right is decisive:
            return decisive
        both_plain = left is (not decisive) and right is (not decisive)
        return (not decisive) if both_plain else None

    def matches(self, subject: Any, wanted: Node) -> bool | None:
        """Say whether a value equals, lies in, or passes what stands after ``in`` or in a cell."""
        if wanted.kind == "options":
            return self.any_of(self.matches(subject, option) for option in wanted.children)
        found = self.value(wanted)
        if isinstance(found, Range):
            return _within(subject, found)
        if isinstance(found, tuple) and not isinstance(subject, tuple):
            return self.any_of(
                _within(subject, item) if isinstance(item, Range) else equal(subject, item) for item in found
            )
        if isinstance(found, bool) and _mentions_input(wanted):
            return found
        return equal(subject, found)

    @staticmethod
    def any_of(verdicts: Iterator[Any]) -> bool:
        return any(verdict is True for verdict in verdicts)

    def iteration(self, node: Node) -> Any:
        items = self.value(node.children[0])
        if not isinstance(items, tuple):
            return None
        results: list[Any] = []
        for item in items:
            with self.scope({str(node.value): item}):
                results.append(self.value(node.children[1]))
            if len(results) > MAX_ITEMS:
                raise FeelLimitError(_("Biểu thức tạo ra danh sách quá dài."), limit=MAX_ITEMS)
        match node.kind:
            case "for":
                return tuple(results)
            case "some":
                return FUNCTIONS["any"].apply(tuple(results))
            case _:
                return FUNCTIONS["all"].apply(tuple(results)) if results else True

    def call(self, node: Node) -> Any:
        if node.value == "now":
            return self.now
        if node.value == "today":
            return local_date(self.now) if self.now else None
        arguments = [self.value(child) for child in node.children]
        self.spend(sum(len(argument) for argument in arguments if isinstance(argument, tuple)))
        try:
            return FUNCTIONS[str(node.value)].apply(*arguments)
        except (DecimalException, OverflowError):
            return None


def _arithmetic(sign: str, left: Any, right: Any) -> Any:  # noqa: PLR0911 - one return per case
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _on_numbers(sign, left, right)
    match sign, left, right:
        case "+", str(), str():
            return left + right
        case "+" | "-", timedelta(), timedelta():
            return left + right if sign == "+" else left - right
        case "+" | "-", date(), timedelta():
            return left + right if sign == "+" else left - right
        case "+", timedelta(), date():
            return right + left
        case "-", datetime(), datetime():
            return left - right
        case "-", date(), date() if not isinstance(left, datetime) and not isinstance(right, datetime):
            return left - right
        case "*", timedelta(), Decimal():
            return left * float(right)
        case "/", timedelta(), Decimal() if right:
            return left / float(right)
        case _:
            return None


def _on_numbers(sign: str, left: Decimal, right: Decimal) -> Decimal | None:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right if right else None
        case _:
            return left**right if abs(right) <= _MAX_EXPONENT else None


def _within(value: Any, bounds: Range) -> bool | None:
    for bound, includes, wanted in ((bounds.low, bounds.includes_low, 1), (bounds.high, bounds.includes_high, -1)):
        if bound is None:
            continue
        order = compare(value, bound)
        if order is None:
            return None
        if order != wanted and not (order == 0 and includes):
            return False
    return True


def _mentions_input(node: Node) -> bool:
    return (node.kind == "name" and node.value == "?") or any(_mentions_input(child) for child in node.children)
