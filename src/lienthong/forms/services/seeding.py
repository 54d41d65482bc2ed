"""Loading forms and catalogues from ``seeds/forms``; loading what is already there changes nothing."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.forms.models import CatalogueValue, FormVersion
from lienthong.forms.services.publication import FormInvalidError, publish_form
from lienthong.kernel import audit
from lienthong.kernel.errors import InvalidError
from lienthong.kernel.text import normalise, search_key

_VALUE_FIELDS = ("label", "label_en", "search_key", "position", "valid_to")


class SeedError(InvalidError):
    """A seed file cannot be used; the message names the file and the place."""

    code = "forms.seed_invalid"


@transaction.atomic
def load_seeds(*, folder: Path, actor: audit.Actor, now: datetime) -> dict[str, int]:
    """Load ``catalogues/*.yaml`` and ``*.yaml`` of a folder, all or nothing.

    :returns: counts of ``catalogue_values`` added or changed and ``forms`` published anew.
    :raises SeedError: naming the file and every problem in it.
    """
    counts: Counter[str] = Counter()
    for path in sorted((folder / "catalogues").glob("*.yaml")):
        counts["catalogue_values"] += _load_catalogue(path, _read(path))
    known = set(FormVersion.objects.values_list("pk", flat=True))
    for path in sorted(folder.glob("*.yaml")):
        counts["forms"] += _load_form(path, _read(path), actor=actor, now=now).pk not in known
    changed = {name: count for name, count in counts.items() if count}
    if changed:
        audit.record(
            actor=actor,
            action="forms.seeds.loaded",
            subject_type="forms.seeds",
            subject_id=folder.name,
            at=now,
            facts=changed,
        )
    return changed


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SeedError(_("%(file)s: không phải YAML hợp lệ.") % {"file": path.name}) from error
    if not isinstance(content, dict):
        raise SeedError(_("%(file)s: cần một đối tượng ở gốc.") % {"file": path.name})
    return content


def _load_form(path: Path, content: Mapping[str, Any], *, actor: audit.Actor, now: datetime) -> FormVersion:
    try:
        return publish_form(
            actor=actor,
            key=content["key"],
            title=content["title"],
            title_en=content.get("title_en", ""),
            schema=content["schema"],
            layout=content["layout"],
            valid_from=date.fromisoformat(str(content["valid_from"])),
            now=now,
        )
    except FormInvalidError as error:
        places = "; ".join(f"{where}: {' '.join(messages)}" for where, messages in error.field_errors.items())
        raise SeedError(f"{path.name}: {places}") from error
    except (KeyError, ValueError) as error:
        raise SeedError(_("%(file)s: thiếu hoặc sai mục %(error)s.") % {"file": path.name, "error": error}) from error


def _load_catalogue(path: Path, content: Mapping[str, Any]) -> int:
    try:
        key = content["key"]
        rows = [_value(key, content, entry, index) for index, entry in enumerate(content["values"])]
    except (KeyError, ValueError, TypeError) as error:
        raise SeedError(_("%(file)s: thiếu hoặc sai mục %(error)s.") % {"file": path.name, "error": error}) from error
    known = {(value.code, value.valid_from): value for value in CatalogueValue.objects.filter(catalogue=key)}
    fresh, changed = [], []
    for row in rows:
        old = known.get((row.code, row.valid_from))
        if old is None:
            fresh.append(row)
        elif any(getattr(old, name) != getattr(row, name) for name in _VALUE_FIELDS):
            row.pk = old.pk
            changed.append(row)
    CatalogueValue.objects.bulk_create(fresh)
    if changed:
        CatalogueValue.objects.bulk_update(changed, _VALUE_FIELDS)
    return len(fresh) + len(changed)


def _value(key: str, content: Mapping[str, Any], entry: Mapping[str, Any], position: int) -> CatalogueValue:
    label = normalise(entry["label"])
    until = entry.get("valid_to", content.get("valid_to"))
    return CatalogueValue(
        catalogue=key,
        code=str(entry["code"]),
        label=label,
        label_en=entry.get("label_en", ""),
        search_key=search_key(label),
        position=position,
        valid_from=date.fromisoformat(str(entry.get("valid_from", content["valid_from"]))),
        valid_to=date.fromisoformat(str(until)) if until else None,
    )
