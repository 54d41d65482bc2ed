"""Names that pages give to what the kernel calls by keys."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_CHECKS: dict[str, str | Promise] = {
    "database": _("Cơ sở dữ liệu"),
    "extensions": _("Phần mở rộng của cơ sở dữ liệu"),
    "migrations": _("Cập nhật cấu trúc dữ liệu"),
    "data folder": _("Thư mục dữ liệu"),
    "secret key": _("Khóa bí mật"),
    "worker": _("Tiến trình nền"),
    "outbox": _("Hộp sự kiện"),
    "audit trail": _("Nhật ký thay đổi"),
    "clock": _("Đồng hồ máy chủ"),
    "virus scanner": _("Quét mã độc"),
    "page reader": _("Đọc chữ trên bản quét (OCR)"),
    "static files": _("Tệp giao diện"),
}


def check_name(subject: str) -> str:
    """Name what the doctor looked at, in the language of the page."""
    return str(_CHECKS.get(subject, subject))
