"""What is counted: each measure is a moment of a dossier and a condition on its fact, written once.

The same :class:`Measure` gives the contribution of one dossier (:meth:`Measure.counts`), the count over many and the
list behind it (:meth:`Measure.condition`), so that a figure and its list cannot disagree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lienthong.kernel import clock

Moment = Literal["received_at", "ended_at", "late_from"]
MOMENTS: tuple[Moment, ...] = ("received_at", "ended_at", "late_from")
#: A moment of this kind may lie in the future: a dossier will be late then, unless it ends before.
FORESEEN: Moment = "late_from"


class _Known:
    """Any value but "not sent"."""

    def __repr__(self) -> str:
        return "KNOWN"


KNOWN = _Known()
Allowed = tuple[Any, ...] | _Known


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is counted.

    :ivar key: its column in :class:`~lienthong.indicators.models.Figure`.
    :ivar moment: the field of the fact whose day says to which period the dossier belongs.
    :ivar where: field and the values that count; all must hold. :data:`KNOWN` takes any value that was sent.
    :ivar amount: the field that is summed up; empty for counting.
    """

    key: str
    label: str | Promise
    moment: Moment
    where: tuple[tuple[str, Allowed], ...] = ()
    amount: str = ""

    def counts(self, fact: Any) -> bool:
        """Say of one fact whether it counts, in whatever period."""
        return getattr(fact, self.moment) is not None and all(
            getattr(fact, name) is not None if isinstance(allowed, _Known) else getattr(fact, name) in allowed
            for name, allowed in self.where
        )

    def amount_of(self, fact: Any) -> int:
        """Give what a fact adds: 1, or the amount that is summed up."""
        return int(getattr(fact, self.amount) or 0) if self.amount else 1

    def condition(self) -> Q:
        """Say of many facts what :meth:`counts` says of one."""
        found = Q(**{f"{self.moment}__isnull": False})
        for name, allowed in self.where:
            found &= Q(**{f"{name}__isnull": False}) if isinstance(allowed, _Known) else Q(**{f"{name}__in": allowed})
        return found

    def within(self, start: datetime | None, end: datetime) -> Q:
        """Say which facts count in a period: from ``start`` (inclusive) until ``end`` (exclusive)."""
        found = self.condition() & Q(**{f"{self.moment}__lt": end})
        return found if start is None else found & Q(**{f"{self.moment}__gte": start})


RECEIVED = ("received_at", KNOWN)
IN_TIME = ("timing", ("early", "on_time"))
TRUE = (True,)

_ALL = (
    Measure("received", _("đã tiếp nhận"), "received_at"),
    Measure("received_online", _("tiếp nhận trực tuyến"), "received_at", (("channel", (2,)),)),
    Measure("received_direct", _("tiếp nhận trực tiếp, bưu chính"), "received_at", (("channel", (1, 3)),)),
    Measure("ended", _("đã giải quyết"), "ended_at", (RECEIVED,)),
    Measure("ended_early", _("giải quyết trước hạn"), "ended_at", (RECEIVED, ("timing", ("early",)))),
    Measure("ended_on_time", _("giải quyết đúng hạn"), "ended_at", (RECEIVED, ("timing", ("on_time",)))),
    Measure("ended_late", _("giải quyết quá hạn"), "ended_at", (RECEIVED, ("timing", ("late",)))),
    Measure("ended_well", _("giải quyết đúng hạn, bổ sung nhiều nhất một lần"), "ended_at",
            (RECEIVED, IN_TIME, ("rounds", (0, 1)))),
    Measure("refused", _("từ chối giải quyết"), "ended_at", (RECEIVED, ("outcome", ("refused",)))),
    Measure("withdrawn", _("người nộp rút"), "ended_at", (RECEIVED, ("outcome", ("withdrawn",)))),
    Measure("not_received", _("không được tiếp nhận"), "ended_at", (("outcome", ("not_received",)),)),
    Measure("late_began", _("bắt đầu quá hạn"), "late_from"),
    Measure("minutes", _("số phút giải quyết"), "ended_at", (RECEIVED,), amount="minutes"),
    Measure("eligible", _("thuộc thủ tục toàn trình"), "received_at", (("is_full_online", TRUE),)),
    Measure("eligible_online", _("thuộc thủ tục toàn trình, nộp trực tuyến"), "received_at",
            (("is_full_online", TRUE), ("channel", (2,)))),
    Measure("online_result", _("nộp trực tuyến, có kết quả điện tử"), "received_at",
            (("channel", (2,)), ("e_result", TRUE))),
    Measure("fee_due", _("có phí, lệ phí"), "received_at", (("has_fee", TRUE), ("paid_online", KNOWN))),
    Measure("fee_online", _("thanh toán trực tuyến"), "received_at", (("has_fee", TRUE), ("paid_online", TRUE))),
    Measure("answered", _("đã có kết quả"), "ended_at", (RECEIVED, ("outcome", ("done",)))),
    Measure("e_result", _("có kết quả điện tử"), "ended_at", (RECEIVED, ("outcome", ("done",)), ("e_result", TRUE))),
    Measure("papers", _("có thành phần hồ sơ"), "received_at", (("digitised", KNOWN),)),
    Measure("digitised", _("đã số hóa thành phần hồ sơ"), "received_at", (("digitised", TRUE),)),
    Measure("reusable", _("có dữ liệu số hóa để dùng lại"), "received_at", (("digitised", TRUE), ("reused", KNOWN))),
    Measure("reused", _("dùng lại dữ liệu số hóa"), "received_at", (("digitised", TRUE), ("reused", TRUE))),
    Measure("vault_known", _("đã biết có lấy từ kho dữ liệu hay không"), "received_at", (("from_vault", KNOWN),)),
    Measure("from_vault", _("lấy giấy tờ từ kho dữ liệu"), "received_at", (("from_vault", TRUE),)),
    Measure("identity_known", _("đã biết có khai thác dữ liệu dân cư hay không"), "received_at",
            (("identified", KNOWN),)),
    Measure("identified", _("khai thác dữ liệu dân cư"), "received_at", (("identified", TRUE),)),
    Measure("sync_known", _("thuộc diện đồng bộ"), "received_at", (("synced", KNOWN),)),
    Measure("synced", _("đã đồng bộ lên Cổng quốc gia"), "received_at", (("synced", TRUE),)),
    Measure("rated", _("đã giải quyết, có khảo sát"), "ended_at", (RECEIVED, ("disliked", KNOWN))),
    Measure("content", _("đúng hạn, không phàn nàn"), "ended_at", (RECEIVED, IN_TIME, ("disliked", (False,)))),
)  # fmt: skip
MEASURES: Mapping[str, Measure] = {measure.key: measure for measure in _ALL}

