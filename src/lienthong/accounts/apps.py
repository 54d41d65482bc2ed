from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, businesses, logins, and who may do what."""

    name = "lienthong.accounts"
    label = "accounts"
    verbose_name = "Tài khoản"

    def ready(self) -> None:
        """Listen to what allauth tells, and stand in the account menu."""
        from lienthong.accounts import menus, signals  # noqa: PLC0415 - models must be loaded first

        signals.connect()
        menus.register()
