"""What is asked of the applicant while a dossier runs, and what comes out of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lienthong.dossiers.models.dossier import Dossier
from lienthong.kernel.models import Entity


class SupplementRequest(Entity):
    """One round of asking for missing or wrong papers, in full and in writing."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="supplement_requests")
    round = models.PositiveSmallIntegerField()
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=120)
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    reason = models.TextField()
    document_keys = models.JSONField(default=list)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "round"], name="dossiers_supplement_round"),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(answered_at__isnull=True), name="dossiers_supplement_one_open"
            ),
        ]


class PaperKind(models.TextChoices):
    """The forms of the one-stop circular: the first five a dossier issues by itself, the others are asked for."""

    RECEIPT = "receipt", _("Giấy tiếp nhận hồ sơ và hẹn trả kết quả")
    SUPPLEMENT = "supplement", _("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ")
    REFUSAL = "refusal", _("Phiếu từ chối tiếp nhận giải quyết hồ sơ")
    APOLOGY = "apology", _("Phiếu xin lỗi và hẹn lại ngày trả kết quả")
    STOP = "stop", _("Thông báo dừng giải quyết hồ sơ")
    CONTROL = "control", _("Phiếu kiểm soát quá trình giải quyết hồ sơ")
    BOOK = "book", _("Sổ theo dõi hồ sơ")
    HAND_OVER = "hand_over", _("Danh sách bàn giao hồ sơ")
    TACIT = "tacit", _("Văn bản ghi nhận kết quả mặc nhiên")


class Paper(Entity):
    """A numbered form that the agency gives the applicant, sealed with the agency's signature."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=12, choices=PaperKind.choices)
    number = models.CharField(max_length=60)
    issued_at = models.DateTimeField()
    occasion = models.UUIDField(help_text="the history entry that called for it")
    file = models.ForeignKey("files.File", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["occasion", "kind"], name="dossiers_paper_once")]
        indexes = [models.Index(fields=["dossier"], name="dossiers_paper_dossier")]


class ResultState(models.TextChoices):
    """How far the paper has come."""

    DRAFT = "draft", _("Dự thảo")
    SIGNED = "signed", _("Đã ký")
    ISSUED = "issued", _("Đã ban hành")
    REVOKED = "revoked", _("Đã thu hồi")
    REPLACED = "replaced", _("Đã được thay thế")
    DROPPED = "dropped", _("Đã bỏ, không ban hành")


class Result(Entity):
    """The paper that answers a dossier; anyone can check it by its code or by the file itself.

    One is in force; while its replacement is prepared there is a second one, not yet issued. A replacement that was
    abandoned is kept as ``dropped`` and replaces nothing. ``ended_why`` is read by whoever checks a revoked or
    replaced result, so it holds no personal data.
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="results")
    state = models.CharField(max_length=8, choices=ResultState.choices)
    title = models.CharField(max_length=255)
    number = models.CharField(max_length=60, blank=True)
    verification_code = models.CharField(max_length=20, unique=True)
    content = models.JSONField(default=dict)
    signer_official = models.ForeignKey("organisations.Official", models.PROTECT, null=True, related_name="+")
    signer_name = models.CharField(max_length=120, blank=True)
    signer_title = models.CharField(max_length=160, blank=True)
    signed_at = models.DateTimeField(null=True)
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True)
    file = models.ForeignKey("files.File", models.PROTECT, null=True, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replacement")
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(blank=True)
    ended_by_decision = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="issued") | (~Q(number="") & Q(file__isnull=False)),
                name="dossiers_result_issued_complete",
            ),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(state="issued"), name="dossiers_result_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(state__in=["draft", "signed"]), name="dossiers_result_one_in_work"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["revoked", "replaced"])
                | (Q(ended_at__isnull=False) & ~Q(ended_why="") & ~Q(ended_by_decision="")),
                name="dossiers_result_end_explained",
            ),
        ]
        indexes = [models.Index(fields=["dossier"], name="dossiers_result_dossier")]


class RevocationKind(models.TextChoices):
    """What is to happen to an issued result."""

    REVOKE = "revoke", _("Thu hồi, hủy bỏ")
    REPLACE = "replace", _("Đính chính, thay thế bằng kết quả mới")


class RevocationState(models.TextChoices):
    """How far a proposal has come."""

    OPEN = "open", _("Chờ người thứ hai duyệt")
    APPROVED = "approved", _("Đã duyệt")
    DECLINED = "declined", _("Không đồng ý")
    DROPPED = "dropped", _("Đã duyệt rồi bỏ")


class Revocation(Entity):
    """A proposal to end an issued result, which a second person of the issuing agency decides.

    ``reason`` stays in the agency; ``public_reason`` is what anyone reads who checks the result. An approved
    replacement may be abandoned until the new result is issued: ``dropped_why`` stays in the agency too.
    """

    result = models.ForeignKey(Result, models.PROTECT, related_name="revocations")
    kind = models.CharField(max_length=8, choices=RevocationKind.choices)
    state = models.CharField(max_length=8, choices=RevocationState.choices, default=RevocationState.OPEN)
    reason = models.TextField()
    public_reason = models.CharField(max_length=500)
    decision_number = models.CharField(max_length=60)
    proposed_by = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    proposed_by_name = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+")
    decided_by_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    dropped_by = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+")
    dropped_by_name = models.CharField(max_length=120, blank=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["result"], condition=Q(state="open"), name="dossiers_revocation_one_open"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="dossiers_revocation_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="dossiers_revocation_two_people",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="dropped",
                    kind="replace",
                    dropped_at__isnull=False,
                    dropped_by__isnull=False,
                    dropped_why__gt="",
                )
                | (~Q(state="dropped") & Q(dropped_at__isnull=True)),
                name="dossiers_revocation_drop_explained",
            ),
        ]
