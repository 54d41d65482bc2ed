"""The desk: lists cost the same for one row and ten; acts, refusals, hand-overs and stale pages."""

import pytest
from django.test import Client
from django.urls import reverse

from lienthong.accounts.models import Account
from lienthong.accounts.tests.factories import sign_in
from lienthong.dossiers import api as dossiers
from lienthong.dossiers.api import DossierStatus
from lienthong.dossiers.tests.factories import (
    World,
    hear_of_settled,
    make_citizen,
    make_document,
    make_dossier,
    make_procedure,
    open_task,
)
from lienthong.forms import api as forms
from lienthong.kernel import clock
from lienthong.kernel.audit import SYSTEM
from lienthong.workflows import api as workflows
from lienthong.workspace.tests.conftest import Desk

TASKS = "/lam-viec/viec/"
POOL = f"{TASKS}?pham-vi=cho-nhan"


def act(client: Client, dossier: dossiers.Dossier, outcome: str, **data):
    task = open_task(dossier)
    values = {"outcome": outcome, "version": task.version, **data}
    return client.post(reverse("workspace:act", args=[task.uuid]), values)


def page_of(client: Client, dossier: dossiers.Dossier) -> str:
    answer = client.get(reverse("workspace:dossier", args=[dossier.uuid]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_list_of_tasks_takes_the_same_statements_for_one_row_and_for_ten(
    world: World, desk: Desk, django_assert_max_num_queries, django_assert_num_queries
):
    version = make_procedure()
    make_dossier(world, version=version, now=clock.now())
    client = desk("receptionist")
    client.get(POOL)
    with django_assert_max_num_queries(6) as first:
        assert client.get(POOL).content.decode().count("data-row") == 1
    for _each in range(9):
        make_dossier(world, version=version, now=clock.now())
    with django_assert_num_queries(len(first.captured_queries)):
        assert client.get(POOL).content.decode().count("data-row") == 10


def test_search_of_dossiers_takes_the_same_statements_for_one_row_and_for_ten(
    world: World, desk: Desk, django_assert_max_num_queries, django_assert_num_queries
):
    version = make_procedure()
    make_dossier(world, version=version, now=clock.now())
    client, url = desk("receptionist"), reverse("workspace:dossiers") + "?q=nguyen thi lan"
    client.get(url)
    with django_assert_max_num_queries(6) as first:
        assert client.get(url).content.decode().count("data-row") == 1
    for _each in range(9):
        make_dossier(world, version=version, now=clock.now())
    with django_assert_num_queries(len(first.captured_queries)):
        assert client.get(url).content.decode().count("data-row") == 10


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("q=nguyen+thi+lan", 1),
        ("q=khong+co", 0),
        ("viec=receive", 1),
        ("viec=sign", 0),
        ("han=qua-han", 0),
        ("viec=x", 1),
    ],
)
def test_filters_of_the_address_narrow_the_list(world: World, desk: Desk, query: str, rows: int):
    make_dossier(world, now=clock.now())
    page = desk("receptionist").get(f"{POOL}&{query}").content.decode()
    assert page.count("data-row") == rows


def test_a_task_is_taken_given_back_and_finished(world: World, desk: Desk):
    dossier = make_dossier(world, now=clock.now())
    client, task = desk("receptionist"), open_task(dossier)
    client.post(reverse("workspace:claim", args=[task.uuid]))
    assert client.get(TASKS).content.decode().count("data-row") == 1
    client.post(reverse("workspace:release", args=[task.uuid]))
    assert client.get(TASKS).content.decode().count("data-row") == 0
    answer = act(client, dossier, "accept", checked=["complete", "made-up"])
    assert answer.status_code == 302
    dossier.refresh_from_db()
    assert dossier.status == DossierStatus.PROCESSING
    step = next(entry for entry in dossiers.history_of(dossier=dossier, public_only=False) if entry.kind == "step")
    assert step.facts == {"outcome": "accept", "checked": ["complete"]}


def test_a_missing_reason_is_asked_for_and_nothing_typed_is_lost(world: World, desk: Desk):
    version = make_procedure(documents=(make_document("giay", "Giấy chứng sinh", requirement="optional"),))
    dossier = make_dossier(world, version=version, now=clock.now())
    client = desk("receptionist")
    answer = act(client, dossier, "supplement", note=" ", document_keys=["giay"])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Hãy nêu lý do." in page
    assert 'value="giay" id="' in page
    assert "checked" in page.partition('value="giay"')[2][:120]
    act(client, dossier, "supplement", note="Thiếu giấy chứng sinh", document_keys=["giay"])
    dossier.refresh_from_db()
    request = dossiers.load_desk(dossier=dossier, public_only=False).supplement
    assert request is not None
    assert (request.reason, request.document_keys) == ("Thiếu giấy chứng sinh", ["giay"])


