"""The signed package of a dossier, and the end of its content."""

import hashlib
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from lxml import etree

from lienthong.accounts import api as accounts
from lienthong.accounts.tests.factories import make_account, sign_in
from lienthong.dossiers import api
from lienthong.dossiers.api import DocumentInput, DossierStatus, keeping
from lienthong.dossiers.models import (
    Dossier,
    DossierDocument,
    HistoryEntry,
    LegalHold,
    Result,
    Retention,
    RetentionRule,
)
from lienthong.dossiers.packages import MANIFEST, SIGNATURE
from lienthong.dossiers.queries.metadata import NAMESPACE, SCHEMA_FILE
from lienthong.dossiers.services import retention
from lienthong.dossiers.tests.factories import NOW, make_citizen, make_document, make_dossier, make_procedure, upload
from lienthong.dossiers.tests.test_issued_papers import issue
from lienthong.files.models import File
from lienthong.files.services.sweeping import sweep
from lienthong.kernel import audit, clock
from lienthong.kernel.models import AuditEntry
from lienthong.organisations.tests.factories import make_official

NS = {"m": NAMESPACE}
LATER = datetime(2037, 1, 1, 3, tzinfo=UTC)


@pytest.fixture
def closed(world) -> Dossier:
    """A returned dossier with a paper handed in and an issued result."""
    citizen = make_citizen()
    version = make_procedure(documents=(make_document("paper", "Giấy chứng sinh"),))
    return make_dossier(
        world,
        status=DossierStatus.RETURNED,
        applicant=citizen,
        version=version,
        documents=(DocumentInput(key="paper", file_uuid=upload(citizen)),),
    )


def package(world, dossier) -> bytes:
    with keeping.export_package(principal=world.official("ward", "leader"), dossier=dossier, now=NOW) as made:
        return made.read()


