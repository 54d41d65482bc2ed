"""A result is ended by two people, visibly to whoever checks it (NĐ 30/2020/NĐ-CP, Điều 18)."""

import json
import threading

import pytest
from django.db import connection, connections

from lienthong.dossiers import api as dossiers
from lienthong.dossiers.models import DossierStatus, HistoryEntry, Result, ResultState, Revocation
from lienthong.dossiers.services import keeping
from lienthong.dossiers.tests.factories import NOW, make_citizen, make_dossier
from lienthong.files import api as files
from lienthong.kernel.models import AuditEntry
from lienthong.vault.models import VaultDocument

WHY = {
    "reason": "Người nộp khai sai nơi cư trú",
    "public_reason": "Nội dung chứng nhận không đúng thực tế.",
    "decision_number": "27/QĐ-UBND",
}


@pytest.fixture
def granted(world):
    """Give a dossier whose result is issued."""
    return make_dossier(world, status=DossierStatus.RETURNED, applicant=make_citizen())


def propose(world, dossier, kind, post="specialist", **change):
    """Propose the end of a dossier's result."""
    return dossiers.propose(
        principal=world.official("ward", post), dossier=dossier, kind=kind, version=None, now=NOW, **{**WHY, **change}
    )


def decide(world, dossier, row, *, accepted=True, answer="", post="leader"):
    """Decide a proposal as whoever holds a post."""
    return dossiers.decide(
        principal=world.official("ward", post),
        dossier=dossier,
        uuid=row.uuid,
        accepted=accepted,
        answer=answer,
        now=NOW,
    )


def test_a_revoked_result_says_so_by_code_and_by_file_since_when_and_why(world, granted):
    result = Result.objects.get(dossier=granted)
    decide(world, granted, propose(world, granted, "revoke"))
    keeping.follow(dossier_uuid=granted.uuid, now=NOW)
    told = dossiers.verify_by_code(code=result.verification_code)
    assert told is not None
    assert (told.is_valid, told.state, told.ended_at, told.ended_why) == (
        False,
        "revoked",
        NOW,
        "Nội dung chứng nhận không đúng thực tế.",
    )
    result.refresh_from_db()
    by_file, report = dossiers.verify_by_file(pdf=files.read_file(file=result.file), now=NOW)
    assert by_file == told
    assert report.state == "valid"
    assert result.file.name.startswith("DA-THU-HOI ")
    assert VaultDocument.objects.get(source_id=str(result.uuid)).state == "revoked"
    public = HistoryEntry.objects.filter(dossier=granted, is_public=True).latest("id")
    assert (public.kind, public.note) == ("result_revoked", WHY["public_reason"])
    assert WHY["reason"] not in "".join(HistoryEntry.objects.filter(is_public=True).values_list("note", flat=True))


def test_the_holder_is_told_of_a_revocation(world, granted):
    from lienthong.dossiers import messages
    from lienthong.dossiers.events import DossierChanged
    from lienthong.notifications.models import Notification

    decide(world, granted, propose(world, granted, "revoke"))
    entry = HistoryEntry.objects.filter(dossier=granted).latest("id")
    messages.tell(
        event=DossierChanged(
            aggregate_id=str(granted.uuid),
            occurred_at=NOW,
            code=granted.code,
            status=granted.status,
            previous_status=granted.status,
            changes=(entry.kind,),
            entries=(str(entry.uuid),),
            tasks=(),
        ),
        now=NOW,
    )
    told = Notification.objects.get(kind="dossiers.result_revoked")
    assert WHY["public_reason"] in told.body
    assert WHY["reason"] not in told.body


@pytest.mark.parametrize("post", ["specialist", "clerk", "receptionist"])
def test_only_who_signs_there_decides(world, granted, post):
    row = propose(world, granted, "revoke")
    with pytest.raises(dossiers.NotAllowedError):
        decide(world, granted, row, post=post)
    assert Result.objects.get(dossier=granted).state == ResultState.ISSUED


def test_nobody_decides_their_own_proposal(world, granted):
    leader = world.official("ward", "leader")
    row = propose(world, granted, "revoke")
    Revocation.objects.filter(pk=row.pk).update(proposed_by=leader.account_id)
    with pytest.raises(dossiers.NotAllowedError):
        decide(world, granted, row)


@pytest.mark.parametrize("missing", ["reason", "public_reason", "decision_number"])
def test_a_proposal_without_its_grounds_is_refused(world, granted, missing):
    with pytest.raises(dossiers.SubmissionInvalidError) as refused:
        propose(world, granted, "revoke", **{missing: "  "})
    assert set(refused.value.field_errors) == {missing}


@pytest.mark.parametrize("post", ["receptionist", "clerk"])
def test_others_of_the_agency_do_not_propose(world, granted, post):
    with pytest.raises(dossiers.NotAllowedError):
        propose(world, granted, "revoke", post=post)


