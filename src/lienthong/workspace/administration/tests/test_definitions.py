"""Processes and forms are looked at before they are published; hostile files are refused with a reason."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from lienthong.forms.models import FormVersion
from lienthong.kernel.models import AuditEntry
from lienthong.workflows import api as workflows
from lienthong.workflows.models import ProcessDefinition

pytestmark = pytest.mark.django_db
STANDARD = (Path(settings.SEEDS) / "processes" / "standard.bpmn").read_bytes()
TABLE = (Path(settings.SEEDS) / "processes" / "return_mode.dmn").read_bytes()
FORM = (Path(settings.SEEDS) / "forms" / "general-application.yaml").read_bytes()
FROM = {"valid_from": "2026-12-01"}


def at(name, *arguments):
    return reverse(f"administration:{name}", args=arguments)


def sent(name, content):
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize("name", ["processes", "process_upload", "forms", "form_upload"])
def test_only_publishers_of_the_node_come_in(name, publisher, keeper, specialist, client):
    assert publisher.client.get(at(name)).status_code == 200
    assert keeper.client.get(at(name)).status_code == 403
    assert specialist.client.get(at(name)).status_code == 403
    assert client.get(at(name)).status_code == 302


def test_a_process_is_checked_then_published_from_a_date(publisher):
    files = {"bpmn": sent("a.bpmn", STANDARD), "dmn": sent("b.dmn", TABLE)}
    first = publisher.client.post(at("process_upload"), {**files, **FROM})
    assert "không có chỗ sai" in first.content.decode()
    assert not ProcessDefinition.objects.exists()
    returned = {"bpmn_text": STANDARD.decode(), "dmn_text": [TABLE.decode()]}
    again = publisher.client.post(at("process_upload"), {**returned, "publish": "1", **FROM})
    made = ProcessDefinition.objects.get()
    assert again.url == at("process", made.uuid)
    assert made.valid_from == date(2026, 12, 1)
    assert AuditEntry.objects.get(action="workflows.definition.published").actor_id == str(publisher.account.uuid)
    page = publisher.client.get(again.url).content.decode()
    assert made.name in page
    assert "data-process" in page
    assert made.name in publisher.client.get(at("processes")).content.decode()
    assert publisher.client.get(at("process", "00000000-0000-0000-0000-000000000001")).status_code == 404


def test_each_problem_is_told_at_its_element_and_nothing_is_lost(publisher):
    broken = STANDARD.replace(b'lt:command="receive"', b'lt:command="__import__"')
    assert broken != STANDARD
    answer = publisher.client.post(at("process_upload"), {"bpmn": sent("a.bpmn", broken), "publish": "1", **FROM})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert not ProcessDefinition.objects.exists()
    assert "chỗ sai" in body
    problems = workflows.check_definition(bpmn=broken).problems
    assert problems
    assert all(element_id in body for element_id, _message in problems)
    assert "__import__" in body, "the uploaded text comes back to be corrected"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "DTD"),
        (b"khong phai xml", "XML"),
        ("<x/>".encode("utf-16"), "UTF-8"),
        (b"<x>" + b"<y/>" * 400_000 + b"</x>", "lớn hơn"),
        (b"", "Tệp"),
    ],
)
def test_hostile_process_files_are_refused_with_the_reason(publisher, content, reason):
    answer = publisher.client.post(at("process_upload"), {"bpmn": sent("a.bpmn", content), **FROM})
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    hidden = publisher.client.post(
        at("process_upload"), {"bpmn": sent("a.bpmn", STANDARD), "dmn": sent("b.dmn", content), **FROM}
    )
    assert hidden.status_code == 422


def test_a_form_is_checked_previewed_and_published(publisher):
    first = publisher.client.post(at("form_upload"), {"file": sent("a.yaml", FORM)})
    assert "không có chỗ sai" in first.content.decode()
    assert not FormVersion.objects.exists()
    done = publisher.client.post(at("form_upload"), {"text": FORM.decode(), "publish": "1"})
    made = FormVersion.objects.get()
    assert done.url == at("form", made.uuid)
    page = publisher.client.get(done.url).content.decode()
    assert "không gửi và không lưu" in page
    assert "<form method" not in page.split("lt-card", 1)[1].split("</section>")[0]
    later = publisher.client.get(f"{done.url}?buoc=khong-co")
    assert later.status_code == 200
    assert "Đơn đề nghị" in publisher.client.get(at("forms")).content.decode()
    older = FORM.replace(b"2025-07-01", b"2024-01-01").replace(b"maxLength: 120", b"maxLength: 119")
    refused = publisher.client.post(at("form_upload"), {"file": sent("a.yaml", older), "publish": "1"})
    assert refused.status_code == 422
    assert "đã có hiệu lực" in refused.content.decode()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (FORM.replace(b"format: person-name", b"format: nonsense"), "schema/properties/applicant_name"),
        (b"key: a\ntitle: b\n", "valid_from"),
        (b"a: &x [1]\nb: *x\n", "bí danh"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 5_000, "YAML"),
        (b"- 1", "đối tượng"),
        (b"a" * 600_000, "quá lớn"),
        (b"%$#: [", "YAML"),
    ],
)
def test_bad_form_files_are_refused_at_their_place(publisher, content, told):
    answer = publisher.client.post(at("form_upload"), {"file": sent("a.yaml", content), "publish": "1"})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not FormVersion.objects.exists()


def test_every_seeded_form_can_be_previewed(publisher):
    from lienthong.forms import api as forms
    from lienthong.kernel.audit import SYSTEM

    forms.load_seeds(folder=Path(settings.SEEDS) / "forms", actor=SYSTEM, now=timezone.now())
    for version in forms.list_forms(on=timezone.localdate()):
        assert publisher.client.get(at("form", version.uuid)).status_code == 200, version.key
