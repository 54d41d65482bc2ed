"""Complaints about handling: past those complained about, answered in time, judged, lifted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from lienthong.accounts.models import Account
from lienthong.accounts.tests.factories import sign_in
from lienthong.dossiers import api, complaint_messages
from lienthong.dossiers.api import DossierStatus, feedback
from lienthong.dossiers.models import ComplaintStep, DossierScore, HandlingComplaint, HistoryEntry
from lienthong.dossiers.services.complaints import TRANSITIONS
from lienthong.dossiers.services.demonstration_feedback import seed_demo_feedback
from lienthong.dossiers.tests.factories import NOW, World, do, make_citizen, make_dossier
from lienthong.dossiers.tests.oversight import load_feedback_seed
from lienthong.kernel import clock
from lienthong.kernel.models import AuditEntry
from lienthong.notifications.models import Notification

WORDS = "Hẹn ba lần chưa trả, đến hỏi thì không ai trả lời."
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def citizen(world):
    load_feedback_seed()
    return make_citizen()


@pytest.fixture
def dossier(world, citizen):
    world.account("ward", "supervisor")
    world.account("city", "supervisor")
    return make_dossier(world, status=DossierStatus.PROCESSING, applicant=citizen)


def complain(citizen, dossier, *, now: datetime = NOW) -> HandlingComplaint:
    return feedback.file_complaint(principal=citizen, dossier=dossier, subject="late", content=WORDS, now=now)


def reread(complaint: HandlingComplaint) -> HandlingComplaint:
    return HandlingComplaint.objects.get(pk=complaint.pk)


def answered(world: World, complaint: HandlingComplaint, *, office: str = "ward", now: datetime = NOW):
    supervisor = world.official(office, "supervisor", now=now)
    feedback.take(principal=supervisor, complaint=complaint, now=now)
    return feedback.answer(
        principal=supervisor, complaint=complaint, text="Xin lỗi bà, đã phê bình.", version=None, now=now
    )


def test_a_complaint_has_its_own_code_and_deadline_by_the_working_calendar(citizen, dossier) -> None:
    complaint = complain(citizen, dossier)
    assert complaint.code == "PA-H17.50-2026-00001"
    # Ten working days after Friday 20 November 2026; 24 November is a holiday (BLLĐ, Điều 112; NQ 28/2026/QH16).
    assert complaint.due_at == datetime(2026, 12, 7, 10, 0, tzinfo=UTC)
    assert any("24/11" in step for step in complaint.due_steps)


def test_it_goes_to_the_supervisor_and_never_to_who_worked_on_it(world, citizen, dossier) -> None:
    """The leader supervises too, but signed; the receptionist and the specialist have no such right at all."""
    dossier = do(world, dossier, "verify", "pass")
    dossier = do(world, dossier, "sign", "sign")
    complaint = complain(citizen, dossier)
    assert complaint.handling_agency_id == world.office("ward").pk
    supervisor, leader = world.official("ward", "supervisor"), world.official("ward", "leader")
    assert feedback.get_complaint_for_desk(principal=supervisor, uuid=complaint.uuid) == complaint
    for other in (leader, world.official("ward", "specialist"), world.official("other_ward", "supervisor"), citizen):
        with pytest.raises(feedback.ComplaintNotFoundError):
            feedback.get_complaint_for_desk(principal=other, uuid=complaint.uuid)
        assert not feedback.list_complaints(principal=other, group="", cursor=None, size=10).items
        with pytest.raises(feedback.ComplaintNotFoundError):
            feedback.take(principal=other, complaint=complaint, now=NOW)
    told = set(Notification.objects.filter(kind="dossiers.complaint_filed").values_list("account_id", flat=True))
    assert told == {supervisor.account_id}


def test_where_everybody_worked_on_it_the_agency_above_answers(world, citizen) -> None:
    """A ward whose only supervisor is the leader who signed."""
    world.account("city", "supervisor")
    dossier = make_dossier(world, status=DossierStatus.RETURNED, applicant=citizen)
    complaint = complain(citizen, dossier)
    assert complaint.handling_agency_id == world.office("city").pk
    assert complaint.agency_id == world.office("ward").pk


def test_no_trace_names_the_complainant_to_the_officials(world, citizen, dossier) -> None:
    complaint = complain(citizen, dossier)
    assert not HistoryEntry.objects.filter(dossier=dossier, title__contains="hản ánh").exists()
    assert not ComplaintStep.objects.exclude(actor_name="").exists()
    for message in Notification.objects.filter(kind="dossiers.complaint_filed"):
        assert citizen.name not in message.title + message.body
        assert dossier.code not in message.title + message.body
    entry = AuditEntry.objects.get(action="dossiers.complaint.filed")
    assert WORDS not in entry.content
    assert complaint.code in entry.content


def test_the_desk_reads_the_words_but_no_name(world, citizen, dossier, client, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    complaint = complain(citizen, dossier)
    sign_in(client, world.account("ward", "supervisor"))
    text = client.get(reverse("workspace:complaint", args=[complaint.uuid])).content.decode()
    assert WORDS in text
    assert citizen.name not in text
    assert "Nhận xem xét" in text


def test_from_received_to_a_satisfying_answer(world, citizen, dossier) -> None:
    complaint = answered(world, complain(citizen, dossier))
    assert complaint.state == "answered"
    assert not complaint.answered_late
    kinds = list(Notification.objects.filter(account_id=citizen.account_id).values_list("kind", flat=True))
    assert {"dossiers.complaint_taken", "dossiers.complaint_answered"} <= set(kinds)
    judged = feedback.judge_answer(
        principal=citizen, complaint=complaint, level=3, note="", go_higher=False, now=NOW + HOUR
    )
    assert judged.satisfaction == 3
    with pytest.raises(api.DossierStateError):
        feedback.judge_answer(principal=citizen, complaint=complaint, level=1, note="", go_higher=False, now=NOW)


def test_a_dissatisfied_person_goes_one_level_up_and_who_answered_sees_it_no_more(world, citizen, dossier) -> None:
    complaint = answered(world, complain(citizen, dossier))
    later = NOW + 3 * DAY
    feedback.judge_answer(
        principal=citizen, complaint=complaint, level=1, note="Chưa ai xin lỗi", go_higher=True, now=later
    )
    lifted = reread(complaint)
    assert (lifted.state, lifted.handling_agency_id) == ("escalated", world.office("city").pk)
    assert (lifted.answer, lifted.satisfaction, lifted.escalations) == ("", None, 1)
    assert lifted.due_at > complaint.due_at
    with pytest.raises(feedback.ComplaintNotFoundError):
        feedback.get_complaint_for_desk(principal=world.official("ward", "supervisor"), uuid=complaint.uuid)
    done = answered(world, lifted, office="city", now=later)
    assert done.state == "answered"
    feedback.judge_answer(principal=citizen, complaint=done, level=2, note="", go_higher=False, now=later)
    with pytest.raises(api.DossierStateError):
        feedback.judge_answer(principal=citizen, complaint=done, level=1, note="Nữa", go_higher=True, now=later)


def test_the_topmost_agency_has_nowhere_to_go(world, citizen, dossier) -> None:
    complaint = complain(citizen, dossier)
    feedback.escalate(
        principal=world.official("ward", "supervisor"), complaint=complaint, reason="Vượt quyền", version=1, now=NOW
    )
    with pytest.raises(api.DossierStateError, match="Không còn cơ quan cấp trên"):
        feedback.escalate(
            principal=world.official("city", "supervisor"), complaint=complaint, reason="Vượt", version=None, now=NOW
        )
    assert reread(complaint).state == "escalated"


@pytest.mark.parametrize(
    ("level", "note", "go_higher", "field"),
    [(None, "", False, "level"), (3, "Tốt", True, "go_higher"), (1, " ", True, "note"), (7, "", False, "level")],
)
def test_an_opinion_is_whole_or_refused(world, citizen, dossier, level, note, go_higher, field) -> None:
    complaint = answered(world, complain(citizen, dossier))
    with pytest.raises(api.SubmissionInvalidError) as refused:
        feedback.judge_answer(
            principal=citizen, complaint=complaint, level=level, note=note, go_higher=go_higher, now=NOW
        )
    assert field in refused.value.field_errors


def test_a_late_answer_is_marked_and_costs_points(world, citizen, dossier) -> None:
    complaint = complain(citizen, dossier)
    for element, outcome in (("verify", "pass"), ("sign", "sign"), ("issue", "issue")):
        dossier = do(world, dossier, element, outcome)
    late = answered(world, complaint, now=NOW + 30 * DAY)
    assert late.answered_late
    assert DossierScore.objects.get(dossier=dossier, official__isnull=True).points["complaints"] == 0


def test_one_complaint_at_a_time_and_a_withdrawn_one_makes_room(citizen, dossier) -> None:
    first = complain(citizen, dossier)
    with pytest.raises(api.DossierStateError, match="chờ trả lời"):
        complain(citizen, dossier)
    feedback.withdraw_complaint(principal=citizen, complaint=first, now=NOW)
    assert complain(citizen, dossier).code == "PA-H17.50-2026-00002"


def test_a_stranger_neither_files_nor_withdraws(world, citizen, dossier) -> None:
    stranger = make_citizen("Trần Văn Bình")
    with pytest.raises(api.NotAllowedError):
        complain(stranger, dossier)
    complaint = complain(citizen, dossier)
    with pytest.raises(feedback.ComplaintNotFoundError):
        feedback.withdraw_complaint(principal=stranger, complaint=complaint, now=NOW)
    with pytest.raises(feedback.ComplaintNotFoundError):
        feedback.get_own_complaint(principal=stranger, uuid=complaint.uuid)


def test_two_supervisors_at_once_the_second_is_told(world, citizen, dossier) -> None:
    complaint = complain(citizen, dossier)
    supervisor = world.official("ward", "supervisor")
    feedback.take(principal=supervisor, complaint=complaint, now=NOW)
    with pytest.raises(api.DossierStateError):
        feedback.take(principal=supervisor, complaint=complaint, now=NOW)
    with pytest.raises(api.StaleDossierError):
        feedback.answer(principal=supervisor, complaint=complaint, text="Đã xem", version=1, now=NOW)


def test_every_state_has_its_way_out_but_the_withdrawn() -> None:
    assert {str(state) for state in TRANSITIONS} == set(feedback.ComplaintState.values)
    assert [str(state) for state, ways in TRANSITIONS.items() if not ways] == ["withdrawn"]


@pytest.mark.parametrize(
    ("ahead", "kinds"),
    [
        (timedelta(hours=30), set()),
        (timedelta(hours=20), {"dossiers.complaint_due_soon"}),
        (timedelta(0), {"dossiers.complaint_overdue"}),
        (timedelta(days=-2), {"dossiers.complaint_overdue"}),
    ],
)
def test_supervisors_are_reminded_once(citizen, dossier, ahead: timedelta, kinds: set[str]) -> None:
    complaint = complain(citizen, dossier)
    for _round in range(2):
        complaint_messages.remind_of_complaints(now=complaint.due_at - ahead)
    told = list(
        Notification.objects.filter(kind__in=["dossiers.complaint_due_soon", "dossiers.complaint_overdue"]).values_list(
            "kind", flat=True
        )
    )
    assert sorted(told) == sorted(kinds)


def test_the_list_asks_as_much_for_ten_rows_as_for_one(
    world, citizen, client, monkeypatch, django_assert_max_num_queries
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    world.account("ward", "supervisor")
    made = make_dossier(world, status=DossierStatus.PROCESSING, applicant=citizen)
    complain(citizen, made)
    sign_in(client, world.account("ward", "supervisor"))

    def count() -> int:
        with django_assert_max_num_queries(60) as seen:
            assert client.get(reverse("workspace:complaints")).status_code == 200
        return len(seen)

    count()
    one = count()
    for _index in range(9):
        complain(
            citizen,
            make_dossier(world, status=DossierStatus.PROCESSING, applicant=citizen, version=made.procedure_version),
        )
    assert count() == one


def test_pages_of_the_applicant(world, citizen, dossier, client, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    client.force_login(Account.objects.get(pk=citizen.account_id))
    form = reverse("portal:complain", args=[dossier.uuid])
    assert (
        "Phản ánh việc giải quyết hồ sơ" in client.get(reverse("portal:dossier", args=[dossier.uuid])).content.decode()
    )
    wrong = client.post(form, {"subject": "", "content": "còn giữ chữ này"})
    assert wrong.status_code == 422
    assert "còn giữ chữ này" in wrong.content.decode()
    sent = client.post(form, {"subject": "late", "content": WORDS}, follow=True)
    assert "Vì sao hẹn ngày này?" in sent.content.decode()
    again = client.get(form, follow=True)  # a second visit leads to the complaint that waits
    assert again.redirect_chain[-1][0] == reverse("portal:complaint", args=[HandlingComplaint.objects.get().uuid])
    answered(world, HandlingComplaint.objects.get())
    page = client.get(again.redirect_chain[-1][0]).content.decode()
    assert "Xin lỗi bà, đã phê bình." in page
    assert "Câu trả lời có làm bạn hài lòng không?" in page


def test_the_demo_has_opinions_once(world, citizen, dossier, settings) -> None:
    settings.DEMO = True
    make_dossier(world, status=DossierStatus.RETURNED, applicant=citizen)
    assert seed_demo_feedback(now=NOW) == 2
    assert HandlingComplaint.objects.get().dossier == dossier
    assert seed_demo_feedback(now=NOW) == 0
