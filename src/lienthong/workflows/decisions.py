"""Decision tables of DMN 1.3, evaluated over our FEEL subset.

Hit policies UNIQUE, FIRST, ANY and COLLECT (with SUM, MIN, MAX, COUNT). Anything else a DMN file
may hold (functions, Java or PMML calls, invocations) is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from lienthong.kernel.errors import DomainError
from lienthong.workflows import feel
from lienthong.workflows.diagrams.model import Problem
from lienthong.workflows.diagrams.xml import UnsafeXmlError, read_xml
from lienthong.workflows.vocabulary import DMN_NAMESPACES

MAX_RULES = 1_000
_POLICIES = {"UNIQUE": "U", "FIRST": "F", "ANY": "A", "COLLECT": "C"}
_AGGREGATIONS = {"": "", "SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}
_PARTS = frozenset(
    {
        "definitions", "decision", "variable", "informationRequirement", "requiredInput", "inputData",
        "decisionTable", "input", "inputExpression", "inputValues", "output", "outputValues", "rule",
        "inputEntry", "outputEntry", "text", "description", "extensionElements", "annotation",
        "annotationEntry", "knowledgeSource", "authorityRequirement", "requiredAuthority",
    }
)  # fmt: skip


class DecisionError(DomainError):
    """A decision table has no single answer for these inputs."""

    status = 409
    code = "workflows.decision_undecided"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: a test per input, an expression per output."""

    id: str
    tests: tuple[str, ...]
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision that people may read as a table."""

    key: str
    name: str
    policy: str
    aggregation: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]

    def decide(self, inputs: Mapping[str, Any], *, now: datetime | None = None) -> Any:
        """Evaluate the table; one output gives its value, several give a context by name.

        Without a matching rule the answer is null (an empty list for COLLECT without aggregation).

        :raises DecisionError: more than one rule under UNIQUE, or different answers under ANY.
        """
        values = [feel.evaluate(expression, inputs, now=now) for expression in self.inputs]
        answers: list[Any] = []
        for rule in self.rules:
            tests = zip(rule.tests, values, strict=True)
            if all(feel.evaluate_unary_tests(test, value, inputs, now=now) for test, value in tests):
                answers.append(self._answer(rule, inputs, now))
                if self.policy == "F":
                    break
        return self._settle(answers)

    def _answer(self, rule: Rule, inputs: Mapping[str, Any], now: datetime | None) -> Any:
        values = [feel.evaluate(expression, inputs, now=now) for expression in rule.results]
        return values[0] if len(values) == 1 else dict(zip(self.outputs, values, strict=True))

    def _settle(self, answers: list[Any]) -> Any:
        if self.policy == "C":
            return feel.evaluate(f"{self.aggregation}(answers)", {"answers": answers}) if self.aggregation else answers
        if not answers:
            return None
        undecided = len(answers) > 1 and self.policy == "U"
        if undecided or any(answer != answers[0] for answer in answers):
            raise DecisionError(
                _("Bảng quyết định “%(name)s” cho nhiều kết quả khác nhau.") % {"name": self.name or self.key},
                decision=self.key,
            )
        return answers[0]


def read_decisions(content: bytes) -> tuple[tuple[DecisionTable, ...], tuple[Problem, ...]]:
    """Read the decision tables of a DMN file and what is wrong with them.

    :raises UnsafeXmlError: the bytes are not safe XML, or not DMN.
    """
    root = read_xml(content)
    namespace = etree.QName(root).namespace or ""
    if namespace not in DMN_NAMESPACES or etree.QName(root).localname != "definitions":
        raise UnsafeXmlError(_("Tệp không phải DMN 1.3: phần tử gốc phải là “definitions”."))
    problems: list[Problem] = [
        (node.get("id", ""), _("Không hỗ trợ phần tử DMN “%(tag)s”.") % {"tag": etree.QName(node).localname})
        for node in root.iterdescendants(f"{{{namespace}}}*")
        if etree.QName(node).localname not in _PARTS
    ]
    tables = []
    for decision in root.iterfind(f"{{{namespace}}}decision"):
        table, found = _Reader(namespace, decision).read()
        problems.extend(found)
        if table is not None:
            tables.append(table)
    if not tables and not problems:
        problems.append(("", _("Tệp DMN không có bảng quyết định nào.")))
    return tuple(tables), tuple(problems)


class _Reader:
    def __init__(self, namespace: str, decision: etree._Element) -> None:
        self.prefix = f"{{{namespace}}}"
        self.decision = decision
        self.key = decision.get("id", "")
        self.problems: list[Problem] = []

    def read(self) -> tuple[DecisionTable | None, list[Problem]]:
        table = self.decision.find(f"{self.prefix}decisionTable")
        if table is None or not self.key:
            return None, [(self.key, _("Quyết định không có bảng hoặc không có mã."))]
        policy, aggregation = table.get("hitPolicy", "UNIQUE"), table.get("aggregation", "")
        if policy not in _POLICIES or aggregation not in _AGGREGATIONS:
            message = _("Không hỗ trợ cách chọn dòng “%(policy)s”.") % {"policy": f"{policy} {aggregation}".strip()}
            return None, [(self.key, message)]
        inputs = tuple(
            self.text(node.find(f"{self.prefix}inputExpression")) for node in table.iterfind(f"{self.prefix}input")
        )
        outputs = tuple(node.get("name", "") for node in table.iterfind(f"{self.prefix}output"))
        rules = tuple(self.rule(node) for node in table.iterfind(f"{self.prefix}rule"))
        self.check(inputs, outputs, rules)
        made = DecisionTable(
            key=self.key,
            name=self.decision.get("name", ""),
            policy=_POLICIES[policy],
            aggregation=_AGGREGATIONS[aggregation],
            inputs=inputs,
            outputs=outputs,
            rules=rules,
        )
        return made, self.problems

    def rule(self, node: etree._Element) -> Rule:
        return Rule(
            id=node.get("id", ""),
            tests=tuple(self.text(entry) for entry in node.iterfind(f"{self.prefix}inputEntry")),
            results=tuple(self.text(entry) for entry in node.iterfind(f"{self.prefix}outputEntry")),
        )

    def text(self, node: etree._Element | None) -> str:
        found = node.find(f"{self.prefix}text") if node is not None else None
        return (found.text or "").strip() if found is not None else ""

    def check(self, inputs: tuple[str, ...], outputs: tuple[str, ...], rules: tuple[Rule, ...]) -> None:
        if not inputs or not outputs or not rules:
            self.problems.append((self.key, _("Bảng quyết định thiếu cột vào, cột ra hoặc dòng.")))
        if len(rules) > MAX_RULES:
            self.problems.append((self.key, _("Bảng quyết định có quá %(limit)s dòng.") % {"limit": MAX_RULES}))
        for expression in inputs:
            self.check_feel(self.key, expression, tests=False)
        for rule in rules[:MAX_RULES]:
            if len(rule.tests) != len(inputs) or len(rule.results) != len(outputs):
                self.problems.append((rule.id, _("Số ô của dòng không khớp số cột.")))
            for test in rule.tests:
                self.check_feel(rule.id, test, tests=True)
            for result in rule.results:
                self.check_feel(rule.id, result, tests=False)

    def check_feel(self, element_id: str, text: str, *, tests: bool) -> None:
        if not text and not tests:
            self.problems.append((element_id, _("Biểu thức trống.")))
            return
        try:
            feel.parse_unary_tests(text) if tests else feel.parse(text)
        except feel.FeelError as error:
            message = _("Biểu thức FEEL sai. %(problem)s") % {"problem": error.message}
            self.problems.append((element_id, message))
