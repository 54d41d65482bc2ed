"""The steps of a due date, each with a sentence a citizen can check."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from lienthong.kernel import clock

_SENTENCES = {
    "received": gettext_noop("Nhận %(received_at)s."),
    "after_cutoff": gettext_noop("Nhận %(received_at)s, sau %(cutoff_time)s, nên tính từ %(counted_date)s."),
    "after_closing": gettext_noop("Nhận %(received_at)s, sau giờ làm việc, nên tính từ %(counted_date)s."),
    "day_off": gettext_noop("Nhận %(received_at)s, ngày nghỉ (%(name)s), nên tính từ %(counted_date)s."),
    "restarted": gettext_noop("Hồ sơ đã bổ sung đủ, thời hạn tính lại từ đầu."),
    "same_working_day": gettext_noop("Giải quyết ngay trong ngày làm việc %(counted_date)s."),
    "hours_counted": gettext_noop("Tính %(amount)s giờ làm việc, bắt đầu từ %(first_at)s."),
    "first_day_next": gettext_noop("Ngày đầu tiên được tính là %(first_date)s, liền sau ngày nhận."),
    "first_day_same": gettext_noop("Ngày đầu tiên được tính là %(first_date)s, chính ngày nhận."),
    "working_days_counted": gettext_noop("Tính %(amount)s ngày làm việc, đến hết %(last_date)s."),
    "days_counted": gettext_noop("Tính %(amount)s ngày liên tục, kể cả ngày nghỉ, đến hết %(last_date)s."),
    "weekly_days_off": gettext_noop("Không tính %(count)s ngày nghỉ hằng tuần."),
    "holiday": gettext_noop("Không tính %(off_date)s: %(name)s."),
    "holidays": gettext_noop("Không tính từ %(from_date)s đến %(to_date)s: %(name)s."),
    "swapped_working_day": gettext_noop("Có tính %(worked_date)s: %(name)s."),
    "moved_off_day": gettext_noop("Ngày cuối %(last_date)s là ngày nghỉ (%(name)s), nên chuyển sang %(due_date)s."),
    "paused": gettext_noop("Tạm dừng từ %(paused_at)s đến %(resumed_at)s."),
    "shifted_hours": gettext_noop("Thời hạn lùi %(hours)s giờ %(minutes)s phút làm việc."),
    "shifted_days": gettext_noop("Thời hạn lùi %(amount)s ngày."),
    "estimated_calendar": gettext_noop("Lịch nghỉ năm %(years)s mới là dự kiến; ngày hẹn có thể được tính lại."),
    "due": gettext_noop("Hẹn trả kết quả %(due_at)s."),
}


_WEEKDAYS = (
    gettext_noop("thứ Hai"),
    gettext_noop("thứ Ba"),
    gettext_noop("thứ Tư"),
    gettext_noop("thứ Năm"),
    gettext_noop("thứ Sáu"),
    gettext_noop("thứ Bảy"),
    gettext_noop("Chủ nhật"),
)


def weekday_name(day: date) -> str:
    """Name a weekday as it stands inside a sentence."""
    return _(_WEEKDAYS[day.weekday()])


def day_text(day: date) -> str:
    """Write a date with its weekday: ``thứ Sáu 20/11/2026``."""
    return f"{weekday_name(day)} {day:%d/%m/%Y}"


def moment_text(moment: datetime) -> str:
    """Write an instant on Vietnam's clock: ``15:40 thứ Sáu 20/11/2026``."""
    local = clock.local(moment)
    return f"{local:%H:%M} {day_text(local.date())}"


def _spoken(key: str, value: Any) -> Any:
    if key.endswith("_at"):
        return moment_text(datetime.fromisoformat(value))
    if key.endswith("_date"):
        return day_text(date.fromisoformat(value))
    if key.endswith("_time"):
        return f"{time.fromisoformat(value):%H:%M}"
    if key == "name" and not value:
        return _("nghỉ hằng tuần")
    return value


@dataclass(frozen=True, slots=True)
class DueStep:
    """One step on the way to a due date.

    :ivar at: the instant the computation has reached.
    :ivar code: stable name of the step; the sentences are in this module.
    :ivar facts: JSON-ready values: ``*_at`` ISO instants, ``*_date`` ISO dates, ``*_time`` ISO times.
    """

    at: datetime
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    told: str = ""

    @property
    def explanation(self) -> str:
        """Say the step as a sentence in the active language."""
        sentence = _SENTENCES.get(self.code)
        if sentence is None:
            return self.told
        return _(sentence) % {key: _spoken(key, value) for key, value in self.facts.items()}

    def to_json(self) -> dict[str, Any]:
        """Give a JSON-ready form that keeps the Vietnamese sentence as it was told."""
        with override("vi"):
            told = self.explanation
        return {"at": self.at.isoformat(), "code": self.code, "facts": dict(self.facts), "explanation": told}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read the form written by :meth:`to_json`."""
        return cls(
            at=datetime.fromisoformat(stored["at"]),
            code=stored["code"],
            facts=stored["facts"],
            told=stored["explanation"],
        )
