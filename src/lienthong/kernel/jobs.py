"""The queue: putting jobs into it by name, the worker that runs them, and what a watcher may know about workers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from lienthong.kernel import audit
from lienthong.kernel.errors import NotFoundError
from lienthong.kernel.paging import Page, keyset

CONCURRENCY = 4
#: A worker not heard of for so long is taken for dead, and its jobs for stalled.
SILENCE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many jobs of one queue are in each state; ``stalled`` are among those being done."""

    queue: str
    todo: int
    doing: int
    failed: int
    succeeded: int
    stalled: int


def queue(name: str, **arguments: Any) -> None:
    """Queue one job in the caller's transaction, by the name its task was given.

    A service names the job rather than importing it, since jobs stand above services.
    """
    app.configure_task(name, allow_unknown=False).defer(**arguments)


def queue_many(name: str, arguments: Iterable[Mapping[str, Any]]) -> None:
    """Queue one job for each set of arguments, in one statement and the caller's transaction."""
    rows = [dict(row) for row in arguments]
    if rows:
        app.configure_task(name, allow_unknown=False).batch_defer(*rows)


async def run_worker(*, wait: bool = True, concurrency: int = CONCURRENCY, signals: bool = True) -> None:
    """Execute jobs until told to stop, or only until none is left.

    The worker fetches on its own connections; what a job itself queues goes through Django's, so that
    it commits or rolls back with the job's rows.

    :param wait: False ends when the queue is empty.
    :param signals: end cleanly at SIGINT and SIGTERM.
    """
    worker = app.with_connector(DjangoConnector().get_worker_connector())
    async with worker.open_async():
        await worker.run_worker_async(
            wait=wait, concurrency=concurrency, install_signal_handlers=signals, listen_notify=wait, delete_jobs="never"
        )


def last_heartbeat() -> datetime | None:
    """Tell when any worker was last heard of; None without a worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        row = cursor.fetchone()
    beat: datetime | None = row[0] if row else None
    return beat


def count_by_queue(*, now: datetime) -> tuple[QueueCounts, ...]:
    """Count the jobs of each queue by state, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT j.queue_name,
                   count(*) FILTER (WHERE j.status = 'todo'), count(*) FILTER (WHERE j.status = 'doing'),
                   count(*) FILTER (WHERE j.status = 'failed'), count(*) FILTER (WHERE j.status = 'succeeded'),
                   count(*) FILTER (WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < %s))
              FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
             GROUP BY j.queue_name ORDER BY j.queue_name
            """,
            [now - SILENCE],
        )
        return tuple(QueueCounts(*row) for row in cursor.fetchall())


def list_troubled(*, now: datetime, cursor: str | None, size: int = 50) -> Page[ProcrastinateJob]:
    """List the jobs that failed or whose worker fell silent, newest first."""
    return keyset(_troubled(now), order=("-id",), cursor=cursor, size=size)


def retry(*, actor: audit.Actor, job_ids: Sequence[int], now: datetime) -> int:
    """Queue failed or stalled jobs again; give how many.

    :raises NotFoundError: none of the jobs is in trouble (any more).
    """
    with transaction.atomic():
        chosen = list(_troubled(now).filter(pk__in=job_ids).order_by("pk"))
        if not chosen:
            raise NotFoundError(_("Các việc này không còn ở trạng thái lỗi hay bị bỏ dở."), code="kernel.job_not_found")
        for job in chosen:
            app.job_manager.retry_job_by_id(job.pk, retry_at=now)
            audit.record(
                actor=actor,
                action="kernel.job.retried",
                subject_type="kernel.job",
                subject_id=job.pk,
                at=now,
                facts={"task": job.task_name, "attempts": job.attempts},
            )
    return len(chosen)


def _troubled(now: datetime):  # type: ignore[no-untyped-def]  # the queue's models carry no types
    silent = Q(worker__isnull=True) | Q(worker__last_heartbeat__lt=now - SILENCE)
    return ProcrastinateJob.objects.filter(Q(status="failed") | Q(status="doing") & silent)
