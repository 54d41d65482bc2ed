"""Taking a whole register of an older system over: tried, imported, and given a second time."""

import csv
import io
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from benchmarks.people import PROCEDURE
from lienthong.accounts import api as accounts
from lienthong.accounts.api import Principal, Right
from lienthong.dossiers.api import batches
from lienthong.dossiers.models import Dossier, ImportProblem
from lienthong.dossiers.services import importing
from lienthong.kernel import clock
from lienthong.organisations import api as organisations

_HEADER = ("Mã hồ sơ", "Mã thủ tục", "Họ và tên", "Ngày tiếp nhận", "Ngày hẹn trả", "Trạng thái", "Số tiền phải nộp")
#: The statuses of a register as it is met: most dossiers are worked on.
_STATUSES = ("Đang xử lý", "Đang xử lý", "Mới đăng ký", "Chờ bổ sung", "Chờ nộp tiền", "Tạm dừng")


@dataclass(frozen=True)
class Pass:
    """One pass through the whole table, by as many jobs as it takes.

    :ivar jobs: how many jobs; each goes on where the one before ended.
    :ivar longest: seconds of the longest job: what an interruption costs at most.
    """

    name: str
    rows: int
    jobs: int
    seconds: float
    cpu_seconds: float
    longest: float
    statements: float


@dataclass
class _Watch:
    jobs: int = 0
    statements: int = 0
    longest: float = 0.0
    begun: float = field(default_factory=time.perf_counter)
    used: float = field(default_factory=time.process_time)


@dataclass(frozen=True)
class TakeOver:
    """The passes, the row that was wrong as the report names it, and the memory that they took."""

    rows: int
    wrong_row: int
    dossiers: int
    passes: list[Pass]
    grown_mb: float


class BrokenClaimError(Exception):
    """What the page promises does not hold."""


def measure(rows: int) -> TakeOver:
    """Take ``rows`` dossiers over, one of them wrong in the middle; then the same table, mended, once more."""
    keeper, agency_id = _keeper()
    run, middle = uuid4().hex[:8], rows // 2
    before, memory = Dossier.objects.count(), _memory()
    passes: list[Pass] = []

    first = _give(keeper, agency_id, _table(run, rows, wrong=middle))
    _expect(_try(first, keeper, passes, "try"), good=rows - 1, known=0, wrong=1)
    _expect(_import(first, keeper, passes, "import"), good=rows - 1, known=0, wrong=1)
    (named,) = ImportProblem.objects.filter(batch=first).values_list("row", flat=True)
    if named != middle + 2:  # people count the header as row 1
        raise BrokenClaimError(f"row {middle + 2} was wrong, the report names {named}")

    again = _give(keeper, agency_id, _table(run, rows, wrong=None))
    _expect(_try(again, keeper, passes, "try again"), good=1, known=rows - 1, wrong=0)
    _expect(_import(again, keeper, passes, "import again"), good=1, known=rows - 1, wrong=0)
    made = Dossier.objects.count() - before
    if made != rows:
        raise BrokenClaimError(f"{rows} rows made {made} dossiers")
    return TakeOver(rows, named, made, passes, round(_memory() - memory, 1))


def _keeper() -> tuple[Principal, int]:
    """Find who supervises at the ward of the demo."""
    now = clock.now()
    on = clock.local_date(now)
    ward = next(
        agency
        for agency in organisations.list_agencies(on=on, kind="people_committee")
        if "phường Hải Châu" in agency.name
    )
    account = next(iter(accounts.accounts_with_right(right=Right.SUPERVISE, agency_id=ward.pk, on=on)))
    return accounts.principal_for_account(account, now), ward.pk


def _table(run: str, rows: int, *, wrong: int | None) -> SimpleUploadedFile:
    today = clock.local_date(clock.now())
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADER)
    for number in range(rows):
        received = today - timedelta(days=1 + number % 20)
        writer.writerow(
            (
                f"CU-{run}-{number}",
                PROCEDURE,
                f"Nguyễn Thị Lan {number}",
                f"{received:%d/%m/%Y}",
                f"{received + timedelta(days=30):%d/%m/%Y}",
                "Không rõ" if number == wrong else _STATUSES[number % len(_STATUSES)],
                "150.000",
            )
        )
    return SimpleUploadedFile("so-ho-so-cu.csv", text.getvalue().encode(), "text/csv")


def _give(keeper: Principal, agency_id: int, table: SimpleUploadedFile) -> batches.ImportBatch:
    return batches.upload_table(principal=keeper, agency_id=agency_id, upload=table, now=clock.now())


def _try(batch: batches.ImportBatch, keeper: Principal, passes: list[Pass], name: str) -> batches.ImportBatch:
    batches.choose_columns(principal=keeper, batch=batch, columns=batch.columns, statuses={}, now=clock.now())
    return _work(batch, passes, name)


def _import(batch: batches.ImportBatch, keeper: Principal, passes: list[Pass], name: str) -> batches.ImportBatch:
    batches.start_import(principal=keeper, batch=batch, now=clock.now())
    return _work(batch, passes, name)


def _work(batch: batches.ImportBatch, passes: list[Pass], name: str) -> batches.ImportBatch:
    """Do what the worker does: job after job until no row is left."""
    is_left = True
    with _watched() as watch:
        while is_left:
            begun = time.perf_counter()
            is_left = importing.work(batch_uuid=batch.uuid, now=clock.now())
            watch.jobs += 1
            watch.longest = max(watch.longest, time.perf_counter() - begun)
    batch.refresh_from_db()
    passes.append(
        Pass(
            name=name,
            rows=batch.rows - 1,
            jobs=watch.jobs,
            seconds=round(time.perf_counter() - watch.begun, 1),
            cpu_seconds=round(time.process_time() - watch.used, 1),
            longest=round(watch.longest, 1),
            statements=round(watch.statements / (batch.rows - 1), 1),
        )
    )
    return batch


@contextmanager
def _watched() -> Iterator[_Watch]:
    watch = _Watch()

    def counting(execute, sql, params, many, context):
        watch.statements += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counting):
        yield watch


def _expect(batch: batches.ImportBatch, **wanted: int) -> None:
    found = {key: getattr(batch, key) for key in wanted}
    if found != wanted:
        raise BrokenClaimError(f"{batch.state}: {found} instead of {wanted}")


def _memory() -> float:
    """Give the most memory that this process ever held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
