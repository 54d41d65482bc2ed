"""Linked procedures: one form, several agencies, a due date each, one answer.

Basis: NĐ 61/2018/NĐ-CP, Điều 18 (electronic dossiers go to all agencies at once, paper ones from one to the
next; the upper one-stop unit is informed); NĐ 63/2024/NĐ-CP (the newborn's three procedures).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from lienthong.accounts.api import SYSTEM_PRINCIPAL
from lienthong.accounts.models import Account
from lienthong.dossiers import api, handlers
from lienthong.dossiers.api import BranchState, Channel, Dossier
from lienthong.dossiers.models import Branch, BranchRule
from lienthong.dossiers.tests.factories import (
    NOW,
    World,
    do,
    make_application,
    make_citizen,
    make_dossier,
    make_procedure,
    open_task,
)
from lienthong.kernel import events
from lienthong.kernel.models import OutboxEvent
from lienthong.notifications.models import Notification
from lienthong.organisations.tests.factories import make_agency
from lienthong.workflows import api as workflows
from lienthong.workflows.models import Task

TO_RESULT = ("verify:pass", "sign:sign", "issue:issue")


def walk(world: World, dossier: Dossier, *steps: str, now: datetime = NOW) -> Dossier:
    for step in steps:
        element, _, outcome = step.partition(":")
        dossier = do(world, dossier, element, outcome, note="Nêu rõ", now=now)
    return dossier


def newborn(world: World, *, channel: Channel = Channel.ONLINE) -> Dossier:
    version = make_procedure("newborn_bundle")
    if channel == Channel.ONLINE:
        return make_dossier(world, version=version)
    person = make_citizen().person_id
    assert person is not None
    return api.register_at_counter(
        principal=world.official("ward", "receptionist"),
        application=make_application(world, version, channel=channel),
        applicant_id=person,
        counter_agency_id=world.office("ward").pk,
        now=NOW,
    )


def open_elements(dossier: Dossier) -> list[str]:
    tasks = workflows.tasks_of(principal=SYSTEM_PRINCIPAL, business_key=str(dossier.uuid))
    return sorted(task.element_id for task in tasks if task.state in ("OPEN", "CLAIMED"))


def states(dossier: Dossier) -> dict[str, str]:
    return {branch.branch: branch.state for branch in api.branches_of(dossier=dossier)}


def test_an_electronic_dossier_goes_to_all_agencies_at_once(world: World) -> None:
    shared = walk(world, newborn(world), "check:accept", *TO_RESULT)
    assert open_elements(shared) == ["issue_card", "register_residence"]
    branches = api.branches_of(dossier=shared)
    assert {branch.branch: branch.agency_id for branch in branches} == {
        "residence": world.office("ward_police").pk,
        "health_insurance": world.office("insurance").pk,
    }


@pytest.mark.parametrize("channel", [Channel.COUNTER, Channel.POST])
def test_a_paper_dossier_goes_from_one_agency_to_the_next(world: World, channel: Channel) -> None:
    first = walk(world, newborn(world, channel=channel), "check:accept", *TO_RESULT)
    assert (open_elements(first), states(first)) == (["register_residence"], {"residence": "open"})
    second = walk(world, first, "register_residence:done")
    assert (open_elements(second), states(second)) == (
        ["issue_card"],
        {"residence": "done", "health_insurance": "open"},
    )
    assert walk(world, second, "issue_card:done").status == api.DossierStatus.DONE


def test_each_branch_has_a_due_date_of_its_own(world: World) -> None:
    """Friday 20 November 2026, 09:00; two working days; Tuesday 24 November is a holiday from 2026 on."""
    shared = walk(world, newborn(world), "check:accept", *TO_RESULT)
    branch = api.branches_of(dossier=shared)[0]
    assert branch.due_steps
    assert shared.due_at is not None
    assert branch.due_at != shared.due_at
    task = Task.objects.get(business_key=str(shared.uuid), element_id="register_residence")
    assert (task.due_at, task.has_own_limit) == (branch.due_at, True)


def test_moving_the_whole_limit_leaves_the_branches_limits(world: World) -> None:
    shared = walk(world, newborn(world), "check:accept", *TO_RESULT)
    before = api.branches_of(dossier=shared)[0].due_at
    workflows.set_deadline(
        business_key=str(shared.uuid), counted_from=NOW, due_at=datetime(2026, 12, 30, 10, 0, tzinfo=UTC)
    )
    assert Task.objects.get(business_key=str(shared.uuid), element_id="register_residence").due_at == before


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (("register_residence:impossible", "issue_card:done"), {"residence": "failed", "health_insurance": "done"}),
        (("issue_card:impossible", "register_residence:done"), {"residence": "done", "health_insurance": "failed"}),
        (
            ("issue_card:impossible", "register_residence:impossible"),
            {"residence": "failed", "health_insurance": "failed"},
        ),
    ],
)
def test_a_branch_that_fails_leaves_the_others_sound(
    world: World, ends: Sequence[str], expected: dict[str, str]
) -> None:
    shared = walk(world, newborn(world), "check:accept", *TO_RESULT)
    half = walk(world, shared, ends[0])
    assert BranchState.OPEN in states(half).values()
    done = walk(world, half, ends[1])
    assert (states(done), done.status) == (expected, api.DossierStatus.DONE)
    failed = [branch for branch in api.branches_of(dossier=done) if branch.state == BranchState.FAILED]
    assert all(branch.note == "Nêu rõ" and branch.closed_by for branch in failed)


def test_the_upper_one_stop_unit_is_told_and_may_follow(world: World) -> None:
    world.offices["centre"] = make_agency(
        "Trung tâm Phục vụ hành chính công thành phố", level="province", area=world.city, is_one_stop=True
    )
    official = world.official("centre", "receptionist")
    shared = walk(world, newborn(world), "check:accept", *TO_RESULT)
    event = events.load(OutboxEvent.objects.filter(aggregate_id=str(shared.uuid)).order_by("-id")[0])
    for _delivery in range(2):
        handlers.tell_superiors(event)
    told = Notification.objects.filter(kind="dossiers.branch_arrived", account_id=official.account_id)
    assert [message.title for message in told] == [f"Hồ sơ liên thông {shared.code}: Cấp thẻ bảo hiểm y tế"]
    assert api.get_dossier_for(principal=official, uuid=shared.uuid).pk == shared.pk


def test_a_branch_is_opened_once(world: World) -> None:
    shared = walk(world, newborn(world), "check:accept", *TO_RESULT)
    branch = api.branches_of(dossier=shared)[0]
    branch.pk, branch.uuid = None, uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        branch.save(force_insert=True)


def test_every_branch_of_a_diagram_has_its_rule(world: World) -> None:
    shared = walk(world, newborn(world), "check:accept", *TO_RESULT)
    assert set(BranchRule.objects.values_list("branch", flat=True)) == set(states(shared))


def test_the_pages_show_every_branch_with_its_due_date(world: World, client: Client) -> None:
    citizen = make_citizen()
    dossier = make_dossier(world, applicant=citizen, version=make_procedure("newborn_bundle"))
    shared = walk(world, dossier, "check:accept", *TO_RESULT, "issue_card:impossible")
    client.force_login(Account.objects.get(pk=citizen.account_id))
    page = client.get(f"/ho-so/{shared.uuid}/").content.decode()
    assert "Các việc liên thông" in page
    assert "Đăng ký thường trú" in page
    assert "Không giải quyết được" in page
    assert Branch.objects.filter(dossier=shared).count() == 2
    assert open_task(shared).element_id == "register_residence"
