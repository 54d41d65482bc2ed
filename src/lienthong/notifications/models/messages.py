"""Messages to people, how each was delivered, and what each person wants to get."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Entity
from lienthong.notifications.numbers import masked


class Channel(models.TextChoices):
    """The ways a message reaches a person."""

    APP = "app", _("Trong ứng dụng")
    EMAIL = "email", _("Thư điện tử")
    SMS = "sms", _("Tin nhắn SMS")
    PUSH = "push", _("Thông báo trên thiết bị")


class Notification(Entity):
    """One message to one person; the same occasion never makes a second one (``dedupe_key``).

    A message to an address without an account has neither account nor person; ``forget_at`` says when its address,
    which only its delivery keeps, is wiped.
    """

    account = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=60)
    dedupe_key = models.CharField(max_length=160, unique=True)
    title = models.CharField(max_length=255)
    body = models.TextField()
    link = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2)
    read_at = models.DateTimeField(null=True)
    forget_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, forget_at__isnull=True)
                | Q(person__isnull=False, forget_at__isnull=True)
                | Q(account__isnull=True, person__isnull=True, forget_at__isnull=False),
                name="notifications_has_recipient",
            )
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="notifications_by_account"),
            models.Index(fields=["account"], condition=Q(read_at__isnull=True), name="notifications_unread"),
            models.Index(fields=["forget_at"], condition=Q(forget_at__isnull=False), name="notifications_to_forget"),
        ]

    def __str__(self) -> str:
        return self.title


class DeliveryState(models.TextChoices):
    """How far one delivery has come."""

    QUEUED = "queued", _("Chờ gửi")
    HELD = "held", _("Hoãn gửi")
    SENT = "sent", _("Đã gửi")
    DELIVERED = "delivered", _("Đã nhận")
    FAILED = "failed", _("Không gửi được")
    EXPIRED = "expired", _("Quá hạn gửi")


OPEN_STATES = (DeliveryState.QUEUED, DeliveryState.HELD)


class Delivery(models.Model):
    """One message on one channel outside the application; on the push channel, to one device.

    :ivar provider: who carried it, once somebody did.
    :ivar due_at: when a held delivery goes on.
    :ivar claimed_at: since when a job has it in hand; a second job keeps off meanwhile.
    :ivar parts: of how many parts an SMS consists.
    """

    id = models.BigAutoField(primary_key=True)
    notification = models.ForeignKey(Notification, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    address = models.CharField(max_length=254)
    subscription = models.ForeignKey("notifications.PushSubscription", models.PROTECT, null=True, related_name="+")
    challenge = models.ForeignKey("notifications.PhoneChallenge", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    provider = models.CharField(max_length=40, blank=True)
    parts = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "channel"],
                condition=Q(subscription__isnull=True),
                name="notifications_delivery_once",
            ),
            models.UniqueConstraint(
                fields=["notification", "subscription"],
                condition=Q(subscription__isnull=False),
                name="notifications_delivery_once_a_device",
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(due_at__isnull=False), name="notifications_held_until_when"
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "id"], condition=~Q(state__in=["sent", "delivered"]), name="notifications_open"
            ),
            models.Index(fields=["due_at"], condition=Q(state="held"), name="notifications_held"),
        ]

    @property
    def shown_address(self) -> str:
        """Show where it went without giving a number away."""
        if self.channel == Channel.SMS:
            return masked(self.address)
        return self.subscription.device if self.subscription is not None else self.address

    @property
    def badge(self) -> str:
        """Give the key under which the state is registered for badges."""
        return f"notifications.{DeliveryState(self.state).name}"


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
