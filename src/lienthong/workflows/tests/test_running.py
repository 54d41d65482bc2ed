"""One dossier through the standard process, and officials getting in each other's way."""

from datetime import timedelta
from uuid import uuid4

import pytest

from lienthong.accounts.api import SYSTEM_PRINCIPAL, Principal, Right, principal_for_account
from lienthong.accounts.tests.factories import make_account, make_rights
from lienthong.kernel.errors import ConflictError, InvalidError, NotFoundError
from lienthong.organisations.models import Agency
from lienthong.organisations.tests.factories import make_agency, make_official
from lienthong.workflows import api
from lienthong.workflows.engine.state import pack, unpack
from lienthong.workflows.models import Instance, Task
from lienthong.workflows.tests.factories import FOLDER, NOW, TODAY, make_parties, make_principal, names, start

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seeded(db):
    api.publish_folder(folder=FOLDER, now=NOW)


@pytest.fixture
def parties():
    return make_parties()


@pytest.fixture
def binh(parties) -> Principal:
    return make_principal(agencies=parties.values())


def finish(principal, progress, outcome, *, note="", element="", **data):
    task = next(item for item in progress.opened if not element or item.element_id == element)
    return api.complete(
        principal=principal, task_uuid=task.uuid, outcome=outcome, data=data, note=note, now=NOW, task_version=None
    )


def test_standard_process_from_reception_to_return(binh, parties):
    key, progress = start(parties=parties, title="H23.1-20260310-0000001", subtitle="Cấp phép – Lan")
    assert [item.element_id for item in progress.opened] == ["check"]
    assert progress.stage == "submitted"
    assert progress.opened[0].title == "H23.1-20260310-0000001"
    progress = finish(binh, progress, "accept")
    assert names(progress) == ["receive", "start_processing"]
    assert (progress.stage, progress.opened[0].element_id) == ("processing", "verify")
    progress = finish(binh, progress, "pass")
    progress = finish(binh, progress, "sign")
    assert names(progress) == ["sign_result"]
    progress = finish(binh, progress, "issue")
    assert names(progress) == ["issue_result", "result_ready"]
    assert progress.stage == "ready"
    progress = finish(binh, progress, "returned")
    assert names(progress) == ["return_result"]
    assert progress.commands[0].data["mode"] == "desk"
    assert progress.finished
    assert Instance.objects.get(business_key=key).status == "FINISHED"


def test_supplement_loops_back_with_its_history(binh, parties):
    key, progress = start(parties=parties)
    with pytest.raises(InvalidError) as refused:
        finish(binh, progress, "supplement")
    assert "note" in refused.value.field_errors
    progress = finish(binh, progress, "supplement", note="Thiếu giấy chứng sinh")
    assert progress.commands[0].data["reason"] == "Thiếu giấy chứng sinh"
    assert progress.opened == ()
    current = [step for step in api.steps(business_key=key) if step.state == "current"]
    assert [(step.element_id, step.party) for step in current] == [("wait_supplement", "applicant")]
    progress = api.send_message(business_key=key, name="supplemented", data={}, now=NOW)
    assert progress.opened[0].element_id == "check"
    thread = [(step.element_id, step.state) for step in api.steps(business_key=key)]
    assert thread[:3] == [("check", "done"), ("wait_supplement", "done"), ("check", "current")]
    assert [step for step, state in thread if state == "ahead"] == ["verify", "sign", "issue", "hand_over"]
    with pytest.raises(ConflictError):
        api.send_message(business_key=key, name="paid", data={}, now=NOW)


def test_refusal_ends_the_process(binh, parties):
    _key, progress = start(parties=parties)
    progress = finish(binh, progress, "refuse", note="Không thuộc thẩm quyền")
    assert names(progress) == ["refuse"]
    assert (progress.stage, progress.finished) == ("refused", True)


def test_electronic_result_is_returned_online_at_once(binh, parties):
    _key, progress = start(parties=parties, data={"result_is_electronic": True, "delivery": "online"})
    for outcome in ("accept", "pass", "sign"):
        progress = finish(binh, progress, outcome)
    progress = finish(binh, progress, "issue")
    assert names(progress) == ["issue_result", "result_ready", "return_result"]
    assert progress.finished


