"""How money, numbers, days and moments are written, in the language of the page."""

from datetime import UTC, date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTE, HOUR, DAY = 60, 3600, 86_400
UNITS = ("B", "kB", "MB", "GB")
STEP = 1000


def _is_vietnamese() -> bool:
    return (get_language() or "vi").startswith("vi")


def number(value: float | Decimal | None, places: int = 0) -> str:
    """Write a number: ``1.234,5`` in Vietnamese, ``1,234.5`` in English; nothing for None."""
    if value is None:
        return ""
    text = f"{value:,.{places}f}"
    return text.translate(str.maketrans(",.", ".,")) if _is_vietnamese() else text


def money(value: int | Decimal | None) -> str:
    """Write an amount of đồng: ``1.234.000 ₫``; a fee of nothing says so."""
    if value is None:
        return ""
    return _("Miễn phí") if value == 0 else f"{number(value)} ₫"


def day(value: date | datetime | None, now: datetime | None = None) -> str:
    """Write a day with its weekday: ``thứ Hai, 23/11``; the year only when it is not the current one."""
    if value is None:
        return ""
    here = timezone.localtime(value).date() if isinstance(value, datetime) else value
    today = timezone.localtime(now or datetime.now(UTC)).date()
    if _is_vietnamese():
        year = "" if here.year == today.year else f"/{here.year}"
        return f"{WEEKDAYS_VI[here.weekday()]}, {here.day:02}/{here.month:02}{year}"
    year = "" if here.year == today.year else f" {here.year}"
    return f"{WEEKDAYS_EN[here.weekday()]} {here.day} {MONTHS_EN[here.month - 1]}{year}"


def short_day(value: date | datetime | None) -> str:
    """Write a day in figures, as on papers: ``23/11/2026``; in English with the month's name."""
    if value is None:
        return ""
    here = timezone.localtime(value).date() if isinstance(value, datetime) else value
    if _is_vietnamese():
        return f"{here.day:02}/{here.month:02}/{here.year}"
    return f"{here.day} {MONTHS_EN[here.month - 1]} {here.year}"


def moment(value: datetime | None, now: datetime | None = None) -> str:
    """Write a moment: ``16:30 thứ Hai, 23/11``."""
    if value is None:
        return ""
    return f"{timezone.localtime(value):%H:%M} {day(value, now)}"


def span(seconds: float) -> str:
    """Write a length of time in its one largest unit: ``3 giờ``, ``2 ngày``."""
    whole = int(abs(seconds))
    if whole >= DAY:
        count = whole // DAY
        return ngettext("%(count)d ngày", "%(count)d ngày", count) % {"count": count}
    if whole >= HOUR:
        count = whole // HOUR
        return ngettext("%(count)d giờ", "%(count)d giờ", count) % {"count": count}
    count = max(1, whole // MINUTE)
    return ngettext("%(count)d phút", "%(count)d phút", count) % {"count": count}


def relative(value: datetime | None, now: datetime | None = None) -> str:
    """Write a moment by its distance: ``3 giờ trước``, ``2 ngày nữa``, ``vừa xong``."""
    if value is None:
        return ""
    seconds = (value - (now or datetime.now(UTC))).total_seconds()
    if -MINUTE < seconds < MINUTE:
        return _("vừa xong") if seconds <= 0 else _("ngay bây giờ")
    if seconds < 0:
        return _("%(span)s trước") % {"span": span(seconds)}
    return _("%(span)s nữa") % {"span": span(seconds)}


def file_size(value: int | None) -> str:
    """Write a size in bytes: ``1,2 MB``."""
    if value is None:
        return ""
    size, at = float(value), 0
    while size >= STEP and at < len(UNITS) - 1:
        size, at = size / STEP, at + 1
    return f"{number(size, 1 if at > 1 else 0)} {UNITS[at]}"
