from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Messages to people."""

    name = "lienthong.notifications"
    label = "notifications"
    verbose_name = "Thông báo"

    def ready(self) -> None:
        """Lead to the demo's mail from the foot of every public page."""
        from lienthong.ui import navigation  # noqa: PLC0415 - routes are not known before ready()

        if settings.DEMO:
            navigation.register(area="footer", route="notifications:letters", label=_("Thư của bản chạy thử"), order=90)
