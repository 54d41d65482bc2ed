"""Telling the stand-in of the national portal, and comparing what it holds with what is here."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import count, groupby
from uuid import uuid4

import pytest

from lienthong.dossiers.api import Dossier
from lienthong.dossiers.models import DossierDocument, HistoryEntry, NationalSync, Rating
from lienthong.dossiers.national import HttpPortal
from lienthong.dossiers.services import national
from lienthong.dossiers.services.national import Sent
from lienthong.dossiers.tests.factories import NOW, make_citizen, make_dossier, upload
from lienthong.dossiers.tests.portal_standin import StandIn, open_stand_in
from lienthong.files.models import File

_numbers = count(1)


def note(dossier: Dossier, *, now: datetime = NOW) -> None:
    """Note that a dossier has something new, as its event does."""
    national.note_change(dossier_uuid=dossier.uuid, now=now)


def send(dossier: Dossier, portal: HttpPortal, *, now: datetime = NOW) -> Sent:
    """Send what is new about a dossier."""
    return national.send(dossier_id=dossier.pk, portal=portal, now=lambda: now)


def collapsed(values: Iterable[int]) -> list[int]:
    """Write a status that stays only once."""
    return [value for value, _group in groupby(values)]


def is_part(part: Iterable[int], whole: Iterable[int]) -> bool:
    """Say whether the values of one come in the other, in the same order."""
    rest = iter(whole)
    return all(value in rest for value in part)


def expect_equal(stand_in: StandIn, dossier: Dossier) -> None:
    """Compare what the portal holds with what is here: nothing missing, nothing twice, in order."""
    dossier = Dossier.objects.get(pk=dossier.pk)
    code = NationalSync.objects.get(pk=dossier.pk).remote_code
    made = [row for row in stand_in.created if row["MaHoSo"] == code]
    assert len(made) == 1
    assert made[0]["ChuHoSo"] == dossier.owner_name
    entries = list(HistoryEntry.objects.filter(dossier=dossier, is_public=True).order_by("pk"))
    lines = stand_in.progress[code]
    assert [line["NoiDungXuLy"] for line in lines] == [
        f"{entry.title}: {entry.note}" if entry.note else entry.title for entry in entries
    ]
    assert [line["TrangThai"] for line in lines] == [entry.status for entry in entries]
    statuses = stand_in.statuses[code]
    every = [1, *HistoryEntry.objects.filter(dossier=dossier).order_by("pk").values_list("status", flat=True)]
    assert statuses == collapsed(statuses)
    assert statuses[-1] == dossier.status
    assert is_part(collapsed([1, *(entry.status for entry in entries)]), statuses)
    assert is_part(statuses, [*every, dossier.status])
    for document in DossierDocument.objects.filter(dossier=dossier, file__isnull=False).select_related("file__blob"):
        assert stand_in.files[str(document.file.uuid)][0] == document.file.blob.sha256
    rating = Rating.objects.filter(dossier=dossier).first()
    assert stand_in.ratings.get(code) == (rating.level if rating else None)


def grow(dossier: Dossier, history: list[tuple[int, bool, str]]) -> None:
    """Let more happen to a dossier, as a change would write it."""
    for status, is_public, title in history:
        HistoryEntry.objects.create(
            dossier=dossier, at=NOW, kind="step", title=title, actor_kind="official", actor_name="Hoàng Thanh Sơn",
            status=status, is_public=is_public,
        )  # fmt: skip
        Dossier.objects.filter(pk=dossier.pk).update(
            status=status, version=Dossier.objects.get(pk=dossier.pk).version + 1
        )


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Run a portal that may go down, be slow and lose replies."""
    with open_stand_in() as portal:
        yield portal


@pytest.fixture
def portal(stand_in: StandIn) -> HttpPortal:
    """Give a client of it, as an installation has."""
    return HttpPortal(url=stand_in.url, key="hue", secret="s3cret", timeout=0.2)


@pytest.fixture
def enabled(settings, stand_in: StandIn) -> StandIn:
    """Switch the reporting on, as an installation does."""
    settings.NATIONAL_PORTAL_URL = stand_in.url
    settings.NATIONAL_PORTAL_SECRET = "s3cret"
    settings.NATIONAL_PORTAL_TIMEOUT = 2.0
    return stand_in


@pytest.fixture
def cloned(world) -> Callable[..., Dossier]:
    """Give a maker of dossiers with a history of one's own choice."""
    first = make_dossier(world)
    given_files = [upload(make_citizen("Trần Văn Bình"), f"tep-{n}.pdf", pages=n) for n in (1, 2)]
    stored = list(File.objects.filter(uuid__in=given_files))

    def make(history: list[tuple[int, bool, str]], *, files: int = 0) -> Dossier:
        dossier = Dossier.objects.get(pk=first.pk)
        dossier.pk, dossier.uuid, dossier.submission_key = None, uuid4(), uuid4()
        dossier.code, dossier.received_at = f"T-{next(_numbers)}", NOW
        dossier.save()
        for file in stored[:files]:
            DossierDocument.objects.create(dossier=dossier, document_key="x", name="Giấy tờ", file=file)
        grow(dossier, history)
        return dossier

    return make
