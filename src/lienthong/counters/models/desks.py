"""What a one-stop desk offers and when: service lines, desks, slot rules, closures, kiosks, priorities."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Dated, Entity


class DateRange(Func):
    """``daterange(valid_from, valid_to)``: half-open, as every period here."""

    function = "DATERANGE"
    output_field = DateRangeField()


class MinuteRange(Func):
    """``int4range`` of the minutes between two columns."""

    function = "INT4RANGE"
    output_field = IntegerRangeField()


_LINE_OR_ALL = Coalesce("line", Value(0, output_field=models.BigIntegerField()))


class ServiceLine(Entity, Dated):
    """A group of matters for which people queue together, under one letter (``A``: hộ tịch, chứng thực).

    ``sector_codes`` names the sectors of procedures it takes; empty takes every procedure.
    """

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    letter = models.CharField(max_length=1)
    name = models.CharField(max_length=120)
    sector_codes = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(letter__regex=r"^[A-Z]$"), name="counters_serviceline_letter"),
            ExclusionConstraint(
                name="counters_serviceline_once",
                expressions=[
                    ("agency", RangeOperators.EQUAL),
                    ("letter", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter} · {self.name}"


class Desk(Entity, Dated):
    """A numbered place where an official serves people (quầy)."""

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120, blank=True)
    lines = models.ManyToManyField(ServiceLine, through="DeskLine", related_name="desks")

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(number__gt=0), name="counters_desk_number"),
            ExclusionConstraint(
                name="counters_desk_once",
                expressions=[
                    ("agency", RangeOperators.EQUAL),
                    ("number", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class DeskLine(models.Model):
    """A desk serving a line."""

    id = models.BigAutoField(primary_key=True)
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="+")
    line = models.ForeignKey(ServiceLine, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "line"], name="counters_deskline_once")]


class SlotRule(Entity, Dated):
    """How one stretch of a weekday (0 is Monday) is offered for appointments, for one line or for all of an agency.

    Slots stand only where the working calendar lets a desk receive; a swapped Saturday follows the
    weekday it replaces. Where a line has rules for a weekday, the agency's general ones do not hold
    for it. Times are minutes after local midnight.

    :ivar capacity: people per slot.
    :ivar lead_minutes: how long before its start a slot can still be booked.
    :ivar horizon_days: how many days ahead.
    :ivar grace_minutes: how late somebody may come before the appointment counts as missed.
    """

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    line = models.ForeignKey(ServiceLine, models.PROTECT, null=True, blank=True, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()
    slot_minutes = models.PositiveSmallIntegerField()
    capacity = models.PositiveSmallIntegerField()
    lead_minutes = models.PositiveIntegerField(default=60)
    horizon_days = models.PositiveSmallIntegerField(default=14)
    grace_minutes = models.PositiveSmallIntegerField(default=15)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(weekday__lte=6, closes__gt=F("opens"), closes__lte=24 * 60), name="counters_slotrule_span"
            ),
            models.CheckConstraint(
                condition=Q(slot_minutes__gte=5, slot_minutes__lte=240, capacity__gte=1, capacity__lte=200),
                name="counters_slotrule_size",
            ),
            ExclusionConstraint(
                name="counters_slotrule_once",
                expressions=[
                    ("agency", RangeOperators.EQUAL),
                    (_LINE_OR_ALL, RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (MinuteRange("opens", "closes"), RangeOperators.OVERLAPS),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class Closure(Entity):
    """A day, or a stretch of one, on which a line or all of an agency takes no appointments.

    It closes booking only; a day off of the agency itself belongs into the working calendar.
    """

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    line = models.ForeignKey(ServiceLine, models.PROTECT, null=True, blank=True, related_name="+")
    date = models.DateField()
    opens = models.PositiveSmallIntegerField(default=0)
    closes = models.PositiveSmallIntegerField(default=24 * 60)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens"), closes__lte=24 * 60), name="counters_closure_span"
            ),
            ExclusionConstraint(
                name="counters_closure_once",
                expressions=[
                    ("agency", RangeOperators.EQUAL),
                    (_LINE_OR_ALL, RangeOperators.EQUAL),
                    ("date", RangeOperators.EQUAL),
                    (MinuteRange("opens", "closes"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["agency", "date"], name="counters_closure_day")]


class Kiosk(Entity):
    """A touch screen that gives out tickets; whoever knows its secret address may take one."""

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    secret = models.CharField(max_length=43, unique=True)
    closed_at = models.DateTimeField(null=True, blank=True)


class Confidence(models.TextChoices):
    """How sure it is that the named law gives the priority."""

    HIGH = "high", _("Chắc chắn")
    MEDIUM = "medium", _("Suy ra")
    LOW = "low", _("Chưa chắc")


class PriorityRule(Entity, Dated):
    """Who is served before others, and by which law; ``rank`` 1 goes first."""

    key = models.CharField(max_length=30)
    name = models.CharField(max_length=120)
    rank = models.PositiveSmallIntegerField(default=1)
    legal_basis = models.CharField(max_length=200)
    confidence = models.CharField(max_length=6, choices=Confidence.choices, default=Confidence.HIGH)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            ExclusionConstraint(
                name="counters_priorityrule_once",
                expressions=[
                    ("key", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name
