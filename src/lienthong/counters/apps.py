from django.apps import AppConfig


class CountersConfig(AppConfig):
    """Appointments and queue tickets at one-stop desks."""

    name = "lienthong.counters"
    label = "counters"
    verbose_name = "Quầy một cửa"

    def ready(self) -> None:
        """Register the kinds of messages, and the words and colours of states."""
        from lienthong.counters import messages  # noqa: PLC0415 - models are not loaded before ready()
        from lienthong.counters.models import AppointmentState, TicketState  # noqa: PLC0415
        from lienthong.ui import status  # noqa: PLC0415

        messages.register_kinds()
        appointments: dict[AppointmentState, status.Tone] = {
            AppointmentState.BOOKED: "info",
            AppointmentState.ARRIVED: "now",
            AppointmentState.SERVED: "done",
            AppointmentState.MISSED: "soon",
            AppointmentState.CANCELLED: "plain",
        }
        for state, tone in appointments.items():
            status.register(f"counters.appointment.{state}", state.label, tone)
        tickets: dict[TicketState, status.Tone] = {
            TicketState.WAITING: "info",
            TicketState.TRANSFERRED: "info",
            TicketState.CALLED: "now",
            TicketState.SERVING: "now",
            TicketState.DONE: "done",
            TicketState.NO_SHOW: "soon",
        }
        for ticket_state, tone in tickets.items():
            status.register(f"counters.ticket.{ticket_state}", ticket_state.label, tone)
