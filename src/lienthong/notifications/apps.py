from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "lienthong.notifications"
    label = "notifications"
    verbose_name = "Thông báo"
