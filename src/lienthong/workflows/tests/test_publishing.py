"""What may be published, what may not, and how versions follow each other."""

from datetime import date

import pytest

from lienthong.kernel import audit
from lienthong.kernel.models import AuditEntry
from lienthong.workflows import api
from lienthong.workflows.definitions import compiled
from lienthong.workflows.engine.specs import FeelEngine, ForeignCodeError
from lienthong.workflows.models import Instance, ProcessDefinition
from lienthong.workflows.tests.factories import FOLDER, KEYS, NOW, make_parties, start

STANDARD = (FOLDER / "standard.bpmn").read_text()
RETURN_MODE = (FOLDER / "return_mode.dmn").read_text()


def publish(bpmn=STANDARD, dmn=(RETURN_MODE,), valid_from=date(2026, 1, 1)):
    return api.publish_definition(
        actor=audit.SYSTEM,
        bpmn=bpmn if isinstance(bpmn, bytes) else bpmn.encode(),
        dmn=[content.encode() for content in dmn],
        now=NOW,
        valid_from=valid_from,
    )


def problems_of(bpmn, dmn=(RETURN_MODE,)):
    with pytest.raises(api.InvalidDefinitionError) as refused:
        publish(bpmn, dmn)
    assert refused.value.field_errors
    return refused.value.problems


def changed(old, new, text=STANDARD):
    assert old in text
    return text.replace(old, new, 1)


def test_there_are_eight_processes():
    assert set(KEYS) >= {
        "standard", "instant_certification", "commune_birth_registration", "commune_to_province",
        "parallel_consultation", "financial_duty", "site_inspection", "newborn_bundle",
    }  # fmt: skip


@pytest.mark.django_db
def test_seeding_again_changes_nothing():
    first = api.publish_folder(folder=FOLDER, now=NOW)
    assert all(result.is_new for result in first)
    again = api.publish_folder(folder=FOLDER, now=NOW)
    assert not any(result.is_new for result in again)
    assert ProcessDefinition.objects.count() == len(KEYS)
    assert AuditEntry.objects.filter(action="workflows.definition.published").count() == len(KEYS)


@pytest.mark.django_db
def test_running_instances_stay_on_their_version():
    publish()
    parties = make_parties()
    old, _progress = start(parties=parties)
    newer = publish(changed('name="Kiểm tra và tiếp nhận hồ sơ"', 'name="Kiểm tra hồ sơ"'), valid_from=date(2026, 3, 1))
    assert (newer.version, newer.is_new) == (2, True)
    _new, progress = start(parties=parties)
    assert progress.opened[0].name == "Kiểm tra hồ sơ"
    assert Instance.objects.get(business_key=old).definition.version == 1
    assert api.steps(business_key=old)[0].name == "Công chức một cửa đang kiểm tra hồ sơ"
    first = ProcessDefinition.objects.get(version=1)
    assert first.valid_to == date(2026, 3, 1)
    with pytest.raises(api.ProcessNotFoundError):
        api.start(key="standard", business_key="sớm", parties=parties, data={}, now=NOW, on=date(2025, 12, 31))


REMINDER = 'if reminder_after = null then "P2D" else reminder_after'
SUPPLEMENT = 'outcome = "supplement"'
FIRST_FLOW = 'sourceRef="start" targetRef="check"'
REFUSED_FLOW = 'sourceRef="refuse_dossier" targetRef="end_refused"'
CHECK_SHAPE = '<bpmndi:BPMNShape id="check_shape" bpmnElement='

