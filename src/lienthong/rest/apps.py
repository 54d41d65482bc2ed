"""The REST API as an application: templates and the command that writes its description."""

from django.apps import AppConfig


class RestConfig(AppConfig):
    """Registers nothing; the API is mounted in ``urls.py``."""

    name = "lienthong.rest"
    label = "rest"
    verbose_name = "REST"
