"""A queue ticket: a number of a day, waiting, called, served."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lienthong.counters.models.appointments import Appointment
from lienthong.counters.models.desks import Desk, PriorityRule, ServiceLine
from lienthong.kernel.models import Entity


class TicketState(models.TextChoices):
    """How far a ticket has come."""

    WAITING = "waiting", _("Đang chờ")
    TRANSFERRED = "transferred", _("Chuyển quầy, đang chờ")
    CALLED = "called", _("Đang gọi")
    SERVING = "serving", _("Đang phục vụ")
    DONE = "done", _("Đã xong")
    NO_SHOW = "no_show", _("Gọi không có mặt")


#: States in which somebody waits to be called.
WAITING = (TicketState.WAITING, TicketState.TRANSFERRED)
#: States in which a desk is taken by the ticket.
AT_DESK = (TicketState.CALLED, TicketState.SERVING)


class TicketSource(models.TextChoices):
    """Where a ticket was taken."""

    KIOSK = "kiosk", _("Máy lấy số")
    CLERK = "clerk", _("Cán bộ lấy giúp")


class QueueSequence(models.Model):
    """The last number given under one letter of one day; its row lock keeps numbers without gap."""

    id = models.BigAutoField(primary_key=True)
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    date = models.DateField()
    letter = models.CharField(max_length=1)
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "date", "letter"], name="counters_queuesequence_once")]


class QueueTicket(Entity):
    """One number of one day. It knows no name: whose it is stands in the appointment, if there was one.

    ``request_id`` comes from the page that asked, so that a second press gives the same ticket.
    ``due_at`` is the time of an appointment kept; from then on the ticket goes before people without one.
    ``waiting_since`` starts again when the ticket is put back or sent to another desk.
    """

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    line = models.ForeignKey(ServiceLine, models.PROTECT, related_name="+")
    date = models.DateField()
    letter = models.CharField(max_length=1)
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=6, choices=TicketSource.choices)
    request_id = models.UUIDField(unique=True)
    appointment = models.OneToOneField(Appointment, models.PROTECT, null=True, blank=True, related_name="ticket")
    priority = models.ForeignKey(PriorityRule, models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=TicketState.choices, default=TicketState.WAITING)
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, blank=True, related_name="+")
    served_by = models.ForeignKey("accounts.Account", models.PROTECT, null=True, blank=True, related_name="+")
    calls = models.PositiveSmallIntegerField(default=0)
    issued_at = models.DateTimeField()
    waiting_since = models.DateTimeField()
    first_called_at = models.DateTimeField(null=True, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)
    serving_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "date", "letter", "number"], name="counters_queueticket_number"),
            models.CheckConstraint(condition=Q(number__gt=0), name="counters_queueticket_positive"),
            models.UniqueConstraint(
                fields=["desk", "date"], condition=Q(state__in=AT_DESK), name="counters_queueticket_one_at_desk"
            ),
            models.CheckConstraint(
                condition=Q(state=TicketState.WAITING)
                | Q(state=TicketState.TRANSFERRED, desk__isnull=False)
                | Q(state__in=AT_DESK, desk__isnull=False, called_at__isnull=False)
                | Q(state__in=(TicketState.DONE, TicketState.NO_SHOW), ended_at__isnull=False),
                name="counters_queueticket_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "date", "line"], condition=Q(state__in=WAITING), name="counters_ticket_waiting"
            ),
            models.Index(fields=["agency", "date", "-called_at"], name="counters_ticket_called"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Give the number as people read it: ``A012``."""
        return f"{self.letter}{self.number:03d}"

    @property
    def is_waiting(self) -> bool:
        """Say whether the ticket waits to be called."""
        return self.state in WAITING

    @property
    def badge(self) -> str:
        """Give the key under which the state is registered for badges."""
        return f"counters.ticket.{self.state}"
