"""Desks and their hours, appointments, queue tickets."""

from lienthong.counters.models.appointments import (
    HOLDS_SEAT,
    OPEN_APPOINTMENT,
    Appointment,
    AppointmentState,
)
from lienthong.counters.models.desks import (
    Closure,
    Confidence,
    Desk,
    DeskLine,
    Kiosk,
    PriorityRule,
    ServiceLine,
    SlotRule,
)
from lienthong.counters.models.tickets import AT_DESK, WAITING, QueueSequence, QueueTicket, TicketSource, TicketState

__all__ = [
    "AT_DESK",
    "HOLDS_SEAT",
    "OPEN_APPOINTMENT",
    "WAITING",
    "Appointment",
    "AppointmentState",
    "Closure",
    "Confidence",
    "Desk",
    "DeskLine",
    "Kiosk",
    "PriorityRule",
    "QueueSequence",
    "QueueTicket",
    "ServiceLine",
    "SlotRule",
    "TicketSource",
    "TicketState",
]
