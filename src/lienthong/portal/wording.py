"""How time limits, fees, roles and links of a procedure are said to a citizen."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from lienthong.catalogue import api as catalogue
from lienthong.ui import formats

ROLES: dict[str, Promise] = {
    "applicant": gettext_lazy("Người nộp hồ sơ"),
    "one_stop_officer": gettext_lazy("Bộ phận một cửa"),
    "specialist": gettext_lazy("Công chức chuyên môn"),
    "division_head": gettext_lazy("Trưởng phòng"),
    "clerk": gettext_lazy("Văn thư"),
    "department_leader": gettext_lazy("Lãnh đạo sở"),
    "commune_leader": gettext_lazy("Lãnh đạo Ủy ban nhân dân cấp xã"),
    "leader": gettext_lazy("Lãnh đạo cơ quan"),
    "appraisal_team": gettext_lazy("Đoàn thẩm định"),
    "council": gettext_lazy("Hội đồng"),
}
RELATIONS: dict[str, Promise] = {
    "bundle": gettext_lazy("Làm cùng một lần với"),
    "component": gettext_lazy("Gồm cả"),
    "prerequisite": gettext_lazy("Cần có trước"),
    "follow_up": gettext_lazy("Làm tiếp theo"),
    "variant": gettext_lazy("Trường hợp khác"),
    "opposite": gettext_lazy("Việc ngược lại"),
    "replaced": gettext_lazy("Thay cho"),
    "together": gettext_lazy("Giải quyết cùng lúc"),
    "related": gettext_lazy("Có liên quan"),
}


def short_name(version: catalogue.ProcedureVersion) -> str:
    """Name a procedure in the reader's language, without the word "thủ tục" that adds nothing in a heading."""
    if get_language() == "en" and version.name_en:
        return version.name_en
    name = version.name_vi
    bare = name.removeprefix("Thủ tục ").strip()
    return bare[:1].upper() + bare[1:] if bare else name


def time_words(amount: int | None, unit: str | None) -> str:
    """Say a time limit: ``Giải quyết ngay``, ``7 ngày làm việc``; empty when none is known."""
    if amount is None:
        return ""
    match unit:
        case catalogue.TimeUnit.IMMEDIATE:
            return _("Giải quyết ngay")
        case catalogue.TimeUnit.HOURS:
            return ngettext("%(n)s giờ làm việc", "%(n)s giờ làm việc", amount) % {"n": formats.number(amount)}
        case catalogue.TimeUnit.DAYS:
            return ngettext("%(n)s ngày", "%(n)s ngày", amount) % {"n": formats.number(amount)}
    return ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", amount) % {"n": formats.number(amount)}


def fee_words(item: catalogue.FeeItem) -> str:
    """Say one fee: its amount, who sets it, or that the source's figure is not to be trusted."""
    if item.amount is None:
        if item.kind == catalogue.FeeKind.COUNCIL:
            return _("Theo mức của Hội đồng nhân dân cấp tỉnh")
        return _("Chưa nêu mức")
    if item.is_doubtful:
        return _("Chưa rõ (nguồn ghi %(amount)s)") % {"amount": formats.number(item.amount)}
    return formats.money(item.amount)


def fee_summary(kind: str, items: Iterable[catalogue.FeeItem]) -> str:
    """Say in a few words what a procedure costs."""
    items = tuple(items)
    if kind == catalogue.FeeKind.COUNCIL or any(item.kind == catalogue.FeeKind.COUNCIL for item in items):
        return _("Theo mức của từng tỉnh")
    if any(item.is_doubtful or item.amount is None for item in items):
        return _("Có thu, xem chi tiết")
    amounts = sorted({item.amount for item in items if item.amount is not None})
    if not amounts:
        return _("Nguồn chưa nêu") if kind == catalogue.FeeKind.NONE else _("Có thu, xem chi tiết")
    if amounts == [0]:
        return _("Miễn phí")
    if len(amounts) == 1:
        return formats.money(amounts[0])
    return _("Từ %(low)s đến %(high)s") % {"low": formats.number(amounts[0]), "high": formats.money(amounts[-1])}


def copies_words(document: catalogue.RequiredDocument) -> str:
    """Say how many originals and copies of a paper are handed in."""
    parts = []
    if document.originals:
        parts.append(ngettext("%(n)s bản chính", "%(n)s bản chính", document.originals) % {"n": document.originals})
    if document.copies:
        parts.append(ngettext("%(n)s bản sao", "%(n)s bản sao", document.copies) % {"n": document.copies})
    return ", ".join(parts)
