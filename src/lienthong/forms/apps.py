from django.apps import AppConfig


class FormsConfig(AppConfig):
    """Versioned forms, their rendering and validation, and drafts kept as typed."""

    name = "lienthong.forms"
    label = "forms"
    verbose_name = "Biểu mẫu"
