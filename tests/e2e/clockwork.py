"""What a story of time needs besides people: dossiers already on their way, and the job that watches dates."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import yaml
from django.conf import settings
from django.db import connections

from lienthong.dossiers import tasks
from lienthong.dossiers.models import Dossier
from lienthong.dossiers.services.demonstration import seed_demo_dossiers
from tests.e2e.town import Town

T = TypeVar("T")


def received_dossier(town: Town, folder: Path, *, by: str = "hoa@lienthong.example") -> Dossier:
    """Let a person's certificate of marital status be received this morning, by services; stories of forms are told
    elsewhere.
    """
    seed = yaml.safe_load((settings.SEEDS / "demo" / "dossiers.yaml").read_text(encoding="utf-8"))
    row = next(row for row in seed["dossiers"] if row["key"] == "verifying")
    seed["dossiers"] = [{**row, "key": f"story of {by}", "by": by, "days": 0, "steps": [["check", "accept"]]}]
    path = folder / "story.yaml"
    path.write_text(yaml.safe_dump(seed, allow_unicode=True), encoding="utf-8")

    def file() -> Dossier:
        seed_demo_dossiers(path=path, now=town.clock.now())
        return Dossier.objects.latest("pk")

    made = _aside(file)
    town.work()
    return made


def watch_deadlines(town: Town) -> None:
    """Do what the job does every quarter of an hour, then let the messages go out."""
    _aside(tasks.watch_deadlines)
    town.work()


def check_alarms() -> None:
    """Do what the nightly job does."""
    _aside(tasks.check_alarms)


def _aside(act: Callable[[], T]) -> T:
    """Work in a thread of its own: Playwright keeps an event loop in the test's."""
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(act())
        except BaseException as error:  # noqa: BLE001 - raised again in the test's own thread
            failed.append(error)
        finally:
            connections.close_all()

    worker = threading.Thread(target=run, name="aside")
    worker.start()
    worker.join()
    if failed:
        raise failed[0]
    return done[0]
