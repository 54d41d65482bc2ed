from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    """The officials' pages."""

    name = "lienthong.workspace"
    label = "workspace"
    verbose_name = "Bàn làm việc"

    def ready(self) -> None:
        """Put the entries of administration into the desk's menu."""
        from lienthong.workspace.administration import menus  # noqa: PLC0415 - models are not loaded before ready()

        menus.register()
