"""The national portal is told everything once and in order, whatever happens on the way."""

import logging
import threading

import pytest
from django.db import connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lienthong.dossiers import api
from lienthong.dossiers.api import DocumentInput, DossierStatus, feedback
from lienthong.dossiers.models import NationalSync, Rating
from lienthong.dossiers.national import HttpPortal
from lienthong.dossiers.services.national import LONGEST_WAIT, Sent
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
from lienthong.dossiers.tests.portal_standin import AFTER, BEFORE
from lienthong.dossiers.tests.telling import expect_equal, grow, note, send
from lienthong.kernel import clock


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


def test_an_expired_token_is_renewed(stand_in, portal, cloned) -> None:
    dossier = cloned([(1, True, "Đã nộp")])
    note(dossier)
    stand_in.expired_tokens = 1
    assert send(dossier, portal) is Sent.SYNCED
    assert stand_in.operations.count("GetToken") == 2


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
