from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Uploads, previews, signatures, and printed forms."""

    name = "lienthong.files"
    label = "files"
    verbose_name = "Tệp và chữ ký"
