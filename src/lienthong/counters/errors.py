"""What booking and queueing refuse."""

from lienthong.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class LineNotFoundError(NotFoundError):
    """No such service line here, or none in force."""

    code = "counters.line_not_found"


class DeskNotFoundError(NotFoundError):
    """No such desk, or not one of yours."""

    code = "counters.desk_not_found"


class AppointmentNotFoundError(NotFoundError):
    """No such appointment, or not yours."""

    code = "counters.appointment_not_found"


class TicketNotFoundError(NotFoundError):
    """No such ticket, or not at your agency."""

    code = "counters.ticket_not_found"


class KioskNotFoundError(NotFoundError):
    """No such kiosk, or it has been closed."""

    code = "counters.kiosk_not_found"


class NotServingError(ForbiddenError):
    """The person does not serve at this agency's desks."""

    code = "counters.not_serving"


class SlotNotOfferedError(InvalidError):
    """The time is not offered: closed, past, too near or too far ahead."""

    code = "counters.slot_not_offered"


class SlotFullError(ConflictError):
    """Somebody else took the last seat."""

    code = "counters.slot_full"


class AlreadyBookedError(ConflictError):
    """The person has an open appointment for this matter here; ``facts['appointment']`` is its public id."""

    code = "counters.already_booked"


class AppointmentStateError(ConflictError):
    """The appointment's state does not allow the act."""

    code = "counters.appointment_state"


class WrongDayError(ConflictError):
    """The appointment is for another day."""

    code = "counters.wrong_day"


class InvalidGuestError(InvalidError):
    """A guest's name or telephone is missing or wrong."""

    code = "counters.guest_invalid"


class DeskBusyError(ConflictError):
    """The desk still has somebody before it."""

    code = "counters.desk_busy"


class NobodyWaitsError(ConflictError):
    """Nobody waits for this desk."""

    code = "counters.nobody_waits"


class TicketStateError(ConflictError):
    """The ticket's state does not allow the act, or another desk was faster."""

    code = "counters.ticket_state"


class CounterClosedError(ConflictError):
    """The agency receives nobody at this time."""

    code = "counters.closed"


class InvalidSettingError(InvalidError):
    """A setting of desks or hours breaks a rule; ``field_errors`` says which."""

    code = "counters.setting_invalid"
