"""Papers and results that go between the desk and the unit, on lists that the other side confirms."""

from datetime import date
from typing import Any

import pytest

from lienthong.catalogue.models import ProcedureVersion
from lienthong.dossiers import api
from lienthong.dossiers.api import (
    Dossier,
    DossierStateError,
    DossierStatus,
    HandOverDirection,
    HandOverNotFoundError,
    NotAllowedError,
    SubmissionInvalidError,
)
from lienthong.dossiers.models import HistoryEntry
from lienthong.dossiers.tests.factories import NOW, World, make_dossier, make_procedure, text_of

S = DossierStatus


TO_UNIT, TO_DESK = HandOverDirection.TO_UNIT, HandOverDirection.TO_DESK


def give(world: World, dossiers: list[Dossier], *, direction: str = TO_UNIT, by: str = "receptionist", **more: Any):
    values: dict[str, Any] = {"receiver_id": world.office("ward").pk, "note": "Ca sáng", "now": NOW, **more}
    return api.hand_over(
        principal=world.official("ward", by),
        direction=direction,
        giver_id=world.office("ward").pk,
        dossier_uuids=[dossier.uuid for dossier in dossiers],
        **values,
    )


def test_papers_go_over_and_the_other_side_says_what_is_missing(world: World) -> None:
    version = make_procedure()
    first, second = (make_dossier(world, status=S.PROCESSING, version=version) for _index in range(2))
    desk, unit = world.official("ward", "receptionist"), world.official("ward", "specialist")
    ward = world.office("ward").pk
    assert len(api.list_waiting(principal=desk, direction=TO_UNIT, giver_id=ward)) == 2
    made = give(world, [first, second])
    assert made.number == "01/BG"
    assert api.list_waiting(principal=desk, direction=TO_UNIT, giver_id=ward) == ()
    text = text_of(api.print_hand_over(principal=unit, uuid=made.uuid, now=NOW))
    assert first.code in text.replace(" ", "")
    assert second.code in text.replace(" ", "")
    for words in ("DANH SÁCH BÀN GIAO", "Hoàng Thanh Sơn", "Ca sáng", "NGƯỜI NHẬN"):
        assert words in text, words
    with pytest.raises(NotAllowedError, match="không phải người lập"):
        api.confirm_hand_over(principal=desk, uuid=made.uuid, received=[first.uuid], notes={}, now=NOW)
    with pytest.raises(SubmissionInvalidError) as refused:
        api.confirm_hand_over(principal=unit, uuid=made.uuid, received=[first.uuid], notes={}, now=NOW)
    assert list(refused.value.field_errors) == [f"note-{second.uuid}"]
    api.confirm_hand_over(
        principal=unit, uuid=made.uuid, received=[first.uuid], notes={second.uuid: "Không có trong túi"}, now=NOW
    )
    with pytest.raises(DossierStateError, match="Trịnh Thanh Phong đã xác nhận"):
        api.confirm_hand_over(principal=unit, uuid=made.uuid, received=[], notes={}, now=NOW)
    (row,) = api.list_hand_overs(principal=desk, cursor=None).items
    assert (row.lines, row.missing, row.confirmed_by) == (2, 1, "Trịnh Thanh Phong")
    text = text_of(api.print_hand_over(principal=desk, uuid=made.uuid, now=NOW))
    assert "Không có: Không có trong túi" in text
    assert "lệch 1 hồ sơ" in text
    left = api.list_waiting(principal=desk, direction=TO_UNIT, giver_id=ward)
    assert [dossier.pk for dossier in left] == [second.pk], "what was missing waits to go over again"
    told = HistoryEntry.objects.get(dossier=second, kind="papers_moved")
    assert (told.is_public, told.title) == (False, "Bàn giao thiếu giấy tờ")


def test_results_go_back_to_the_desk(world: World) -> None:
    dossier = make_dossier(world, status=S.DONE)
    ward = world.office("ward").pk
    clerk = world.official("ward", "clerk")
    assert [row.pk for row in api.list_waiting(principal=clerk, direction=TO_DESK, giver_id=ward)] == [dossier.pk]
    made = give(world, [dossier], direction=TO_DESK, by="clerk")
    api.confirm_hand_over(
        principal=world.official("ward", "receptionist"), uuid=made.uuid, received=[dossier.uuid], notes={}, now=NOW
    )
    assert api.list_waiting(principal=clerk, direction=TO_DESK, giver_id=ward) == ()


