"""The national portal is told everything once and in order, whatever happens on the way."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import count, groupby
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lienthong.accounts.tests.factories import sign_in
from lienthong.dossiers import api
from lienthong.dossiers.api import DocumentInput, Dossier, DossierStatus, feedback
from lienthong.dossiers.models import DossierDocument, HistoryEntry, NationalSync, Rating
from lienthong.dossiers.national import HttpPortal
from lienthong.dossiers.services import national
from lienthong.dossiers.services.national import FIRST_WAIT, LONGEST_WAIT, Sent
from lienthong.dossiers.tests.factories import (
    NOW,
    do,
    make_citizen,
    make_document,
    make_dossier,
    make_procedure,
    upload,
    work,
)
from lienthong.dossiers.tests.oversight import load_feedback_seed
from lienthong.dossiers.tests.portal_standin import AFTER, BEFORE, StandIn, open_stand_in
from lienthong.files.models import File
from lienthong.kernel import audit, clock
from lienthong.kernel.errors import InvalidError

MINUTE = timedelta(minutes=1)
_numbers = count(1)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with open_stand_in() as portal:
        yield portal


@pytest.fixture
def portal(stand_in: StandIn) -> HttpPortal:
    return HttpPortal(url=stand_in.url, key="hue", secret="s3cret", timeout=0.2)


@pytest.fixture
def enabled(settings, stand_in: StandIn) -> StandIn:
    """Switch the reporting on, as an installation does."""
    settings.NATIONAL_PORTAL_URL = stand_in.url
    settings.NATIONAL_PORTAL_SECRET = "s3cret"
    settings.NATIONAL_PORTAL_TIMEOUT = 2.0
    return stand_in


def note(dossier: Dossier, *, now: datetime = NOW) -> None:
    national.note_change(dossier_uuid=dossier.uuid, now=now)


def send(dossier: Dossier, portal: HttpPortal, *, now: datetime = NOW) -> Sent:
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


def test_a_whole_dossier_arrives_in_the_field_names_of_the_portal(world, stand_in, portal) -> None:
    load_feedback_seed()
    citizen = make_citizen()
    version = make_procedure(documents=(make_document("paper", "Giấy chứng sinh"),))
    files = upload(citizen)
    dossier = make_dossier(
        world,
        status=DossierStatus.RETURNED,
        applicant=citizen,
        version=version,
        documents=(DocumentInput(key="paper", file_uuid=files),),
    )
    feedback.rate(principal=citizen, dossier=dossier, given=feedback.RatingInput(level=3), now=NOW)
    note(dossier)
    assert send(dossier, portal) is Sent.SYNCED
    expect_equal(stand_in, dossier)
    made = stand_in.created[0]
    assert set(made) == {
        "MaHoSo", "MaTTHC", "MaDichVuCong", "ChuHoSo", "LoaiDoiTuong", "MaDonViTiepNhan", "NgayNop", "NgayTiepNhan",
        "ThongTinNguoiNop", "ThanhPhanHoSo", "DanhSachLePhi",
    }  # fmt: skip
    assert made["MaDonViTiepNhan"] == "H17.50"
    assert (made["ThongTinNguoiNop"]["MaTinh"], made["ThongTinNguoiNop"]["MaXa"]) == ("48", "20242")
    component = made["ThanhPhanHoSo"][0]
    assert set(component) == {"MaThanhPhanHoSo", "TenThanhPhanHoSo", "SoLuong", "LoaiBan", "GiayToDinhKem"}
    assert set(component["GiayToDinhKem"][0]) == {"IdGiayTo", "MaKetQua", "TenGiayTo", "HashTepTin"}
    assert component["GiayToDinhKem"][0]["IdGiayTo"] == str(files)
    line = stand_in.progress[made["MaHoSo"]][0]
    assert set(line) == {
        "IDHoSo", "MaHoSo", "NguoiXuLy", "ThoiDiemXuLy", "PhongBanXuLy", "NoiDungXuLy", "TrangThai", "NgayBatDau",
        "NgayKetThucTheoQuyDinh",
    }  # fmt: skip
    result = api.result_of(dossier=dossier)
    assert stand_in.files[str(result.file.uuid)][1].startswith(b"%PDF")
    order = list(dict.fromkeys(stand_in.operations))
    assert order.index("GetToken") < order.index("GetNextValue") < order.index("UploadFile") < order.index("NoiHoSo")
    assert order.index("NoiHoSo") < order.index("CapNhatTienTrinh") < order.index("CapNhatTrangThai")


def test_only_what_is_new_is_told_the_next_time(world, stand_in, portal) -> None:
    dossier = make_dossier(world)
    note(dossier)
    send(dossier, portal)
    asked = len(stand_in.operations)
    note(dossier)
    assert send(dossier, portal) is Sent.SYNCED
    assert len(stand_in.operations) == asked
    dossier = do(world, dossier, "check", "accept")
    note(dossier)
    send(dossier, portal)
    assert stand_in.operations.count("NoiHoSo") == 1
    expect_equal(stand_in, dossier)


@pytest.mark.parametrize("fault", [*BEFORE, *AFTER])
def test_each_fault_at_each_request_does_no_harm(stand_in, portal, fault: str, cloned) -> None:
    for at in range(6):
        dossier = cloned([(1, True, "Đã nộp"), (2, True, "Tiếp nhận"), (2, True, "Tiếp nhận")])
        stand_in.plan.extend([*[""] * at, fault])
        note(dossier)
        for attempt in range(4):
            if send(dossier, portal, now=NOW + attempt * LONGEST_WAIT) is Sent.SYNCED:
                break
        stand_in.plan.clear()
        expect_equal(stand_in, dossier)
        assert NationalSync.objects.get(pk=dossier.pk).status == "synced"


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


LINES = st.lists(
    st.tuples(st.integers(2, 10), st.booleans(), st.sampled_from(["Tiếp nhận", "Thẩm tra", "Trình ký"])), max_size=4
)
FAULTS = st.lists(st.sampled_from(["", "", *BEFORE, *AFTER]), max_size=14)


def test_whatever_fails_the_portal_ends_equal(world, stand_in, portal, cloned) -> None:
    """Random histories that grow while random requests fail: in the end both sides say the same."""

    @settings(
        max_examples=15,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(LINES, LINES, FAULTS, FAULTS, st.integers(0, 2), st.sampled_from([None, 1, 3]))
    def story(first, later, faults, more_faults, files, level) -> None:
        dossier = cloned(first, files=files)
        moment = NOW
        note(dossier, now=moment)
        stand_in.plan.extend(faults)
        send(dossier, portal, now=moment)
        grow(dossier, later)
        if level is not None:
            Rating.objects.create(
                dossier=dossier, level=level, place="portal", rated_at=NOW, changed_at=NOW, changeable_until=NOW
            )
        stand_in.plan.extend(more_faults)
        note(dossier, now=moment)
        for _round in range(60):
            if send(dossier, portal, now=moment) is Sent.SYNCED:
                break
            moment += LONGEST_WAIT
        expect_equal(stand_in, dossier)

    story()


def test_a_silent_portal_is_asked_ever_more_rarely_and_never_given_up(stand_in, portal, cloned) -> None:
    dossier = cloned([(1, True, "Đã nộp")])
    note(dossier)
    stand_in.plan.extend(["down"] * 40)
    moment, waits = NOW, []
    for _attempt in range(12):
        assert send(dossier, portal, now=moment) is Sent.WAITING
        sync = NationalSync.objects.get(pk=dossier.pk)
        waits.append(sync.next_attempt_at - moment)
        moment = sync.next_attempt_at
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT
    assert sync.status == "pending"
    assert sync.pending_since == NOW
    assert "GetNextValue" in sync.error
    stand_in.plan.clear()
    assert send(dossier, portal, now=moment) is Sent.SYNCED
    assert NationalSync.objects.get(pk=dossier.pk).error == ""


def test_a_sweep_leaves_a_portal_that_is_down_alone(stand_in, portal, cloned) -> None:
    for _index in range(6):
        note(cloned([(1, True, "Đã nộp")]))
    stand_in.plan.extend(["down"] * 50)
    assert national.send_due(portal=portal, now=lambda: NOW) == 0
    assert stand_in.operations.count("GetNextValue") == national.SILENCES


def test_a_refusal_waits_for_an_operator_and_shows_no_personal_number(stand_in, portal, cloned) -> None:
    dossier = cloned([(1, True, "Đã nộp")])
    stand_in.refusals["NoiHoSo"] = "SoGiayTo 048190000123 không hợp lệ"
    note(dossier)
    assert send(dossier, portal) is Sent.REFUSED
    sync = NationalSync.objects.get(pk=dossier.pk)
    assert (sync.status, sync.in_flight) == ("refused", "")
    assert "E12" in sync.error
    assert "048190000123" not in sync.error
    assert national.send_due(portal=portal, now=lambda: NOW + LONGEST_WAIT) == 0
    stand_in.refusals.clear()
    assert national.resend(actor=audit.SYSTEM, dossier_ids=[dossier.pk], now=NOW) == 1
    assert send(dossier, portal) is Sent.SYNCED
    expect_equal(stand_in, dossier)
    with pytest.raises(InvalidError):
        national.resend(actor=audit.SYSTEM, dossier_ids=[dossier.pk], now=NOW)


def test_an_expired_token_is_renewed(stand_in, portal, cloned) -> None:
    dossier = cloned([(1, True, "Đã nộp")])
    note(dossier)
    stand_in.expired_tokens = 1
    assert send(dossier, portal) is Sent.SYNCED
    assert stand_in.operations.count("GetToken") == 2


def test_paused_nothing_leaves_and_resumed_everything_does(stand_in, portal, cloned) -> None:
    dossier = cloned([(1, True, "Đã nộp")])
    note(dossier)
    with pytest.raises(InvalidError):
        national.pause(actor=audit.SYSTEM, reason=" ", now=NOW)
    national.pause(actor=audit.SYSTEM, reason="Cổng bảo trì", now=NOW)
    assert send(dossier, portal) is Sent.PAUSED
    assert national.send_due(portal=portal, now=lambda: NOW) == 0
    assert stand_in.operations == []
    national.resume_sending(actor=audit.SYSTEM, now=NOW + MINUTE)
    assert national.send_due(portal=portal, now=lambda: NOW + MINUTE) == 1


def test_nothing_personal_is_logged(stand_in, portal, cloned, caplog, capfd) -> None:
    dossier = cloned([(1, True, "Đã nộp")])
    caplog.set_level(logging.DEBUG)
    note(dossier)
    stand_in.plan.extend(["", "lost", "garbage", "error"])
    for attempt in range(5):
        send(dossier, portal, now=NOW + attempt * LONGEST_WAIT)
    said = caplog.text + "".join(capfd.readouterr())
    assert "national_portal_silent" in said
    assert dossier.owner_name not in said
    assert dossier.phone not in said
    assert "s3cret" not in said


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_thing_once(world, stand_in, cloned) -> None:
    dossier = cloned([(1, True, "Đã nộp"), (2, True, "Tiếp nhận"), (4, True, "Thẩm tra")])
    note(dossier)
    gate = threading.Barrier(3)
    outcomes: list[Sent] = []

    def run() -> None:
        own = HttpPortal(url=stand_in.url, key="hue", secret="s3cret", timeout=5)
        gate.wait()
        outcomes.append(send(dossier, own))
        connections.close_all()

    threads = [threading.Thread(target=run) for _index in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Sent.SYNCED in outcomes
    expect_equal(stand_in, dossier)


@pytest.mark.django_db(transaction=True)
def test_what_happens_is_told_by_the_worker_without_anybody_asking(world, enabled, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_feedback_seed()
    citizen = make_citizen()
    dossier = make_dossier(world, status=DossierStatus.RETURNED, applicant=citizen)
    work()
    expect_equal(enabled, dossier)
    feedback.rate(principal=citizen, dossier=dossier, given=feedback.RatingInput(level=1), now=NOW)
    work()
    expect_equal(enabled, dossier)


@pytest.mark.django_db(transaction=True)
def test_without_an_address_nothing_is_noted(world) -> None:
    make_dossier(world)
    work()
    assert not NationalSync.objects.exists()


class TestBackfill:
    """``lienthong dossiers sync --since …``."""

    def test_earlier_dossiers_are_told_once(self, world, enabled, monkeypatch, capsys) -> None:
        monkeypatch.setattr(clock, "now", lambda: NOW)
        dossier = make_dossier(world)
        for _round in range(2):
            call_command("dossiers_sync", "--since", "2026-11-20", "--now")
        assert "1 told completely" in capsys.readouterr().out
        expect_equal(enabled, dossier)
        call_command("dossiers_sync", "--since", "2026-11-21")
        assert "0 noted" in capsys.readouterr().out

    def test_it_says_so_when_there_is_nobody_to_tell(self, db) -> None:
        with pytest.raises(CommandError, match="NATIONAL_PORTAL_URL"):
            call_command("dossiers_sync", "--since", "2026-11-20")


def test_operators_see_hold_and_repeat(world, stand_in, portal, cloned, client, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    sign_in(client, world.account("city", "administrator"))
    page = reverse("administration:national")
    assert "Chưa nối với cổng quốc gia" in client.get(page).content.decode()
    dossier = cloned([(1, True, "Đã nộp")])
    stand_in.refusals["NoiHoSo"] = "thiếu MaXa"
    note(dossier)
    send(dossier, portal)
    text = client.get(page).content.decode()
    assert dossier.code in text
    assert "thiếu MaXa" in text
    client.post(reverse("administration:national_pause"), {"reason": "Cổng bảo trì"})
    assert "Cổng bảo trì" in client.get(page).content.decode()
    client.post(reverse("administration:national_resume"))
    client.post(reverse("administration:national_resend"), {"dossier": [dossier.pk]})
    assert NationalSync.objects.get(pk=dossier.pk).status == "pending"
    sign_in(client, world.account("ward", "administrator"))
    assert client.get(page).status_code == 403
