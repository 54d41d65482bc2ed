"""What a counter may take in, and how the papers laid on it are counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal, Right
from lienthong.dossiers import api as dossiers
from lienthong.organisations import api as organisations

MOST_COPIES = 99


@dataclass(frozen=True, slots=True)
class Counted:
    """How many originals and copies of one paper were handed over, as typed."""

    key: str
    originals: str = ""
    copies: str = ""
    error: str = ""

    @property
    def has_paper(self) -> bool:
        """Say whether anything was counted."""
        return (self.originals or "0") != "0" or (self.copies or "0") != "0"


def counters_of(principal: Principal) -> tuple[organisations.Agency, ...]:
    """List the agencies at whose desk the official receives, those with a one-stop desk first."""
    found = organisations.get_agencies(ids=principal.agencies(Right.RECEIVE)).values()
    return tuple(sorted(found, key=lambda agency: (not agency.is_one_stop, agency.pk)))


def areas_around(agency: organisations.Agency, *, on: date) -> tuple[organisations.AdministrativeArea, ...]:
    """List the communes of the counter's province; the counter's own comes first."""
    if agency.area is None:
        return ()
    path = organisations.area_path(area_id=agency.area.pk)
    communes = organisations.list_areas(on=on, level="commune", parent_id=path[0].pk)
    return tuple(sorted(communes, key=lambda area: area.pk != agency.area_id))


def read_counts(given: Mapping[str, str], keys: Iterable[str]) -> dict[str, Counted]:
    """Read how many papers were handed over; a wrong number stays as typed, with its error."""
    counted = {}
    for key in keys:
        originals, copies = (given.get(f"{kind}-{key}", "").strip()[:4] for kind in ("originals", "copies"))
        wrong = any(text and not _is_count(text) for text in (originals, copies))
        error = _("Nhập số bản là số nguyên từ 0 đến %(most)s.") % {"most": MOST_COPIES} if wrong else ""
        counted[key] = Counted(key, originals, copies, error)
    return counted


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) <= MOST_COPIES


def paper_documents(counted: Iterable[Counted]) -> list[dossiers.DocumentInput]:
    """Turn counts into papers of the dossier: originals and copies are separate lines."""
    made = []
    for entry in counted:
        for text, kind in (
            (entry.originals, dossiers.DossierDocument.Copy.ORIGINAL),
            (entry.copies, dossiers.DossierDocument.Copy.COPY),
        ):
            if text and int(text):
                made.append(dossiers.DocumentInput(key=entry.key, copy_kind=kind, quantity=int(text)))
    return made
