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
        from lienthong.accounts.events import RepresentationChanged  # noqa: PLC0415 - models are not loaded before ready()
        from lienthong.kernel import events  # noqa: PLC0415
        from lienthong.notifications import handlers, kinds  # noqa: PLC0415
        from lienthong.notifications.models import DeliveryState as State  # noqa: PLC0415
        from lienthong.ui import navigation, status  # noqa: PLC0415 - routes are not known before ready()

        kinds.register(kinds.PHONE_CODE, kinds.REPRESENTS, kinds.REPRESENTS_NO_MORE)
        key = "notifications.tell_of_representation"
        events.subscribe(RepresentationChanged, key=key, handler=handlers.tell_of_representation)
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
