from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "lienthong.ui"
    label = "ui"
    verbose_name = "Giao diện"
