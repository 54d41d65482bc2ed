"""What a counter may take in, and how the papers laid on it are counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal, Right
from lienthong.catalogue import api as catalogue
from lienthong.dossiers import api as dossiers
from lienthong.organisations import api as organisations

MOST_COPIES = 99


@dataclass(frozen=True, slots=True)
class Counted:
    """How many originals, certified and plain copies of one paper were handed over, as typed."""

    key: str
    originals: str = ""
    certified: str = ""
    copies: str = ""
    error: str = ""

    @property
    def has_paper(self) -> bool:
        """Say whether anything was counted."""
        return any((text or "0") != "0" for text in (self.originals, self.certified, self.copies))


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
        texts = {kind: given.get(f"{kind}-{key}", "").strip()[:4] for kind in ("originals", "certified", "copies")}
        wrong = any(text and not _is_count(text) for text in texts.values())
        error = _("Nhập số bản là số nguyên từ 0 đến %(most)s.") % {"most": MOST_COPIES} if wrong else ""
        counted[key] = Counted(key, **texts, error=error)
    return counted


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) <= MOST_COPIES


def paper_documents(counted: Iterable[Counted]) -> list[dossiers.DocumentInput]:
    """Turn counts into papers of the dossier: originals, certified and plain copies are separate lines."""
    made = []
    for entry in counted:
        for text, kind, is_certified in (
            (entry.originals, dossiers.DossierDocument.Copy.ORIGINAL, False),
            (entry.certified, dossiers.DossierDocument.Copy.COPY, True),
            (entry.copies, dossiers.DossierDocument.Copy.COPY, False),
        ):
            if text and int(text):
                made.append(
                    dossiers.DocumentInput(key=entry.key, copy_kind=kind, quantity=int(text), is_certified=is_certified)
                )
    return made


def is_instant(version: catalogue.ProcedureVersion) -> bool:
    """Say whether the result comes at once, so that a receipt is printed only when it is asked for."""
    limit = catalogue.time_limit(version=version)
    return limit is not None and limit.unit == catalogue.TimeUnit.IMMEDIATE