# What is done to the sound diagram, the element that must be named, and words of the message.
WRONG = [
    ('lt:party="competent" lt:right="process"', 'lt:party="ministry" lt:right="process"', "verify", "vai “ministry”"),
    ('lt:right="assign"', 'lt:right="rule"', "assign", "quyền “rule”"),
    ('lt:command="receive"', 'lt:command="delete"', "receive_dossier", "lệnh “delete”"),
    ('lt:stage="ready"', 'lt:stage="flying"', "result_ready", "giai đoạn “flying”"),
    (' default="flow_gateway_check_receive_dossier"', "", "gateway_check", "nhánh mặc định"),
    (SUPPLEMENT, "", "gateway_check", "chưa có điều kiện"),
    (SUPPLEMENT, 'outcome == "supplement"', "flow_gateway_check_ask_supplement", "Vị trí 10"),
    (SUPPLEMENT, 'outcome = "suplement"', "flow_gateway_check_ask_supplement", "“suplement”"),
    (SUPPLEMENT, "__import__('os').system('id')", "flow_gateway_check_ask_supplement", "FEEL"),
    ("        <bpmn:flowNodeRef>check</bpmn:flowNodeRef>\n", "", "check", "không nằm trong làn"),
    ('<lt:outcome key="accept"', '<lt:outcome key="supplement"', "check", "bị trùng"),
    ('label="Tiếp nhận"', 'label=""', "check", "chưa có nhãn"),
    ('reason="required"', 'reason="maybe"', "check", "“maybe”"),
    ('lt:timeShare="0.1"', 'lt:timeShare="7"', "check", "timeShare"),
    ('messageRef="message_supplemented"', 'messageRef="message_other"', "wait_supplement", "thông điệp “?”"),
    ('name="supplemented"', 'name="hello"', "wait_supplement", "thông điệp “hello”"),
    (REMINDER, "PT1X", "verify_reminder", "PT1X"),
    (REMINDER, "P9999D", "verify_reminder", "một năm"),
    (REMINDER, "1 +", "verify_reminder", "Vị trí 4"),
    ('attachedToRef="verify"', 'attachedToRef="gateway_verify"', "verify_reminder", "biên"),
    ('lt:decision="return_mode"', 'lt:decision="other"', "decide_return", "“other”"),
    ('lt:result="return_mode"', 'lt:result="outcome"', "decide_return", "“outcome”"),
    ('value="note"', 'value="note +"', "refuse_dossier", "“reason”"),
    (FIRST_FLOW, 'sourceRef="start" targetRef="nowhere"', "flow_start_check", "nowhere"),
    (FIRST_FLOW, 'sourceRef="start" targetRef="issue"', "check", "điểm bắt đầu"),
    ('sourceRef="issue" targetRef="issue_result"', 'sourceRef="issue" targetRef="issue"', "issue", "kết thúc"),
    (REFUSED_FLOW, 'sourceRef="check" targetRef="end_refused"', "refuse_dossier", "Ngõ cụt"),
    (REFUSED_FLOW, 'sourceRef="check" targetRef="end_refused"', "check", "Chỉ cổng"),
    (REFUSED_FLOW, 'sourceRef="refuse_dossier" targetRef="gateway_check"', "gateway_check", "chạy mãi"),
    (CHECK_SHAPE + '"check"', CHECK_SHAPE + '"x"', "check", "hình vẽ"),
    ('id="standard" name', 'id="Std-1" name', "Std-1", "Mã quy trình"),
    ('isExecutable="true"', 'isExecutable="false"', "standard", "isExecutable"),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("old", "new", "element_id", "words"), WRONG)
def test_problems_name_their_element(old, new, element_id, words):
    found = problems_of(changed(old, new))
    assert any(where == element_id and words in message for where, message in found), found


@pytest.mark.django_db
def test_unknown_kinds_and_missing_starts_are_named():
    found = problems_of(STANDARD.replace("bpmn:endEvent", "bpmn:intermediateThrowEvent"))
    assert any(where == "end_refused" and "intermediateThrowEvent" in message for where, message in found)
    found = problems_of(STANDARD.replace("startEvent", "endEvent"))
    assert ("standard", "Quy trình phải có đúng một điểm bắt đầu.") in found


