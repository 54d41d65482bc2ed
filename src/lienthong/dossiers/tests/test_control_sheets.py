"""The control sheet follows a dossier from hand to hand."""

import pytest

from lienthong.dossiers import api
from lienthong.dossiers.api import Dossier, DossierNotFoundError
from lienthong.dossiers.services import control_sheets
from lienthong.dossiers.tests.factories import (
    NOW,
    REASON,
    World,
    at,
    do,
    make_citizen,
    make_dossier,
    make_procedure,
    text_of,
)


def test_the_control_sheet_follows_each_hand(world: World) -> None:
    """TT 03/2025/TT-VPCP, form 06: giving and receiving unit, in, out, early, on time or late."""
    lan = make_citizen()
    start = at("2026-11-09T09:00")
    dossier = make_dossier(
        world, applicant=lan, version=make_procedure(limit=(3, "working_days"), now=start), now=start
    )
    do(world, dossier, "check", "accept", now=at("2026-11-09T10:00"))
    do(world, dossier, "verify", "supplement", note=REASON, now=at("2026-11-09T16:00"))
    api.supplement(
        principal=lan, dossier=dossier, documents=(), answers=None, note="Đây", version=None, now=at("2026-11-12T14:00")
    )
    do(world, dossier, "verify", "pass", now=at("2026-11-14T09:00"))
    do(world, dossier, "sign", "sign", now=at("2026-11-20T09:00"))
    found = Dossier.objects.get(pk=dossier.pk)
    rows = control_sheets.rows_of(dossier=found)
    told = [(row["receiver"].split("\n")[-1], row["result"]) for row in rows]
    assert told == [
        ("Hoàng Thanh Sơn", ""),
        ("Trịnh Thanh Phong", "early"),
        ("Người nộp hồ sơ", ""),
        ("Trịnh Thanh Phong", "on_time"),
        ("Ngô Ngọc Bình", "late"),
        ("Ủy ban nhân dân phường Hải Châu", "open"),
    ]
    assert rows[0]["giver"] == "Người nộp hồ sơ"
    assert rows[3]["giver"] == "Người nộp hồ sơ", "it comes back from the applicant"
    assert rows[2]["time_in"] == "16:00\n09/11/2026"
    pdf = api.print_control_sheet(principal=world.official("ward", "specialist"), dossier=found, now=NOW)
    text = text_of(pdf)
    for words in ("PHIẾU KIỂM SOÁT", dossier.code, "Trịnh Thanh Phong", "QUÁ HẠN", "Trước hạn", REASON, "Mẫu số 06"):
        assert words in text, words


def test_the_control_sheet_is_for_officials_of_the_dossier(world: World) -> None:
    lan = make_citizen()
    dossier = make_dossier(world, applicant=lan)
    for principal in (lan, world.official("other_ward", "specialist")):
        with pytest.raises(DossierNotFoundError):
            api.print_control_sheet(principal=principal, dossier=dossier, now=NOW)


@pytest.mark.parametrize(
    ("done", "due", "result"),
    [
        ("2026-11-12T17:00", "2026-11-12T17:00", "on_time"),
        ("2026-11-12T17:01", "2026-11-12T17:00", "late"),
        ("2026-11-11T23:59", "2026-11-12T17:00", "early"),
        ("2026-11-12T00:30", "2026-11-12T17:00", "on_time"),
        ("2025-12-31T16:00", "2026-01-05T17:00", "early"),
    ],
)
def test_early_on_time_late(done: str, due: str, result: str) -> None:
    assert control_sheets.result_of(done_at=at(done), due_at=at(due)) == result
