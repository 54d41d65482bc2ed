"""Messages to people, the ways they travel, and what each person wants."""

from lienthong.notifications.models.channels import (
    ContactHours,
    PhoneChallenge,
    PhoneNumber,
    ProviderHealth,
    PushSubscription,
    SmsPart,
    SmsUsage,
)
from lienthong.notifications.models.messages import (
    OPEN_STATES,
    Channel,
    Delivery,
    DeliveryState,
    Notification,
    Preference,
)

__all__ = [
    "OPEN_STATES",
    "Channel",
    "ContactHours",
    "Delivery",
    "DeliveryState",
    "Notification",
    "PhoneChallenge",
    "PhoneNumber",
    "Preference",
    "ProviderHealth",
    "PushSubscription",
    "SmsPart",
    "SmsUsage",
]
