"""Officials, positions, who holds which, and who stands in for whom."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Dated, Entity
from lienthong.organisations.models.agencies import Agency
from lienthong.organisations.models.periods import one_at_a_time


class Official(Entity):
    """A person in public service, apart from any account or post."""

    full_name = models.CharField(max_length=120)
    search_key = models.CharField(max_length=160, blank=True)
    sort_key = models.CharField(max_length=260)
    form_of_address = models.CharField(max_length=8, blank=True)
    staff_number = models.CharField(max_length=24, blank=True)
    official_email = models.EmailField(blank=True)
    phone = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff_number"], condition=~Q(staff_number=""), name="organisations_official_staff_number"
            )
        ]

    def __str__(self) -> str:
        return self.full_name


class PositionKind(models.TextChoices):
    """What a post does in the one-stop mechanism (NĐ 118/2025; names of roles in NĐ 61/2018)."""

    LEADER = "leader", _("Lãnh đạo")
    DEPUTY = "deputy", _("Phó lãnh đạo")
    UNIT_HEAD = "unit_head", _("Trưởng bộ phận")
    SPECIALIST = "specialist", _("Chuyên viên")
    RECEPTIONIST = "receptionist", _("Cán bộ một cửa")
    CLERK = "clerk", _("Văn thư")
    TREASURER = "treasurer", _("Thủ quỹ")
    SUPERVISOR = "supervisor", _("Kiểm soát thủ tục hành chính")
    ADMINISTRATOR = "administrator", _("Quản trị hệ thống")


class Position(Entity, Dated):
    """A post in an agency."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="positions")
    kind = models.CharField(max_length=16, choices=PositionKind.choices)
    title = models.CharField(max_length=160)

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["agency"], name="organisations_position_agency")]

    def __str__(self) -> str:
        return self.title


class Assignment(Entity, Dated):
    """An official holding a position during a period; the same post once at a time."""

    official = models.ForeignKey(Official, models.PROTECT, related_name="assignments")
    position = models.ForeignKey(Position, models.PROTECT, related_name="assignments")
    is_main = models.BooleanField(default=True)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time("organisations_assignment_once", "official", "position"),
        ]
        indexes = [
            models.Index(fields=["official"], name="organisations_assignment_who"),
            models.Index(fields=["position"], name="organisations_assignment_post"),
        ]

    def __str__(self) -> str:
        return f"{self.official_id} @ {self.position_id}"


class Absence(Entity, Dated):
    """A period in which an official is away and a substitute does the work."""

    official = models.ForeignKey(Official, models.PROTECT, related_name="absences")
    substitute = models.ForeignKey(Official, models.PROTECT, null=True, blank=True, related_name="substitutions")
    reason = models.CharField(max_length=200, blank=True)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time("organisations_absence_once", "official"),
            models.CheckConstraint(
                condition=Q(substitute__isnull=True) | ~Q(substitute=models.F("official")),
                name="organisations_absence_not_self",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.official_id}: {self.valid_from}"
