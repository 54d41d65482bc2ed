from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Messages to people."""

    name = "lienthong.notifications"
    label = "notifications"
    verbose_name = "Thông báo"

    def ready(self) -> None:
        """Make the states and the own kind known; lead to the demo's mail from the foot of every public page."""
        from lienthong.notifications import kinds  # noqa: PLC0415 - models are not loaded before ready()
        from lienthong.notifications.models import DeliveryState as State  # noqa: PLC0415
        from lienthong.ui import navigation, status  # noqa: PLC0415 - routes are not known before ready()

        kinds.register(kinds.PHONE_CODE)
        tones: dict[State, status.Tone] = {
            State.QUEUED: "info",
            State.HELD: "paused",
            State.SENT: "info",
            State.DELIVERED: "done",
            State.FAILED: "wrong",
            State.EXPIRED: "plain",
        }
        for state, tone in tones.items():
            status.register(f"notifications.{state.name}", state.label, tone)
        if settings.DEMO:
            navigation.register(area="footer", route="notifications:letters", label=_("Thư của bản chạy thử"), order=90)
