"""Loading the dated rules of dossiers from their seed file; the same file again changes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from lienthong.dossiers.models import (
    BranchRule,
    CodePattern,
    ConsultedParty,
    PaperForm,
    PausePolicy,
    ReminderRule,
    TacitRule,
    WaitRule,
)
from lienthong.kernel import audit

_Rule = type[BranchRule | CodePattern | ConsultedParty | PaperForm | PausePolicy | ReminderRule | TacitRule | WaitRule]
_Row = tuple[_Rule, dict[str, Any], dict[str, Any]]
#: What a row of the file may leave out, by the column it fills.
_EMPTY: Mapping[str, Any] = {
    "procedure_code": "",
    "name_en": "",
    "legal_basis": "",
    "number": "",
    "symbol": "",
    "amount": 0,
    "unit": "working_days",
    "repeats": False,
    "is_escalation": False,
}


def load_rules(*, rules: Mapping[str, Any], actor: audit.Actor, now: datetime) -> int:
    """Create or correct the dated rules of a file; give the number of rows that changed."""
    with transaction.atomic():
        changed = sum(_put(model, key, values) for model, key, values in _rows(rules))
        if changed:
            audit.record(
                actor=actor,
                action="dossiers.rules.loaded",
                subject_type="dossiers.rules",
                subject_id="seed",
                at=now,
                facts={"rows": changed},
            )
    return changed


def _rows(rules: Mapping[str, Any]) -> Iterator[_Row]:
    for row in rules["code_patterns"]:
        yield CodePattern, {"agency": None, "valid_from": row["valid_from"]}, _values(row, "pattern", "period")
    for row in rules["consulted_parties"]:
        key = {"process_key": row["process"], **_key(row, "procedure_code", "party")}
        yield ConsultedParty, key, {**_values(row, "level"), "agency_names": row["names"]}
    for row in rules["branch_rules"]:
        amount, unit = row["limit"]
        named = ("name", "name_en", "procedure_code", "tells_superior")
        described = {"element_id": row["element"], "limit_amount": amount, "limit_unit": unit}
        yield BranchRule, {"process_key": row["process"], **_key(row, "branch")}, _values(row, *named) | described
    simple: Sequence[tuple[str, _Rule, Sequence[str], Sequence[str]]] = (
        ("pause_policies", PausePolicy, ("procedure_code", "kind"), ("effect",)),
        ("paper_forms", PaperForm, ("kind",), ("template", "number", "symbol", "size", "signing")),
        ("wait_rules", WaitRule, ("procedure_code", "kind"), ("amount", "unit", "outcome")),
        ("tacit_rules", TacitRule, ("procedure_code",), ("outcome",)),
        (
            "reminder_rules",
            ReminderRule,
            ("key", "procedure_code"),
            ("about", "moment", "amount", "unit", "repeats", "audience", "is_escalation"),
        ),
    )
    for name, model, key_columns, columns in simple:
        for row in rules[name]:
            yield model, _key(row, *key_columns), _values(row, *columns)


def _key(row: Mapping[str, Any], *columns: str) -> dict[str, Any]:
    """Take the columns that name a rule; the file calls a procedure's code ``procedure``."""
    written = {"procedure_code": row.get("procedure", ""), **row}
    return {column: written[column] for column in (*columns, "valid_from")}


def _values(row: Mapping[str, Any], *columns: str) -> dict[str, Any]:
    return {
        **{column: row.get(column, _EMPTY.get(column)) for column in (*columns, "legal_basis")},
        "valid_to": row.get("valid_to"),
    }


def _put(model: _Rule, key: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    row = model.objects.filter(**key).first()
    if row is None:
        model.objects.create(**key, **values)
        return 1
    if all(getattr(row, name) == value for name, value in values.items()):
        return 0
    model.objects.filter(pk=row.pk).update(**values)
    return 1
