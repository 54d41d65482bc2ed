"""The dossier: one application by one applicant under one version of one procedure."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Entity
from lienthong.organisations.api import DueStep


class DossierStatus(models.IntegerChoices):
    """The ten statuses synchronised with the national portal (see ``docs/glossary.md``)."""

    SUBMITTED = 1, _("Mới đăng ký")
    RECEIVED = 2, _("Được tiếp nhận")
    NOT_RECEIVED = 3, _("Không được tiếp nhận")
    PROCESSING = 4, _("Đang xử lý")
    SUPPLEMENT = 5, _("Yêu cầu bổ sung giấy tờ")
    PAYMENT = 6, _("Yêu cầu thực hiện nghĩa vụ tài chính")
    WITHDRAWN = 7, _("Công dân yêu cầu rút hồ sơ")
    STOPPED = 8, _("Dừng xử lý")
    DONE = 9, _("Đã xử lý xong")
    RETURNED = 10, _("Đã trả kết quả")


class Channel(models.IntegerChoices):
    """How the dossier came in; the numbers are the national portal's."""

    COUNTER = 1, _("Trực tiếp tại quầy")
    ONLINE = 2, _("Trực tuyến")
    POST = 3, _("Bưu chính công ích")


class ReturnMethod(models.TextChoices):
    """How the applicant wants the result."""

    ELECTRONIC = "electronic", _("Bản điện tử")
    COUNTER = "counter", _("Nhận tại quầy")
    POST = "post", _("Qua bưu chính")


class ApplicantKind(models.IntegerChoices):
    """Who applies; the numbers are the national portal's ``LoaiDoiTuong``."""

    CITIZEN = 0, _("Công dân")
    ENTERPRISE = 1, _("Doanh nghiệp, tổ chức")
    HOUSEHOLD_BUSINESS = 2, _("Hộ kinh doanh")


