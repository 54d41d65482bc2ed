"""One dossier through the standard process, and officials getting in each other's way."""

from datetime import timedelta
from uuid import uuid4

import pytest

from lienthong.accounts.api import SYSTEM_PRINCIPAL, Principal, Right
from lienthong.kernel.errors import ConflictError, InvalidError, NotFoundError
from lienthong.workflows import api
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
    assert picture.current == ("verify", "verify_reminder")
    assert {"start", "check", "receive_dossier"} <= set(picture.done)
    assert "bpmndi:BPMNDiagram" in picture.xml


def test_timers_remind_without_interrupting(binh, parties):
    _key, progress = start(parties=parties, data={"reminder_after": "PT1H"})
    finish(binh, progress, "accept")
    assert api.fire_due_timers(now=NOW + timedelta(minutes=59)) == 0
    assert api.fire_due_timers(now=NOW + timedelta(minutes=61)) == 1
    assert api.fire_due_timers(now=NOW + timedelta(days=9)) == 0
    assert Task.objects.get(element_id="verify").state == "OPEN"


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
