"""Writing messages and deliveries; sending is a job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lienthong.kernel import audit, jobs
from lienthong.kernel.errors import InvalidError, NotFoundError
from lienthong.notifications import kinds
from lienthong.notifications.models import Channel, Delivery, DeliveryState, Notification, Preference


class MessageNotFoundError(NotFoundError):
    """No such message for this person."""

    code = "notifications.not_found"


class PreferenceRefusedError(InvalidError):
    """A message that the law wants cannot be switched off."""

    code = "notifications.mandatory"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message goes to.

    :ivar email: where mail goes; empty means the message stays in the application.
    """

    account_id: int | None
    person_id: int | None
    email: str
    language: str = "vi"


def notify(
    *,
    kind: str,
    recipients: Sequence[Recipient],
    facts: Mapping[str, Any],
    link: str,
    occasion: str,
    now: datetime,
) -> tuple[Notification, ...]:
    """Write one message per recipient and queue its mail, in the caller's transaction.

    :param occasion: what the message is about, once: repeating it sends nothing again.
    """
    chosen = kinds.get_kind(kind)
    reachable = [
        recipient for recipient in recipients if recipient.account_id is not None or recipient.person_id is not None
    ]
    if not reachable:
        return ()
    wishes = _wishes(chosen, [recipient.account_id for recipient in reachable if recipient.account_id])
    drafted: dict[str, tuple[Recipient, Notification]] = {}
    for recipient in reachable:
        title, body = chosen.render(language=recipient.language, facts=facts)
        key = f"{kind}:{occasion}:{'a' if recipient.account_id else 'p'}{recipient.account_id or recipient.person_id}"
        drafted[key] = (
            recipient,
            Notification(
                account_id=recipient.account_id,
                person_id=recipient.person_id,
                kind=kind,
                dedupe_key=key,
                title=title,
                body=body,
                link=link,
                language=recipient.language,
            ),
        )
    with transaction.atomic():
        known = set(Notification.objects.filter(dedupe_key__in=drafted).values_list("dedupe_key", flat=True))
        fresh = [pair for key, pair in drafted.items() if key not in known]
        Notification.objects.bulk_create(notification for _recipient, notification in fresh)
        mails = Delivery.objects.bulk_create(
            Delivery(notification=notification, channel=Channel.EMAIL, address=recipient.email, changed_at=now)
            for recipient, notification in fresh
            if recipient.email and wishes.get(recipient.account_id, chosen.email_by_default)
        )
        _queue_mails([mail.pk for mail in mails])
    return tuple(notification for _recipient, notification in fresh)


def _queue_mails(delivery_ids: Sequence[int]) -> None:
    jobs.queue_many("notifications.send_email", ({"delivery_id": pk} for pk in delivery_ids))


def _wishes(kind: kinds.MessageKind, account_ids: Sequence[int]) -> dict[int | None, bool]:
    if kind.is_mandatory or not account_ids:
        return {}
    rows = Preference.objects.filter(account_id__in=account_ids, kind=kind.key, channel=Channel.EMAIL)
    return dict(rows.values_list("account_id", "is_enabled"))


def mark_sent(*, delivery_id: int, now: datetime) -> None:
    """Note that a delivery has left."""
    Delivery.objects.filter(pk=delivery_id).update(
        state=DeliveryState.SENT, attempts=F("attempts") + 1, error="", changed_at=now
    )


def mark_attempt(*, delivery_id: int, error: str, is_last: bool, now: datetime) -> None:
    """Note a failed attempt; after the last one the delivery is shown to the operator."""
    Delivery.objects.filter(pk=delivery_id).update(
        state=DeliveryState.FAILED if is_last else DeliveryState.QUEUED,
        attempts=F("attempts") + 1,
        error=error[:2000],
        changed_at=now,
    )


def resend(*, actor: audit.Actor, delivery_ids: Sequence[int], now: datetime) -> int:
    """Queue failed deliveries again; give how many."""
    with transaction.atomic():
        failed = list(
            Delivery.objects.select_for_update()
            .filter(pk__in=delivery_ids, state=DeliveryState.FAILED)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        Delivery.objects.filter(pk__in=failed).update(state=DeliveryState.QUEUED, changed_at=now)
        _queue_mails(failed)
        if failed:
            audit.record(
                actor=actor,
                action="notifications.delivery.resent",
                subject_type="notifications.delivery",
                subject_id="",
                at=now,
                facts={"deliveries": failed},
            )
    return len(failed)


def mark_read(*, account_id: int, uuid: UUID | None, now: datetime) -> None:
    """Mark one message of a person as read, or all of them.

    :raises MessageNotFoundError: for an absent and a foreign message alike.
    """
    mine = Notification.objects.filter(account_id=account_id)
    if uuid is not None:
        mine = mine.filter(uuid=uuid)
        if not mine.exists():
            raise MessageNotFoundError(_("Không tìm thấy thông báo."))
    mine.filter(read_at__isnull=True).update(read_at=now)


def set_preferences(
    *, actor: audit.Actor, account_id: int, audience: str, email_kinds: Sequence[str], now: datetime
) -> None:
    """Store which kinds of messages a person wants by mail.

    :raises PreferenceRefusedError: when a mandatory kind would be switched off.
    """
    offered = kinds.all_kinds(audience)
    wanted = set(email_kinds)
    refused = [kind for kind in offered if kind.is_mandatory and kind.key not in wanted]
    if refused:
        raise PreferenceRefusedError(
            _("Có thông báo pháp luật bắt buộc phải gửi."),
            field_errors={kind.key: [_("Thông báo này luôn được gửi.")] for kind in refused},
        )
    with transaction.atomic():
        Preference.objects.bulk_create(
            (
                Preference(account_id=account_id, kind=kind.key, channel=Channel.EMAIL, is_enabled=kind.key in wanted)
                for kind in offered
                if not kind.is_mandatory
            ),
            update_conflicts=True,
            unique_fields=["account", "kind", "channel"],
            update_fields=["is_enabled"],
        )
        audit.record(
            actor=actor,
            action="notifications.preferences.set",
            subject_type="accounts.account",
            subject_id=account_id,
            at=now,
            facts={"email": sorted(wanted)},
        )
