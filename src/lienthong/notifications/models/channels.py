"""Where people are reached outside the application, when not, and what is known of each SMS and its carriers."""

from django.db import models
from django.db.models import F, Q

from lienthong.kernel.models import Entity


class PhoneNumber(models.Model):
    """The number at which an account gets SMS: proved by a code, one an account."""

    id = models.BigAutoField(primary_key=True)
    account = models.OneToOneField("accounts.Account", models.PROTECT, related_name="+")
    number = models.CharField(max_length=16, help_text="E.164, as +84905123456")
    verified_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^\+84[0-9]{9}$"), name="notifications_phone_e164")
        ]


class PhoneChallenge(Entity):
    """One code sent to prove a number; the code is stored nowhere: it follows from the row and the secret key."""

    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    number = models.CharField(max_length=16)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(closed_at__isnull=True), name="notifications_challenge_one_open"
            ),
        ]


class PushSubscription(Entity):
    """One device that shows messages; when it ends, its address and keys are wiped and the row stays for the record."""

    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    endpoint = models.CharField(max_length=1000, blank=True)
    p256dh = models.CharField(max_length=100, blank=True)
    auth = models.CharField(max_length=40, blank=True)
    device = models.CharField(max_length=80)
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint"], condition=Q(ended_at__isnull=True), name="notifications_push_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(endpoint="", p256dh="", auth=""), name="notifications_push_wiped"
            ),
        ]
        indexes = [
            models.Index(fields=["account"], condition=Q(ended_at__isnull=True), name="notifications_push_account")
        ]


class ContactHours(models.Model):
    """When a person wants no sound; absent means the installation's hours."""

    id = models.BigAutoField(primary_key=True)
    account = models.OneToOneField("accounts.Account", models.PROTECT, related_name="+")
    is_quiet = models.BooleanField()
    quiet_from = models.TimeField()
    quiet_to = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_quiet=False) | ~Q(quiet_from=F("quiet_to")), name="notifications_hours_differ"
            )
        ]


class SmsPart(models.Model):
    """One part of an SMS as a provider knows it.

    Written by whichever comes first: the answer to the sending, or the receipt. A receipt that came first has no
    delivery yet.
    """

    class State(models.TextChoices):
        """How far the part has come; a later state in this list never gives way to an earlier one."""

        SENT = "sent"
        EXPIRED = "expired"
        FAILED = "failed"
        DELIVERED = "delivered"

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=40)
    message_id = models.CharField(max_length=65)
    delivery = models.ForeignKey("notifications.Delivery", models.PROTECT, null=True, related_name="sms_parts")
    number = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "message_id"], name="notifications_part_id"),
            models.UniqueConstraint(
                fields=["delivery", "provider", "number"],
                condition=Q(delivery__isnull=False),
                name="notifications_part_once",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "changed_at"], condition=Q(state="sent"), name="notifications_part_open")
        ]


class SmsUsage(models.Model):
    """How many parts left on a day (Vietnam's): one row for the installation, one for each account."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    account = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+")
    parts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "account"], nulls_distinct=False, name="notifications_usage_once")
        ]


class ProviderHealth(models.Model):
    """How a provider of SMS has been doing: after repeated failures it rests for a while, for all workers."""

    provider = models.CharField(max_length=40, primary_key=True)
    failures = models.PositiveSmallIntegerField(default=0)
    resting_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()