def test_a_paper_of_another_procedure_is_refused(world: World, desk: Desk):
    dossier = make_dossier(world, now=clock.now())
    assert act(desk("receptionist"), dossier, "supplement", note="Thiếu", document_keys=["la"]).status_code == 422


def test_a_second_click_changes_nothing_and_a_late_colleague_learns_who_was_first(world: World, desk: Desk):
    dossier = make_dossier(world, now=clock.now())
    client, task = desk("receptionist"), open_task(dossier)
    url, values = reverse("workspace:act", args=[task.uuid]), {"outcome": "accept", "version": task.version}
    assert client.post(url, values).status_code == 302
    assert client.post(url, values).status_code == 302
    late = desk("deputy") if world.official("ward", "deputy").may("receive") else client
    answer = late.post(url, {"outcome": "refuse", "note": "Không đúng thẩm quyền", "version": task.version})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Hoàng Thanh Sơn" in page
    assert "Không đúng thẩm quyền" in page


def test_text_typed_on_a_stale_page_waits_at_the_dossier(world: World, desk: Desk):
    dossier = make_dossier(world, now=clock.now())
    client, task = desk("receptionist"), open_task(dossier)
    stale = {"outcome": "supplement", "note": "Thiếu trang hai", "version": task.version + 7}
    assert client.post(reverse("workspace:act", args=[task.uuid]), stale).status_code == 409
    assert "Thiếu trang hai" in page_of(client, dossier)


@pytest.mark.parametrize("post", ["receptionist", "leader"])
def test_a_foreign_dossier_and_task_are_not_found(world: World, desk: Desk, post: str):
    dossier = make_dossier(world, now=clock.now())
    stranger, task = desk(post, "other_ward"), open_task(dossier)
    assert stranger.get(reverse("workspace:dossier", args=[dossier.uuid])).status_code == 404
    assert stranger.post(reverse("workspace:act", args=[task.uuid]), {"outcome": "accept"}).status_code == 404
    assert stranger.post(reverse("workspace:claim", args=[task.uuid])).status_code == 404
    assert stranger.get(reverse("workspace:reassign", args=[task.uuid])).status_code == 404


def test_the_desk_is_for_officials(world: World, client: Client):
    assert client.get(TASKS).status_code == 302
    citizen = make_citizen()
    sign_in(client, Account.objects.get(pk=citizen.account_id))
    assert client.get(TASKS).status_code == 403


def test_a_task_is_handed_to_a_colleague_with_a_reason(world: World, desk: Desk):
    dossier = make_dossier(world, status=DossierStatus.PROCESSING, now=clock.now())
    world.account("ward", "specialist")
    client, task = desk("specialist"), open_task(dossier)
    client.post(reverse("workspace:claim", args=[task.uuid]))
    url = reverse("workspace:reassign", args=[task.uuid])
    head = world.official("ward", "unit_head")
    assert client.post(url, {"to_account_id": head.account_id, "reason": ""}).status_code == 422
    if head.may("process", task.agency_id):
        assert client.post(url, {"to_account_id": head.account_id, "reason": "Nghỉ phép"}).status_code == 302
        assert open_task(dossier).assignee_id == head.account_id
    else:
        assert client.post(url, {"to_account_id": head.account_id, "reason": "Nghỉ phép"}).status_code == 422


def test_a_payment_is_asked_and_confirmed_from_the_desk(world: World, desk: Desk, settings):
    forms.load_seeds(folder=settings.SEEDS / "forms", actor=SYSTEM, now=clock.now())
    version = make_procedure("financial_duty")
    dossier = make_dossier(world, version=version, status=DossierStatus.PROCESSING, now=clock.now())
    specialist = desk("specialist")
    answer = act(specialist, dossier, "pass", amount="", purpose="Lệ phí")
    assert answer.status_code == 422
    assert "Lệ phí" in answer.content.decode()
    assert act(specialist, dossier, "pass", amount="1.500.000", purpose="Lệ phí trước bạ").status_code == 302
    dossier.refresh_from_db()
    asked = dossiers.load_desk(dossier=dossier, public_only=False).payment
    assert asked is not None
    assert (asked.amount, asked.reason) == (1_500_000, "Lệ phí trước bạ")
    treasurer = desk("treasurer")
    url = reverse("workspace:charge", args=[asked.uuid])
    assert treasurer.get(reverse("workspace:payment", args=[dossier.uuid])).headers["Location"] == url
    assert "Một triệu năm trăm nghìn đồng" in treasurer.get(url).content.decode()
    assert treasurer.post(reverse("workspace:charge_cash", args=[asked.uuid])).status_code == 302
    assert f"0000001/{clock.local_date(clock.now()).year}" in treasurer.get(url).content.decode()
    hear_of_settled(now=clock.now())
    dossier.refresh_from_db()
    assert dossier.status == DossierStatus.PROCESSING


