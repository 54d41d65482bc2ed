"""What happened to a dossier, in the words people read, and how its due date moved."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lienthong.dossiers.models.dossier import Dossier, DossierStatus
from lienthong.kernel.models import Entity


class HistoryKind(models.TextChoices):
    """The kinds of entries in a dossier's history."""

    SUBMITTED = "submitted", _("Đã nộp hồ sơ")
    RECEIVED = "received", _("Đã tiếp nhận")
    NOT_RECEIVED = "not_received", _("Từ chối tiếp nhận")
    PROCESSING = "processing", _("Bắt đầu xử lý")
    REFUSED = "refused", _("Từ chối giải quyết")
    STEP = "step", _("Hoàn thành một bước")
    SUPPLEMENT_REQUESTED = "supplement_requested", _("Yêu cầu bổ sung")
    SUPPLEMENTED = "supplemented", _("Đã bổ sung")
    PAYMENT_REQUESTED = "payment_requested", _("Yêu cầu nộp tiền")
    PAID = "paid", _("Đã nộp tiền")
    REFUNDED = "refunded", _("Đã hoàn tiền")
    STOPPED = "stopped", _("Dừng xử lý")
    RESUMED = "resumed", _("Xử lý tiếp")
    EXTENDED = "extended", _("Xin lỗi và hẹn lại")
    SIGNED = "signed", _("Đã ký kết quả")
    ISSUED = "issued", _("Đã vào số, đóng dấu")
    DONE = "done", _("Đã có kết quả")
    RETURNED = "returned", _("Đã trả kết quả")
    WITHDRAWN = "withdrawn", _("Người nộp rút hồ sơ")
    HANDED_OVER = "handed_over", _("Chuyển người xử lý")
    REMINDED = "reminded", _("Nhắc việc")
    CONFIRMED = "confirmed", _("Người nộp xác nhận")
    BRANCH_OPENED = "branch_opened", _("Chuyển cơ quan liên thông")
    BRANCH_CLOSED = "branch_closed", _("Cơ quan liên thông trả lời")
    ESCALATED = "escalated", _("Báo người đứng đầu vì quá hạn")
    TACIT = "tacit", _("Kết quả mặc nhiên vì quá hạn")
    LAPSED = "lapsed", _("Kết thúc vì người nộp không trả lời")
    PAPERS_MOVED = "papers_moved", _("Bàn giao giấy tờ")
    REVOCATION_PROPOSED = "revocation_proposed", _("Đề nghị thu hồi, thay thế kết quả")
    REVOCATION_DECLINED = "revocation_declined", _("Không đồng ý thu hồi, thay thế kết quả")
    REPLACING = "replacing", _("Đồng ý lập kết quả thay thế")
    REPLACEMENT_DROPPED = "replacement_dropped", _("Bỏ việc lập kết quả thay thế")
    RESULT_REVOKED = "result_revoked", _("Thu hồi kết quả")
    RESULT_REPLACED = "result_replaced", _("Thay thế kết quả")


class HistoryEntry(Entity):
    """One line of the history; ``is_public`` lines are what the applicant reads."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="history")
    at = models.DateTimeField()
    kind = models.CharField(max_length=24, choices=HistoryKind.choices)
    title = models.CharField(max_length=255)
    note = models.TextField(blank=True)
    actor_kind = models.CharField(max_length=16)
    actor_name = models.CharField(max_length=120)
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, null=True, related_name="+")
    status = models.PositiveSmallIntegerField(choices=DossierStatus.choices)
    element_id = models.CharField(max_length=80, blank=True)
    is_public = models.BooleanField(default=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["dossier", "id"], name="dossiers_history_dossier")]


class DeadlineChangeKind(models.TextChoices):
    """Why a due date was set or moved."""

    SET = "set", _("Tính hạn khi tiếp nhận")
    RESTARTED = "restarted", _("Tính lại từ đầu")
    SHIFTED = "shifted", _("Lùi theo thời gian tạm dừng")
    EXTENDED = "extended", _("Gia hạn")


class DeadlineChange(models.Model):
    """One setting or moving of a due date, with every step of its computation."""

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="deadline_changes")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=DeadlineChangeKind.choices)
    due_before = models.DateTimeField(null=True)
    due_after = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    computation = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["dossier", "id"], name="dossiers_deadline_dossier")]
