"""The dated rules of the index: loading them from their seed, and an administrator's changes."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.indicators import policies
from lienthong.indicators.formulas import NO_SOURCE
from lienthong.indicators.models import IndicatorDefinition, NoData, PublicationLimit, RatingBand, ScoringRule
from lienthong.kernel import audit
from lienthong.kernel.errors import InvalidError, NotFoundError


class ConfigurationError(InvalidError):
    """The rule cannot be set like this."""

    code = "indicators.configuration_invalid"


def load_index(*, seed: Mapping[str, Any], actor: audit.Actor, now: datetime) -> int:
    """Create the rows of a seed that are not there yet; what an administrator has set since stays.

    An indicator that had no source gets its formula once the program knows one.

    :returns: how many were new or got a source.
    """
    new = 0
    with transaction.atomic():
        for row in seed["rules"]:
            new += _make(ScoringRule, {"valid_from": row["valid_from"]}, row)
        for row in seed["publication"]:
            key = {"valid_from": row["valid_from"], "promulgator": row["promulgator"]}
            new += _make(PublicationLimit, key, row)
        for row in seed["bands"]:
            new += _make(RatingBand, {"valid_from": row["valid_from"], "lowest": row["lowest"]}, row)
        for order, row in enumerate(seed["indicators"], start=1):
            values = {**seed["defaults"], "order": order, **row}
            new += _make(IndicatorDefinition, {"code": values["code"], "valid_from": values["valid_from"]}, values)
            if values["formula"] != NO_SOURCE:
                without = IndicatorDefinition.objects.filter(code=values["code"], formula=NO_SOURCE)
                new += without.update(formula=values["formula"])
        if new:
            audit.record(
                actor=actor,
                action="indicators.index.loaded",
                subject_type="indicators.index",
                subject_id="seed",
                at=now,
                facts={"rows": new},
            )
    return new


def _make(model: Any, key: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    _row, is_new = model.objects.get_or_create(**key, defaults=dict(values))
    return int(is_new)


def set_definition(
    *,
    principal: Principal,
    code: str,
    maximum: Decimal,
    target: Decimal | None,
    valid_from: date,
    legal_basis: str,
    now: datetime,
) -> IndicatorDefinition:
    """Give an indicator another maximum or target from a day on; the earlier row ends there and keeps its scores.

    :raises ForbiddenError: for anybody but an administrator of the node.
    :raises NotFoundError: no indicator of this code is in force on the day.
    :raises ConfigurationError: a value out of range, or a day that is not after the present row's first.
    """
    policies.require_configure(principal)
    with transaction.atomic():
        rows = IndicatorDefinition.objects.select_for_update(no_key=True).filter(code=code).order_by("-valid_from")
        current = next((row for row in rows if row.is_in_force(valid_from)), None)
        if current is None:
            raise NotFoundError(_("Không có chỉ số %(code)s vào ngày đó.") % {"code": code})
        problems = _problems(maximum, target, legal_basis)
        if valid_from < current.valid_from or any(row.valid_from > valid_from for row in rows):
            problems["valid_from"] = [_("Ngày áp dụng phải sau ngày áp dụng của quy định hiện có.")]
        if problems:
            raise ConfigurationError(_("Chưa lưu được."), field_errors=problems)
        values = {"maximum": maximum, "target": target, "legal_basis": legal_basis.strip()}
        if valid_from == current.valid_from:
            for name, value in values.items():
                setattr(current, name, value)
            current.save(update_fields=list(values))
            changed: IndicatorDefinition = current
        else:
            current.valid_to = valid_from
            current.save(update_fields=["valid_to"])
            same = {
                name: getattr(current, name) for name in ("code", "group", "name", "formula", "order", "confidence")
            }
            changed = IndicatorDefinition.objects.create(**same, **values, valid_from=valid_from)
        audit.record(
            actor=principal.actor(),
            action="indicators.definition.set",
            subject_type="indicators.definition",
            subject_id=changed.uuid,
            at=now,
            facts={"code": code, "maximum": maximum, "target": target, "valid_from": valid_from},
        )
    return changed


def _problems(maximum: Decimal, target: Decimal | None, legal_basis: str) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if not 0 <= maximum <= 100:  # noqa: PLR2004 - the whole index has 100 points
        problems["maximum"] = [_("Điểm tối đa từ 0 đến 100.")]
    if target is not None and not 0 < target <= 100:  # noqa: PLR2004 - percent
        problems["target"] = [_("Mức đạt điểm tối đa lớn hơn 0 và không quá 100 %.")]
    if not legal_basis.strip():
        problems["legal_basis"] = [_("Hãy ghi căn cứ.")]
    return problems


def set_no_data(
    *, principal: Principal, no_data: str, valid_from: date, legal_basis: str, now: datetime
) -> ScoringRule:
    """Say from a day on what an indicator without data does to the total.

    :raises ForbiddenError: for anybody but an administrator of the node.
    :raises ConfigurationError: without a basis, or before the present rule began.
    """
    policies.require_configure(principal)
    with transaction.atomic():
        latest = ScoringRule.objects.select_for_update(no_key=True).order_by("-valid_from").first()
        problems: dict[str, list[str]] = {}
        if no_data not in NoData.values:
            problems["no_data"] = [_("Hãy chọn một cách tính.")]
        if not legal_basis.strip():
            problems["legal_basis"] = [_("Hãy ghi căn cứ.")]
        if latest is not None and valid_from < latest.valid_from:
            problems["valid_from"] = [_("Ngày áp dụng phải sau ngày áp dụng của quy định hiện có.")]
        if problems:
            raise ConfigurationError(_("Chưa lưu được."), field_errors=problems)
        if latest is not None and latest.valid_from < valid_from:
            latest.valid_to = valid_from
            latest.save(update_fields=["valid_to"])
        rule, _is_new = ScoringRule.objects.update_or_create(
            valid_from=valid_from,
            defaults={"no_data": no_data, "legal_basis": legal_basis.strip(), "confidence": "high", "valid_to": None},
        )
        audit.record(
            actor=principal.actor(),
            action="indicators.rule.set",
            subject_type="indicators.rule",
            subject_id=rule.pk,
            at=now,
            facts={"no_data": no_data, "valid_from": valid_from},
        )
    return rule
