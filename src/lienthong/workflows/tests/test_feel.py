"""FEEL: what the standard says (DMN 1.3, chapter 10.3), and that nothing hostile gets through."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienthong.workflows import feel

CONTEXT = {
    "x": 3,
    "name": "Việt",
    "outcome": "pass",
    "flag": True,
    "nothing": None,
    "born": date(2026, 2, 28),
    "dossier": {"fees": [{"kind": "a", "amount": 10}, {"kind": "b", "amount": 2.5}], "pages": 4},
}

# Numbers of tables are those of the DMN 1.3 specification.
VALUES = [
    # 10.3.1 literals and names
    ("1", 1), ("0.1", Decimal("0.1")), (".5", Decimal("0.5")), ('"a\\"b"', 'a"b'), ('"\\u0041"', "A"),
    ("true", True), ("null", None), ("missing", None), ("dossier.missing", None), ("x.y", None),
    # arithmetic, table 10.45-10.50
    ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("0.1 + 0.2", Decimal("0.3")), ("2 ** 3", 8), ("-x", -3), ("--x", 3),
    ("7 / 2", Decimal("3.5")), ("1 / 0", None), ('1 + "a"', None), ('"a" + "b"', "ab"), ("null + 1", None),
    ("10 ** 5000", None), ("2 ** 100000", None),
    # comparison, table 10.42
    ("x = 3", True), ("x != 3", False), ('x = "3"', None), ("null = null", True), ("x = null", False),
    ('"a" < "b"', True), ('1 < "b"', None), ("true < false", None), ("[1, 2] = [1, 2]", True),
    ("x between 1 and 3", True), ("x between 4 and 5", False),
    # three-valued logic, table 10.38
    ("true and true", True), ("true and null", None), ("false and null", False), ("null and false", False),
    ("true or null", True), ("false or null", None), ('"a" and true', None), ("not(true)", False), ("not(null)", None),
    # in, ranges and lists, table 10.52
    ("x in [1..3]", True), ("x in [1..3)", False), ("x in ]3..4]", False), ("x in (1..3)", False), ("x in > 2", True),
    ("x in (1, 2, 3)", True), ("x in (< 1, > 2)", True), ("x in [1, 2]", False), ("null in [1..2]", None),
    ('outcome in ["pass", "stop"]', True), ('outcome = "pass" and flag', True),
    # paths, filters, contexts
    ("dossier.pages", 4), ("dossier.fees.amount", (10, Decimal("2.5"))), ("dossier.fees[amount > 3].kind", ("a",)),
    ("dossier.fees[1].kind", "a"), ("dossier.fees[-1].kind", "b"), ("dossier.fees[9]", None),
    ("[5, 6][item > 5]", (6,)),
    ("{a: 1, b: a + 1}.b", 2), ('{"a b": 1}', {"a b": 1}), ("[]", ()),
    # conditionals and iteration
    ("if x > 2 then 1 else 2", 1), ("if null then 1 else 2", 2), ('if "a" then 1 else 2', 2),
    ("for i in [1, 2] return i * x", (3, 6)), ("some i in [1, 5] satisfies i > x", True),
    ("every i in [1, 5] satisfies i > x", False), ("every i in [] satisfies false", True),
    # functions, tables 10.58-10.63
    ("count([1, 2])", 2), ("sum(1, 2, 3)", 6), ("sum(dossier.fees.amount)", Decimal("12.5")), ("sum([])", None),
    ("min(3, 1, 2)", 1), ("max([3, 1])", 3), ('max("a", 1)', None), ("mean(1, 2)", Decimal("1.5")),
    ('contains("abc", "b")', True), ('starts with(name, "V")', True), ('ends with(name, "t")', True),
    ("contains(1, 2)", None), ("string length(name)", 4), ('upper case("đ")', "Đ"), ('substring("abc", 2)', "bc"),
    ('substring("abc", -2, 1)', "b"), ("string(1.50)", "1.5"), ('number("12.5")', Decimal("12.5")),
    ('number("bậy")', None), ("floor(1.5)", 1), ("ceiling(1.5)", 2), ("decimal(1.255, 2)", Decimal("1.26")),
    ("abs(-1)", 1), ("list contains([1, 2], 2)", True), ("distinct values([1, 1, 2])", (1, 2)),
    ("all([true, null])", None), ("any([false, true])", True),
    # dates and durations
    ('date("2026-02-28") = born', True), ("date(2026, 2, 30)", None), ('date("2026-02-30")', None), ("born.year", 2026),
    ('born + duration("P1D") = date("2026-03-01")', True), ('@"P1DT2H" = duration("PT26H")', True),
    ('date("2026-03-01") - born', timedelta(days=1)), ('duration("P1D") > duration("PT1H")', True),
    ('duration("P1Y")', None), ('duration("PT1S") * 3', timedelta(seconds=3)), ("today()", date(2026, 3, 10)),
    ('date and time("2026-03-10T10:00:00") = now()', True), ("now() > now()", False),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), VALUES)
def test_values(expression, expected):
    found = feel.evaluate(expression, CONTEXT, now=datetime(2026, 3, 10, 3, 0, tzinfo=UTC))
    assert found == expected
    assert (found is None) == (expected is None)
    assert isinstance(found, bool) == isinstance(expected, bool)


@pytest.mark.parametrize(
    ("tests", "value", "expected"),
    [
        ("-", None, True), ("", 1, True), ("1", 1, True), ("> 1", 2, True), ("> 1", "a", False), ("[1..3]", 3, True),
        ('"a", "b"', "b", True), ('not("a", "b")', "c", True), ('not("a")', "a", False), ("< 1, > 9", 10, True),
        ("? > 1 and ? < 3", 2, True), ("x", 3, True), ("true", True, True), ("null", None, True), ("-1", -1, True),
        ("not(flag)", False, True), ("[1, 2]", 2, True),
    ],
)  # fmt: skip
def test_unary_tests(tests, value, expected):
    assert feel.evaluate_unary_tests(tests, value, CONTEXT) is expected


@pytest.mark.parametrize(
    ("expression", "position"),
    [
        ("", 1), ("1 +", 4), ("(1", 3), ("if x then 1", 12), ("a..b", 2), ('"abc', 1), ("x[1", 4), ("$x", 1),
        ("x y", 3),
        ("f(1)", 1), ("count(1, 2)", 1), ('__import__("os")', 1), ("x.__class__.__mro__()", 20), ("x; y", 2),
        ("lambda: 1", 7), ("[i for i in x]", 4), ("${x}", 1), ("1 < 2 < 3", 7), ('"\\q"', 1), ("{a 1}", 4),
        ("9" * 40, 1), ("x == 1", 4), ("some i in x", 12),
    ],
)  # fmt: skip
def test_errors_say_where(expression, position):
    with pytest.raises(feel.FeelSyntaxError) as refused:
        feel.parse(expression)
    assert refused.value.position == position


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 5_000 + "1" + ")" * 5_000,
        "[" * 300,
        "-" * 3_000 + "1",
        "not(" * 300 + "true" + ")" * 300,
        "if " * 300 + "1",
        "x" + ".x" * 1_000,
        "x" + "[1]" * 1_000,
        "1" + "+1" * 3_000,
        "for a in l return for b in l return for c in l return for d in l return a",
        'for a in l return for b in l return "' + "a" * 900 + '"',
    ],
)
def test_costly_expressions_are_refused_quickly(expression):
    with pytest.raises(feel.FeelError):
        feel.evaluate(expression, {"l": list(range(500)), "x": {}})


@pytest.mark.parametrize("expression", ["x.__class__", "x.__dict__", "x.mro", "name.format", "born.__class__", "f"])
def test_attributes_of_python_are_out_of_reach(expression):
    assert feel.evaluate(expression, {**CONTEXT, "f": print, "x": object()}) is None


@pytest.mark.parametrize("value", [10**60, float("nan"), float("inf"), object(), b"x", {1}])
def test_values_feel_does_not_know_are_null(value):
    assert feel.evaluate("v", {"v": value}) is None


def test_doubling_text_is_stopped():
    text = "+".join(["a"] * 40)
    with pytest.raises(feel.FeelLimitError):
        feel.evaluate(text, {"a": "x" * 50_000})


@given(st.text(alphabet='x1."()[]{},+-*/<>=!? notandorifthenelse', max_size=60) | st.text(max_size=60))
def test_any_text_is_a_value_or_a_refusal(text):
    for read in (feel.evaluate, lambda words, context: feel.evaluate_unary_tests(words, 1, context)):
        with suppress(feel.FeelError):
            read(text, CONTEXT)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_any_data_is_taken(value):
    feel.evaluate('v.a[1] + count(v) > 1 or v = v and "a" in v', {"v": value})


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_arithmetic_is_exact(left, right):
    assert feel.evaluate("a + b - b", {"a": left, "b": right}) == left
    assert feel.evaluate("a * 0.1 * 10", {"a": left}) == left


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT1S", timedelta(seconds=1)),
        ("P3D", timedelta(days=3)),
        ("-P1DT2H30M", -timedelta(days=1, hours=2, minutes=30)),
    ],
)
def test_durations_are_read_and_written(text, length):
    assert feel.parse_duration(text) == length
    assert feel.to_json(length) == text


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "1D", "P1Y", "P1M", "P1W", "P9999999D", "PT1H1D", "P-1D", "p1d", "P١D"]
)
def test_other_durations_are_not(text):
    assert feel.parse_duration(text) is None
