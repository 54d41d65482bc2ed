"""The end of drafts nobody comes back to."""

from datetime import datetime, timedelta

from django.db import transaction

from lienthong.forms.events import DraftExpired, DraftExpiring
from lienthong.forms.models import Draft
from lienthong.forms.services.drafts import end_draft
from lienthong.kernel import audit, clock, events

NOTICE = timedelta(days=7)
_BATCH = 500


def expire_drafts(*, now: datetime) -> tuple[int, int]:
    """Tell owners a week before a draft ends, and end those whose time is over.

    Each draft is its own transaction, so that one failure does not hold up the others.

    :returns: how many owners were told and how many drafts ended.
    """
    soon = Draft.objects.filter(expires_at__lte=now + NOTICE, expires_at__gt=now, reminded_at__isnull=True)
    told = sum(_remind(pk, now) for pk in soon.order_by("expires_at", "id").values_list("pk", flat=True)[:_BATCH])
    over = Draft.objects.filter(expires_at__lte=now)
    ended = sum(_expire(pk, now) for pk in over.order_by("expires_at", "id").values_list("pk", flat=True)[:_BATCH])
    return told, ended


@transaction.atomic
def _remind(pk: int, now: datetime) -> int:
    draft = (
        Draft.objects.select_for_update(no_key=True, of=("self",))
        .select_related("form")
        .filter(pk=pk)
        .order_by("id")
        .first()
    )
    if draft is None or draft.reminded_at is not None or not now < draft.expires_at <= now + NOTICE:
        return 0
    draft.reminded_at = now
    draft.save(update_fields=["reminded_at"])
    events.publish(
        DraftExpiring(
            aggregate_id=str(draft.uuid),
            occurred_at=now,
            account_id=draft.account_id,
            title=draft.form.title,
            context_key=draft.context_key,
            expires_on=clock.local_date(draft.expires_at).isoformat(),
        )
    )
    return 1


@transaction.atomic
def _expire(pk: int, now: datetime) -> int:
    draft = (
        Draft.objects.select_for_update(no_key=True, of=("self",))
        .select_related("form")
        .filter(pk=pk)
        .order_by("id")
        .first()
    )
    if draft is None or draft.expires_at > now:
        return 0
    events.publish(
        DraftExpired(
            aggregate_id=str(draft.uuid),
            occurred_at=now,
            account_id=draft.account_id,
            title=draft.form.title,
            context_key=draft.context_key,
        )
    )
    end_draft(draft, actor=audit.SYSTEM, action="forms.draft.expired", now=now)
    return 1
