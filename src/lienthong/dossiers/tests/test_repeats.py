"""The same thing done twice, or by two people at once, happens once."""

from uuid import uuid4

import pytest
from django.db import connection, transaction

from lienthong.dossiers import api
from lienthong.dossiers.api import (
    Dossier,
    DossierNotFoundError,
    DossierStateError,
    DossierStatus,
    NotAllowedError,
    StaleDossierError,
)
from lienthong.dossiers.models import Alarm, AlarmKind, HistoryEntry
from lienthong.dossiers.services import change
from lienthong.dossiers.tests.factories import (
    NOW,
    REASON,
    World,
    do,
    make_application,
    make_citizen,
    make_dossier,
    make_procedure,
    open_task,
)
from lienthong.dossiers.tests.test_codes import in_threads
from lienthong.forms import api as forms
from lienthong.forms.tests.factories import make_form, text_field
from lienthong.kernel import audit
from lienthong.kernel.errors import ConflictError
from lienthong.kernel.models import AuditEntry
from lienthong.workflows.api import TaskTakenError

S = DossierStatus


def test_a_repeated_submission_gives_the_same_dossier(world: World) -> None:
    applicant = make_citizen()
    application = make_application(world, make_procedure())
    first = api.submit(principal=applicant, application=application, now=NOW)
    assert api.submit(principal=applicant, application=application, now=NOW) == first
    assert (Dossier.objects.count(), HistoryEntry.objects.count()) == (1, 1)


