from django.apps import AppConfig


class VaultConfig(AppConfig):
    """A person's electronic papers, kept to be used again."""

    name = "lienthong.vault"
    label = "vault"
    verbose_name = "Kho dữ liệu điện tử"
