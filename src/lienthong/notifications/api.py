"""The door of notifications: register kinds of messages, send them, read them, choose the ways they come."""

from lienthong.notifications.kinds import MessageKind, all_kinds, register
from lienthong.notifications.models import Channel, Delivery, DeliveryState, Notification
from lienthong.notifications.numbers import masked, readable, to_e164
from lienthong.notifications.plugins.webpush import public_key as push_key
from lienthong.notifications.queries import (
    ChannelFailures,
    ChosenHours,
    KindWishes,
    Ways,
    chosen_hours,
    count_unread,
    failures_by_provider,
    list_failed,
    list_messages,
    open_challenge,
    provider_health,
    recent_deliveries,
    ways_of,
    wishes_of,
)
from lienthong.notifications.services.addresses import has_way, notify_address
from lienthong.notifications.services.deliveries import resend
from lienthong.notifications.services.devices import DeviceRefusedError, subscribe, unsubscribe
from lienthong.notifications.services.messages import MessageNotFoundError, Recipient, mark_read, notify
from lienthong.notifications.services.numbers import NumberRefusedError
from lienthong.notifications.services.numbers import confirm as confirm_number
from lienthong.notifications.services.numbers import forget as forget_number
from lienthong.notifications.services.numbers import send_code as send_number_code
from lienthong.notifications.services.preferences import PreferenceRefusedError, set_hours, set_preferences

__all__ = [
    "Channel",
    "ChannelFailures",
    "ChosenHours",
    "Delivery",
    "DeliveryState",
    "DeviceRefusedError",
    "KindWishes",
    "MessageKind",
    "MessageNotFoundError",
    "Notification",
    "NumberRefusedError",
    "PreferenceRefusedError",
    "Recipient",
    "Ways",
    "all_kinds",
    "chosen_hours",
    "confirm_number",
    "count_unread",
    "failures_by_provider",
    "forget_number",
    "has_way",
    "list_failed",
    "list_messages",
    "mark_read",
    "masked",
    "notify",
    "notify_address",
    "open_challenge",
    "provider_health",
    "push_key",
    "readable",
    "recent_deliveries",
    "register",
    "resend",
    "send_number_code",
    "set_hours",
    "set_preferences",
    "subscribe",
    "to_e164",
    "unsubscribe",
    "ways_of",
    "wishes_of",
]
