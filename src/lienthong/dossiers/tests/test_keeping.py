"""The signed package of a dossier, and the end of its content."""

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.urls import reverse

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
from lienthong.dossiers.services import retention
from lienthong.dossiers.tests.factories import NOW, make_citizen, make_document, make_dossier, make_procedure, upload
from lienthong.files.models import File
from lienthong.files.services.sweeping import sweep
from lienthong.kernel import audit, clock
from lienthong.kernel.models import AuditEntry
from lienthong.organisations.tests.factories import make_official

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
        assert problems(changed(content, "dien-bien.json", None)) == ("dien-bien.json: missing",)
        assert problems(changed(content, "them.txt", b"x", add=True)) == ("them.txt: not in the manifest",)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            manifest = archive.read(MANIFEST).replace(b'"made_at": "2026', b'"made_at": "2025')
        assert problems(changed(content, MANIFEST, manifest)) == ("Nội dung đã bị thay đổi sau khi ký.",)
        assert problems(changed(content, SIGNATURE, b"nothing")) == ("Chữ ký bị hỏng, không đọc được.",)
        assert problems(b"no zip") != ()
        assert problems(changed(content, MANIFEST, None)) != ()

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
