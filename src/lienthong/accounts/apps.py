from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "lienthong.accounts"
    label = "accounts"
    verbose_name = "Tài khoản"
