"""Load the reference data of the catalogue: sectors, life events, everyday words, own procedures."""

from datetime import datetime
from pathlib import Path

import yaml
from django.db import transaction

from lienthong.catalogue import spelling
from lienthong.catalogue.models import LifeEvent, Sector, Synonym
from lienthong.catalogue.services.importing import ImportReport, import_file
from lienthong.kernel.text import search_key, sort_key


def load_reference(*, folder: Path, now: datetime) -> ImportReport:
    """Load ``sectors.yaml``, ``life_events.yaml``, ``synonyms.yaml`` and ``procedures/`` of a folder.

    May be repeated: what is there and equal stays as it is.
    """
    with transaction.atomic():
        _load_sectors(_read(folder / "sectors.yaml"))
        _load_life_events(_read(folder / "life_events.yaml"))
        _load_synonyms(_read(folder / "synonyms.yaml"))
    return import_file(path=folder / "procedures", now=now)


def _read(path: Path) -> list[dict[str, str]]:
    loaded: list[dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def _load_sectors(rows: list[dict[str, str]]) -> None:
    Sector.objects.bulk_create(
        [
            Sector(
                code=row["code"],
                name=row["name"],
                search_key=search_key(row["name"]),
                sort_key=sort_key(row["name"]),
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "search_key", "sort_key"],
    )


def _load_life_events(rows: list[dict[str, str]]) -> None:
    LifeEvent.objects.bulk_create(
        [
            LifeEvent(
                key=row["key"],
                name_vi=row["vi"],
                name_en=row["en"],
                summary=row["summary"],
                audience=row["audience"],
                icon=row["icon"],
                order=order,
            )
            for order, row in enumerate(rows)
        ],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["name_vi", "name_en", "summary", "audience", "icon", "order"],
    )


def _load_synonyms(rows: list[dict[str, str]]) -> None:
    Synonym.objects.bulk_create(
        [
            Synonym(phrase=" ".join(spelling.tokens(row["say"])), replacement=" ".join(spelling.tokens(row["law"])))
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["phrase"],
        update_fields=["replacement"],
    )