def test_a_step_is_five_statements(binh, parties, django_assert_num_queries):
    _key, progress = start(parties=parties)
    with django_assert_num_queries(5):
        progress = finish(binh, progress, "accept")


def test_a_finished_task_names_who_did_it(binh, parties):
    _key, progress = start(parties=parties)
    task = progress.opened[0]
    finish(binh, progress, "accept")
    hoa = make_principal("Lê Thị Hoa", agencies=parties.values())
    with pytest.raises(api.TaskTakenError) as taken:
        finish(hoa, progress, "accept")
    assert "Trần Văn Bình" in taken.value.message
    assert "10:00 10/03/2026" in taken.value.message
    with pytest.raises(api.TaskTakenError):
        api.claim(principal=hoa, task_uuid=task.uuid, now=NOW)


def test_a_claimed_task_is_nobody_elses(binh, parties):
    _key, progress = start(parties=parties)
    task = progress.opened[0]
    claimed = api.claim(principal=binh, task_uuid=task.uuid, now=NOW)
    assert (claimed.state, claimed.version) == ("CLAIMED", 2)
    assert api.claim(principal=binh, task_uuid=task.uuid, now=NOW).version == 2
    hoa = make_principal("Lê Thị Hoa", agencies=parties.values(), rights=[Right.RECEIVE])
    with pytest.raises(api.TaskTakenError) as taken:
        api.claim(principal=hoa, task_uuid=task.uuid, now=NOW)
    assert "Trần Văn Bình đang giữ" in taken.value.message
    with pytest.raises(api.TaskTakenError):
        finish(hoa, progress, "accept")
    with pytest.raises(api.TaskForbiddenError):
        api.release(principal=hoa, task_uuid=task.uuid, now=NOW)
    assert api.release(principal=binh, task_uuid=task.uuid, now=NOW).state == "OPEN"
    assert finish(hoa, progress, "accept").commands


def test_a_stale_page_is_told(binh, parties):
    _key, progress = start(parties=parties)
    task = progress.opened[0]
    api.claim(principal=binh, task_uuid=task.uuid, now=NOW)
    with pytest.raises(api.TaskTakenError):
        api.complete(principal=binh, task_uuid=task.uuid, outcome="accept", data={}, note="", now=NOW, task_version=1)


def test_foreign_tasks_are_not_found(parties):
    _key, progress = start(parties=parties)
    task = progress.opened[0]
    stranger = make_principal("Người Lạ", agencies=[parties["competent"]])
    for call in (
        lambda: api.get_task_for(principal=stranger, uuid=task.uuid),
        lambda: api.get_task_for(principal=stranger, uuid=uuid4()),
        lambda: api.claim(principal=stranger, task_uuid=task.uuid, now=NOW),
        lambda: finish(stranger, progress, "accept"),
    ):
        with pytest.raises(NotFoundError):
            call()


def test_deadline_gives_tasks_their_share(binh, parties):
    key, progress = start(parties=parties)
    progress = finish(binh, progress, "accept")
    due = NOW + timedelta(days=10)
    api.set_deadline(business_key=key, counted_from=NOW, due_at=due)
    assert Task.objects.get(uuid=progress.opened[0].uuid).due_at == NOW + timedelta(days=4)
    progress = finish(binh, progress, "pass")
    assert progress.opened[0].due_at == NOW + timedelta(days=1.5)
    api.set_deadline(business_key=key, counted_from=NOW, due_at=None)
    assert Task.objects.get(uuid=progress.opened[0].uuid).due_at is None


def test_starting_twice_or_without_a_party_is_refused(parties):
    with pytest.raises(api.MissingPartyError) as missing:
        start(parties={"receiving": parties["receiving"]})
    assert list(missing.value.field_errors) == ["competent"]
    with pytest.raises(api.ProcessNotFoundError):
        start("no_such_process", parties=parties)
    key, _progress = start(parties=parties)
    with pytest.raises(api.AlreadyStartedError):
        api.start(key="standard", business_key=key, parties=parties, data={}, now=NOW, on=TODAY)


