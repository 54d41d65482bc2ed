"""Loading the dated kinds of papers from their seed file; the same file again changes nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lienthong.kernel import audit
from lienthong.kernel.text import search_key
from lienthong.vault.models import DocumentType


def load_types(*, rows: Mapping[str, Any], actor: audit.Actor, now: datetime) -> int:
    """Create or correct kinds of papers; give the number of rows that changed."""
    changed = 0
    with transaction.atomic():
        for row in rows["document_types"]:
            values = {
                "name": row["name"],
                "match_keys": sorted({search_key(name) for name in (row["name"], *row.get("synonyms", ()))}),
                "required": list(row.get("satisfies", ())),
                "results_of": list(row.get("results_of", ())),
                "valid_months": row.get("valid_months"),
                "valid_to": row.get("valid_to"),
                "legal_basis": row["legal_basis"],
            }
            key = {"code": row["code"], "valid_from": row["valid_from"]}
            known = DocumentType.objects.filter(**key).first()
            if known is None:
                DocumentType.objects.create(**key, **values)
                changed += 1
            elif any(getattr(known, name) != value for name, value in values.items()):
                DocumentType.objects.filter(pk=known.pk).update(**values)
                changed += 1
        if changed:
            audit.record(
                actor=actor,
                action="vault.types.loaded",
                subject_type="vault.types",
                subject_id="seed",
                at=now,
                facts={"rows": changed},
            )
    return changed
