from django.apps import AppConfig


class FormsConfig(AppConfig):
    """Versioned forms, their rendering and validation, and drafts kept as typed."""

    name = "lienthong.forms"
    label = "forms"
    verbose_name = "Biểu mẫu"

    def ready(self) -> None:
        """Let owners open the files of their drafts."""
        from lienthong.files import api as files  # noqa: PLC0415 - models are not ready before
        from lienthong.forms.policies import may_read_draft  # noqa: PLC0415 - models are not ready before

        files.register_access("forms.draft", may_read_draft)
