"""What the scans of a filing say that its form asks: proposals beside the form, accepted by hand."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict

from lienthong.files import api as files
from lienthong.forms import api as forms
from lienthong.kernel.text import search_key


@dataclass(frozen=True, slots=True)
class Offer:
    """One value read from a scan that fits a question of this step.

    :ivar token: names the offer in a button: place of the question and of the value.
    """

    token: str
    field: str
    label: str
    value: str
    shown: str
    file_name: str
    page: int
    line: str
    is_taken: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """What was read so far.

    :ivar waiting: pages that still wait; :ivar trouble: pages that could not be read, or no reader installed.
    :ivar mark: changes whenever the panel does.
    """

    offers: tuple[Offer, ...]
    scanned: int
    waiting: int
    trouble: int
    is_unavailable: bool
    mark: str


def panel_for(*, draft: forms.Draft, step: str) -> Panel:
    """Put together what the scans of a draft say about the questions of a step, in three statements."""
    kept = _scans(draft)
    readings = files.readings_of(files=kept)
    waiting = sum(reading.pages - reading.done for reading in readings.values() if reading.state == "waiting")
    trouble = sum(reading.state in ("failed", "unavailable") for reading in readings.values())
    offers = tuple(_offers(draft, step, kept))
    parts = [f"{offer.token}{offer.value}{offer.is_taken}" for offer in offers]
    state = "|".join([*parts, str(waiting), str(trouble), str(len(kept))])
    return Panel(
        offers=offers,
        scanned=len(kept),
        waiting=waiting,
        trouble=trouble,
        is_unavailable=any(reading.state == "unavailable" for reading in readings.values()),
        mark=hashlib.sha256(state.encode()).hexdigest()[:16],
    )


def accepted(*, draft: forms.Draft, step: str, token: str, data: QueryDict) -> QueryDict:
    """Give what was typed with one offer put into its question; unchanged when there is no such offer (any more)."""
    offer = next((offer for offer in panel_for(draft=draft, step=step).offers if offer.token == token), None)
    if offer is None:
        return data
    changed = data.copy()
    question = next(item for item in _questions(draft, step) if item.name == offer.field)
    if question.kind in ("date", "partial-date"):
        for part, text in zip(("year", "month", "day"), offer.value.split("-"), strict=True):
            changed[f"{offer.field}.{part}"] = str(int(text))
    else:
        changed[offer.field] = offer.value
    return changed


def _scans(draft: forms.Draft) -> list[files.File]:
    uuids = [
        UUID(str(entry["file"]))
        for key, entries in draft.attachments.items()
        if key.startswith("document:")
        for entry in entries
    ]
    known = files.files_by_uuid(uuids=uuids) if uuids else {}
    return [known[uuid] for uuid in uuids if uuid in known]


def _questions(draft: forms.Draft, step: str) -> Sequence[forms.FormField]:
    found = forms.outline(draft.form).step(step)
    return tuple(found.fields) if found is not None else ()


def _offers(draft: forms.Draft, step: str, kept: Sequence[files.File]) -> Iterator[Offer]:
    texts = files.texts_of(files=kept)
    read = [
        (proposal, file, page.page)
        for file in kept
        for page in texts[file.uuid]
        for proposal in files.recognise(page.text)
    ]
    for question in _questions(draft, step):
        seen: set[str] = set()
        for place, (proposal, file, page) in enumerate(read):
            if not _fits(question, proposal.kind) or proposal.value in seen:
                continue
            seen.add(proposal.value)
            yield Offer(
                token=f"{question.name}:{place}",
                field=question.name,
                label=str(question.label),
                value=proposal.value,
                shown="/".join(reversed(proposal.value.split("-"))) if "date" in proposal.kind else proposal.value,
                file_name=file.name,
                page=page,
                line=proposal.line,
                is_taken=_same(draft.answers.get(question.name), proposal.value),
            )


def _fits(question: forms.FormField, kind: str) -> bool:
    """Say whether a value of a kind answers a question: by the question's format, and its words for days."""
    words = search_key(f"{question.label} {question.name}")
    shape = str(question.notes.get("format", ""))
    match kind:
        case "full_name":
            return question.kind == "name"
        case "identity_number":
            return shape in ("identity-number", "identity-document")
        case "birth_date":
            return question.kind in ("date", "partial-date") and any(word in words for word in ("sinh", "birth", "dob"))
        case "issue_date":
            return question.kind in ("date", "partial-date") and "cap" in words
        case "register_number":
            return question.kind == "text" and "so" in words.split() and "khai sinh" in words
    return False


def _same(answer: Any, value: str) -> bool:
    return search_key(str(answer or "")) == search_key(value)
