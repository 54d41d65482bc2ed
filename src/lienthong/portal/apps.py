from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "lienthong.portal"
    label = "portal"
    verbose_name = "Cổng dịch vụ công"
