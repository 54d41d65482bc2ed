"""Handing an official's open tasks over: proposed, chosen, done once, told."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from lienthong.accounts.tests.factories import make_account, sign_in
from lienthong.dossiers import api, handover_messages
from lienthong.dossiers.api import DossierStatus, batches
from lienthong.dossiers.models import HistoryEntry
from lienthong.dossiers.tests.factories import NOW, make_dossier, make_procedure, open_task
from lienthong.kernel import audit, clock
from lienthong.kernel.errors import NotFoundError
from lienthong.notifications.models import Notification
from lienthong.organisations import api as organisations
from lienthong.organisations.models import Assignment
from lienthong.organisations.tests.factories import make_official
from lienthong.workflows import api as workflows


@pytest.fixture
def others(world):
    """Two more specialists of the ward."""
    ward = world.office("ward")
    return [make_account(official=make_official(name, agency=ward, kind="specialist")) for name in ("Lê An", "Lê Bình")]


@pytest.fixture
def tasks(world):
    """Three dossiers of two procedures in the hands of the ward's specialist."""
    first, second = make_procedure(), make_procedure()
    specialist = world.official("ward", "specialist")
    made = [make_dossier(world, status=DossierStatus.PROCESSING, version=version) for version in (first, first, second)]
    for dossier in made:
        workflows.claim(principal=specialist, task_uuid=open_task(dossier).uuid, now=NOW)
    return made


def lines_of(world, by="unit_head"):
    return batches.tasks_to_hand_over(
        principal=world.official("ward", by), account_id=world.account("ward", "specialist").pk, now=NOW
    )


def holders(dossiers) -> list[str]:
    return [open_task(dossier).assignee_name for dossier in dossiers]


def test_tasks_are_spread_in_turn_or_by_procedure(world, tasks, others) -> None:
    lines = lines_of(world)
    assert [line.code for line in lines] == [dossier.code for dossier in tasks]
    in_turn = batches.spread(lines=lines, targets=[account.pk for account in others])
    assert list(in_turn.values()) == [others[0].pk, others[1].pk, others[0].pk]
    by_procedure = batches.spread(lines=lines, targets=[], by_procedure={lines[0].procedure_code: others[1].pk})
    assert list(by_procedure.values()) == [others[1].pk, others[1].pk]
    stranger = world.account("ward", "clerk").pk
    assert batches.spread(lines=lines, targets=[stranger]) == {}


def test_handing_over_writes_history_and_a_second_click_does_nothing(world, tasks, others) -> None:
    head, leaver = world.official("ward", "unit_head"), world.account("ward", "specialist")
    moves = batches.spread(lines=lines_of(world), targets=[account.pk for account in others])
    given = {"principal": head, "account_id": leaver.pk, "moves": moves, "reason": "Nghỉ việc", "now": NOW}
    assert batches.hand_over(**given) == batches.HandoverReport(3, 0, ())
    assert holders(tasks) == ["Lê An", "Lê Bình", "Lê An"]
    told = HistoryEntry.objects.filter(kind="handed_over")
    assert told.count() == 3
    assert {entry.note for entry in told} == {"Nghỉ việc"}
    assert batches.hand_over(**given) == batches.HandoverReport(0, 3, ())
    assert told.count() == 3


def test_what_fails_is_told_and_the_rest_is_done(world, tasks, others) -> None:
    lines = lines_of(world)
    moves = {lines[0].task.uuid: world.account("ward", "clerk").pk, lines[1].task.uuid: others[0].pk, uuid4(): 1}
    report = batches.hand_over(
        principal=world.official("ward", "unit_head"),
        account_id=world.account("ward", "specialist").pk,
        moves=moves,
        reason="Chia lại",
        now=NOW,
    )
    assert (report.done, report.skipped) == (1, 1)
    assert report.failed[0][0] == tasks[0].code


def test_no_reason_no_handover(world, tasks, others) -> None:
    with pytest.raises(api.SubmissionInvalidError):
        batches.hand_over(principal=world.official("ward", "unit_head"), account_id=1, moves={}, reason=" ", now=NOW)


def test_strangers_see_nothing(world, tasks) -> None:
    with pytest.raises(NotFoundError):
        batches.tasks_to_hand_over(
            principal=world.official("other_ward", "unit_head"),
            account_id=world.account("ward", "specialist").pk,
            now=NOW,
        )


def test_heads_are_told_when_a_post_ends_with_tasks_in_hand(world, tasks, others) -> None:
    world.account("ward", "unit_head")
    official = world.official_row("ward", "specialist")
    later = NOW + timedelta(days=1)
    assert handover_messages.tell_of_leaving(official_uuid=official.uuid, now=NOW) == 0
    post = Assignment.objects.get(official=official)
    organisations.end_assignment(
        actor=audit.SYSTEM, uuid=str(post.uuid), on=clock.local_date(NOW), reason="Nghỉ việc", now=NOW
    )
    assert handover_messages.tell_of_leaving(official_uuid=official.uuid, now=later) == 3
    message = Notification.objects.filter(kind="dossiers.handover_needed").first()
    assert message is not None
    assert "3 việc" in message.title
    assert message.link == reverse("administration:handover", args=[official.uuid])


def test_the_page_previews_keeps_what_was_chosen_and_hands_over(world, tasks, others, client, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    sign_in(client, world.account("ward", "unit_head"))
    page = reverse("administration:handover", args=[world.official_row("ward", "specialist").uuid])
    assert "Lê An" in client.get(page).content.decode()
    preview = client.get(page, {"targets": [others[0].pk]}).content.decode()
    assert preview.count("selected") == 3
    chosen = {f"to-{open_task(dossier).uuid}": others[1].pk for dossier in tasks}
    refused = client.post(page, chosen)
    assert refused.status_code == 422
    assert refused.content.decode().count("selected") == 3
    done = client.post(page, {**chosen, "reason": "Nghỉ việc"}, follow=True).content.decode()
    assert "Đã chuyển 3 việc." in done
    assert "Không còn việc nào để chuyển" in done
    assert holders(tasks) == ["Lê Bình"] * 3
