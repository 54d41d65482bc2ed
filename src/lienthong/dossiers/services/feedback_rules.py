"""Loading the dated rules of feedback from their seed file; the same file again changes nothing."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from lienthong.dossiers.models import FeedbackReason, FeedbackRule, ScoreBand, ScoreIndicator
from lienthong.kernel import audit


def rule_on(on: date) -> FeedbackRule | None:
    """Find the rule in force on a date."""
    found: FeedbackRule | None = FeedbackRule.objects.in_force(on).order_by("-valid_from").first()
    return found


def load_feedback(*, rules: Mapping[str, Any], actor: audit.Actor, now: datetime) -> int:
    """Create or correct the rules, reasons, indicators and bands; give the number of rows that changed."""
    changed = 0
    with transaction.atomic():
        for row in rules["rules"]:
            changed += _put(FeedbackRule, ("valid_from",), row)
        for position, row in enumerate(rules["reasons"]):
            values = {"valid_from": rules["indicators_valid_from"], "position": position, "name_en": "", **row}
            changed += _put(FeedbackReason, ("use", "key", "valid_from"), values)
        for row in rules["indicators"]:
            values = {
                "number": row["number"],
                "valid_from": rules["indicators_valid_from"],
                "key": row["key"],
                "name": row["name"],
                "name_en": row.get("name_en", ""),
                "question": row.get("question", ""),
                "question_en": row.get("question_en", ""),
                "metric": row["metric"],
                "two_at_most": row.get("two", 0),
                "one_at_most": row.get("one", 0),
                "for_officials": row.get("officials", False),
                "legal_basis": rules["indicators_basis"],
            }
            changed += _put(ScoreIndicator, ("number", "valid_from"), values)
        for row in rules["bands"]:
            values = {"valid_from": rules["bands_valid_from"], "legal_basis": rules["bands_basis"], **row}
            changed += _put(ScoreBand, ("subject", "at_least", "valid_from"), values)
        if changed:
            audit.record(
                actor=actor,
                action="dossiers.feedback_rules.loaded",
                subject_type="dossiers.rules",
                subject_id="feedback",
                at=now,
                facts={"rows": changed},
            )
    return changed


def _put(model: type[models.Model], key: tuple[str, ...], values: Mapping[str, Any]) -> int:
    wanted = {name: values[name] for name in key}
    rest = {name: value for name, value in values.items() if name not in key}
    rows = model._default_manager  # noqa: SLF001 - Django's own name for the public manager
    row = rows.filter(**wanted).first()
    if row is None:
        rows.create(**wanted, **rest)
        return 1
    if all(getattr(row, name) == value for name, value in rest.items()):
        return 0
    rows.filter(pk=row.pk).update(**rest)
    return 1
