"""Procedures are written as drafts, compared, published and withdrawn; errors stand at their fields."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lienthong.accounts.api import SYSTEM_PRINCIPAL
from lienthong.catalogue import api as catalogue
from lienthong.catalogue.models import ProcedureVersion
from lienthong.catalogue.tests.factories import make_content, make_record
from lienthong.kernel.models import AuditEntry
from lienthong.workflows.models import ProcessDefinition

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def at(name, *arguments, **query):
    return reverse(f"administration:{name}", args=arguments, query=query or None)


@pytest.fixture(autouse=True)
def process(db):
    return ProcessDefinition.objects.create(
        key="standard", version=1, name="Chuẩn", bpmn="", digest="x", published_at=timezone.now(), valid_from=TODAY
    )


@pytest.fixture
def draft(db):
    return make_draft()


def make_draft(**changes):
    content = make_content(
        documents=(catalogue.DocumentContent("don", "Đơn đề nghị", 1, 0, "required"),),
        fees=(catalogue.FeeContent("phi", 50_000, "Phí thẩm định"),),
        **changes,
    )
    return catalogue.draft(principal=SYSTEM_PRINCIPAL, content=content, valid_from=TODAY, now=timezone.now())


def filled(page):
    """Read the form of a page as a browser would send it back unchanged."""
    draft = page.context["draft"]
    data = {}
    for form in [draft.form, *draft.sets.values()]:
        for bound in form if form is draft.form else [field for row in form for field in row]:
            value = bound.value()
            if value is not None and value is not False:
                data[bound.html_name] = value
        if form is not draft.form:
            data |= {f"{form.prefix}-TOTAL_FORMS": len(form.forms), f"{form.prefix}-INITIAL_FORMS": len(form.forms)}
    return data


def test_only_publishers_of_the_node_come_in(publisher, keeper, specialist, draft):
    for address in (
        at("procedures"),
        at("procedure", draft.uuid),
        at("procedure_edit", draft.uuid),
        at("procedure_start"),
    ):
        assert publisher.client.get(address).status_code == 200, address
        assert keeper.client.get(address).status_code == 403
        assert specialist.client.get(address).status_code == 403
    for name in ("procedure_publish", "procedure_discard", "procedure_copy"):
        assert specialist.client.post(at(name, draft.uuid)).status_code == 403
        assert publisher.client.get(at(name, draft.uuid)).status_code == 405
    assert publisher.client.get(at("procedure", "00000000-0000-0000-0000-000000000001")).status_code == 404


def test_a_draft_sent_back_unchanged_says_the_same(publisher, draft):
    before = catalogue.content_of(version=catalogue.get_edition(principal=SYSTEM_PRINCIPAL, uuid=draft.uuid))
    page = publisher.client.get(at("procedure_edit", draft.uuid))
    answer = publisher.client.post(at("procedure_edit", draft.uuid), filled(page))
    assert answer.status_code == 302, answer.context["draft"].form.errors
    after = catalogue.content_of(version=catalogue.get_edition(principal=SYSTEM_PRINCIPAL, uuid=draft.uuid))
    assert after == before
    assert AuditEntry.objects.get(action="catalogue.version.redrafted").actor_id == str(publisher.account.uuid)


def test_rows_are_added_changed_and_dropped(publisher, draft):
    address = at("procedure_edit", draft.uuid)
    data = filled(publisher.client.get(address))
    more = publisher.client.post(address, data | {"add": "documents", "name_vi": "Tên đang gõ"})
    assert more.status_code == 200
    assert "Tên đang gõ" in more.content.decode()
    data = filled(more) | {
        "documents-1-name": "Bản sao căn cước", "documents-1-requirement": "optional", "documents-1-copies": "1",
        "fees-0-DELETE": "on", "time_limits-0-amount": "7", "everyday_names": "tên một\n\n tên hai ",
        "decided_on": "2026-05-05", "effective_on": "2026-06-15", "publicised_on": "",
    }  # fmt: skip
    data["documents-INITIAL_FORMS"] = 1
    assert publisher.client.post(address, data).status_code == 302
    content = catalogue.content_of(version=catalogue.get_edition(principal=SYSTEM_PRINCIPAL, uuid=draft.uuid))
    assert [paper.name for paper in content.documents] == ["Đơn đề nghị", "Bản sao căn cước"]
    assert content.documents[1].key == "giay-to-2"
    assert content.fees == ()
    assert content.time_limits[0].amount == 7
    assert content.everyday_names == ("tên một", "tên hai")
    assert (content.decided_on, content.effective_on, content.publicised_on) == (
        date(2026, 5, 5), date(2026, 6, 15), None,
    )  # fmt: skip


def test_an_error_stands_at_its_row_and_nothing_typed_is_lost(publisher, draft):
    address = at("procedure_edit", draft.uuid)
    data = filled(publisher.client.get(address)) | {
        "time_limits-0-amount": "0", "fees-0-amount": "-5", "summary": "Đang viết dở",
    }  # fmt: skip
    syntax = publisher.client.post(address, data)
    assert syntax.status_code == 422
    assert "Đang viết dở" in syntax.content.decode()
    assert 'href="#id_fees-0-amount"' in syntax.content.decode()
    rule = publisher.client.post(address, data | {"fees-0-amount": "5"})
    assert rule.status_code == 422
    assert 'href="#id_time_limits-0-amount"' in rule.content.decode()
    backwards = publisher.client.post(
        address, data | {"fees-0-amount": "5", "time_limits-0-amount": "5", "valid_to": "2001-01-01"}
    )
    assert "Ngày hết hiệu lực phải sau" in backwards.content.decode()
    assert publisher.client.post(address, {"name_vi": "x"}).status_code == 422, "without its rows the form is refused"


def test_a_version_is_published_compared_copied_and_withdrawn(publisher, draft):
    publisher.client.post(at("procedure_publish", draft.uuid))
    draft.refresh_from_db()
    assert draft.state == "published"
    assert publisher.client.get(at("procedure_edit", draft.uuid)).status_code == 409
    assert publisher.client.post(at("procedure_publish", draft.uuid)).status_code == 409
    publisher.client.post(at("procedure_copy", draft.uuid))
    copy = ProcedureVersion.objects.get(number=2)
    assert "Nội dung giống hệt" in publisher.client.get(at("procedure", copy.uuid)).content.decode()
    address = at("procedure_edit", copy.uuid)
    publisher.client.post(address, filled(publisher.client.get(address)) | {"time_limits-0-amount": "9"})
    body = publisher.client.get(at("procedure", copy.uuid)).content.decode()
    assert "Thời hạn: 9" in body
    assert "<del>" in body
    assert publisher.client.post(at("procedure_withdraw", draft.uuid), {"on": TODAY, "reason": ""}).status_code == 422
    publisher.client.post(at("procedure_withdraw", draft.uuid), {"on": TODAY, "reason": "Luật mới"})
    assert "Luật mới" in publisher.client.get(at("procedure", draft.uuid)).content.decode()
    publisher.client.post(at("procedure_discard", copy.uuid))
    assert not ProcedureVersion.objects.filter(number=2).exists()


def test_a_procedure_is_begun(publisher):
    values = {"code": "sai", "name": "Cấp phép mới", "levels": ["commune"], "valid_from": TODAY.isoformat()}
    wrong = publisher.client.post(at("procedure_start"), values)
    assert wrong.status_code == 422
    assert "Cấp phép mới" in wrong.content.decode()
    done = publisher.client.post(at("procedure_start"), values | {"code": "1.999777"})
    made = ProcedureVersion.objects.get(procedure__code="1.999777")
    assert done.url == at("procedure_edit", made.uuid)
    assert publisher.client.get(done.url).status_code == 200


def test_versions_are_found_by_name_code_and_state(publisher, draft):
    def found(**wanted):
        return draft.code in publisher.client.get(at("procedures", **wanted)).content.decode()

    assert found()
    assert found(q="cap giay phep", state="draft")
    assert found(q="1.9990")
    assert not found(state="published")
    assert not found(q="khong co")
    assert publisher.client.get(at("procedures", state="moon")).status_code == 200
    assert publisher.client.get(at("procedures", cursor="%%")).status_code == 422


def test_records_are_imported_with_a_report(publisher, specialist):
    def send(name, content):
        return publisher.client.post(at("procedure_import"), {"file": SimpleUploadedFile(name, content)})

    lines = [json.dumps(make_record("1.999101")), json.dumps(make_record("1.999102", name="")), "{"]
    body = send("a.jsonl", "\n".join(lines).encode()).content.decode()
    assert "1 mới" in body
    assert "bị từ chối" in body
    assert ProcedureVersion.objects.filter(procedure__code="1.999101", state="published").exists()
    assert "1 như cũ" in send("a.jsonl", lines[0].encode()).content.decode()
    for name, content in (("a.exe", b"x"), ("a.json", b""), ("a.json", b"x" * 5_000_001)):
        assert send(name, content).status_code == 422, (name, len(content))
    assert specialist.client.post(at("procedure_import")).status_code == 403


def test_the_list_costs_the_same_with_one_row_and_with_ten(publisher, draft):
    def cost():
        publisher.client.get(at("procedures"))
        with CaptureQueriesContext(connection) as queries:
            publisher.client.get(at("procedures"))
        return len(queries)

    before = cost()
    for number in range(10):
        make_draft(code=f"1.99920{number}", name=f"Thủ tục {number}")
    assert cost() == before <= 11