#: What stands open, and late among it, at an instant: not a column, but the difference of two sums since the beginning.
OPEN, OPEN_LATE = "open", "open_late"
STANDING: Mapping[str, tuple[str, str]] = {OPEN: ("received", "ended"), OPEN_LATE: ("late_began", "ended_late")}
#: Only listed: what stands open in time at the period's end, and what stood open when the period began.
OPEN_IN_TIME, CARRIED = "open_in_time", "carried"
_STANDING_LABELS: Mapping[str, str | Promise] = {
    OPEN: _("đang giải quyết"),
    OPEN_LATE: _("đang quá hạn"),
    OPEN_IN_TIME: _("đang giải quyết, trong hạn"),
    CARRIED: _("từ kỳ trước chuyển sang"),
}
#: Every key that a list may be asked for.
LISTED = (*(key for key, measure in MEASURES.items() if not measure.amount), *_STANDING_LABELS)


def standing_at(key: str, at: datetime) -> Q:
    """Say which facts stand open (or late) at an instant; what happens at the instant itself does not yet count."""
    found = Q(received_at__isnull=False) & (Q(ended_at__isnull=True) | Q(ended_at__gte=at))
    found &= Q(late_from__lt=at) if key == OPEN_LATE else Q(received_at__lt=at)
    if key == OPEN_IN_TIME:
        found &= Q(late_from__isnull=True) | Q(late_from__gte=at)
    return found


def predicate(keys: Iterable[str], *, start: datetime | None, end: datetime) -> Q:
    """Say which facts are behind a sum of measures in a period; standing ones are asked for at its end."""
    found = Q(pk__in=[])
    for key in keys:
        if key == CARRIED:
            found |= standing_at(OPEN, start) if start is not None else Q()
        elif key in _STANDING_LABELS:
            found |= standing_at(key, end)
        else:
            found |= MEASURES[key].within(start, end)
    return found


def label_of(key: str) -> str:
    """Name a measure, standing ones included."""
    return str(_STANDING_LABELS[key] if key in _STANDING_LABELS else MEASURES[key].label)


def month_of(moment: datetime) -> date:
    """Give the first day of the month that people in Vietnam see at an instant."""
    return clock.local_date(moment).replace(day=1)


CellKey = tuple[int, int, date]


def contributions(fact: Any) -> dict[CellKey, dict[str, int]]:
    """Say what one fact adds to which cells: agency, procedure and month."""
    cells: dict[CellKey, dict[str, int]] = {}
    for measure in _ALL:
        if measure.counts(fact):
            cell = cells.setdefault((fact.agency_id, fact.procedure_id, month_of(getattr(fact, measure.moment))), {})
            cell[measure.key] = measure.amount_of(fact)
    return cells


def difference(
    before: Mapping[CellKey, Mapping[str, int]], after: Mapping[CellKey, Mapping[str, int]]
) -> dict[CellKey, dict[str, int]]:
    """Say what has to be added to the cells when a fact changes; cells and measures that stay are left out."""
    changed: dict[CellKey, dict[str, int]] = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key, {}), after.get(key, {})
        steps = {name: new.get(name, 0) - old.get(name, 0) for name in old.keys() | new.keys()}
        if moved := {name: step for name, step in steps.items() if step}:
            changed[key] = moved
    return changed
