"""Prefilled answers: from the verified profile first, from earlier dossiers next, always marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lienthong.forms import queries
from lienthong.forms.conditions import is_present
from lienthong.forms.formats import format_problem
from lienthong.forms.models import FormVersion
from lienthong.forms.outline import FormField

_SEXES = {"male": "Nam", "female": "Nữ"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a prefilled answer comes from.

    :ivar kind: ``profile`` or ``earlier``.
    :ivar label: as shown beside the answer.
    :ivar locked: verified by the state, so not corrected in a form.
    """

    kind: str
    label: str
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Prefill:
    """Values by field name and their sources by path."""

    values: Mapping[str, Any]
    sources: Mapping[str, Source]

    def as_json(self) -> dict[str, dict[str, Any]]:
        """Give the sources as plain values, to keep in a draft."""
        return {
            path: {"kind": source.kind, "label": source.label, "locked": source.locked}
            for path, source in self.sources.items()
        }


def prefill(*, form: FormVersion, profile: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]] = ()) -> Prefill:
    """Work out the answers already known.

    :param profile: ``accounts.verified_profile`` (keys ``full_name``, ``birth_date``…); values are plain
        or have ``value``, ``verified`` and ``source``. A field names its key as ``person.full_name``.
        What the state verified is locked where the field says ``lock``; the rest may be corrected.
    :param earlier: answers of earlier dossiers, newest first; a field with ``prefill`` or
        ``from: earlier`` takes the newest answer under its own name when the profile has none.
    """
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    for item in queries.outline(form).fields:
        name = str(item.notes.get("prefill", ""))
        known = profile.get(name, profile.get(name.removeprefix("person."))) if name else None
        value = _fit(item, getattr(known, "value", known))
        if is_present(value):
            values[item.name] = value
            is_verified = bool(getattr(known, "verified", False))
            label = _("Lấy từ CSDL quốc gia về dân cư") if is_verified else _("Lấy từ hồ sơ cá nhân của bạn")
            sources[item.path] = Source("profile", label, locked=is_verified and bool(item.notes.get("lock")))
            continue
        if not name and item.notes.get("from") != "earlier":
            continue
        for answers in earlier:
            if is_present(answers.get(item.name)):
                values[item.name] = answers[item.name]
                sources[item.path] = Source("earlier", _("Lấy từ hồ sơ trước của bạn"))
                break
    return Prefill(values, sources)


def _fit(item: FormField, value: Any) -> Any:
    """Bring a profile value to the field's kind; ``None`` when it does not fit."""
    if value is None:
        return None
    match item.kind:
        case "choice":
            option = _SEXES.get(str(value), value)
            return option if option in item.options else None
        case "address":
            fits = isinstance(value, Mapping) and not format_problem("address", dict(value))
            return dict(value) if fits else None
        case "date" | "partial-date":
            return value if not format_problem(item.kind, value) else None
    return value if isinstance(value, str) else None