def changed(content: bytes, name: str, new: bytes | None, *, add: bool = False) -> bytes:
    """Write the package anew with one entry replaced, left out or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w") as after:
        for info in before.infolist():
            if info.filename != name:
                after.writestr(info.filename, before.read(info.filename))
            elif new is not None:
                after.writestr(name, new)
        if add and new is not None:
            after.writestr(name, new)
    return out.getvalue()


def metadata_in(archive: zipfile.ZipFile) -> etree._Element:
    """Read the metadata, checked against the schema of the repository, which the package carries too."""
    assert archive.read("metadata.xsd") == SCHEMA_FILE.read_bytes()
    root = etree.fromstring(archive.read("metadata.xml"))
    etree.XMLSchema(etree.parse(SCHEMA_FILE)).assertValid(root)
    return root


def problems(content: bytes) -> tuple[str, ...]:
    return keeping.verify_package(source=io.BytesIO(content), now=NOW).problems


class TestPackage:
    """Gói hồ sơ."""

    def test_it_holds_everything_and_is_genuine(self, world, closed) -> None:
        content = package(world, closed)
        report = keeping.verify_package(source=io.BytesIO(content), now=NOW)
        assert report.problems == ()
        assert report.code == closed.code
        assert report.signer == "Ủy ban nhân dân phường Hải Châu"
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            line = json.loads(archive.read("ho-so.json"))
            story = json.loads(archive.read("dien-bien.json"))
            assert {paper["kind"] for paper in line["papers"]} >= {"document", "result"}
            assert all(archive.read(paper["entry"]).startswith(b"%PDF") for paper in line["papers"])
        assert line["due_steps"] == list(closed.due_steps)
        assert [row["title"] for row in story] == list(
            HistoryEntry.objects.filter(dossier=closed).order_by("id").values_list("title", flat=True)
        )
        assert AuditEntry.objects.filter(action="dossiers.dossier.exported").count() == 1

    def test_every_change_is_found(self, world, closed) -> None:
        content = package(world, closed)
        assert problems(changed(content, "ho-so.json", b"{}")) == ("ho-so.json: changed",)
        assert problems(changed(content, "metadata.xml", b"<dossier/>")) == ("metadata.xml: changed",)
        assert problems(changed(content, "dien-bien.json", None)) == ("dien-bien.json: missing",)
        assert problems(changed(content, "them.txt", b"x", add=True)) == ("them.txt: not in the manifest",)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            manifest = archive.read(MANIFEST).replace(b'"made_at": "2026', b'"made_at": "2025')
        assert problems(changed(content, MANIFEST, manifest)) == ("Nội dung đã bị thay đổi sau khi ký.",)
        assert problems(changed(content, SIGNATURE, b"nothing")) == ("Chữ ký bị hỏng, không đọc được.",)
        assert problems(b"no zip") != ()
        assert problems(changed(content, MANIFEST, None)) != ()

    def test_its_metadata_keeps_to_the_schema_and_names_each_file_as_it_is(self, world, closed) -> None:
        Dossier.objects.filter(pk=closed.pk).update(subject="Lô\x0b đất <A&B>")
        closed.refresh_from_db()
        with translation.override("en"), zipfile.ZipFile(io.BytesIO(package(world, closed))) as archive:
            root = metadata_in(archive)
            manifest = {row["name"]: row for row in json.loads(archive.read(MANIFEST))["entries"]}
            assert {"metadata.xml", "metadata.xsd"} <= manifest.keys()
            for file in root.iterfind(".//m:file", NS):
                content = archive.read(file.get("entry"))
                assert (file.get("sha256"), int(file.get("size"))) == (
                    hashlib.sha256(content).hexdigest(),
                    len(content),
                )
                assert manifest[file.get("entry")]["sha256"] == file.get("sha256")
            assert len(root.findall(".//m:file", NS)) == sum(name.startswith("tep/") for name in archive.namelist())
        result = Result.objects.get(dossier=closed)
        assert [root.findtext(f"m:{name}", namespaces=NS) for name in ("code", "status", "channel")] == [
            closed.code,
            "Đã trả kết quả",
            "Trực tuyến",
        ]
        assert root.findtext("m:dates/m:returnedAt", namespaces=NS) == closed.returned_at.isoformat()
        assert [row.get("code") for row in root.iterfind("m:statuses/m:entered", NS)] == ["1", "2", "4", "9", "10"]
        assert root.findtext("m:organisations/m:competent/m:name", namespaces=NS) == closed.competent_agency.name
        applicant = {child.tag.rpartition("}")[2]: child.text for child in root.find("m:applicant", NS)}
        assert (applicant["name"], applicant["owner"]) == (closed.applicant_name, closed.owner_name)
        assert applicant["subject"] == "Lô\ufffd đất <A&B>"
        component = root.find("m:components/m:component", NS)
        assert (component.get("key"), component.findtext("m:name", namespaces=NS)) == ("paper", "Giấy chứng sinh")
        assert component.findtext("m:file", namespaces=NS) == closed.documents.get().file.name
        given = root.find("m:results/m:result", NS)
        assert (given.get("number"), given.get("issuedAt")) == (result.number, result.issued_at.isoformat())
        assert given.find("m:signatures", NS).get("state") == "valid"
        assert [(row.get("kind"), row.get("valid")) for row in given.iterfind("m:signatures/m:signature", NS)] == [
            ("person", "true"),
            ("agency", "true"),
        ]

    @pytest.mark.parametrize(
        "status",
        [DossierStatus.SUBMITTED, DossierStatus.NOT_RECEIVED, DossierStatus.SUPPLEMENT, DossierStatus.PROCESSING],
    )
    def test_a_dossier_without_a_result_has_metadata_too(self, world, status: DossierStatus) -> None:
        dossier = make_dossier(world, status=status)
        issued = issue(dossier)
        with zipfile.ZipFile(io.BytesIO(package(world, dossier))) as archive:
            root = metadata_in(archive)
            papers = root.findall("m:papers/m:paper", NS)
            assert all(archive.read(row.find("m:file", NS).get("entry")).startswith(b"%PDF") for row in papers)
        assert [(row.get("kind"), row.get("number")) for row in papers] == [(row.kind, row.number) for row in issued]
        assert root.find("m:status", NS).get("code") == str(status.value)
        assert root.find("m:dates/m:doneAt", NS) is None
        assert len(root.find("m:results", NS)) == 0

    def test_a_revoked_result_is_named_with_why_and_without_its_file(self, world, closed) -> None:
        Result.objects.filter(dossier=closed).update(
            state="revoked", ended_at=NOW, ended_why="Cấp sai thẩm quyền", ended_by_decision="12/QĐ-UBND"
        )
        with zipfile.ZipFile(io.BytesIO(package(world, closed))) as archive:
            given = metadata_in(archive).find("m:results/m:result", NS)
        ended = given.find("m:ended", NS)
        assert (given.get("state"), ended.text, ended.get("decision")) == (
            "revoked",
            "Cấp sai thẩm quyền",
            "12/QĐ-UBND",
        )
        assert given.find("m:file", NS) is None

    def test_the_schema_refuses_what_is_none(self, world, closed) -> None:
        with zipfile.ZipFile(io.BytesIO(package(world, closed))) as archive:
            written = archive.read("metadata.xml")
        schema = etree.XMLSchema(etree.parse(SCHEMA_FILE))
        assert schema.validate(etree.fromstring(written))
        for right, wrong in (
            (rb'<status code="10">', b'<status code="11">'),
            (rb'state="valid"', b'state="fine"'),
            (rb"<returnMethod>", b"<surprise/><returnMethod>"),
            (rb'sha256="[0-9a-f]+"', b'sha256="A0"'),
            (rb'entry="[^"]+"', b'entry="tep/001.pdf"'),  # two files in one entry
        ):
            spoilt, count = re.subn(right, wrong, written)
            assert count
            assert not schema.validate(etree.fromstring(spoilt)), wrong

    def test_the_command_says_so_with_its_exit_code(self, world, closed, tmp_path, capsys) -> None:
        path = tmp_path / "goi.zip"
        path.write_bytes(package(world, closed))
        call_command("dossiers_verify_package", str(path))
        assert "genuine" in capsys.readouterr().out
        path.write_bytes(changed(path.read_bytes(), "ho-so.json", b"{}"))
        with pytest.raises(CommandError, match="changed"):
            call_command("dossiers_verify_package", str(path))

    def test_only_supervisors_and_signers_of_the_agency_take_it(self, world, closed, client) -> None:
        for stranger in (world.official("ward", "specialist"), world.official("other_ward", "leader"), make_citizen()):
            with pytest.raises(api.NotAllowedError):
                keeping.export_package(principal=stranger, dossier=closed, now=NOW)
        sign_in(client, world.account("ward", "leader"))
        answer = client.post(reverse("workspace:package", args=[closed.uuid]))
        assert answer["Content-Disposition"] == f'attachment; filename="{closed.code}.zip"'
        assert problems(b"".join(answer.streaming_content)) == ()


class TestRetention:
    """Marked, proposed, approved by another, held."""

    @pytest.fixture
    def due(self, world, closed) -> Dossier:
        rules = yaml.safe_load((settings.SEEDS / "dossiers" / "retention.yaml").read_text(encoding="utf-8"))
        assert retention.load_retention(rules=rules, actor=audit.SYSTEM, now=NOW) == 1
        assert retention.load_retention(rules=rules, actor=audit.SYSTEM, now=NOW) == 0
        assert retention.mark_due(now=LATER - timedelta(days=2)) == 0
        assert retention.mark_due(now=LATER) == 1
        assert retention.mark_due(now=LATER) == 0
        return closed

    def two(self, world):
        """Give two different supervisors of the ward."""
        other = make_account(official=make_official("Lê An", agency=world.office("ward"), kind="supervisor"))
        return world.official("ward", "supervisor"), accounts.principal_for_account(other, NOW, mfa=True)

    @pytest.mark.parametrize(
        ("closed_on", "years", "expected"),
        [  # a year of keeping counts from the end of the year in which the file was closed
            (date(2026, 1, 1), 10, date(2037, 1, 1)),
            (date(2026, 12, 31), 10, date(2037, 1, 1)),
            (date(2026, 12, 31), 0, date(2027, 1, 1)),
        ],
    )
    def test_when_the_time_is_up(self, closed_on: date, years: int, expected: date) -> None:
        assert retention.due_on(closed_on=closed_on, years=years) == expected

    def test_the_rule_of_the_procedure_counts_before_the_general(self, world, due) -> None:
        RetentionRule.objects.create(
            procedure_code=due.procedure_version.code, years=None, valid_from=date(2026, 1, 1), legal_basis="TT"
        )
        found = retention.rule_for(dossier=due, on=date(2026, 12, 1))
        assert found is not None
        assert found.years is None
        Retention.objects.all().delete()
        assert retention.mark_due(now=NOW) == 1
        assert Retention.objects.get().state == "permanent"

    def test_two_people_destroy_the_content_and_the_register_line_stays(self, world, due) -> None:
        first, second = self.two(world)
        history = HistoryEntry.objects.filter(dossier=due).count()
        file = DossierDocument.objects.get(dossier=due).file
        with pytest.raises(api.DossierStateError):
            keeping.destroy(principal=second, dossier=due, now=LATER)
        keeping.propose(principal=first, dossier=due, now=LATER)
        with pytest.raises(api.NotAllowedError, match="phải khác"):
            keeping.destroy(principal=first, dossier=due, now=LATER)
        keeping.destroy(principal=second, dossier=due, now=LATER)
        left = Dossier.objects.get(pk=due.pk)
        assert (left.code, left.applicant_name, left.answers, left.phone) == (due.code, due.applicant_name, {}, "")
        assert DossierDocument.objects.get(dossier=due).file is None
        sweep(before=clock.now() + timedelta(days=1), now=LATER)
        assert not File.objects.filter(pk=file.pk).exists()
        assert Result.objects.get(dossier=due).file is not None
        assert HistoryEntry.objects.filter(dossier=due).count() == history
        entry = AuditEntry.objects.get(action="dossiers.retention.destroyed")
        assert due.code in entry.content
        with pytest.raises(api.DossierStateError):
            keeping.destroy(principal=second, dossier=due, now=LATER)

    def test_the_database_itself_wants_two_people(self, world, due) -> None:
        account = world.account("ward", "supervisor")
        with pytest.raises(IntegrityError), transaction.atomic():
            Retention.objects.update(proposed_by=account, approved_by=account)

    def test_a_hold_prevents_and_its_end_allows(self, world, due) -> None:
        first, second = self.two(world)
        with pytest.raises(api.SubmissionInvalidError):
            keeping.place_hold(principal=first, dossier=due, reason=" ", now=LATER)
        held = keeping.place_hold(principal=first, dossier=due, reason="Thanh tra", now=LATER)
        assert keeping.place_hold(principal=first, dossier=due, reason="Lại", now=LATER) == held
        with pytest.raises(api.DossierStateError, match="giữ lại"):
            keeping.propose(principal=first, dossier=due, now=LATER)
        keeping.release_hold(principal=second, dossier=due, now=LATER)
        keeping.propose(principal=first, dossier=due, now=LATER)
        assert LegalHold.objects.get().released_by == second.name

    def test_strangers_decide_nothing(self, world, due) -> None:
        for stranger in (world.official("ward", "specialist"), world.official("other_ward", "supervisor")):
            with pytest.raises(api.NotAllowedError):
                keeping.propose(principal=stranger, dossier=due, now=LATER)

    def test_the_page(self, world, due, client) -> None:
        sign_in(client, world.account("ward", "supervisor"))
        page = reverse("workspace:retention")
        assert due.code in client.get(page).content.decode()
        decide = reverse("workspace:retention_decide", args=[due.uuid])
        assert "cần một người khác duyệt" in client.post(decide, {"act": "propose"}, follow=True).content.decode()
        assert "Chờ người khác duyệt" in client.get(page).content.decode()
        assert "phải khác" in client.post(decide, {"act": "destroy"}, follow=True).content.decode()
