"""Who is told what: the applicant of every public change, officials of their work, nobody of what is not theirs."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from lienthong.accounts import api as accounts
from lienthong.dossiers import api, message_kinds, messages
from lienthong.dossiers.api import Dossier, DossierStatus
from lienthong.dossiers.events import DossierChanged
from lienthong.dossiers.tests.factories import (
    NOW,
    REASON,
    World,
    do,
    make_citizen,
    make_dossier,
    make_procedure,
    open_task,
    work,
)
from lienthong.kernel import clock, events
from lienthong.kernel.models import OutboxEvent
from lienthong.notifications.models import Notification

S = DossierStatus


def tell_all(dossier: Dossier) -> None:
    """Hand every event of the dossier to its subscriber, as the worker does."""
    for stored in OutboxEvent.objects.filter(name=DossierChanged.name, aggregate_id=str(dossier.uuid)).order_by("id"):
        event = events.load(stored)
        assert isinstance(event, DossierChanged)
        messages.tell(event=event, now=NOW)


def told(account_id: int | None) -> list[str]:
    rows = Notification.objects.filter(account_id=account_id).order_by("id")
    return [kind.removeprefix("dossiers.") for kind in rows.values_list("kind", flat=True)]


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        (S.SUBMITTED, ["submitted"]),
        (S.NOT_RECEIVED, ["submitted", "not_received"]),
        (S.PROCESSING, ["submitted", "received"]),
        (S.SUPPLEMENT, ["submitted", "received", "supplement_requested"]),
        (S.PAYMENT, ["submitted", "received", "payment_requested"]),
        (S.WITHDRAWN, ["submitted", "withdrawn"]),
        (S.STOPPED, ["submitted", "received", "stopped"]),
        (S.DONE, ["submitted", "received", "done"]),
        (S.RETURNED, ["submitted", "received", "done", "returned"]),
    ],
)
def test_the_applicant_is_told_of_each_change_once(world: World, status: DossierStatus, kinds: list[str]) -> None:
    """NĐ 224/2026/NĐ-CP, Điều 15: every change is told, naming agency and times."""
    lan = make_citizen()
    dossier = make_dossier(world, applicant=lan, status=status)
    tell_all(dossier)
    tell_all(dossier)
    assert told(lan.account_id) == kinds
    for message in Notification.objects.filter(account_id=lan.account_id):
        assert dossier.code in message.title
        assert "%(" not in message.title + message.body
        assert message.link == f"/ho-so/{dossier.uuid}/"


def last_of(account_id: int | None) -> Notification:
    return Notification.objects.filter(account_id=account_id).order_by("-id")[0]


def test_messages_say_reason_due_date_and_amount(world: World) -> None:
    lan = make_citizen()
    tell_all(make_dossier(world, applicant=lan, status=S.PROCESSING))
    received = last_of(lan.account_id)
    assert "17:00 30/11/2026" in received.body
    assert "Hoàng Thanh Sơn, Ủy ban nhân dân phường Hải Châu" in received.body
    binh = make_citizen("Trần Văn Bình")
    tell_all(make_dossier(world, applicant=binh, status=S.PAYMENT))
    assert "150.000 đồng (Lệ phí trước bạ)" in last_of(binh.account_id).body
    hoa = make_citizen("Phạm Hòa")
    tell_all(make_dossier(world, applicant=hoa, status=S.NOT_RECEIVED))
    assert REASON in last_of(hoa.account_id).body


def test_the_applicant_is_told_to_confirm_a_draft_and_that_the_answer_came(world: World) -> None:
    lan = make_citizen()
    dossier = make_dossier(world, applicant=lan, version=make_procedure("commune_birth_registration"))
    do(world, dossier, "check", "accept")
    do(world, dossier, "verify", "pass")
    api.confirm(principal=lan, dossier=dossier, accepted=False, note="Sai tên", version=None, now=NOW)
    tell_all(dossier)
    assert told(lan.account_id) == ["submitted", "received", "step", "confirmed"]
    draft = Notification.objects.get(account_id=lan.account_id, kind="dossiers.step")
    assert "Đã gửi bản dự thảo để bạn xem và xác nhận" in draft.title


def test_the_applicant_is_told_that_a_supplement_came(world: World) -> None:
    lan = make_citizen()
    dossier = make_dossier(world, applicant=lan, status=S.SUPPLEMENT)
    later = NOW + timedelta(days=3)
    api.supplement(principal=lan, dossier=dossier, documents=(), answers=None, note="Đây", version=None, now=later)
    tell_all(dossier)
    assert told(lan.account_id)[-1] == "supplemented"
    assert "17:00 01/12/2026" in last_of(lan.account_id).body


def test_messages_come_in_the_language_of_the_person(world: World) -> None:
    john = make_citizen("John Smith", language="en")
    tell_all(make_dossier(world, applicant=john))
    message = last_of(john.account_id)
    assert message.language == "en"
    assert "Residence confirmation" in message.body


def test_officials_are_told_of_new_work_without_personal_data(world: World) -> None:
    receptionist = world.account("ward", "receptionist")
    specialist = world.account("ward", "specialist")
    leader = world.account("ward", "leader")
    stranger = world.account("other_ward", "receptionist")
    dossier = make_dossier(world)
    tell_all(dossier)
    assert (told(receptionist.pk), told(specialist.pk), told(leader.pk)) == (["task_opened"], [], [])
    do(world, dossier, "check", "accept")
    tell_all(dossier)
    assert told(receptionist.pk) == ["task_opened"]
    assert told(specialist.pk) == ["task_opened"]
    assert told(leader.pk) == ["task_opened"], "who leads may process, too"
    assert told(stranger.pk) == []
    for message in Notification.objects.filter(account_id__in=[receptionist.pk, specialist.pk, leader.pk]):
        for name in ("Nguyễn Thị Lan", "Lan", "0905123456"):
            assert name not in message.title + message.body
        assert dossier.code in message.title
        assert message.link == f"/lam-viec/ho-so/{dossier.uuid}/"


def test_a_handed_over_task_is_told_to_who_gets_it(world: World) -> None:
    dossier = make_dossier(world, status=S.PROCESSING)
    deputy = world.account("ward", "deputy")
    specialist = world.account("ward", "specialist")
    api.reassign(
        principal=world.official("ward", "unit_head"),
        task_uuid=open_task(dossier).uuid,
        to_account_id=deputy.pk,
        reason="Nghỉ phép",
        now=NOW,
    )
    before = told(specialist.pk)
    event = events.load(OutboxEvent.objects.filter(name=DossierChanged.name).order_by("-id")[0])
    assert isinstance(event, DossierChanged)
    messages.tell(event=event, now=NOW)
    assert told(deputy.pk) == ["task_opened"]
    assert told(specialist.pk) == before


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_the_mails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    world.account("ward", "receptionist")
    lan = make_citizen()
    dossier = make_dossier(world, applicant=lan)
    work()
    (sent,) = mail.outbox
    assert sent.subject == f"Đã nộp hồ sơ {dossier.code}"
    assert sent.to == [account_email(lan.account_id)]
    assert f"/ho-so/{dossier.uuid}/" in sent.body


def account_email(account_id: Any) -> str:
    account = accounts.find_account(account_id=account_id)
    assert account is not None
    return str(account.email)


def test_every_kind_of_message_renders_in_both_languages() -> None:
    facts = dict.fromkeys(
        ("code", "procedure", "agency", "officer", "at", "due", "note", "title", "amount", "purpose", "task", "holder"),
        "x",
    )
    for kind in (*message_kinds.CITIZEN_KINDS, *message_kinds.OFFICIAL_KINDS):
        for language in ("vi", "en"):
            title, body = kind.render(language=language, facts=facts)
            assert title
            assert body
            assert len(title) <= 255
