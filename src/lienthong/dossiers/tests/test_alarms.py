"""The alarm: no dossier without an owner and a next date."""

from datetime import date, timedelta

import pytest
from django.db.models import F

from lienthong.accounts.models import Account
from lienthong.dossiers import api
from lienthong.dossiers.api import Dossier, DossierNotFoundError, DossierStateError, DossierStatus
from lienthong.dossiers.models import Alarm
from lienthong.dossiers.services import alarms
from lienthong.dossiers.tests.factories import NOW, World, at, make_dossier, open_task
from lienthong.kernel import audit, checkup
from lienthong.notifications.models import Notification
from lienthong.organisations import api as organisations
from lienthong.workflows import api as workflows

S = DossierStatus


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


@pytest.fixture
def staffed(world: World) -> World:
    for post in ("receptionist", "specialist", "unit_head", "leader", "clerk", "supervisor"):
        world.account("ward", post)
    return world


@pytest.mark.parametrize("status", list(S))
def test_every_status_has_an_owner_and_a_next_date(staffed: World, status: DossierStatus) -> None:
    """The invariant: whatever a dossier has been through, the check finds it in order."""
    if status == S.RECEIVED:
        return
    make_dossier(staffed, status=status)
    assert alarms.check(now=NOW + timedelta(minutes=5)) == 0


def found() -> list[tuple[str, str]]:
    return list(Alarm.objects.order_by("id").values_list("kind", "about"))


def test_an_empty_pool_is_found_and_gone_when_somebody_comes(world: World) -> None:
    make_dossier(world)
    Account.objects.filter(official__isnull=False).update(is_active=False)
    assert alarms.check(now=NOW) == 1
    assert found() == [("empty_pool", "Kiểm tra và tiếp nhận hồ sơ")]
    alarms.check(now=NOW)
    assert len(found()) == 1, "found twice is listed once"
    Account.objects.filter(official__isnull=False).update(is_active=True)
    world.account("ward", "receptionist")
    alarms.check(now=NOW)
    assert found() == []


def held(world: World) -> Dossier:
    dossier = make_dossier(world, status=S.PROCESSING)
    api.reassign(
        principal=world.official("ward", "unit_head"),
        task_uuid=open_task(dossier).uuid,
        to_account_id=world.account("ward", "specialist").pk,
        reason="Phân công",
        now=NOW,
    )
    return dossier


def test_an_owner_who_left_and_one_who_is_away(staffed: World) -> None:
    held(staffed)
    official = staffed.official_row("ward", "specialist")
    organisations.record_absence(
        actor=audit.SYSTEM,
        official_id=official.pk,
        substitute_id=None,
        valid_from=date(2026, 11, 20),
        valid_to=date(2026, 11, 25),
        reason="Nghỉ ốm",
        now=NOW,
    )
    alarms.check(now=NOW)
    assert found() == [("owner_away", "Thẩm định hồ sơ: Trịnh Thanh Phong")]
    alarms.check(now=NOW + timedelta(days=6))
    assert found() == [], "back at work"
    Account.objects.filter(official=official).update(is_active=False)
    alarms.check(now=NOW)
    assert found() == [("owner_gone", "Thẩm định hồ sơ: Trịnh Thanh Phong")]


def test_no_task_at_all_and_no_date_at_all(staffed: World) -> None:
    dossier = make_dossier(staffed, status=S.PROCESSING)
    workflows.cancel(business_key=str(dossier.uuid), reason="lỗi", now=NOW)
    Dossier.objects.filter(pk=dossier.pk).update(due_at=None, waits_until=None, waits_for="")
    alarms.check(now=NOW)
    assert [kind for kind, _about in found()] == ["no_owner", "no_date"]
    supervisor = staffed.official("ward", "supervisor")
    mended = api.mend(principal=supervisor, dossier_uuid=dossier.uuid, now=NOW)
    assert (mended.waits_for, mended.waits_until is not None) == ("unlimited", True)
    assert [kind for kind, _about in found()] == ["no_owner"]


def test_the_supervisor_ends_a_wait_that_nobody_ended(staffed: World) -> None:
    dossier = make_dossier(staffed, status=S.SUPPLEMENT)
    now = at("2027-01-06T08:00")
    supervisor = staffed.official("ward", "supervisor", now=now)
    assert api.check_alarms(principal=supervisor, now=now) == 1
    page = api.list_alarms(principal=supervisor, kind="", cursor=None)
    assert [(row.kind, row.code, row.may_mend) for row in page.items] == [("lapsed", dossier.code, True)]
    assert api.count_alarms(principal=supervisor) == {"lapsed": 1}
    assert api.list_alarms(principal=staffed.official("other_ward", "supervisor"), kind="", cursor=None).items == ()
    api.remind_by_hand(principal=supervisor, dossier_uuid=dossier.uuid, now=now)
    told = Notification.objects.filter(kind="dossiers.escalated", account_id=staffed.account("ward", "leader").pk)
    assert told.count() == 1
    api.mend(principal=supervisor, dossier_uuid=dossier.uuid, now=now)
    assert fresh(dossier).status == S.RETURNED
    assert found() == []
    with pytest.raises(DossierStateError):
        api.mend(principal=supervisor, dossier_uuid=make_dossier(staffed).uuid, now=NOW)


def test_only_who_supervises_there_may_mend(staffed: World) -> None:
    dossier = make_dossier(staffed, status=S.SUPPLEMENT)
    for principal in (staffed.official("other_ward", "supervisor"), staffed.official("ward", "specialist")):
        with pytest.raises(DossierNotFoundError):
            api.mend(principal=principal, dossier_uuid=dossier.uuid, now=at("2027-01-06T08:00"))
        with pytest.raises(DossierNotFoundError):
            api.remind_by_hand(principal=principal, dossier_uuid=dossier.uuid, now=NOW)


def test_dossiers_from_before_the_rules_get_their_date(staffed: World) -> None:
    dossier = make_dossier(staffed, status=S.SUPPLEMENT)
    Dossier.objects.update(waits_until=None, waits_for="", version=F("version"))
    assert alarms.fill_missing_dates(now=NOW) == 1
    assert alarms.fill_missing_dates(now=NOW) == 0
    assert fresh(dossier).waits_for == "supplement"


def test_the_doctor_tells_of_alarms(world: World) -> None:
    make_dossier(world)
    Account.objects.filter(official__isnull=False).update(is_active=False)
    alarms.check(now=NOW)
    (told,) = [finding for finding in checkup.examine() if finding.subject == "stale dossiers"]
    assert (told.state, told.detail.split()[0]) == ("warning", "1")