def test_cancelling_closes_everything(binh, parties):
    key, progress = start(parties=parties)
    cancelled = api.cancel(business_key=key, reason="Công dân rút hồ sơ", now=NOW)
    assert [(item.state, item.note) for item in cancelled.closed] == [("CANCELLED", "Công dân rút hồ sơ")]
    with pytest.raises(ConflictError):
        finish(binh, progress, "accept")
    with pytest.raises(api.NotRunningError):
        api.cancel(business_key=key, reason="", now=NOW)
    assert all(step.state == "done" for step in api.steps(business_key=key))


def test_picture_shows_where_it_is(binh, parties):
    key, progress = start(parties=parties)
    finish(binh, progress, "accept")
    picture = api.picture(business_key=key)
    assert picture.current == ("verify",)
    assert {"start", "check", "receive_dossier"} <= set(picture.done)
    assert "bpmndi:BPMNDiagram" in picture.xml


def test_timers_remind_without_interrupting(binh, parties):
    _key, progress = start(parties=parties, data={"reminder_after": "PT1H"})
    finish(binh, progress, "accept")
    assert api.fire_due_timers(now=NOW + timedelta(minutes=59)) == 0
    assert api.fire_due_timers(now=NOW + timedelta(minutes=61)) == 1
    assert api.fire_due_timers(now=NOW + timedelta(days=9)) == 0
    assert Task.objects.get(element_id="verify").state == "OPEN"


def test_a_timer_that_cannot_go_on_waits_and_lets_others_pass(binh, parties):
    broken, progress = start(parties=parties, data={"reminder_after": "PT1H"})
    finish(binh, progress, "accept")
    Instance.objects.filter(business_key=broken).update(state=_grown(broken))
    _key, progress = start(parties=parties, data={"reminder_after": "PT1H"})
    finish(binh, progress, "accept")
    assert api.fire_due_timers(now=NOW + timedelta(hours=2)) == 1
    assert Instance.objects.get(business_key=broken).next_timer_at == NOW + timedelta(hours=3)


def _grown(business_key):
    """Give the state of an instance grown beyond its limit."""
    document = unpack(bytes(Instance.objects.get(business_key=business_key).state))
    document["d"]["noise"] = [str(uuid4()) for _ in range(20_000)]
    return pack(document)


@pytest.mark.parametrize("count", [1, 10])
def test_lists_are_one_statement(binh, parties, count, django_assert_num_queries):
    for _ in range(count):
        start(parties=parties)
    with django_assert_num_queries(1):
        page = api.list_tasks(principal=binh, scope="pool")
    assert len(page.items) == count
    assert page.next_cursor == ""


def test_lists_continue_from_a_cursor(binh, parties):
    for days in (3, 1, None, 2):
        start(parties=parties, due_at=NOW + timedelta(days=days) if days else None)
    seen = []
    cursor = ""
    for _ in range(4):
        page = api.list_tasks(principal=binh, scope="unit", cursor=cursor, size=1)
        seen += [item.due_at for item in page.items]
        cursor = page.next_cursor
    assert cursor == ""
    assert seen[:3] == sorted(seen[:3])
    assert seen[3] is None
    with pytest.raises(InvalidError):
        api.list_tasks(principal=binh, cursor="bậy")


def test_the_system_may_do_everything(parties):
    _key, progress = start(parties=parties)
    assert finish(SYSTEM_PRINCIPAL, progress, "accept").commands


