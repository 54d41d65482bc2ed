"""The kinds of messages about dossiers: who gets them, what they say, and by which ways unless switched off."""

from django.utils.translation import gettext_lazy as _

from lienthong.dossiers.models import HistoryKind
from lienthong.notifications import api as notifications
from lienthong.notifications.api import MessageKind

# What asks the person to act, or ends the waiting, also comes by SMS unless they switch it off.
_BY_SMS = frozenset(
    {
        HistoryKind.SUPPLEMENT_REQUESTED,
        HistoryKind.PAYMENT_REQUESTED,
        HistoryKind.NOT_RECEIVED,
        HistoryKind.REFUSED,
        HistoryKind.DONE,
    }
)


def _citizen(change: HistoryKind, label: object, title: object, body: object) -> MessageKind:
    return MessageKind(
        key=f"dossiers.{change.value}",
        audience="citizen",
        label=label,  # type: ignore[arg-type]
        title=title,  # type: ignore[arg-type]
        body=body,  # type: ignore[arg-type]
        is_mandatory=True,
        sms_by_default=change in _BY_SMS,
    )


# Basis: NĐ 224/2026/NĐ-CP, Điều 15: every change is told at once, naming agency, officer and times.
CITIZEN_KINDS = (
    _citizen(
        HistoryKind.BRANCH_OPENED,
        _("Hồ sơ đến cơ quan liên thông"),
        _("Hồ sơ %(code)s: %(title)s"),
        _("%(title)s. Cơ quan này có thời hạn riêng, xem trên trang hồ sơ “%(procedure)s”."),
    ),
    _citizen(
        HistoryKind.BRANCH_CLOSED,
        _("Cơ quan liên thông đã trả lời"),
        _("Hồ sơ %(code)s: %(title)s"),
        _("%(title)s. Hồ sơ “%(procedure)s”, lúc %(at)s. %(note)s"),
    ),
    _citizen(
        HistoryKind.SUBMITTED,
        _("Hồ sơ đã nộp"),
        _("Đã nộp hồ sơ %(code)s"),
        _("Hồ sơ “%(procedure)s” đã đến %(agency)s lúc %(at)s. Bộ phận một cửa sẽ kiểm tra và trả lời bạn."),
    ),
    _citizen(
        HistoryKind.RECEIVED,
        _("Hồ sơ được tiếp nhận"),
        _("Hồ sơ %(code)s đã được tiếp nhận"),
        _("%(officer)s, %(agency)s đã tiếp nhận hồ sơ “%(procedure)s” lúc %(at)s. Hẹn trả kết quả: %(due)s."),
    ),
    _citizen(
        HistoryKind.NOT_RECEIVED,
        _("Hồ sơ không được tiếp nhận"),
        _("Hồ sơ %(code)s không được tiếp nhận"),
        _("%(agency)s không tiếp nhận hồ sơ “%(procedure)s”. Lý do: %(note)s"),
    ),
    _citizen(
        HistoryKind.REFUSED,
        _("Hồ sơ bị từ chối giải quyết"),
        _("Hồ sơ %(code)s bị từ chối giải quyết"),
        _("%(agency)s từ chối giải quyết hồ sơ “%(procedure)s”. Lý do: %(note)s"),
    ),
    _citizen(
        HistoryKind.SUPPLEMENT_REQUESTED,
        _("Yêu cầu bổ sung giấy tờ"),
        _("Hồ sơ %(code)s cần bổ sung"),
        _("%(officer)s, %(agency)s đề nghị bạn bổ sung hồ sơ “%(procedure)s”: %(note)s"),
    ),
    _citizen(
        HistoryKind.SUPPLEMENTED,
        _("Đã nhận phần bổ sung"),
        _("Đã nhận phần bổ sung của hồ sơ %(code)s"),
        _("%(agency)s đã nhận phần bổ sung của hồ sơ “%(procedure)s” lúc %(at)s. Hẹn trả kết quả: %(due)s."),
    ),
    _citizen(
        HistoryKind.CONFIRMED,
        _("Đã nhận ý kiến của bạn"),
        _("Đã nhận ý kiến của bạn về hồ sơ %(code)s"),
        _("%(agency)s đã nhận ý kiến của bạn về hồ sơ “%(procedure)s” lúc %(at)s."),
    ),
    _citizen(
        HistoryKind.STEP,
        _("Hồ sơ có tiến triển mới"),
        _("Hồ sơ %(code)s: %(title)s"),
        _("%(title)s. Hồ sơ “%(procedure)s”, %(agency)s, lúc %(at)s. %(note)s"),
    ),
    _citizen(
        HistoryKind.PAYMENT_REQUESTED,
        _("Yêu cầu nộp phí, lệ phí"),
        _("Hồ sơ %(code)s chờ nộp tiền"),
        _("%(agency)s đề nghị bạn nộp %(amount)s đồng (%(purpose)s) cho hồ sơ “%(procedure)s”."),
    ),
    _citizen(
        HistoryKind.PAID,
        _("Đã ghi nhận nộp tiền"),
        _("Đã ghi nhận khoản nộp của hồ sơ %(code)s"),
        _("%(agency)s đã ghi nhận khoản nộp cho hồ sơ “%(procedure)s” lúc %(at)s. Hồ sơ được xử lý tiếp."),
    ),
    _citizen(
        HistoryKind.REFUNDED,
        _("Đã hoàn tiền"),
        _("Đã hoàn tiền cho hồ sơ %(code)s"),
        _("%(agency)s đã hoàn %(amount)s đồng của hồ sơ “%(procedure)s”. Lý do: %(note)s"),
    ),
    _citizen(
        HistoryKind.STOPPED,
        _("Hồ sơ dừng xử lý"),
        _("Hồ sơ %(code)s đã dừng xử lý"),
        _("%(agency)s dừng giải quyết hồ sơ “%(procedure)s”. Lý do: %(note)s"),
    ),
    _citizen(
        HistoryKind.RESUMED,
        _("Hồ sơ được xử lý tiếp"),
        _("Hồ sơ %(code)s được xử lý tiếp"),
        _("%(agency)s tiếp tục giải quyết hồ sơ “%(procedure)s”. Hẹn trả kết quả: %(due)s."),
    ),
    _citizen(
        HistoryKind.EXTENDED,
        _("Xin lỗi và hẹn lại"),
        _("Xin lỗi bạn: hồ sơ %(code)s phải hẹn lại"),
        _("%(agency)s xin lỗi vì chưa trả kết quả “%(procedure)s” đúng hẹn. Hẹn mới: %(due)s. Lý do: %(note)s"),
    ),
    _citizen(
        HistoryKind.DONE,
        _("Đã có kết quả"),
        _("Hồ sơ %(code)s đã có kết quả"),
        _("%(agency)s đã giải quyết xong hồ sơ “%(procedure)s” lúc %(at)s."),
    ),
    _citizen(
        HistoryKind.RETURNED,
        _("Đã trả kết quả"),
        _("Đã trả kết quả hồ sơ %(code)s"),
        _("Kết quả hồ sơ “%(procedure)s” đã được trả lúc %(at)s."),
    ),
    _citizen(
        HistoryKind.LAPSED,
        _("Hồ sơ kết thúc vì không được trả lời"),
        _("Hồ sơ %(code)s đã kết thúc"),
        _("%(agency)s trả lại hồ sơ “%(procedure)s”. %(note)s Bạn có thể nộp hồ sơ mới."),
    ),
    _citizen(
        HistoryKind.TACIT,
        _("Kết quả mặc nhiên"),
        _("Hồ sơ %(code)s có kết quả mặc nhiên"),
        _("Đã hết thời hạn giải quyết “%(procedure)s”. %(note)s Văn bản ghi nhận có trong hồ sơ của bạn."),
    ),
    _citizen(
        HistoryKind.RESULT_REVOKED,
        _("Kết quả bị thu hồi"),
        _("Kết quả của hồ sơ %(code)s đã bị thu hồi"),
        _("%(agency)s thu hồi kết quả “%(procedure)s” từ %(at)s. Lý do: %(note)s"),
    ),
    _citizen(
        HistoryKind.RESULT_REPLACED,
        _("Kết quả được thay thế"),
        _("Kết quả của hồ sơ %(code)s đã được thay bằng bản mới"),
        _("%(agency)s cấp kết quả mới thay cho kết quả “%(procedure)s” trước đây, từ %(at)s. Lý do: %(note)s"),
    ),
    _citizen(
        HistoryKind.WITHDRAWN,
        _("Hồ sơ đã rút"),
        _("Đã rút hồ sơ %(code)s"),
        _("Hồ sơ “%(procedure)s” đã được rút theo yêu cầu của bạn lúc %(at)s."),
    ),
)
NEW_TASK = MessageKind(
    key="dossiers.task_opened",
    audience="official",
    label=_("Việc mới"),
    title=_("Việc mới: %(task)s, hồ sơ %(code)s"),
    body=_("Hồ sơ %(code)s (%(procedure)s) đang chờ: %(task)s. Hạn của việc: %(due)s."),
    email_by_default=False,
)
TASK_DUE_SOON = MessageKind(
    key="dossiers.task_due_soon",
    audience="official",
    label=_("Việc sắp đến hạn"),
    title=_("Sắp đến hạn: %(task)s, hồ sơ %(code)s"),
    body=_("Việc “%(task)s” của hồ sơ %(code)s đến hạn lúc %(due)s."),
)
TASK_OVERDUE = MessageKind(
    key="dossiers.task_overdue",
    audience="official",
    label=_("Việc quá hạn"),
    title=_("Quá hạn: %(task)s, hồ sơ %(code)s"),
    body=_("Việc “%(task)s” của hồ sơ %(code)s đã quá hạn từ %(due)s. Hãy xử lý hoặc báo người phụ trách."),
)
DOSSIER_DUE_SOON = MessageKind(
    key="dossiers.dossier_due_soon",
    audience="official",
    label=_("Hồ sơ sắp đến hẹn trả"),
    title=_("Sắp đến hẹn trả: hồ sơ %(code)s"),
    body=_(
        "Hồ sơ %(code)s (%(procedure)s) hẹn trả lúc %(due)s, đang ở bước: %(task)s. "
        "Nếu không kịp, hãy xin lỗi và hẹn lại trước khi đến hạn."
    ),
)
DOSSIER_OVERDUE = MessageKind(
    key="dossiers.dossier_overdue",
    audience="official",
    label=_("Hồ sơ quá hẹn trả"),
    title=_("Quá hẹn trả: hồ sơ %(code)s"),
    body=_("Hồ sơ %(code)s (%(procedure)s) đã đến hẹn trả lúc %(due)s mà chưa xong, đang ở bước: %(task)s."),
)
ESCALATED = MessageKind(
    key="dossiers.escalated",
    audience="official",
    label=_("Báo cáo hồ sơ quá hạn"),
    title=_("Báo cáo quá hạn: hồ sơ %(code)s"),
    body=_(
        "Hồ sơ %(code)s (%(procedure)s) quá hẹn trả từ %(due)s và vẫn ở bước: %(task)s, người giữ: %(holder)s. "
        "Người phụ trách cần quyết định: giao người khác, hoặc xin lỗi và hẹn lại."
    ),
    is_mandatory=True,
)
DRAFT_EXPIRING = MessageKind(
    key="dossiers.draft_expiring",
    audience="citizen",
    label=_("Hồ sơ đang soạn sắp hết hạn lưu"),
    title=_("Hồ sơ đang soạn sắp bị xóa: %(title)s"),
    body=_("Bạn chưa nộp “%(title)s”. Bản đang soạn được giữ đến hết ngày %(day)s; hãy mở lại nếu bạn còn cần."),
)
OFFICIAL_KINDS = (NEW_TASK, TASK_DUE_SOON, TASK_OVERDUE, DOSSIER_DUE_SOON, DOSSIER_OVERDUE, ESCALATED)
CITIZEN_KEYS = {kind.key for kind in CITIZEN_KINDS}


def register_kinds() -> None:
    """Make the kinds known to notifications."""
    notifications.register(*CITIZEN_KINDS, *OFFICIAL_KINDS, DRAFT_EXPIRING)
