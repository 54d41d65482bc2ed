"""Between a procedure's content and the form that edits it."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django import forms as django_forms
from django.http import QueryDict
from django.utils.translation import get_language

from lienthong.catalogue import api as catalogue
from lienthong.catalogue.api import Content, ProcedureVersion
from lienthong.forms import api as question_forms
from lienthong.kernel.errors import InvalidError
from lienthong.kernel.text import normalise
from lienthong.workflows import api as workflows
from lienthong.workspace.administration.forms.procedures import ROWS, ContentForm, row_sets

_KINDS = {
    "time_limits": catalogue.TimeLimitContent,
    "fees": catalogue.FeeContent,
    "documents": catalogue.DocumentContent,
    "steps": catalogue.StepContent,
    "results": catalogue.ResultContent,
    "legal_basis": catalogue.BasisContent,
    "links": catalogue.LinkContent,
    "competences": catalogue.CompetenceContent,
}
_LINES = ("everyday_names",)
_APART = ("sector_code", "valid_from", "valid_to")


class Draft:
    """A draft on the page: one form and a list of rows for each part, filled from the version or as typed."""

    def __init__(self, version: ProcedureVersion, data: QueryDict | None, *, on: date) -> None:
        self.base = catalogue.content_of(version=version)
        initial = {name: getattr(self.base, name, None) for name in ContentForm.base_fields}
        initial |= {"valid_from": version.valid_from, "valid_to": version.valid_to}
        initial |= {name: "\n".join(getattr(self.base, name)) for name in _LINES}
        self.form = ContentForm(data, initial=initial, choices=_choices(self.base, on))
        self.sets = row_sets(data, {part: _rows(self.base, part) for part, _heading, _row in ROWS})
        self._used: dict[str, list[django_forms.Form]] = {}

    @property
    def parts(self) -> list[tuple[str, Any, Any]]:
        """Give each part with its heading and its rows, for the page."""
        return [(part, heading, self.sets[part]) for part, heading, _row in ROWS]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """List what is wrong in the rows: pairs of element id and message."""
        found: list[tuple[str, str]] = []
        for rows in self.sets.values():
            for row in rows:
                found += [("", str(message)) for message in row.non_field_errors()]
                for bound in row:
                    found += [(bound.id_for_label, f"{bound.label}: {message}") for message in bound.errors]
        return found

    def is_valid(self) -> bool:
        """Check the syntax of everything."""
        return all([self.form.is_valid(), *(rows.is_valid() for rows in self.sets.values())])

    def content(self) -> Content:
        """Give what was typed as a content; what the form does not show stays as it was."""
        values = {name: value for name, value in self.form.cleaned_data.items() if name not in _APART}
        values = {
            name: tuple(value)
            if isinstance(value, list)
            else normalise_lines(value)
            if isinstance(value, str)
            else value
            for name, value in values.items()
        }
        values |= {name: tuple(filter(None, map(normalise, values[name].splitlines()))) for name in _LINES}
        sector = self.form.cleaned_data["sector_code"]
        if sector != self.base.sector_code:
            names: dict[str, str] = dict(self.form.fields["sector_code"].choices)  # type: ignore[attr-defined]
            values |= {"sector_code": sector, "sector_name": names[sector] if sector else ""}
        values |= {part: self._typed(part) for part, _heading, _row in ROWS}
        return replace(self.base, **values)

    def refuse(self, refused: InvalidError) -> None:
        """Put each message at its field, in its row."""
        for path, messages in refused.field_errors.items():
            part, _dot, rest = path.partition(".")
            index, _dot, name = rest.partition(".")
            if part in self._used and index.isdecimal() and int(index) < len(self._used[part]):
                row = self._used[part][int(index)]
                row.add_error(name if name in row.fields else None, list(messages))
            else:
                self.form.add_error(part if part in self.form.fields else None, list(messages))

    def _typed(self, part: str) -> tuple[Any, ...]:
        rows = [row for row in self.sets[part] if row.cleaned_data and not row.cleaned_data.get("DELETE")]
        self._used[part] = rows
        made = []
        for number, row in enumerate(rows, start=1):
            values = {
                name: normalise_lines(value) if isinstance(value, str) else value
                for name, value in row.cleaned_data.items()
                if name != "DELETE"
            }
            if part == "documents":
                values |= {name: values[name] or 0 for name in ("originals", "copies")}
                values["key"] = values["key"] or f"giay-to-{number}"
            if part == "competences":
                values["agency_names"] = tuple(filter(None, values["agency_names"].splitlines()))
            made.append(_KINDS[part](**values))
        if part == "competences":
            made += [rule for rule in self.base.competences if rule.agency_id or rule.area_id]
        return tuple(made)


def normalise_lines(value: str) -> str:
    """Bring each line of a text to normal form."""
    return "\n".join(map(normalise, value.splitlines()))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return normalise_lines(value) if isinstance(value, str) else value


def _rows(content: Content, part: str) -> list[dict[str, Any]]:
    rows = getattr(content, part)
    if part == "competences":
        return [
            {"level": rule.level, "agency_names": "\n".join(rule.agency_names)}
            for rule in rows
            if not (rule.agency_id or rule.area_id)
        ]
    return [asdict(row) for row in rows]


def _choices(content: Content, on: date) -> Mapping[str, list[tuple[str, str]]]:
    """Offer what exists on the day, and what the draft names already even if it does not."""
    english = get_language() == "en"
    forms = [(form.key, f"{form.title} ({form.key})") for form in question_forms.list_forms(on=on)]
    events = [(event.key, event.name_en if english else event.name_vi) for event in catalogue.life_events(on=on)]
    offered = {
        "form_key": forms,
        "process_key": list(workflows.process_keys(on=on)),
        "sector_code": [(sector.code, sector.name) for sector in catalogue.list_sectors()],
        "life_events": events,
    }
    for name, named in (
        ("form_key", (content.form_key,)),
        ("process_key", (content.process_key,)),
        ("life_events", content.life_events),
    ):
        known = {key for key, _label in offered[name]}
        offered[name] += [(key, key) for key in named if key and key not in known]
    return offered
