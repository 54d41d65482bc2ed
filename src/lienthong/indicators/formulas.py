"""The closed registry of formulas: what stands above and below the line of each indicator.

A definition (a dated row) names a formula; a formula names measures. The list behind a figure is the predicate of
the same measures (:func:`lienthong.indicators.measures.predicate`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lienthong.indicators.measures import OPEN_LATE

#: The formula of what the platform has no source for.
NO_SOURCE = "no_source"
Subject = Literal["dossiers", "procedures", "nothing"]


@dataclass(frozen=True, slots=True)
class Formula:
    """One share: numerator over denominator.

    :ivar unknown: the procedures in force that cannot be counted, because a date is missing.
    :ivar subject: what is counted: dossiers by measures, procedures by a property of the catalogue, or nothing
        (the platform has no source yet).
    """

    key: str
    label: str | Promise
    subject: Subject
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    unknown: str = ""

    def part(self, name: str) -> tuple[str, ...]:
        """Give the measures of one side of the line: ``numerator`` or ``denominator``."""
        return self.numerator if name == "numerator" else self.denominator


def _dossiers(key: str, label: str | Promise, numerator: str, *denominator: str) -> Formula:
    return Formula(key, label, "dossiers", (numerator,), denominator)


_ALL = (
    # QĐ 766/QĐ-TTg, 2.1: the end of a period overtakes what is open: late then counts against the agency.
    _dossiers("on_time", _("giải quyết đúng hạn / đã giải quyết và đang quá hạn"), "ended_well", "ended", OPEN_LATE),
    # 3.3; the share synchronised with the national portal is not multiplied in until it is sent.
    _dossiers("online_result", _("nộp trực tuyến có kết quả điện tử / đã tiếp nhận"), "online_result", "received"),
    _dossiers(
        "online_filing", _("nộp trực tuyến / thuộc thủ tục toàn trình"), "eligible_online", "eligible"
    ),
    _dossiers("paid_online", _("thanh toán trực tuyến / có phí, lệ phí"), "fee_online", "fee_due"),
    _dossiers("e_result", _("có kết quả điện tử / đã có kết quả"), "e_result", "answered"),
    _dossiers("digitised", _("đã số hóa / có thành phần hồ sơ"), "digitised", "papers"),
    _dossiers("reused", _("dùng lại dữ liệu số hóa / có dữ liệu số hóa"), "reused", "reusable"),
    _dossiers("from_vault", _("lấy từ kho dữ liệu / đã tiếp nhận"), "from_vault", "vault_known"),
    _dossiers("identified", _("khai thác dữ liệu dân cư / đã tiếp nhận"), "identified", "identity_known"),
    _dossiers("synced", _("đã đồng bộ / thuộc diện đồng bộ"), "synced", "sync_known"),
    # 5.4 subtracts late and disliked dossiers; one that is both is counted once.
    _dossiers("content", _("đúng hạn, không phàn nàn / đã giải quyết"), "content", "rated"),
    Formula("content_full", _("thủ tục công khai đủ nội dung / đang có hiệu lực"), "procedures",
            ("complete",), ("all",)),
    Formula("online_coverage", _("thủ tục trực tuyến / đang có hiệu lực"), "procedures", ("online",), ("all",)),
    Formula("online_used", _("dịch vụ có hồ sơ trực tuyến / dịch vụ trực tuyến"), "procedures", ("used",), ("online",)),
    Formula("payment_used", _("thủ tục có thanh toán trực tuyến / có hồ sơ phải nộp phí"), "procedures",
            ("paid",), ("charged",)),
    # 3.5a: a fee that the platform asks for and takes by transfer or through a gateway.
    Formula("payment_offered", _("thủ tục cho phép thanh toán trực tuyến / thủ tục có phí, lệ phí"), "procedures",
            ("payable",), ("priced",)),
    # 1.1 and 1.2 count by the day of the decision, and of the appearance on the portal.
    Formula("decided_in_time", _("thủ tục có quyết định công bố đúng hạn / được công bố trong kỳ"), "procedures",
            ("decided_in_time",), ("decided",), unknown="undecided"),
    Formula("publicised_in_time", _("thủ tục công khai trên Cổng quốc gia đúng hạn / được công khai trong kỳ"),
            "procedures", ("publicised_in_time",), ("publicised",), unknown="unpublicised"),
    Formula(NO_SOURCE, _("chưa có nguồn dữ liệu"), "nothing"),
)  # fmt: skip
FORMULAS: Mapping[str, Formula] = {formula.key: formula for formula in _ALL}
CHOICES = [(formula.key, formula.label) for formula in _ALL]
