from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "lienthong.files"
    label = "files"
    verbose_name = "Tệp và chữ ký"
