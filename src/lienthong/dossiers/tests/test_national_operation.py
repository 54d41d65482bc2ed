"""The national portal from the operator's side: silence, refusals, pauses, and what was there before."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from lienthong.accounts.tests.factories import sign_in
from lienthong.dossiers.models import NationalSync
from lienthong.dossiers.services import national
from lienthong.dossiers.services.national import FIRST_WAIT, LONGEST_WAIT, Sent
from lienthong.dossiers.tests.factories import NOW, make_dossier
from lienthong.dossiers.tests.telling import expect_equal, note, send
from lienthong.kernel import audit, clock
from lienthong.kernel.errors import InvalidError

MINUTE = timedelta(minutes=1)


def test_a_silent_portal_is_asked_ever_more_rarely_and_never_given_up(stand_in, portal, cloned) -> None:
    dossier = cloned([(1, True, "Đã nộp")])
    note(dossier)
    stand_in.plan.extend(["down"] * 40)
    moment, waits = NOW, []
    for _attempt in range(12):
        assert send(dossier, portal, now=moment) is Sent.WAITING
        sync = NationalSync.objects.get(pk=dossier.pk)
        waits.append(sync.next_attempt_at - moment)
        moment = sync.next_attempt_at
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT
    assert sync.status == "pending"
    assert sync.pending_since == NOW
    assert "GetNextValue" in sync.error
    stand_in.plan.clear()
    assert send(dossier, portal, now=moment) is Sent.SYNCED
    assert NationalSync.objects.get(pk=dossier.pk).error == ""


def test_a_sweep_leaves_a_portal_that_is_down_alone(stand_in, portal, cloned) -> None:
    for _index in range(6):
        note(cloned([(1, True, "Đã nộp")]))
    stand_in.plan.extend(["down"] * 50)
    assert national.send_due(portal=portal, now=lambda: NOW) == 0
    assert stand_in.operations.count("GetNextValue") == national.SILENCES


def test_a_refusal_waits_for_an_operator_and_shows_no_personal_number(stand_in, portal, cloned) -> None:
    dossier = cloned([(1, True, "Đã nộp")])
    stand_in.refusals["NoiHoSo"] = "SoGiayTo 048190000123 không hợp lệ"
    note(dossier)
    assert send(dossier, portal) is Sent.REFUSED
    sync = NationalSync.objects.get(pk=dossier.pk)
    assert (sync.status, sync.in_flight) == ("refused", "")
    assert "E12" in sync.error
    assert "048190000123" not in sync.error
    assert national.send_due(portal=portal, now=lambda: NOW + LONGEST_WAIT) == 0
    stand_in.refusals.clear()
    assert national.resend(actor=audit.SYSTEM, dossier_ids=[dossier.pk], now=NOW) == 1
    assert send(dossier, portal) is Sent.SYNCED
    expect_equal(stand_in, dossier)
    with pytest.raises(InvalidError):
        national.resend(actor=audit.SYSTEM, dossier_ids=[dossier.pk], now=NOW)


def test_paused_nothing_leaves_and_resumed_everything_does(stand_in, portal, cloned) -> None:
    dossier = cloned([(1, True, "Đã nộp")])
    note(dossier)
    with pytest.raises(InvalidError):
        national.pause(actor=audit.SYSTEM, reason=" ", now=NOW)
    national.pause(actor=audit.SYSTEM, reason="Cổng bảo trì", now=NOW)
    assert send(dossier, portal) is Sent.PAUSED
    assert national.send_due(portal=portal, now=lambda: NOW) == 0
    assert stand_in.operations == []
    national.resume_sending(actor=audit.SYSTEM, now=NOW + MINUTE)
    assert national.send_due(portal=portal, now=lambda: NOW + MINUTE) == 1


class TestBackfill:
    """``lienthong dossiers sync --since …``."""

    def test_earlier_dossiers_are_told_once(self, world, enabled, monkeypatch, capsys) -> None:
        monkeypatch.setattr(clock, "now", lambda: NOW)
        dossier = make_dossier(world)
        for _round in range(2):
            call_command("dossiers_sync", "--since", "2026-11-20", "--now")
        assert "1 told completely" in capsys.readouterr().out
        expect_equal(enabled, dossier)
        call_command("dossiers_sync", "--since", "2026-11-21")
        assert "0 noted" in capsys.readouterr().out

    def test_it_says_so_when_there_is_nobody_to_tell(self, db) -> None:
        with pytest.raises(CommandError, match="NATIONAL_PORTAL_URL"):
            call_command("dossiers_sync", "--since", "2026-11-20")


def test_operators_see_hold_and_repeat(world, stand_in, portal, cloned, client, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    sign_in(client, world.account("city", "administrator"))
    page = reverse("administration:national")
    assert "Chưa nối với cổng quốc gia" in client.get(page).content.decode()
    dossier = cloned([(1, True, "Đã nộp")])
    stand_in.refusals["NoiHoSo"] = "thiếu MaXa"
    note(dossier)
    send(dossier, portal)
    text = client.get(page).content.decode()
    assert dossier.code in text
    assert "thiếu MaXa" in text
    client.post(reverse("administration:national_pause"), {"reason": "Cổng bảo trì"})
    assert "Cổng bảo trì" in client.get(page).content.decode()
    client.post(reverse("administration:national_resume"))
    client.post(reverse("administration:national_resend"), {"dossier": [dossier.pk]})
    assert NationalSync.objects.get(pk=dossier.pk).status == "pending"
    sign_in(client, world.account("ward", "administrator"))
    assert client.get(page).status_code == 403
