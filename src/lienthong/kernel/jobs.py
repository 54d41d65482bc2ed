"""Running the queue's jobs: one worker, and what a watcher may know about the workers."""

from datetime import datetime

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

CONCURRENCY = 4


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