class Dossier(Entity):
    """A dossier, pinned to the versions of procedure, form and process under which it was filed.

    Three agencies stand on it since NĐ 118/2025: the place that helped to file, the place that
    received, and the agency competent to decide.
    """

    code = models.CharField(max_length=60, unique=True)
    procedure_version = models.ForeignKey("catalogue.ProcedureVersion", models.PROTECT, related_name="+")
    form = models.ForeignKey("forms.FormVersion", models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(default=dict)

    applicant = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    applicant_kind = models.PositiveSmallIntegerField(choices=ApplicantKind.choices, default=ApplicantKind.CITIZEN)
    applicant_name = models.CharField(max_length=120)
    business = models.ForeignKey("accounts.Business", models.PROTECT, null=True, related_name="+")
    owner_name = models.CharField(max_length=255)
    subject = models.CharField(max_length=255, blank=True)
    phone = models.CharField(max_length=24, blank=True)
    email = models.EmailField(blank=True)
    search_key = models.TextField()

    supporting_agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    receiving_agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    competent_agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")

    agency_ids = ArrayField(models.BigIntegerField(), help_text="every agency that may see the dossier")

    channel = models.PositiveSmallIntegerField(choices=Channel.choices)
    return_method = models.CharField(max_length=10, choices=ReturnMethod.choices)
    return_address = models.CharField(max_length=255, blank=True)
    submission_key = models.UUIDField(unique=True)

    status = models.PositiveSmallIntegerField(choices=DossierStatus.choices, default=DossierStatus.SUBMITTED)
    stage = models.CharField(max_length=160, blank=True)
    version = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    counted_from = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    due = models.JSONField(null=True, help_text="the computation of due_at, step by step")
    paused_at = models.DateTimeField(null=True)
    waits_for = models.CharField(max_length=12, blank=True, help_text="a WaitKind; empty while a due date runs")
    waits_until = models.DateTimeField(null=True, help_text="when something must happen though no due date runs")
    done_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    limit_amount = models.PositiveSmallIntegerField(default=0)
    limit_unit = models.CharField(max_length=16, blank=True, help_text="empty where the law sets no limit")
    extension_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__gte=1, status__lte=10), name="dossiers_dossier_status"),
            models.CheckConstraint(condition=Q(extension_count__lte=1), name="dossiers_dossier_extended_once"),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True) | Q(received_at__gte=F("submitted_at")),
                name="dossiers_dossier_received_after",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[1, 3, 5, 7, 8]) | Q(received_at__isnull=False),
                name="dossiers_dossier_received_known",
            ),
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"], name="dossiers_by_applicant"),
            models.Index(fields=["business", "-id"], name="dossiers_by_business", condition=Q(business__isnull=False)),
            models.Index(fields=["receiving_agency", "status", "due_at", "id"], name="dossiers_by_receiving"),
            models.Index(fields=["competent_agency", "status", "due_at", "id"], name="dossiers_by_competent"),
            models.Index(fields=["waits_until"], condition=Q(waits_until__isnull=False), name="dossiers_by_wait"),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(status__in=[2, 4], paused_at__isnull=True, due_at__isnull=False),
                name="dossiers_by_due",
            ),
            GinIndex(fields=["agency_ids"], name="dossiers_by_agency"),
            GinIndex(OpClass("search_key", name="gin_trgm_ops"), name="dossiers_search"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_final(self) -> bool:
        """Say whether nothing more can happen to the dossier."""
        return self.status in (DossierStatus.NOT_RECEIVED, DossierStatus.WITHDRAWN, DossierStatus.RETURNED)

    @property
    def status_badge(self) -> str:
        """Give the key under which the status is registered for badges."""
        return f"dossiers.{DossierStatus(self.status).name}"

    @property
    def due_steps(self) -> tuple[str, ...]:
        """Tell how the due date came about, one sentence a step."""
        stored = self.due or {}
        return tuple(DueStep.from_json(step).explanation for step in stored.get("steps", ()))

    @property
    def is_paused(self) -> bool:
        """Say whether the clock stands still, waiting for the applicant or a stop."""
        return self.paused_at is not None


class Provenance(models.TextChoices):
    """Where a paper of a dossier came from; the digitisation index counts by it (QĐ 766/QĐ-TTg, 4.2, 4.3)."""

    PAPER = "paper", _("Bản giấy nộp tại quầy")
    UPLOAD = "upload", _("Tệp tải lên")
    VAULT = "vault", _("Giấy tờ đã có trong kho")


class DossierDocument(Entity):
    """One paper of a dossier: a file for one required document, kept even when a later one replaces it.

    ``vault_document`` is the paper of the applicant's vault that was used again; ``is_verified`` says whether
    it needed no comparing with an original when it was used.
    """

    class Copy(models.IntegerChoices):
        """What kind of paper it is; the numbers are the national portal's ``LoaiBan``."""

        ORIGINAL = 0, _("Bản chính")
        COPY = 1, _("Bản sao")
        ELECTRONIC = 2, _("Bản điện tử")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="documents")
    document_key = models.CharField(max_length=80)
    name = models.CharField(max_length=500)
    copy_kind = models.PositiveSmallIntegerField(choices=Copy.choices, default=Copy.ELECTRONIC)
    quantity = models.PositiveSmallIntegerField(default=1)
    is_certified = models.BooleanField(default=False)
    file = models.ForeignKey("files.File", models.PROTECT, null=True, related_name="+")
    round = models.PositiveSmallIntegerField(default=0)
    replaced_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=6, choices=Provenance.choices, default=Provenance.UPLOAD)
    vault_document = models.UUIDField(null=True)
    is_verified = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_certified=False) | Q(copy_kind=1), name="dossiers_document_certified"
            ),
            models.CheckConstraint(
                condition=Q(origin="vault", vault_document__isnull=False, file__isnull=False)
                | (~Q(origin="vault") & Q(vault_document__isnull=True)),
                name="dossiers_document_from_vault",
            ),
        ]
        indexes = [models.Index(fields=["dossier", "id"], name="dossiers_document_dossier")]
