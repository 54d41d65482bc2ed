"""Operators see what is stuck and set it going again; nobody else may look."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lienthong.kernel import audit, chain, trail
from lienthong.kernel.models import AuditEntry, Delivery, Mark, OutboxEvent
from lienthong.notifications.models import Delivery as Mail
from lienthong.notifications.models import Notification, ProviderHealth

pytestmark = pytest.mark.django_db
PAGES = ("operations", "stuck_events", "failed_mails", "jobs", "installation", "audit")
ACTS = ("replay", "resend", "retry_jobs")


def make_dead(number: int = 1) -> Delivery:
    now = timezone.now()
    event = OutboxEvent.objects.create(name="dossiers.received", aggregate_id=str(number), payload={}, occurred_at=now)
    return Delivery.objects.create(
        event=event, subscriber="notifications.tell", aggregate_id=str(number), state="dead", attempts=8,
        error="KeyError\nhandlers.py:10 tell", changed_at=now,
    )  # fmt: skip


def make_job(status: str = "failed") -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('mail', 'x.send', %s) RETURNING id",
            [status],
        )
        return cursor.fetchone()[0]


def make_failed_mail(keeper) -> Mail:
    message = Notification.objects.create(
        account=keeper.account, kind="dossiers.received", dedupe_key="a", title="t", body="b", language="vi"
    )
    return Mail.objects.create(
        notification=message, channel="email", address="a@x.example", state="failed", changed_at=timezone.now()
    )


@pytest.mark.parametrize("name", PAGES)
def test_only_operators_of_the_node_look(name, client, keeper, local_keeper, specialist):
    address = reverse(f"administration:{name}")
    assert keeper.client.get(address).status_code == 200
    assert specialist.client.get(address).status_code == 403
    refused = local_keeper.client.get(address)
    assert refused.status_code == 403
    assert "cấp tỉnh" in refused.content.decode()
    assert "/quan-tri/van-hanh/" not in local_keeper.client.get(reverse("accounts:profile")).content.decode()
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("name", ACTS)
def test_only_operators_act_and_only_by_post(name, keeper, local_keeper, specialist):
    address = reverse(f"administration:{name}")
    assert specialist.client.post(address).status_code == 403
    assert local_keeper.client.post(address, {"all": "1"}).status_code == 403
    assert keeper.client.get(address).status_code == 405


def test_a_dead_event_is_replayed_and_recorded(keeper):
    dead = make_dead()
    page = keeper.client.get(reverse("administration:stuck_events")).content.decode()
    assert "dossiers.received" in page
    assert "handlers.py:10" in page
    keeper.client.post(reverse("administration:replay"), {"delivery": [dead.pk]})
    entry = AuditEntry.objects.get(action="kernel.delivery.replayed")
    assert entry.actor_id == str(keeper.account.uuid)
    nothing = keeper.client.post(reverse("administration:replay"), {"delivery": ["x", "9" * 30]}, follow=True)
    assert "Chọn ít nhất một sự kiện" in nothing.content.decode()
    assert keeper.client.post(reverse("administration:replay"), {"delivery": ["999999"]}).status_code == 404
    assert keeper.client.post(reverse("administration:replay"), {"all": "1"}).status_code == 302


def test_a_failed_mail_is_sent_again(keeper):
    mail = make_failed_mail(keeper)
    assert "a@x.example" in keeper.client.get(reverse("administration:failed_mails")).content.decode()
    keeper.client.post(reverse("administration:resend"), {"delivery": [mail.pk]})
    mail.refresh_from_db()
    assert mail.state == "queued"
    again = keeper.client.post(reverse("administration:resend"), {"delivery": [mail.pk]}, follow=True)
    assert "Không có gì được gửi lại" in again.content.decode()


def test_failures_are_shown_by_channel_and_carrier(keeper):
    mail = make_failed_mail(keeper)
    message = Notification.objects.create(
        account=keeper.account, kind="dossiers.done", dedupe_key="b", title="t", body="b", language="vi"
    )
    Mail.objects.create(
        notification=message, channel="sms", address="+84905123456", state="failed", provider="viettel",
        error="status 0x00000045", changed_at=timezone.now(),
    )  # fmt: skip
    ProviderHealth.objects.create(
        provider="viettel",
        failures=3,
        resting_until=timezone.now() + timedelta(minutes=1),
        last_error="bind failed",
        changed_at=timezone.now(),
    )
    address = reverse("administration:failed_mails")
    every = keeper.client.get(address).content.decode()
    assert "viettel" in every
    assert "bind failed" in every
    assert "••• 456" in every
    assert "+84905123456" not in every
    texts = keeper.client.get(f"{address}?kenh=sms").content.decode()
    assert "0x00000045" in texts
    assert mail.address not in texts
    assert keeper.client.get(f"{address}?kenh=x").status_code == 200


def test_failed_and_stalled_jobs_are_retried_and_running_ones_are_not(keeper):
    failed, stalled, waiting = make_job("failed"), make_job("doing"), make_job("todo")
    page = keeper.client.get(reverse("administration:jobs")).content.decode()
    assert f"#{failed}" in page
    assert f"#{stalled}" in page
    assert f"#{waiting}" not in page
    keeper.client.post(reverse("administration:retry_jobs"), {"job": [failed, stalled]})
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT status::text FROM procrastinate_jobs")
        assert cursor.fetchall() == [("todo",)]
    assert AuditEntry.objects.filter(action="kernel.job.retried").count() == 2
    assert keeper.client.post(reverse("administration:retry_jobs"), {"job": [failed]}).status_code == 404


def test_the_trail_is_searched(keeper):
    now = timezone.now()
    with transaction.atomic():
        for number in range(3):
            audit.record(
                actor=audit.Actor("official", str(keeper.account.uuid), "Huỳnh Hữu Cường"),
                action="dossiers.dossier.received",
                subject_type="dossiers.Dossier",
                subject_id=f"d{number}",
                at=now - timedelta(days=number),
                facts={"note": f"ghi chú {number}"},
            )
    address = reverse("administration:audit")

    def found(**wanted):
        body = keeper.client.get(address, wanted).content.decode()
        return [number for number in range(3) if f"ghi chú {number}" in body]

    today = timezone.localtime(now).date()
    assert found() == [0, 1, 2]
    assert found(subject="dossiers.Dossier:d1") == [1]
    assert found(subject="d2") == [2]
    assert found(actor=keeper.account.email.upper()) == [0, 1, 2]
    assert found(actor="ai-do@x.example") == []
    assert found(action="dossiers.dossier", first=today.isoformat()) == [0]
    wrong = keeper.client.get(address, {"first": today.isoformat(), "last": "2001-01-01", "subject": "giữ lại"})
    assert "giữ lại" in wrong.content.decode()
    assert "không trước ngày đầu" in wrong.content.decode()
    assert keeper.client.get(address, {"cursor": "%%"}).status_code == 422
    assert len(trail.list_entries(cursor=None, size=2).items) == 2


@pytest.mark.parametrize(("name", "make"), [("stuck_events", make_dead), ("jobs", lambda _number: make_job())])
def test_lists_cost_the_same_with_one_row_and_with_ten(name, make, keeper):
    address = reverse(f"administration:{name}")
    make(1)
    keeper.client.get(address)
    with CaptureQueriesContext(connection) as one:
        keeper.client.get(address)
    for number in range(2, 11):
        make(number)
    with CaptureQueriesContext(connection) as ten:
        keeper.client.get(address)
    assert len(ten) == len(one) <= 10


@pytest.mark.django_db(transaction=True)
def test_the_nightly_check_goes_on_from_the_last_one_and_tells_what_broke(now):
    assert chain.last_check() is None
    for number in range(4):
        _record(number, now)
    first = chain.check(now=now, full=False)
    assert (first.is_full, first.verified, first.broken) == (True, 4, "")
    for number in range(3):
        _record(number, now)
    second = chain.check(now=now, full=False)
    assert (second.is_full, second.verified, second.head.sequence, second.broken) == (False, 3, 7, "")
    assert chain.check(now=now, full=False).verified == 0
    _record(9, now)
    _alter("UPDATE kernel_auditentry SET action = 'x.y.z' WHERE id = (SELECT max(id) FROM kernel_auditentry)")
    found = chain.check(now=now, full=False)
    assert "link 8" in found.broken
    assert chain.last_check() == found
    assert chain.check(now=now, full=False).is_full, "after a break the whole chain is looked at again"


@pytest.mark.django_db(transaction=True)
def test_a_chain_written_anew_is_noticed_by_the_next_check(now):
    _record(1, now)
    chain.check(now=now, full=True)
    mark = Mark.objects.get(pk="kernel.chain_check")
    mark.value = mark.value.replace(chain.head().hash, "00" * 32)
    mark.save()
    assert "written anew" in chain.check(now=now, full=False).broken


def _record(number, now):
    with transaction.atomic():
        audit.record(actor=audit.SYSTEM, action="a.b.c", subject_type="t", subject_id=number, at=now)


def _alter(statement):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_auditentry DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE kernel_auditentry ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE kernel_auditentry DISABLE TRIGGER kernel_auditentry_no_truncate")
