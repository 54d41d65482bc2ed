"""Two programs, or one that repeats itself, at the same moment."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from lienthong.dossiers.models import CodeSequence, Dossier
from lienthong.rest.tests.conftest import application, file_one, make_official_caller

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Make calls in threads that start together."""
    start, answers = Barrier(len(calls)), [None] * len(calls)

    def run(place: int) -> None:
        try:
            start.wait()
            answers[place] = calls[place]()
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_the_same_key_at_once_files_one_dossier(world, procedure, lan):
    body = application(world, procedure, lan.upload().json()["id"])
    answers = at_once([lambda: lan.post("/dossiers", body, key="cung-mot-luc")] * 6)
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Dossier.objects.count() == 1
    assert CodeSequence.objects.get(series__startswith="dossier/").last == 1


def test_different_keys_at_once_get_codes_without_gap(world, procedure, lan):
    body = application(world, procedure, lan.upload().json()["id"])
    answers = at_once(
        [lambda number=number: lan.post("/dossiers", body, key=f"khoa-so-{number}") for number in range(6)]
    )
    assert [answer.status_code for answer in answers] == [201] * 6
    numbers = sorted(int(answer.json()["code"].rsplit("-", 1)[-1]) for answer in answers)
    assert numbers == list(range(1, 7))


def test_two_officials_at_once_end_a_task_once(world, procedure, lan):
    file_one(lan, world, procedure)
    desk = make_official_caller(world, "receptionist")
    task = desk.get("/tasks").json()["items"][0]["id"]
    answers = at_once([lambda: desk.post(f"/tasks/{task}/complete", {"outcome": "accept"})] * 3)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    kinds = [line["kind"] for line in lan.get(f"/dossiers/{Dossier.objects.get().uuid}/history").json()["items"]]
    assert kinds.count("received") == 1