def test_the_head_assigns_and_reassigns_within_the_right(parties):
    make_rights("specialist", Right.PROCESS)
    department = Agency.objects.get(pk=parties["competent"])
    division = make_agency("Phòng Quản lý", parent=department, is_unit=True)
    lan = make_account(official=make_official("Phạm Thị Lan", agency=division))
    elsewhere = make_account(official=make_official("Vũ Văn Xa", agency=make_agency("Sở khác")))
    head = make_principal("Hoàng Văn Trưởng", agencies=parties.values(), rights=[Right.RECEIVE, Right.ASSIGN])
    key, progress = start(parties=parties, data={"needs_assignment": True})
    progress = finish(head, progress, "accept")
    task = progress.opened[0]
    with pytest.raises(InvalidError):
        api.complete(
            principal=head,
            task_uuid=task.uuid,
            outcome="assigned",
            data={},
            note="",
            now=NOW,
            assign_to_account_id=elsewhere.pk,
        )
    assert Task.objects.get(uuid=task.uuid).state == "OPEN"
    progress = api.complete(
        principal=head, task_uuid=task.uuid, outcome="assigned", data={}, note="", now=NOW, assign_to_account_id=lan.pk
    )
    given = progress.opened[0]
    assert (given.state, given.assignee_name) == ("CLAIMED", "Phạm Thị Lan")
    lan_principal = principal_for_account(lan, NOW)
    assert [item.uuid for item in api.list_tasks(principal=lan_principal, scope="mine").items] == [given.uuid]
    assert api.get_task_for(principal=lan_principal, uuid=given.uuid).outcomes[0].key == "pass"
    with pytest.raises(InvalidError):
        api.reassign(principal=head, task_uuid=given.uuid, to_account_id=elsewhere.pk, reason="Bận", now=NOW)
    with pytest.raises(InvalidError):
        api.reassign(principal=head, task_uuid=given.uuid, to_account_id=lan.pk, reason=" ", now=NOW)
    assert api.count_tasks(principal=lan_principal, now=NOW) == {"mine": 1, "pool": 0, "overdue": 0}
    progress = finish(lan_principal, progress, "pass")
    assert progress.opened[0].element_id == "sign"
    assert [step.by for step in api.steps(business_key=key)][2] == "Phạm Thị Lan"


def test_a_message_with_a_link_reaches_only_its_event(parties):
    bpmn = (FOLDER / "newborn_bundle.bpmn").read_text()
    opened = {"register_residence": "open_residence", "issue_card": "open_health_insurance"}
    for part, before in opened.items():
        begin = bpmn.index(f'<bpmn:userTask id="{part}"')
        end = bpmn.index("</bpmn:userTask>", begin) + len("</bpmn:userTask>")
        flows = "".join(f"<bpmn:{way}>{flow}</bpmn:{way}>" for way, flow in (("incoming", f"flow_{before}_{part}"),))
        event = (
            f'<bpmn:intermediateCatchEvent id="{part}" lt:link="{part}">{flows}'
            '<bpmn:messageEventDefinition messageRef="m" /></bpmn:intermediateCatchEvent>'
        )
        bpmn = bpmn[:begin] + event + bpmn[end:]
    bpmn = bpmn.replace("  <bpmndi:BPMNDiagram", '  <bpmn:message id="m" name="confirmed" />\n  <bpmndi:BPMNDiagram', 1)
    api.publish_definition(
        actor=SYSTEM_PRINCIPAL.actor(),
        bpmn=bpmn.encode(),
        dmn=[(FOLDER / "return_mode.dmn").read_bytes()],
        now=NOW,
        valid_from=TODAY,
    )
    key, progress = start("newborn_bundle", parties=parties)
    for outcome in ("accept", "pass", "sign", "issue"):
        progress = finish(SYSTEM_PRINCIPAL, progress, outcome)
    with pytest.raises(ConflictError):
        api.send_message(business_key=key, name="confirmed", data={}, now=NOW)
    first = api.send_message(business_key=key, name="confirmed", data={"link": "issue_card"}, now=NOW)
    assert names(first) == ["close_branch"]
    with pytest.raises(ConflictError):
        api.send_message(business_key=key, name="confirmed", data={"link": "issue_card"}, now=NOW)
    last = api.send_message(business_key=key, name="confirmed", data={"link": "register_residence"}, now=NOW)
    assert names(last) == ["close_branch", "result_ready"]


@pytest.mark.parametrize(
    "data", [{"outcome": "pass"}, {"results": {}}, {"a": object()}, {"a": float("nan")}, {"a": "x" * 70_000}]
)
def test_data_a_process_must_not_keep_is_refused(parties, data):
    with pytest.raises(api.InvalidDataError):
        start(parties=parties, data=data)


def test_deep_data_is_refused(parties):
    data = {}
    for _ in range(50):
        data = {"a": data}
    with pytest.raises(api.InvalidDataError):
        start(parties=parties, data=data)
