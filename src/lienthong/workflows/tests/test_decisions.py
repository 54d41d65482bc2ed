"""Decision tables: the four hit policies, and the fee of certification."""

from datetime import date

import pytest

from lienthong.workflows import api
from lienthong.workflows.decisions import DecisionTable, Rule
from lienthong.workflows.tests.factories import FOLDER, NOW


def table(policy, aggregation="", rules=()):
    return DecisionTable("t", "Bảng", policy, aggregation, ("x",), ("y",), tuple(rules))


RULES = (Rule("a", ("> 1",), ("10",)), Rule("b", ("> 2",), ("20",)), Rule("c", ("> 3",), ("20",)))


@pytest.mark.parametrize(
    ("policy", "aggregation", "x", "expected"),
    [
        ("F", "", 9, 10), ("F", "", 0, None), ("U", "", 2, 10), ("U", "", 1, None), ("C", "", 3, [10, 20]),
        ("C", "", 0, []), ("C", "sum", 9, 50), ("C", "max", 9, 20), ("C", "min", 9, 10), ("C", "count", 9, 3),
        ("A", "", 2, 10), ("C", "sum", 0, None),
    ],
)  # fmt: skip
def test_hit_policies(policy, aggregation, x, expected):
    assert table(policy, aggregation, RULES).decide({"x": x}) == expected


@pytest.mark.parametrize("policy", ["U", "A"])
def test_contradicting_rules_are_an_error(policy):
    with pytest.raises(api.DecisionError) as refused:
        table(policy, "", RULES).decide({"x": 3})
    assert "Bảng" in refused.value.message


def test_any_accepts_equal_answers():
    assert table("A", "", RULES[1:]).decide({"x": 9}) == 20


def test_several_outputs_give_a_context():
    made = DecisionTable("t", "", "F", "", ("x",), ("a", "b"), (Rule("r", ("-",), ("1", '"z"')),))
    assert made.decide({"x": None}) == {"a": 1, "b": "z"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("inputs", "fee"),
    [
        # Thông tư 226/2016/TT-BTC, Điều 4
        ({"certification": "copy", "pages": 1, "copies": 1}, 2_000),
        ({"certification": "copy", "pages": 2, "copies": 3}, 12_000),
        ({"certification": "copy", "pages": 3, "copies": 1}, 5_000),
        ({"certification": "copy", "pages": 500, "copies": 2}, 400_000),
        ({"certification": "signature", "pages": None}, 10_000),
        ({"certification": "other", "pages": 1}, None),
    ],
)
def test_certification_fee(inputs, fee):
    api.publish_folder(folder=FOLDER, now=NOW)
    assert api.evaluate_decision(key="certification_fee", inputs=inputs, on=date(2026, 3, 10)) == fee


@pytest.mark.django_db
def test_unknown_decisions_are_not_found():
    with pytest.raises(api.DecisionNotFoundError):
        api.evaluate_decision(key="none", inputs={}, on=date(2026, 3, 10))
