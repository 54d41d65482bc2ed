from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "lienthong.organisations"
    label = "organisations"
    verbose_name = "Tổ chức"