def test_a_second_proposal_waits_for_the_first_and_a_second_click_decides_nothing(world, granted):
    row = propose(world, granted, "revoke")
    with pytest.raises(dossiers.DossierStateError):
        propose(world, granted, "replace")
    with pytest.raises(dossiers.SubmissionInvalidError):
        decide(world, granted, row, accepted=False)
    decide(world, granted, row, accepted=False, answer="Chưa đủ căn cứ")
    with pytest.raises(dossiers.DossierStateError):
        decide(world, granted, row)
    assert Result.objects.get(dossier=granted).state == ResultState.ISSUED
    propose(world, granted, "revoke")


def test_a_replacement_is_signed_and_sealed_anew_and_only_then_ends_the_old_one(world, granted):
    old = Result.objects.get(dossier=granted)
    keeping.follow(dossier_uuid=granted.uuid, now=NOW)
    decide(world, granted, propose(world, granted, "replace"))
    assert dossiers.verify_by_code(code=old.verification_code).is_valid
    assert dossiers.load_desk(dossier=granted, public_only=True).result == old
    with pytest.raises(dossiers.NotAllowedError):
        dossiers.sign_replacement(principal=world.official("ward", "specialist"), dossier=granted, now=NOW)
    with pytest.raises(dossiers.DossierStateError):
        dossiers.issue_replacement(principal=world.official("ward", "clerk"), dossier=granted, now=NOW)
    dossiers.sign_replacement(principal=world.official("ward", "leader"), dossier=granted, now=NOW)
    new = dossiers.issue_replacement(principal=world.official("ward", "clerk"), dossier=granted, now=NOW)
    with pytest.raises(dossiers.DossierStateError):
        dossiers.issue_replacement(principal=world.official("ward", "clerk"), dossier=granted, now=NOW)
    keeping.follow(dossier_uuid=granted.uuid, now=NOW)
    told = dossiers.verify_by_code(code=old.verification_code)
    assert (told.state, told.replaced_by, told.replaced_by_code) == ("replaced", new.number, new.verification_code)
    assert dossiers.verify_by_code(code=new.verification_code).is_valid
    assert files.verify_pdf(pdf=files.read_file(file=new.file), now=NOW).state == "valid"
    kept = {row.source_id: row for row in VaultDocument.objects.all()}
    assert kept[str(old.uuid)].state == "replaced"
    assert kept[str(old.uuid)].replaced_by == kept[str(new.uuid)]
    assert old.number != new.number
    granted.refresh_from_db()
    assert granted.status == DossierStatus.RETURNED


def drop(world, dossier, draft, *, post="leader", reason="Kết quả cũ đúng, đề nghị nhầm", version=None):
    """Abandon a replacement as whoever holds a post."""
    return dossiers.drop_replacement(
        principal=world.official("ward", post), dossier=dossier, draft=draft, reason=reason, version=version, now=NOW
    )


def replacing(world, dossier, *, signed=False):
    """Approve a replacement, and sign it if asked to."""
    decide(world, dossier, propose(world, dossier, "replace"))
    if signed:
        dossiers.sign_replacement(principal=world.official("ward", "leader"), dossier=dossier, now=NOW)
    return dossiers.replacement_in_work(dossier=dossier)


@pytest.mark.parametrize("signed", [False, True])
def test_an_approved_replacement_is_abandoned_and_the_old_result_stays_as_it_was(world, granted, signed):
    keeping.follow(dossier_uuid=granted.uuid, now=NOW)
    old = Result.objects.get(dossier=granted)
    before = (Result.objects.filter(pk=old.pk).values().get(), dossiers.verify_by_code(code=old.verification_code))
    draft = replacing(world, granted, signed=signed)
    public = HistoryEntry.objects.filter(dossier=granted, is_public=True).count()
    drop(world, granted, draft.uuid)
    assert before == (
        Result.objects.filter(pk=old.pk).values().get(),
        dossiers.verify_by_code(code=old.verification_code),
    )
    keeping.follow(dossier_uuid=granted.uuid, now=NOW)
    assert VaultDocument.objects.get(source_id=str(old.uuid)).state == "in_force"
    desk = dossiers.load_desk(dossier=granted, public_only=False)
    assert (desk.result, desk.replacement, desk.ended_results) == (old, None, ())
    draft.refresh_from_db()
    assert (draft.state, draft.replaces_id) == (ResultState.DROPPED, None)
    assert dossiers.verify_by_code(code=draft.verification_code) is None
    if signed:
        assert draft.file.name.startswith("KHONG-BAN-HANH ")
        assert dossiers.verify_by_file(pdf=files.read_file(file=draft.file), now=NOW)[0] is None

    entry = HistoryEntry.objects.filter(dossier=granted).latest("id")
    assert (entry.kind, entry.note) == ("replacement_dropped", "Kết quả cũ đúng, đề nghị nhầm")
    # The proposal and its approval are the agency's own; the holder is told of none of the three.
    assert HistoryEntry.objects.filter(dossier=granted, is_public=True).count() == public
    row = Revocation.objects.get()
    assert (row.state, row.dropped_at, row.dropped_by_id) == (
        "dropped",
        NOW,
        world.official("ward", "leader").account_id,
    )
    audited = AuditEntry.objects.get(action="dossiers.result.replacement_dropped")
    assert json.loads(audited.content)["facts"]["was_signed"] is signed


