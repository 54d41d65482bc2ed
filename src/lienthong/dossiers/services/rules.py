"""Loading the dated rules of dossiers from their seed file; the same file again changes nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lienthong.dossiers.models import BranchRule, CodePattern, ConsultedParty, PausePolicy
from lienthong.kernel import audit


def load_rules(*, rules: Mapping[str, Any], actor: audit.Actor, now: datetime) -> int:
    """Create or correct the rules of numbering, pauses, roles and branches; give the number of rows that changed."""
    changed = 0
    with transaction.atomic():
        for row in rules["code_patterns"]:
            values = {name: row.get(name) for name in ("pattern", "period", "valid_to", "legal_basis")}
            changed += _put(CodePattern, {"agency": None, "valid_from": row["valid_from"]}, values)
        for row in rules["pause_policies"]:
            key = {
                "procedure_code": row["procedure"],
                "kind": row["kind"],
                "valid_from": row["valid_from"],
            }
            values = {name: row.get(name) for name in ("effect", "valid_to", "legal_basis")}
            changed += _put(PausePolicy, key, values)
        for row in rules["consulted_parties"]:
            key = {
                "process_key": row["process"],
                "procedure_code": row.get("procedure", ""),
                "party": row["party"],
                "valid_from": row["valid_from"],
            }
            values = {
                "level": row["level"],
                "agency_names": row["names"],
                "valid_to": row.get("valid_to"),
                "legal_basis": row.get("legal_basis", ""),
            }
            changed += _put(ConsultedParty, key, values)
        for row in rules["branch_rules"]:
            changed += _put(BranchRule, _branch_key(row), _branch_values(row))
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


def _branch_key(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"process_key": row["process"], "branch": row["branch"], "valid_from": row["valid_from"]}


def _branch_values(row: Mapping[str, Any]) -> dict[str, Any]:
    amount, unit = row["limit"]
    return {
        "element_id": row["element"],
        "name": row["name"],
        "name_en": row.get("name_en", ""),
        "procedure_code": row.get("procedure", ""),
        "limit_amount": amount,
        "limit_unit": unit,
        "tells_superior": row["tells_superior"],
        "valid_to": row.get("valid_to"),
        "legal_basis": row["legal_basis"],
    }


def _put(
    model: type[CodePattern | PausePolicy | ConsultedParty | BranchRule],
    key: Mapping[str, Any],
    values: Mapping[str, Any],
) -> int:
    row = model.objects.filter(**key).first()
    if row is None:
        model.objects.create(**key, **values)
        return 1
    if all(getattr(row, name) == value for name, value in values.items()):
        return 0
    model.objects.filter(pk=row.pk).update(**values)
    return 1
