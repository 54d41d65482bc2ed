"""Loading fee rules, reductions and payee accounts from their seed files; the same files again change nothing."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import models, transaction

from lienthong.kernel import audit, clock
from lienthong.organisations import api as organisations
from lienthong.payments.models import Collector, Confidence, FeeReduction, FeeRule, FilingTerm, PayeeAccount, Stage

_STAGES = {stage.name.lower(): stage for stage in Stage}


def load_rules(*, path: Path, actor: audit.Actor, now: datetime) -> int:
    """Create or correct fee rules, terms and reductions; give the number of rows that changed.

    A rule of an area that this node does not know is left out.
    """
    seed = yaml.safe_load(path.read_text(encoding="utf-8"))
    on = clock.local_date(now)
    with transaction.atomic():
        rules = (_rule(row, seed, on=on) for row in seed["rules"])
        changed = sum(_put(FeeRule, *rule) for rule in rules if rule is not None)
        changed += sum(_put(FilingTerm, *_term(row)) for row in seed["terms"])
        changed += sum(_put(FeeReduction, *_reduction(row)) for row in seed["reductions"])
        if changed:
            audit.record(
                actor=actor,
                action="payments.rules.loaded",
                subject_type="payments.rules",
                subject_id="seed",
                at=now,
                facts={"rows": changed},
            )
    return changed


_Row = tuple[dict[str, Any], dict[str, Any]]


def _rule(row: Mapping[str, Any], seed: Mapping[str, Any], *, on: date) -> _Row | None:
    area = organisations.find_area_by_code(level="province", code=str(row["area"]), on=on) if row.get("area") else None
    if row.get("area") and area is None:
        return None
    key = {
        "procedure_code": str(row["procedure"]),
        "key": row["key"],
        "area": area,
        "level": row.get("level", ""),
        "valid_from": row.get("valid_from", seed["valid_from"]),
    }
    values = {
        "kind": row["kind"],
        "basis": row["basis"],
        "stage": _STAGES[row.get("stage", "reception")],
        "collector": row.get("collector", Collector.RECEIVING),
        "name": row["name"],
        "amount": 0 if row["basis"] == "free" else row.get("amount"),
        "unit": row.get("unit", ""),
        "quantity_of": row.get("quantity_of", ""),
        "decision": row.get("decision", ""),
        "constants": row.get("constants", {}),
        "condition": row.get("condition", ""),
        "legal_basis": row["legal_basis"],
        "note": row.get("note", ""),
        "confidence": row.get("confidence", Confidence.HIGH),
        "valid_to": row.get("valid_to"),
    }
    return key, values


def _term(row: Mapping[str, Any]) -> _Row:
    key = {"procedure_code": str(row["procedure"]), "valid_from": row["valid_from"]}
    values = {name: row[name] for name in ("counted_from", "days", "legal_basis", "confidence")}
    return key, values | {"valid_to": row.get("valid_to")}


def _reduction(row: Mapping[str, Any]) -> _Row:
    key = {
        "key": row["key"],
        "procedure_code": str(row.get("procedure", "")),
        "valid_from": row["valid_from"],
    }
    names = ("percent", "reason", "legal_basis", "valid_to")
    values = {name: row.get(name) for name in names} | {
        "kind": row.get("kind", ""),
        "condition": row.get("condition", ""),
    }
    return key, values


def load_payees(*, path: Path, actor: audit.Actor, now: datetime) -> int:
    """Create or correct the accounts of agencies, each named by its code; give how many rows changed."""
    seed = yaml.safe_load(path.read_text(encoding="utf-8"))
    on = clock.local_date(now)
    changed = 0
    with transaction.atomic():
        for row in seed["payees"]:
            agency = organisations.find_agency_by_code(code=row["agency"], on=on)
            if agency is None:
                continue  # another node's seeds have no such agency
            key = {"agency": agency, "valid_from": row["valid_from"]}
            values = {name: row[name] for name in ("bank", "bank_name", "number", "holder")}
            changed += _put(PayeeAccount, key, values | {"valid_to": row.get("valid_to")})
        if changed:
            audit.record(
                actor=actor,
                action="payments.payees.loaded",
                subject_type="payments.payees",
                subject_id="seed",
                at=now,
                facts={"rows": changed},
            )
    return changed


def _put(model: type[models.Model], key: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    rows = model._default_manager  # noqa: SLF001 - Django's own name for it
    row = rows.filter(**key).first()
    if row is None:
        rows.create(**key, **values)
        return 1
    wrong = [name for name, value in values.items() if getattr(row, name) != value]
    for name in wrong:
        setattr(row, name, values[name])
    if wrong:
        row.save(update_fields=wrong)
    return int(bool(wrong))
