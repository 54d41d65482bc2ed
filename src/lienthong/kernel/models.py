"""Base models, the audit trail and the outbox."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from lienthong.kernel.ids import uuid7


class Entity(models.Model):
    """A row with a number inside and a UUIDv7 outside; the number never leaves the program."""

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, editable=False)

    class Meta:
        abstract = True


class DatedQuerySet(models.QuerySet[Any]):
    """Rows with a half-open period of validity."""

    def in_force(self, on: date) -> Self:
        """Keep the rows valid on a date: ``valid_from <= on < valid_to``."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)


class Dated(models.Model):
    """A row valid from a date (inclusive) to a date (exclusive; empty means open)."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="%(app_label)s_%(class)s_period",
            ),
        ]

    def is_in_force(self, on: date) -> bool:
        """Say whether the row is valid on a date."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


class AuditEntry(models.Model):
    """One business change, written in its transaction and never altered.

    ``content`` is the canonical JSON that the chain hashes; the other columns repeat parts of it
    for searching. At commit a deferred trigger writes the entry's :class:`AuditLink`.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    content = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="kernel_audit_subject"),
            models.Index(fields=["actor_id", "id"], name="kernel_audit_actor"),
            BrinIndex(fields=["at"], name="kernel_audit_at"),
        ]


class AuditLink(models.Model):
    """The place of one audit entry in the node's hash chain, written by the database at commit."""

    sequence = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="link")
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)


class OutboxEvent(models.Model):
    """One published event, waiting for its subscribers in the order of its aggregate."""

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=80)
    aggregate_id = models.CharField(max_length=64)
    payload = models.JSONField()
    occurred_at = models.DateTimeField()
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["aggregate_id", "id"], name="kernel_outbox_aggregate")]


class Delivery(models.Model):
    """What became of an event at one subscriber; absent while no attempt has ended for good."""

    class State(models.TextChoices):
        """How the delivery ended: done, given up, or waiting behind one given up."""

        APPLIED = "applied"
        DEAD = "dead"
        PARKED = "parked"

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(OutboxEvent, models.PROTECT, related_name="deliveries")
    subscriber = models.CharField(max_length=80)
    aggregate_id = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="kernel_delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["subscriber", "aggregate_id", "event"],
                condition=~Q(state="applied"),
                name="kernel_delivery_stuck",
            ),
        ]


class IdempotentResult(models.Model):
    """The stored answer to one request that must not be executed twice (kept 24 hours)."""

    id = models.BigAutoField(primary_key=True)
    actor_id = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, blank=True)
    result = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "key"], name="kernel_idempotent_once")]


class RateWindow(models.Model):
    """How often one key was used in the current and the previous window (an unlogged table)."""

    key = models.CharField(max_length=200, primary_key=True)
    slot = models.BigIntegerField()
    hits = models.IntegerField()
    previous_hits = models.IntegerField()
    expires_at = models.DateTimeField(db_index=True)


class Mark(models.Model):
    """A fact about this installation under a fixed key, such as what its seeds were made from."""

    key = models.CharField(max_length=80, primary_key=True)
    value = models.TextField()