def test_a_dossier_is_on_one_open_list_and_a_second_click_says_so(world: World) -> None:
    dossier = make_dossier(world, status=S.PROCESSING)
    give(world, [dossier])
    with pytest.raises(SubmissionInvalidError) as refused:
        give(world, [dossier])
    assert "dossiers" in refused.value.field_errors
    with pytest.raises(SubmissionInvalidError):
        give(world, [])
    with pytest.raises(SubmissionInvalidError) as refused:
        give(world, [make_dossier(world, status=S.PROCESSING)], receiver_id=world.office("other_ward").pk)
    assert "receiver" in refused.value.field_errors


def test_a_list_of_others_is_not_found(world: World) -> None:
    made = give(world, [make_dossier(world, status=S.PROCESSING)])
    stranger = world.official("other_ward", "receptionist")
    with pytest.raises(HandOverNotFoundError):
        api.get_hand_over_for(principal=stranger, uuid=made.uuid)
    with pytest.raises(HandOverNotFoundError):
        api.print_hand_over(principal=stranger, uuid=made.uuid, now=NOW)
    assert api.list_hand_overs(principal=stranger, cursor=None).items == ()


def test_what_waits_is_spread_by_procedure_and_narrowed_to_one(world: World) -> None:
    birth, land = make_procedure(name_vi="Khai sinh"), make_procedure(name_vi="Đất đai")
    births = [make_dossier(world, status=S.PROCESSING, version=birth) for _index in range(2)]
    make_dossier(world, status=S.PROCESSING, version=land)
    asked = {"principal": world.official("ward", "receptionist"), "giver_id": world.office("ward").pk}
    assert [(row.name, row.code, row.count) for row in api.spread_waiting(**asked, direction=TO_UNIT)] == [
        ("Khai sinh", birth.code, 2),
        ("Đất đai", land.code, 1),
    ]
    narrowed = api.list_waiting(**asked, direction=TO_UNIT, procedure_code=birth.code)
    assert [row.pk for row in narrowed] == [row.pk for row in births]
    assert api.list_waiting(**asked, direction=TO_UNIT, procedure_code="khong-co") == ()
    give(world, births[:1])
    assert [row.count for row in api.spread_waiting(**asked, direction=TO_UNIT)] == [1, 1]
    assert api.spread_waiting(**asked, direction=TO_DESK) == ()


def test_two_versions_of_a_procedure_are_one_part_under_the_newer_name(world: World) -> None:
    first = make_dossier(world, status=S.PROCESSING)
    older = first.procedure_version
    second = make_dossier(world, status=S.PROCESSING)
    ProcedureVersion.objects.filter(pk=older.pk).update(valid_to=date(2026, 1, 1))
    newer = ProcedureVersion.objects.get(pk=second.procedure_version_id)
    ProcedureVersion.objects.filter(pk=newer.pk).update(
        procedure=older.procedure, number=2, valid_from=date(2026, 1, 1), name_vi="Tên mới"
    )
    (row,) = api.spread_waiting(
        principal=world.official("ward", "receptionist"), direction=TO_UNIT, giver_id=world.office("ward").pk
    )
    assert (row.code, row.name, row.count) == (older.code, "Tên mới", 2)


def test_lists_cost_the_same_for_one_and_for_many(world: World, django_assert_num_queries) -> None:
    version = make_procedure()
    desk = world.official("ward", "receptionist")
    for some in (1, 4):
        for _index in range(some):
            give(world, [make_dossier(world, status=S.PROCESSING, version=version)])
            make_dossier(world, status=S.PROCESSING, version=version)
        with django_assert_num_queries(3):
            lists = api.list_hand_overs(principal=desk, cursor=None).items
            waiting = api.list_waiting(principal=desk, direction=TO_UNIT, giver_id=world.office("ward").pk)
            spread = api.spread_waiting(principal=desk, direction=TO_UNIT, giver_id=world.office("ward").pk)
        assert [row.count for row in spread] == [len(waiting)]
        assert len(lists) == len(waiting) == (1 if some == 1 else 5)
