"""The door of notifications: register kinds of messages, send them, read them."""

from lienthong.notifications.kinds import MessageKind, all_kinds, register
from lienthong.notifications.models import Delivery, DeliveryState, Notification
from lienthong.notifications.queries import count_unread, email_preferences, list_failed, list_messages
from lienthong.notifications.services import (
    MessageNotFoundError,
    PreferenceRefusedError,
    Recipient,
    mark_read,
    notify,
    resend,
    set_preferences,
)

__all__ = [
    "Delivery",
    "DeliveryState",
    "MessageKind",
    "MessageNotFoundError",
    "Notification",
    "PreferenceRefusedError",
    "Recipient",
    "all_kinds",
    "count_unread",
    "email_preferences",
    "list_failed",
    "list_messages",
    "mark_read",
    "notify",
    "register",
    "resend",
    "set_preferences",
]
