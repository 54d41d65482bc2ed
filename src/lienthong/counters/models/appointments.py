"""An appointment: one seat in one slot of one line."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lienthong.counters.models.desks import ServiceLine
from lienthong.kernel.models import Entity


class AppointmentState(models.TextChoices):
    """What became of an appointment."""

    BOOKED = "booked", _("Đã đặt")
    ARRIVED = "arrived", _("Đã đến")
    SERVED = "served", _("Đã phục vụ")
    MISSED = "missed", _("Không đến đúng giờ")
    CANCELLED = "cancelled", _("Đã hủy")


#: States in which a person has this appointment before them.
OPEN_APPOINTMENT = (AppointmentState.BOOKED, AppointmentState.ARRIVED)
#: States that keep the seat taken.
HOLDS_SEAT = (
    AppointmentState.BOOKED,
    AppointmentState.ARRIVED,
    AppointmentState.SERVED,
    AppointmentState.MISSED,
)


class Appointment(Entity):
    """One seat in one slot, held by a person of the platform or by a guest with a telephone and, at will, an e-mail.

    The database keeps a slot from being overbooked: seats are numbered from 1 to ``capacity`` and
    each number is given once.
    """

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    line = models.ForeignKey(ServiceLine, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    late_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField()
    seat = models.PositiveSmallIntegerField(null=True)
    person = models.ForeignKey("accounts.Person", models.PROTECT, null=True, blank=True, related_name="+")
    guest_name = models.CharField(max_length=120, blank=True)
    guest_phone = models.CharField(max_length=24, blank=True)
    guest_email = models.CharField(max_length=254, blank=True, help_text="for the reminder; wiped after the day")
    procedure_code = models.CharField(max_length=40, blank=True)
    procedure_name = models.CharField(max_length=500, blank=True)
    code = models.CharField(max_length=9, unique=True)
    state = models.CharField(max_length=10, choices=AppointmentState.choices, default=AppointmentState.BOOKED)
    cancel_reason = models.CharField(max_length=200, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "starts_at", "seat"], name="counters_appointment_seat"),
            models.CheckConstraint(
                condition=Q(seat__isnull=True) | Q(seat__gte=1, seat__lte=F("capacity")),
                name="counters_appointment_capacity",
            ),
            models.CheckConstraint(
                condition=Q(state=AppointmentState.CANCELLED, seat__isnull=True)
                | ~Q(state=AppointmentState.CANCELLED) & Q(seat__isnull=False),
                name="counters_appointment_holds_seat",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), late_at__gte=F("starts_at")),
                name="counters_appointment_times",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(guest_name="") & ~Q(guest_phone=""),
                name="counters_appointment_whose",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(guest_email=""), name="counters_appointment_guest_email"
            ),
            models.UniqueConstraint(
                fields=["person", "agency", "procedure_code"],
                condition=Q(person__isnull=False, state__in=OPEN_APPOINTMENT),
                name="counters_appointment_person_once",
            ),
            models.UniqueConstraint(
                fields=["guest_phone", "agency", "procedure_code"],
                condition=Q(person__isnull=True, state__in=OPEN_APPOINTMENT),
                name="counters_appointment_guest_once",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "starts_at"], name="counters_appointment_day"),
            models.Index(fields=["person", "-id"], name="counters_appointment_person"),
            models.Index(fields=["state", "starts_at"], name="counters_appointment_state"),
            models.Index(fields=["starts_at"], condition=~Q(guest_email=""), name="counters_guest_email"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        """Say whether the person still has it before them."""
        return self.state in OPEN_APPOINTMENT

    @property
    def badge(self) -> str:
        """Give the key under which the state is registered for badges."""
        return f"counters.appointment.{self.state}"
