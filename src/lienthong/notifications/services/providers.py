"""Which provider of SMS is tried: in order, leaving out those that rest after repeated failures."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction

from lienthong.notifications.models import ProviderHealth
from lienthong.notifications.plugins.base import ChannelProvider, TemporaryError

#: After so many failures in a row a provider rests; the first success after it counts as well again.
MAX_FAILURES = 3
REST = timedelta(minutes=2)
T = TypeVar("T")


def send_by_first(
    *, providers: tuple[ChannelProvider, ...], send: Callable[[ChannelProvider], T], now: datetime
) -> tuple[str, T]:
    """Send by the first provider that takes the message; give its name and what it said.

    :raises TemporaryError: when none takes it now.
    :raises RefusedError: when a provider says that nobody could deliver it.
    """
    health = {row.provider: row for row in ProviderHealth.objects.all()}
    errors: list[str] = []
    for provider in providers:
        known = health.get(provider.name)
        if known is not None and known.resting_until is not None and known.resting_until > now:
            errors.append(f"{provider.name}: resting after {known.failures} failures")
            continue
        try:
            said = send(provider)
        except TemporaryError as error:
            errors.append(f"{provider.name}: {error}")
            note_failure(provider=provider.name, error=str(error), now=now)
        else:
            if known is not None and known.failures:
                note_success(provider=provider.name, now=now)
            return provider.name, said
    raise TemporaryError("; ".join(errors) or "no provider of SMS is set up")


def note_failure(*, provider: str, error: str, now: datetime) -> None:
    """Count a failure; after several in a row the provider rests."""
    with transaction.atomic():
        ProviderHealth.objects.bulk_create([ProviderHealth(provider=provider, changed_at=now)], ignore_conflicts=True)
        row = ProviderHealth.objects.select_for_update(no_key=True).get(provider=provider)
        row.failures = min(row.failures + 1, 1000)
        row.last_error, row.changed_at = error[:300], now
        row.resting_until = now + REST if row.failures >= MAX_FAILURES else None
        row.save()


def note_success(*, provider: str, now: datetime) -> None:
    """Forget the failures."""
    ProviderHealth.objects.filter(provider=provider).update(failures=0, resting_until=None, changed_at=now)