def test_a_stopped_dossier_goes_on(world: World, desk: Desk):
    dossier = make_dossier(world, status=DossierStatus.STOPPED, now=clock.now())
    url, client = reverse("workspace:resume", args=[dossier.uuid]), desk("specialist")
    assert client.post(url, {"note": ""}).status_code == 422
    assert client.post(url, {"note": "Đã có kết luận"}).status_code == 302
    dossier.refresh_from_db()
    assert dossier.status == DossierStatus.PROCESSING


def test_the_result_is_written_and_looked_at_before_it_is_signed(world: World, desk: Desk):
    dossier = make_dossier(world, status=DossierStatus.PROCESSING, now=clock.now())
    client = desk("specialist")
    assert client.post(reverse("workspace:draft", args=[dossier.uuid]), {"text": "Đủ điều kiện."}).status_code == 302
    assert client.get(reverse("workspace:draft_preview", args=[dossier.uuid])).content[:5] == b"%PDF-"
    result = dossiers.result_of(dossier=dossier)
    assert result is not None
    assert result.content == {"text": "Đủ điều kiện."}
    assert desk("receptionist").get(reverse("workspace:draft_preview", args=[dossier.uuid])).status_code == 403


def test_only_harmless_outcomes_are_offered_for_several_tasks(world: World, desk: Desk):
    version = make_procedure()
    ready = [make_dossier(world, version=version, now=clock.now()) for _each in range(2)]
    client = desk("receptionist")
    uuids = [str(open_task(dossier).uuid) for dossier in ready]
    assert "Tiếp nhận cho các việc đã chọn" not in client.get(POOL).content.decode()
    client.post(reverse("workspace:batch"), {"task": uuids, "do": "accept", "back": POOL})
    assert [open_task(dossier).element_id for dossier in ready] == ["check", "check"]
    client.post(reverse("workspace:batch"), {"task": uuids, "do": "claim", "back": POOL})
    me = world.official("ward", "receptionist").account_id
    assert [open_task(dossier).assignee_id for dossier in ready] == [me, me]


def test_results_are_handed_over_together_and_each_failure_is_told(world: World, desk: Desk):
    version = make_procedure()
    ready = [make_dossier(world, version=version, status=DossierStatus.DONE, now=clock.now()) for _each in range(2)]
    tasks = [open_task(dossier) for dossier in ready]
    colleague = world.official("ward", "receptionist")
    client = desk("receptionist")
    assert "Đã trả kết quả cho các việc đã chọn" in client.get(POOL).content.decode()
    dossiers.act(
        principal=colleague, task_uuid=tasks[0].uuid, outcome="returned", note="", data={}, task_version=None,
        now=clock.now(),
    )  # fmt: skip
    values = {"task": [str(task.uuid) for task in tasks], "do": "returned", "back": POOL}
    answer = client.post(reverse("workspace:batch"), values)
    assert answer.status_code == 409
    assert "Hoàng Thanh Sơn" in answer.content.decode()
    assert not workflows.tasks_of(principal=colleague, business_key=str(ready[1].uuid))


def test_the_head_of_a_department_gives_the_work_to_a_specialist(world: World, desk: Desk):
    version = make_procedure(level="province", office="Sở Xây dựng")
    dossier = make_dossier(world, version=version, status=DossierStatus.PROCESSING, now=clock.now())
    specialist = world.official("construction", "specialist")
    head = desk("unit_head", "construction")
    assert "Giao cho" in page_of(head, dossier)
    assert act(head, dossier, "assigned", assignee=specialist.account_id).status_code == 302
    assert open_task(dossier).assignee_id == specialist.account_id


def test_a_hand_over_of_one_procedure_stays_narrowed_when_nothing_was_chosen(world: World, desk: Desk):
    birth, land = make_procedure(name_vi="Khai sinh"), make_procedure(name_vi="Đất đai")
    wanted, other = (make_dossier(world, status=DossierStatus.PROCESSING, version=row) for row in (birth, land))
    url = f"{reverse('workspace:hand_over_new')}?chieu=giao&thu-tuc={birth.code}"
    shown = desk("receptionist").get(url).content.decode()
    assert (wanted.code in shown, other.code in shown) == (True, False)
    assert f"thu-tuc={land.code}" in shown
    refused = desk("receptionist").post(url, {"receiver": world.office("ward").pk})
    again = refused.content.decode()
    assert (refused.status_code, "Hãy chọn ít nhất một hồ sơ." in again) == (422, True)
    assert (wanted.code in again, other.code in again, " checked" in again) == (True, False, False)
