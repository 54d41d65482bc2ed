from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "lienthong.dossiers"
    label = "dossiers"
    verbose_name = "Hồ sơ"
