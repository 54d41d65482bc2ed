"""Pages, repeated requests and limits."""

import base64
import json
import threading
import time
from datetime import datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given, settings, strategies
from hypothesis.extra.django import TestCase

from lienthong.kernel import idempotency, ratelimit
from lienthong.kernel.errors import InvalidError, TooManyError
from lienthong.kernel.idempotency import KeyReusedError, once
from lienthong.kernel.models import IdempotentResult, OutboxEvent, RateWindow
from lienthong.kernel.paging import keyset

ORDER = ("-occurred_at", "name", "id")


def add(names: list[str], at: datetime) -> None:
    OutboxEvent.objects.bulk_create(
        OutboxEvent(name=name, aggregate_id="a", payload={}, occurred_at=at - timedelta(hours=index % 3))
        for index, name in enumerate(names)
    )


class PagesTest(TestCase):
    @settings(max_examples=25)
    @given(strategies.lists(strategies.sampled_from("abc"), max_size=12), strategies.integers(1, 5))
    def test_pages_forward_and_back_give_the_list(self, names: list[str], size: int) -> None:
        OutboxEvent.objects.all().delete()
        add(names, datetime.fromisoformat("2026-11-20T02:00:00.123456+00:00"))
        whole = list(OutboxEvent.objects.order_by(*ORDER).values_list("id", flat=True))
        forward, pages, cursor = [], [], None
        while True:
            page = keyset(OutboxEvent.objects.all(), order=ORDER, cursor=cursor, size=size)
            forward += [row.pk for row in page.items]
            pages.append(page)
            if page.next_cursor is None:
                break
            cursor = page.next_cursor
        assert forward == whole
        back = list(pages[-1].items)
        cursor = pages[-1].previous_cursor
        while cursor:
            page = keyset(OutboxEvent.objects.all(), order=ORDER, cursor=cursor, size=size)
            back = [*page.items, *back]
            cursor = page.previous_cursor
        assert [row.pk for row in back] == whole


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor", ["nonsense", "%%%", base64.urlsafe_b64encode(b'["n",1]').decode(),
               base64.urlsafe_b64encode(b'["n","not a date","x",1]').decode(),
               base64.urlsafe_b64encode(b'["n",null,"x",1]').decode(),
               base64.urlsafe_b64encode(json.dumps(["x", "2026-01-01", "a", 1]).encode()).decode()],
)  # fmt: skip
def test_foreign_cursors_are_refused(cursor: str) -> None:
    with pytest.raises(InvalidError):
        keyset(OutboxEvent.objects.all(), order=ORDER, cursor=cursor, size=10)


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 10])
def test_a_page_is_one_statement(now: datetime, rows: int, django_assert_num_queries) -> None:
    add(["a"] * rows, now)
    with django_assert_num_queries(1):
        keyset(OutboxEvent.objects.values("id", "name", "occurred_at"), order=ORDER, cursor=None, size=5)


@pytest.mark.django_db
class TestOnce:
    def test_executes_once_and_replays(self, now: datetime) -> None:
        calls: list[int] = []

        def work() -> dict[str, object]:
            calls.append(1)
            return {"mã": "H23-1"}

        assert once(key="k", actor_id="a", fn=work, now=now).value == {"mã": "H23-1"}
        again = once(key="k", actor_id="a", fn=work, now=now + timedelta(hours=23))
        assert (again.value, again.replayed, len(calls)) == ({"mã": "H23-1"}, True, 1)
        assert not once(key="k", actor_id="b", fn=work, now=now).replayed, "another actor's key is another key"
        assert not once(key="k", actor_id="a", fn=work, now=now + timedelta(hours=24)).replayed, "keys live a day"

    def test_another_request_with_the_key_is_refused(self, now: datetime) -> None:
        once(key="k", actor_id="a", fn=lambda: 1, now=now, fingerprint="one")
        with pytest.raises(KeyReusedError):
            once(key="k", actor_id="a", fn=lambda: 1, now=now, fingerprint="two")

    def test_failure_frees_the_key(self, now: datetime) -> None:
        def fail() -> None:
            raise ValueError("no luck")

        with pytest.raises(ValueError, match="no luck"):
            once(key="k", actor_id="a", fn=fail, now=now)
        assert once(key="k", actor_id="a", fn=lambda: 5, now=now).value == 5

    @pytest.mark.parametrize("key", ["", "x" * 201])
    def test_bad_keys_are_refused(self, now: datetime, key: str) -> None:
        with pytest.raises(InvalidError):
            once(key=key, actor_id="a", fn=lambda: 1, now=now)

    def test_expired_keys_are_forgotten(self, now: datetime) -> None:
        once(key="k", actor_id="a", fn=lambda: 1, now=now)
        assert idempotency.forget_expired(now=now + timedelta(hours=1)) == 0
        assert idempotency.forget_expired(now=now + timedelta(days=1)) == 1
        assert not IdempotentResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_execute_once(now: datetime) -> None:
    calls: list[int] = []
    outcomes: list[idempotency.Outcome] = []

    def work() -> int:
        calls.append(1)
        time.sleep(0.05)
        return 42

    def ask() -> None:
        outcomes.append(once(key="k", actor_id="a", fn=work, now=now))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert [outcome.value for outcome in outcomes] == [42] * 16
    assert sum(outcome.replayed for outcome in outcomes) == 15


@pytest.mark.django_db
class TestRateLimit:
    def test_the_use_beyond_the_limit_is_refused(self, now: datetime) -> None:
        for _ in range(5):
            ratelimit.hit(key="k", limit=5, seconds=60, now=now)
        with pytest.raises(TooManyError) as caught:
            ratelimit.hit(key="k", limit=5, seconds=60, now=now)
        assert 1 <= caught.value.facts["retry_after"] <= 60
        ratelimit.hit(key="other", limit=5, seconds=60, now=now)

    def test_the_boundary_gives_no_double_share(self, now: datetime) -> None:
        start = now.replace(second=59)
        for _ in range(5):
            ratelimit.hit(key="k", limit=5, seconds=60, now=start)
        with pytest.raises(TooManyError):
            ratelimit.hit(key="k", limit=5, seconds=60, now=start + timedelta(seconds=2))
        ratelimit.hit(key="k", limit=5, seconds=60, now=start + timedelta(minutes=2))

    def test_costs_one_statement(self, now: datetime, django_assert_num_queries) -> None:
        with django_assert_num_queries(1):
            ratelimit.hit(key="k", limit=5, seconds=60, now=now)

    def test_past_windows_are_forgotten(self, now: datetime) -> None:
        ratelimit.hit(key="k", limit=5, seconds=60, now=now)
        assert ratelimit.forget_expired(now=now) == 0
        assert ratelimit.forget_expired(now=now + timedelta(minutes=3)) == 1
        assert not RateWindow.objects.exists()
