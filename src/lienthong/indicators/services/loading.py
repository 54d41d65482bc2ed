"""Making the facts of very many new dossiers at once, by the same description as one; the cells come from a recount."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import Max

from lienthong.dossiers import api as dossiers
from lienthong.indicators import facts
from lienthong.indicators.models import DossierFact
from lienthong.kernel import bulk

_BATCH = 2_000


def newest() -> int:
    """Give the number of the newest dossier that has a fact."""
    return int(DossierFact.objects.aggregate(newest=Max("pk"))["newest"] or 0)


def make_facts(*, after: int) -> Iterator[int]:
    """Make the facts of all dossiers after a number, for installations in which nobody works meanwhile.

    Gives after each batch how many are made. Facts that are there already stay as they are; cells are not touched, so
    a recount has to follow.
    """
    table = DossierFact._meta.db_table  # noqa: SLF001 - Django's own door
    fields = [field.attname for field in DossierFact._meta.concrete_fields]  # noqa: SLF001
    names = ", ".join(fields)
    made, last = 0, after
    while batch := dossiers.facts_after(dossier_id=last, size=_BATCH):
        rows = [facts.describe(told) for told in batch]
        with transaction.atomic(), connection.cursor() as cursor:
            bulk.trust_rows(cursor)
            cursor.execute(f"CREATE TEMP TABLE load_fact (LIKE {table}) ON COMMIT DROP")
            with cursor.copy(f"COPY load_fact ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([row[name] for name in fields])
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {names} FROM load_fact ON CONFLICT DO NOTHING"  # noqa: S608
            )
        made, last = made + len(batch), batch[-1].id
        yield made
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")