def test_a_foreign_submission_key_is_refused(world: World) -> None:
    application = make_application(world, make_procedure())
    api.submit(principal=make_citizen(), application=application, now=NOW)
    with pytest.raises(NotAllowedError):
        api.submit(principal=make_citizen("Trần Văn Bình"), application=application, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_concurrent_submissions_with_one_key_make_one_dossier(world: World) -> None:
    applicant = make_citizen()
    application = make_application(world, make_procedure())
    made = in_threads(
        lambda _number: api.submit(principal=applicant, application=application, now=NOW).pk, times=24, threads=8
    )
    assert len(set(made)) == Dossier.objects.count() == 1
    fresh = api.submit(principal=applicant, application=make_application(world, application.procedure), now=NOW)
    assert fresh.code.endswith("-0000002"), "the attempts that lost took no number"


@pytest.mark.django_db(transaction=True)
def test_filing_twice_at_once_gives_one_dossier(world: World) -> None:
    make_form({"purpose": text_field()}, key="don-thu")
    version = make_procedure(form_key="don-thu")
    applicant = make_citizen()
    filing = api.open_filing(principal=applicant, procedure=version, area_id=world.ward.pk, now=NOW)
    filed = in_threads(
        lambda _number: api.file(principal=applicant, filing_uuid=filing.uuid, now=NOW).pk, times=8, threads=8
    )
    assert len(set(filed)) == Dossier.objects.count() == 1
    again = api.file(principal=applicant, filing_uuid=filing.uuid, now=NOW)
    assert again.pk == filed[0]
    assert forms.find_draft(principal=applicant, context_key=f"procedure:{version.code}") is None


def test_the_second_official_learns_who_was_first(world: World) -> None:
    dossier = make_dossier(world)
    task = open_task(dossier)
    do(world, dossier, "check", "accept")
    with pytest.raises(TaskTakenError) as taken:
        api.act(
            principal=world.official("ward", "receptionist"),
            task_uuid=task.uuid,
            outcome="refuse",
            note=REASON,
            data={},
            task_version=task.version,
            now=NOW,
        )
    assert "Hoàng Thanh Sơn" in taken.value.message
    dossier.refresh_from_db()
    assert dossier.status == S.PROCESSING


@pytest.mark.django_db(transaction=True)
def test_two_officials_at_once_do_a_task_once(world: World) -> None:
    dossier = make_dossier(world)
    task = open_task(dossier)
    officials = [world.official("ward", "receptionist")] * 6

    def act(number: int) -> str:
        try:
            api.act(
                principal=officials[number], task_uuid=task.uuid, outcome="accept", note="", data={},
                task_version=task.version, now=NOW,
            )  # fmt: skip
        except ConflictError as error:
            return error.message
        return "done"

    ends = in_threads(act, times=6, threads=6)
    assert ends.count("done") == 1
    assert all("Hoàng Thanh Sơn" in end for end in ends if end != "done")
    assert HistoryEntry.objects.filter(dossier=dossier, kind="received").count() == 1
    assert AuditEntry.objects.filter(action="dossiers.task.completed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_hears_of_a_dossier_does_not_wait_for_who_works_on_it(world: World) -> None:
    """Rows that name a locked dossier go in beside it: a wait here, at the audit chain, would be a deadlock."""
    dossier = make_dossier(world)
    subscriber = audit.Actor(kind="system", id="test", name="Máy", agency_id=None)

    def raise_alarm(_number: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            Alarm.objects.create(dossier=dossier, kind=AlarmKind.NO_OWNER, found_at=NOW)
            audit.record(
                actor=subscriber, action="dossiers.test.told", subject_type="dossier", subject_id=1, at=NOW, facts={}
            )

    with transaction.atomic():
        change.lock(dossier_id=dossier.pk)
        in_threads(raise_alarm, times=1, threads=1)
        audit.record(
            actor=subscriber, action="dossiers.test.done", subject_type="dossier", subject_id=1, at=NOW, facts={}
        )
    assert list(Alarm.objects.values_list("dossier_id", flat=True)) == [dossier.pk]


def test_a_supplement_is_handed_in_once(world: World) -> None:
    applicant = make_citizen()
    dossier = make_dossier(world, applicant=applicant, status=S.SUPPLEMENT)
    answer = {"documents": (), "answers": None, "note": "Xin giải trình", "version": None, "now": NOW}
    api.supplement(principal=applicant, dossier=dossier, **answer)
    with pytest.raises(DossierStateError, match="đã được ghi nhận"):
        api.supplement(principal=applicant, dossier=dossier, **answer)


def test_a_dossier_is_withdrawn_once(world: World) -> None:
    applicant = make_citizen()
    dossier = make_dossier(world, applicant=applicant)
    api.withdraw(principal=applicant, dossier=dossier, reason="Nộp nhầm", version=None, now=NOW)
    with pytest.raises(DossierStateError):
        api.withdraw(principal=applicant, dossier=dossier, reason="Nộp nhầm", version=None, now=NOW)


def test_a_stale_page_changes_nothing(world: World) -> None:
    applicant = make_citizen()
    dossier = make_dossier(world, applicant=applicant)
    seen = dossier.version
    do(world, dossier, "check", "accept")
    with pytest.raises(StaleDossierError):
        api.withdraw(principal=applicant, dossier=dossier, reason="Nộp nhầm", version=seen, now=NOW)
    leader = world.official("ward", "leader")
    with pytest.raises(StaleDossierError):
        api.extend(principal=leader, dossier=dossier, new_due_at=NOW, reason="Chậm", version=seen, now=NOW)
    dossier.refresh_from_db()
    assert dossier.status == S.PROCESSING


def test_nobody_answers_for_another(world: World) -> None:
    stranger = make_citizen("Trần Văn Bình")
    dossier = make_dossier(world, status=S.SUPPLEMENT)
    with pytest.raises(DossierNotFoundError):
        api.withdraw(principal=stranger, dossier=dossier, reason="Nộp nhầm", version=None, now=NOW)
    with pytest.raises(DossierNotFoundError):
        api.supplement(principal=stranger, dossier=dossier, documents=(), answers=None, note="x", version=None, now=NOW)
    with pytest.raises(DossierNotFoundError):
        api.confirm(principal=stranger, dossier=dossier, accepted=True, note="", version=None, now=NOW)
    with pytest.raises(DossierNotFoundError):
        api.filing_for(principal=stranger, uuid=uuid4())


def test_nothing_is_confirmed_that_was_not_asked(world: World) -> None:
    applicant = make_citizen()
    dossier = make_dossier(world, applicant=applicant)
    with pytest.raises(DossierStateError):
        api.confirm(principal=applicant, dossier=dossier, accepted=True, note="", version=None, now=NOW)
