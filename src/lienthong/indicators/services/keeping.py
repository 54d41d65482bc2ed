"""Keeping facts and cells in step with dossiers, in the transaction that delivers the change.

The cells are updated in place rather than through a log of differences: the only writers are the worker's few
deliveries, each for a few milliseconds, so a busy cell is hardly ever waited for, and every reader sees exact sums
without folding anything. Dossiers are locked by a number made of their uuid, cells in the order of their keys:
nobody waits in a circle. A repeated or late event changes nothing, because the dossier is read anew under its lock.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from lienthong.dossiers import api as dossiers
from lienthong.indicators import facts, measures
from lienthong.indicators.models import DossierFact, Figure, Step, StepFact
from lienthong.workflows import api as workflows

#: Numbers of advisory locks: one shared by all keepers, taken alone by a recount; one a dossier.
_KEEPERS, _DOSSIER = 766, 767
_COLUMNS = tuple(measures.MEASURES)
_FACT_FIELDS = tuple(field.attname for field in DossierFact._meta.concrete_fields)  # noqa: SLF001 - Django's own door
_CHANGING = tuple(
    field.name
    for field in DossierFact._meta.concrete_fields  # noqa: SLF001 - Django's own door
    if not field.primary_key
)


def keep(*, dossier_uuids: Iterable[UUID]) -> int:
    """Bring facts, cells and step times of dossiers up to date; give how many facts changed."""
    uuids = sorted(set(dossier_uuids), key=str)
    with transaction.atomic():
        _lock(uuids)
        return _keep(dossiers.facts_of(dossier_uuids=uuids))


def keep_all(*, size: int = 500) -> int:
    """Bring every dossier's fact up to date, a transaction a batch; give how many changed."""
    changed, last = 0, 0
    while batch := dossiers.facts_after(dossier_id=last, size=size):
        changed += keep(dossier_uuids=[told.uuid for told in batch])
        last = batch[-1].id
    return changed


def _lock(uuids: Sequence[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s), count(pg_advisory_xact_lock(%s, number))"
            " FROM (SELECT hashtext(name) AS number FROM unnest(%s::text[]) name ORDER BY 1) numbered",
            [_KEEPERS, _DOSSIER, [str(uuid) for uuid in uuids]],
        )


def lock_keepers_out() -> None:
    """Wait until nobody keeps figures, and let nobody begin before this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_KEEPERS])


def _keep(told: Sequence[dossiers.DossierFacts]) -> int:
    known = DossierFact.objects.in_bulk([one.id for one in told])
    new = [DossierFact(**facts.describe(one)) for one in told]
    changed = [fact for fact in new if not _same(known.get(fact.pk), fact)]
    if changed:
        steps: dict[measures.CellKey, dict[str, int]] = {}
        for fact in changed:
            before = known.get(fact.pk)
            merge(
                steps,
                measures.difference(measures.contributions(before) if before else {}, measures.contributions(fact)),
            )
        DossierFact.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["dossier"], update_fields=_CHANGING
        )
        add(steps)
    keep_step_times({str(fact.uuid): fact.procedure_id for fact in new})
    return len(changed)


def _same(old: DossierFact | None, new: DossierFact) -> bool:
    return old is not None and all(getattr(old, name) == getattr(new, name) for name in _FACT_FIELDS)


def merge(
    into: dict[measures.CellKey, dict[str, int]], more: Mapping[measures.CellKey, Mapping[str, int]]
) -> dict[measures.CellKey, dict[str, int]]:
    """Add the steps of one map of cells to another."""
    for key, values in more.items():
        cell = into.setdefault(key, {})
        for name, step in values.items():
            cell[name] = cell.get(name, 0) + step
    return into


def add(steps: Mapping[measures.CellKey, Mapping[str, int]]) -> None:
    """Add to the cells, in the order of their keys, with one statement that names only the columns that move."""
    moved = sorted((key, values) for key, values in steps.items() if any(values.values()))
    if not moved:
        return
    columns = [name for name in _COLUMNS if any(values.get(name) for _key, values in moved)]
    # The cell's own columns only: names come from the closed registry of measures.
    others = [name for name in _COLUMNS if name not in columns]
    row = f"({', '.join(['%s'] * (3 + len(columns)))}{', 0' * len(others)})"
    values: list[Any] = []
    for key, cell in moved:
        values += [*key, *(cell.get(name, 0) for name in columns)]
    table = Figure._meta.db_table  # noqa: SLF001 - Django's own door
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS cell (agency_id, procedure_id, month, {', '.join([*columns, *others])})"  # noqa: S608
            f" VALUES {', '.join([row] * len(moved))}"
            " ON CONFLICT (agency_id, procedure_id, month) DO UPDATE SET "
            + ", ".join(f"{name} = cell.{name} + EXCLUDED.{name}" for name in columns),
            values,
        )


def keep_step_times(procedures: Mapping[str, int]) -> int:
    """Note the ended tasks of dossiers, those not yet known; give how many tasks there are.

    :param procedures: the procedure of each dossier by its uuid as text.
    """
    ended = workflows.task_times(business_keys=sorted(procedures))
    if not ended:
        return 0
    known = _steps(ended)
    StepFact.objects.bulk_create(
        [
            StepFact(
                task_uuid=task.uuid,
                step_id=known[task.process_key, task.element_id],
                procedure_id=procedures[task.business_key],
                agency_id=task.agency_id,
                account_id=task.assignee_id,
                done_at=task.done_at,
                minutes=max(0, round((task.done_at - task.opened_at).total_seconds() / 60)),
            )
            for task in ended
        ],
        ignore_conflicts=True,
    )
    return len(ended)


def _steps(ended: Sequence[workflows.TaskTime]) -> dict[tuple[str, str], int]:
    """Give the number of each step, making those that are new."""
    names = {(task.process_key, task.element_id): task.name for task in ended}
    rows = Step.objects.filter(process_key__in={key for key, _element in names})
    known = {(row.process_key, row.element_id): row.pk for row in rows}
    missing = [key for key in names if key not in known]
    if missing:
        Step.objects.bulk_create(
            [Step(process_key=key[0], element_id=key[1], name=names[key]) for key in sorted(missing)],
            ignore_conflicts=True,
        )
        known = {(row.process_key, row.element_id): row.pk for row in rows.all()}
    return known
