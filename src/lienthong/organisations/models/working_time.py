"""The working calendar as dated data: weekly hours, days off, swapped days and counting rules."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Dated, Entity
from lienthong.organisations.models.agencies import Agency, Confidence
from lienthong.organisations.models.periods import DateRange, one_at_a_time


class MinuteRange(Func):
    """``int4range`` of the minutes between two columns, so that spans of one day can be compared."""

    function = "INT4RANGE"


class WorkingHours(Entity, Dated):
    """One span of opening hours on one weekday (0 is Monday), for the nation or one agency.

    An agency's spans replace the nation's on that weekday, for itself and everything below it.
    ``counts`` is false for hours in which a desk only receives (a one-stop Saturday morning):
    such hours do not run a time limit. Times are minutes after local midnight.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()
    counts = models.BooleanField(default=True)
    legal_basis = models.CharField(max_length=200, blank=True)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(weekday__lte=6, closes__gt=F("opens"), closes__lte=24 * 60),
                name="organisations_workinghours_span",
            ),
            ExclusionConstraint(
                name="organisations_workinghours_once",
                expressions=[
                    (Coalesce("agency", Value(0, output_field=models.BigIntegerField())), RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (MinuteRange("opens", "closes"), RangeOperators.OVERLAPS),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens}–{self.closes}"


class CalendarDay(Entity):
    """One date that departs from the weekly hours: a day off, or a day of work in exchange.

    With ``opens`` and ``closes`` a day off is closed only in that span, and a working day is open
    only in that span; without them the whole day is meant, and a swapped working day keeps the
    hours of the day it ``replaces``.

    Basis: Bộ luật Lao động 45/2019/QH14, Điều 112; the Prime Minister's yearly decision on swaps.
    """

    class Kind(models.TextChoices):
        """What the date is."""

        OFF = "off", _("Ngày nghỉ")
        WORKING = "working", _("Ngày làm việc (làm bù)")

    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    date = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=120)
    replaces = models.DateField(null=True, blank=True)
    opens = models.PositiveSmallIntegerField(null=True, blank=True)
    closes = models.PositiveSmallIntegerField(null=True, blank=True)
    legal_basis = models.CharField(max_length=200, blank=True)
    confidence = models.CharField(max_length=6, choices=Confidence.choices, default=Confidence.HIGH)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "date"], name="organisations_calendarday_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__gt=F("opens"), closes__lte=24 * 60),
                name="organisations_calendarday_span",
            ),
        ]
        indexes = [models.Index(fields=["date"], name="organisations_calendarday_date")]

    def __str__(self) -> str:
        return f"{self.date}: {self.name}"


class FirstDay(models.TextChoices):
    """Which day a limit in days counts first."""

    NEXT_WORKING_DAY = "next_working_day", _("Ngày làm việc liền sau ngày nhận")
    SAME_DAY = "same_day", _("Chính ngày nhận")


class PausePolicy(models.TextChoices):
    """What a pause does to a due date."""

    RESTART = "restart", _("Tính lại từ đầu")
    SHIFT = "shift", _("Lùi bằng thời gian tạm dừng")


class CountingRule(Entity, Dated):
    """How time limits are counted during a period, for the nation or one agency.

    Basis: NĐ 61/2018/NĐ-CP (15:00); Bộ luật Dân sự 91/2015/QH13, Điều 147–148 (first and last day).
    """

    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    cutoff = models.PositiveSmallIntegerField(null=True, blank=True)
    first_day = models.CharField(max_length=16, choices=FirstDay.choices, default=FirstDay.NEXT_WORKING_DAY)
    pause_for_supplement = models.CharField(max_length=8, choices=PausePolicy.choices, default=PausePolicy.RESTART)
    pause_for_payment = models.CharField(max_length=8, choices=PausePolicy.choices, default=PausePolicy.SHIFT)
    pause_for_stop = models.CharField(max_length=8, choices=PausePolicy.choices, default=PausePolicy.SHIFT)
    legal_basis = models.CharField(max_length=200, blank=True)
    confidence = models.CharField(max_length=6, choices=Confidence.choices, default=Confidence.HIGH)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time(
                "organisations_countingrule_once",
                Coalesce("agency", Value(0, output_field=models.BigIntegerField())),
            ),
            models.CheckConstraint(
                condition=Q(cutoff__isnull=True) | Q(cutoff__lt=24 * 60), name="organisations_countingrule_cutoff"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.cutoff}"
