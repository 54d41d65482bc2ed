"""Rating after a result: who, when, once, changeable for seven days, and with a code at the counter."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from lienthong.accounts.models import Account
from lienthong.dossiers import api
from lienthong.dossiers.api import DossierStatus, feedback
from lienthong.dossiers.models import DossierScore, Rating, RatingTicket
from lienthong.dossiers.tests.factories import NOW, make_citizen, make_dossier, work
from lienthong.dossiers.tests.oversight import load_feedback_seed
from lienthong.kernel import clock
from lienthong.kernel.models import OutboxEvent
from lienthong.notifications.models import Notification

GIVEN = feedback.RatingInput(
    level=3, reasons=["fast", "kind"], text="  Rất nhanh ", answers={"attitude": 2, "publicity": 1}
)
DAY = timedelta(days=1)


@pytest.fixture
def citizen(world):
    load_feedback_seed()
    return make_citizen()


@pytest.fixture
def returned(world, citizen):
    return make_dossier(world, status=DossierStatus.RETURNED, applicant=citizen)


@pytest.mark.parametrize(
    ("status", "may"),
    [
        (DossierStatus.SUBMITTED, False),
        (DossierStatus.PROCESSING, False),
        (DossierStatus.SUPPLEMENT, False),
        (DossierStatus.WITHDRAWN, False),
        (DossierStatus.NOT_RECEIVED, True),
        (DossierStatus.DONE, True),
        (DossierStatus.RETURNED, True),
    ],
)
def test_only_an_answered_dossier_is_rated(world, citizen, status: DossierStatus, may: bool) -> None:
    dossier = make_dossier(world, status=status, applicant=citizen)
    assert feedback.feedback_of(principal=citizen, dossier=dossier, now=NOW).may_rate is may
    if may:
        assert feedback.rate(principal=citizen, dossier=dossier, given=GIVEN, now=NOW).level == 3
    else:
        with pytest.raises(api.DossierStateError):
            feedback.rate(principal=citizen, dossier=dossier, given=GIVEN, now=NOW)


def test_a_rating_is_kept_once_scored_and_told_to_the_national_side(returned, citizen) -> None:
    rating = feedback.rate(principal=citizen, dossier=returned, given=GIVEN, now=NOW)
    assert (rating.text, rating.place, rating.reasons) == ("Rất nhanh", "portal", ["fast", "kind"])
    points = DossierScore.objects.get(dossier=returned, official__isnull=True).points
    assert points["attitude"] == 2
    assert points["publicity"] == 1
    assert "one_stop" not in points
    event = OutboxEvent.objects.get(name="dossiers.dossier.rated")
    assert event.aggregate_id == str(returned.uuid)
    assert event.payload == {"level": 3}


@pytest.mark.parametrize(("days", "may"), [(0, True), (6, True), (7, False), (30, False)])
def test_a_rating_is_changed_for_seven_days(returned, citizen, days: int, may: bool) -> None:
    feedback.rate(principal=citizen, dossier=returned, given=GIVEN, now=NOW)
    again = feedback.RatingInput(level=1, reasons=["late"])
    later = NOW + days * DAY
    if may:
        feedback.rate(principal=citizen, dossier=returned, given=again, now=later)
    else:
        with pytest.raises(api.DossierStateError, match="hết thời gian sửa"):
            feedback.rate(principal=citizen, dossier=returned, given=again, now=later)
    assert Rating.objects.get().level == (1 if may else 3)


def test_the_first_rating_comes_within_ninety_days(returned, citizen) -> None:
    feedback_at = feedback.feedback_of
    assert feedback_at(principal=citizen, dossier=returned, now=NOW + 89 * DAY).may_rate
    assert not feedback_at(principal=citizen, dossier=returned, now=NOW + 90 * DAY).may_rate


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (feedback.RatingInput(level=None), "level"),
        (feedback.RatingInput(level=4), "level"),
        (feedback.RatingInput(level=3, reasons=["bribe"]), "reasons"),
        (feedback.RatingInput(level=3, reasons=["fees"]), "reasons"),
        (feedback.RatingInput(level=3, answers={"total_time": 2}), "answers"),
        (feedback.RatingInput(level=3, answers={"attitude": 3}), "answers"),
        (feedback.RatingInput(level=3, text="a" * 2001), "text"),
    ],
)
def test_what_is_not_offered_is_refused(returned, citizen, given, field: str) -> None:
    with pytest.raises(api.SubmissionInvalidError) as refused:
        feedback.rate(principal=citizen, dossier=returned, given=given, now=NOW)
    assert list(refused.value.field_errors) == [field]
    assert not Rating.objects.exists()


def test_nobody_rates_for_another(world, returned) -> None:
    with pytest.raises(api.NotAllowedError):
        feedback.rate(principal=make_citizen("Trần Văn Bình"), dossier=returned, given=GIVEN, now=NOW)
    with pytest.raises(api.NotAllowedError):
        feedback.rate(principal=world.official("ward", "receptionist"), dossier=returned, given=GIVEN, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_rating(world, returned, citizen) -> None:
    problems: list[BaseException] = []
    gate = threading.Barrier(4)

    def click() -> None:
        try:
            gate.wait()
            feedback.rate(principal=citizen, dossier=returned, given=GIVEN, now=NOW)
        except BaseException as error:  # noqa: BLE001 - shown by the test
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert Rating.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_applicant_is_invited_once_and_the_link_opens_the_form(world, citizen, monkeypatch, client) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    dossier = make_dossier(world, status=DossierStatus.RETURNED, applicant=citizen)
    work()
    invited = Notification.objects.get(kind="dossiers.rating_invited")
    assert invited.link == f"/ho-so/{dossier.uuid}/danh-gia/"
    client.force_login(Account.objects.get(pk=citizen.account_id))
    assert "Bạn hài lòng đến mức nào?" in client.get(invited.link).content.decode()
    assert DossierScore.objects.filter(dossier=dossier, official__isnull=True).count() == 1


class TestCounter:
    """The tablet at the counter."""

    def invited(self, world, dossier):
        return feedback.invite(principal=world.official("ward", "receptionist"), dossier=dossier, now=NOW)

    def test_a_code_serves_once(self, world, returned) -> None:
        code, ticket = self.invited(world, returned)
        assert len(code) == 8
        assert code not in str(RatingTicket.objects.values().get())
        found = feedback.open_ticket(digest=feedback.digest_of(f" {code[:4].lower()} {code[4:]} "), now=NOW)
        assert found == ticket
        rating = feedback.rate_at_counter(ticket_uuid=ticket.uuid, given=GIVEN, now=NOW)
        assert rating.place == "counter"
        with pytest.raises(api.DossierStateError, match="đã được dùng"):
            feedback.rate_at_counter(ticket_uuid=ticket.uuid, given=GIVEN, now=NOW)
        assert feedback.open_ticket(digest=feedback.digest_of(code), now=NOW) is None

    def test_a_code_ends_after_fifteen_minutes_and_with_the_next_one(self, world, returned) -> None:
        code, ticket = self.invited(world, returned)
        late = NOW + timedelta(minutes=15)
        assert feedback.open_ticket(digest=feedback.digest_of(code), now=late) is None
        with pytest.raises(api.DossierStateError, match="hết hạn"):
            feedback.rate_at_counter(ticket_uuid=ticket.uuid, given=GIVEN, now=late)
        self.invited(world, returned)
        assert feedback.open_ticket(digest=feedback.digest_of(code), now=NOW) is None

    def test_only_the_desk_of_the_dossier_invites(self, world, returned, citizen) -> None:
        for principal in (citizen, world.official("ward", "specialist"), world.official("other_ward", "receptionist")):
            with pytest.raises(api.NotAllowedError):
                feedback.invite(principal=principal, dossier=returned, now=NOW)

    def test_the_tablet_needs_no_login_and_is_ready_for_the_next(self, world, returned, monkeypatch) -> None:
        monkeypatch.setattr(clock, "now", lambda: NOW)
        code, _ticket = self.invited(world, returned)
        tablet = Client()
        assert tablet.get(reverse("portal:rate_counter")).status_code == 302
        wrong = tablet.post(reverse("portal:rate_code"), {"code": "AAAA2222"})
        assert wrong.status_code == 422
        assert "Mã không đúng" in wrong.content.decode()
        opened = tablet.post(reverse("portal:rate_code"), {"code": code}, follow=True)
        text = opened.content.decode()
        assert returned.code in text
        assert returned.applicant_name not in text
        unanswered = tablet.post(reverse("portal:rate_counter"), {})
        assert unanswered.status_code == 422
        thanked = tablet.post(reverse("portal:rate_counter"), {"level": "2", "q_attitude": "2"}, follow=True)
        assert "Cảm ơn bạn" in thanked.content.decode()
        rating = Rating.objects.get(dossier=returned)
        assert (rating.level, rating.answers, rating.place) == (2, {"attitude": 2}, "counter")
        assert "Cảm ơn bạn" not in tablet.get(reverse("portal:rate_code")).content.decode()
        assert tablet.get(reverse("portal:rate_counter")).status_code == 302

    def test_guessing_is_slowed_down(self, world, returned, monkeypatch) -> None:
        monkeypatch.setattr(clock, "now", lambda: NOW)
        tablet = Client()
        answers = {tablet.post(reverse("portal:rate_code"), {"code": f"AAAA{n:04d}"}).status_code for n in range(25)}
        assert answers == {422, 429}