EXECUTABLE = [
    '<bpmn:scriptTask id="evil"><bpmn:script>import os; os.system("id")</bpmn:script></bpmn:scriptTask>',
    '<bpmn:subProcess id="evil" />',
    '<bpmn:callActivity id="evil" calledElement="standard" />',
    '<bpmn:sendTask id="evil" />',
    '<bpmn:task id="evil"><bpmn:multiInstanceLoopCharacteristics /></bpmn:task>',
    '<bpmn:userTask id="evil"><bpmn:standardLoopCharacteristics loopMaximum="9" /></bpmn:userTask>',
    '<bpmn:inclusiveGateway id="evil" />',
    '<bpmn:userTask id="evil"><bpmn:ioSpecification /></bpmn:userTask>',
    '<bpmn:serviceTask id="evil" xmlns:c="http://camunda.org/schema/1.0/bpmn" c:class="Runtime" />',
    (
        '<bpmn:serviceTask id="evil"><bpmn:extensionElements><c:in xmlns:c="http://camunda.org/schema/1.0/bpmn" />'
        "</bpmn:extensionElements></bpmn:serviceTask>"
    ),
    (
        '<bpmn:serviceTask id="evil"><bpmn:extensionElements><s:preScript xmlns:s="http://spiffworkflow.org/bpmn/schema/'
        '1.0/core">x = 1</s:preScript></bpmn:extensionElements></bpmn:serviceTask>'
    ),
    (
        '<bpmn:serviceTask id="evil"><bpmn:extensionElements><lt:script>x</lt:script></bpmn:extensionElements>'
        "</bpmn:serviceTask>"
    ),
    (
        '<bpmn:sequenceFlow id="evil" sourceRef="start" targetRef="check"><bpmn:conditionExpression language="python">1'
        "</bpmn:conditionExpression></bpmn:sequenceFlow>"
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize("part", EXECUTABLE)
def test_anything_executable_is_refused(part):
    found = problems_of(changed("  </bpmn:process>", f"{part}\n  </bpmn:process>"))
    assert any(where == "evil" for where, _message in found)
    assert not ProcessDefinition.objects.exists()


UNSAFE = {
    "empty": b"",
    "not xml": b"%PDF-1.7",
    "cut short": STANDARD[:5_000].encode(),
    "not utf-8": b'<?xml version="1.0" encoding="UTF-8"?><a>\xff</a>',
    "other root": b"<html/>",
    "no process": b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
    "external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "billion laughs": b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>',
    "plain doctype": b"<!DOCTYPE definitions><definitions/>",
    "too large": b"<a>" + b"x" * 1_000_001 + b"</a>",
    "too deep": b"<a>" * 200 + b"</a>" * 200,
    "too many": b"<a>" + b"<b/>" * 30_000 + b"</a>",
    "null byte": STANDARD.replace("Nộp hồ sơ", "Nộp\x00").encode(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", UNSAFE)
def test_unsafe_files_are_refused_whole(name):
    with pytest.raises(api.UnsafeXmlError):
        publish(UNSAFE[name])
    with pytest.raises(api.UnsafeXmlError):
        api.publish_definition(
            actor=audit.SYSTEM, bpmn=STANDARD.encode(), dmn=[UNSAFE[name]], now=NOW, valid_from=date(2026, 1, 1)
        )


DECISIONS = [
    ('hitPolicy="FIRST"', 'hitPolicy="PRIORITY"', "return_mode", "PRIORITY"),
    ("<text>delivery</text>", "<text>delivery(</text>", "return_mode", "Vị trí 10"),
    ("<text>true</text>", "<text>> ></text>", "return_mode_online", "FEEL"),
    ('<inputEntry id="return_mode_online_1"><text>true</text></inputEntry>', "", "return_mode_online", "số cột"),
    ("<decisionTable ", '<literalExpression id="evil"/><decisionTable ', "evil", "literalExpression"),
    ('<decision id="return_mode"', '<decision id="other"', "decide_return", "return_mode"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("old", "new", "element_id", "words"), DECISIONS)
def test_problems_of_decision_tables(old, new, element_id, words):
    found = problems_of(STANDARD, [changed(old, new, RETURN_MODE)])
    assert any(where == element_id and words in message for where, message in found), found


@pytest.mark.django_db
def test_the_engine_runs_no_code_even_of_a_diagram_that_came_another_way():
    api.publish_folder(folder=FOLDER, now=NOW)
    known = compiled(ProcessDefinition.objects.latest("pk").pk)
    engine = FeelEngine(known.diagram, known.decisions)
    with pytest.raises(ForeignCodeError):
        engine.execute(None, "import os")
    with pytest.raises(ForeignCodeError):
        engine.call_service(None)