def test_after_an_abandoned_replacement_another_one_is_made_whole(world, granted):
    old = Result.objects.get(dossier=granted)
    drop(world, granted, replacing(world, granted, signed=True).uuid)
    replacing(world, granted, signed=True)
    new = dossiers.issue_replacement(principal=world.official("ward", "clerk"), dossier=granted, now=NOW)
    told = dossiers.verify_by_code(code=old.verification_code)
    assert (told.state, told.replaced_by) == ("replaced", new.number)


def test_abandoning_needs_a_reason(world, granted):
    draft = replacing(world, granted)
    with pytest.raises(dossiers.SubmissionInvalidError) as refused:
        drop(world, granted, draft.uuid, reason="  ")
    assert set(refused.value.field_errors) == {"reason"}
    assert dossiers.replacement_in_work(dossier=granted) == draft


@pytest.mark.parametrize("post", ["specialist", "clerk", "receptionist"])
def test_only_who_may_approve_abandons(world, granted, post):
    draft = replacing(world, granted)
    with pytest.raises(dossiers.NotAllowedError):
        drop(world, granted, draft.uuid, post=post)
    assert dossiers.replacement_in_work(dossier=granted) == draft


def test_who_proposed_a_replacement_does_not_abandon_it(world, granted):
    draft = replacing(world, granted)
    Revocation.objects.update(
        proposed_by=world.official("ward", "leader").account_id,
        decided_by=world.official("ward", "deputy").account_id,
    )
    with pytest.raises(dossiers.NotAllowedError):
        drop(world, granted, draft.uuid)
    drop(world, granted, draft.uuid, post="deputy")


@pytest.mark.parametrize("case", ["again", "issued", "another", "stale"])
def test_what_is_no_longer_in_work_is_not_abandoned(world, granted, case):
    draft = replacing(world, granted, signed=True)
    version = None
    if case == "again":
        drop(world, granted, draft.uuid)
    elif case == "issued":
        dossiers.issue_replacement(principal=world.official("ward", "clerk"), dossier=granted, now=NOW)
    elif case == "another":
        drop(world, granted, draft.uuid)
        replacing(world, granted)
    else:
        granted.refresh_from_db()
        version = granted.version - 1
    entries = HistoryEntry.objects.count()
    with pytest.raises(dossiers.StaleDossierError if case == "stale" else dossiers.DossierStateError):
        drop(world, granted, draft.uuid, version=version)
    assert HistoryEntry.objects.count() == entries
    with pytest.raises(dossiers.DossierStateError):
        drop(world, granted, Result.objects.get(dossier=granted, state="issued").uuid)


@pytest.mark.django_db(transaction=True)
def test_issuing_and_abandoning_at_once_does_one_of_the_two(world):
    granted = make_dossier(world, status=DossierStatus.RETURNED)
    draft = replacing(world, granted, signed=True)
    clerk, leader = world.official("ward", "clerk"), world.official("ward", "leader")
    ready, done = threading.Barrier(2), []

    def run(name, act) -> None:
        ready.wait()
        try:
            act()
            done.append(name)
        except dossiers.DossierStateError:
            done.append("late")
        finally:
            connections.close_all()

    acts = {
        "issued": lambda: dossiers.issue_replacement(principal=clerk, dossier=granted, now=NOW),
        "dropped": lambda: dossiers.drop_replacement(
            principal=leader, dossier=granted, draft=draft.uuid, reason="Nhầm", version=None, now=NOW
        ),
    }
    threads = [threading.Thread(target=run, args=pair) for pair in acts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    draft.refresh_from_db()
    assert sorted(done) == sorted(["late", draft.state])
    assert Result.objects.filter(dossier=granted, state="issued").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_leaders_at_once_end_a_result_once(world):
    granted = make_dossier(world, status=DossierStatus.RETURNED)
    row = propose(world, granted, "revoke")
    leaders = [world.official("ward", "leader"), world.official("ward", "deputy")]
    ready, done = threading.Barrier(2), []

    def run(principal) -> None:
        ready.wait()
        try:
            dossiers.decide(principal=principal, dossier=granted, uuid=row.uuid, accepted=True, answer="", now=NOW)
            done.append("done")
        except dossiers.DossierStateError:
            done.append("late")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(leader,)) for leader in leaders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["done", "late"]
    assert HistoryEntry.objects.filter(dossier=granted, kind="result_revoked").count() == 1
    assert connection.vendor == "postgresql"
