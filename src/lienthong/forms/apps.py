from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "lienthong.forms"
    label = "forms"
    verbose_name = "Biểu mẫu"
