"""Messages to people, how each was delivered, and what each person wants to get."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Entity


class Channel(models.TextChoices):
    """The ways a message reaches a person."""

    APP = "app", _("Trong ứng dụng")
    EMAIL = "email", _("Thư điện tử")


class Notification(Entity):
    """One message to one person; the same occasion never makes a second one (``dedupe_key``)."""

    account = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=60)
    dedupe_key = models.CharField(max_length=160, unique=True)
    title = models.CharField(max_length=255)
    body = models.TextField()
    link = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(person__isnull=False), name="notifications_has_recipient"
            )
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="notifications_by_account"),
            models.Index(fields=["account"], condition=Q(read_at__isnull=True), name="notifications_unread"),
        ]

    def __str__(self) -> str:
        return self.title


class DeliveryState(models.TextChoices):
    """How far one delivery has come."""

    QUEUED = "queued", _("Chờ gửi")
    SENT = "sent", _("Đã gửi")
    FAILED = "failed", _("Không gửi được")


class Delivery(models.Model):
    """One message on one channel outside the application."""

    id = models.BigAutoField(primary_key=True)
    notification = models.ForeignKey(Notification, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    address = models.CharField(max_length=254)
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notification", "channel"], name="notifications_delivery_once"),
        ]
        indexes = [
            models.Index(fields=["state", "id"], condition=~Q(state="sent"), name="notifications_open"),
        ]


class Preference(models.Model):
    """A person's wish about one kind of message on one channel; absent means the kind's default."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    is_enabled = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "channel"], name="notifications_preference_once"),
        ]
