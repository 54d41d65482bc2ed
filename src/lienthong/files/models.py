"""Blobs (contents), files (named uses of them), their owners, and signing certificates."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Entity


class ScanState(models.TextChoices):
    """What the virus scanner said about a content."""

    NOT_SCANNED = "not_scanned", _("Chưa quét vi-rút")
    PENDING = "pending", _("Đang chờ quét vi-rút")
    CLEAN = "clean", _("Đã quét, không thấy mã độc")
    INFECTED = "infected", _("Có mã độc, đã cách ly")


class Blob(models.Model):
    """One content, stored once whatever number of files use it; named by its SHA-256."""

    id = models.BigAutoField(primary_key=True)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    pages = models.PositiveIntegerField(null=True, blank=True)
    scan_state = models.CharField(max_length=12, choices=ScanState.choices, default=ScanState.NOT_SCANNED)
    scanned_at = models.DateTimeField(null=True, blank=True)
    threat = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="files_blob_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="files_blob_sha256"),
        ]

    def __str__(self) -> str:
        return self.sha256


class File(Entity):
    """A content under a name, given by somebody for a purpose.

    ``purpose`` is ``context.word`` (``dossiers.paper``). ``is_personal`` papers leave an audit entry
    each time they are opened. ``original_sha256`` is the hash of what the person sent, when the
    program changed it (photos are turned upright and stripped of their position).
    """

    name = models.CharField(max_length=200)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="files")
    purpose = models.CharField(max_length=40)
    is_personal = models.BooleanField(default=True)
    original_sha256 = models.CharField(max_length=64, blank=True)
    uploaded_by = models.ForeignKey("accounts.Account", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["blob"], name="files_file_blob")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_infected(self) -> bool:
        """Say whether the scanner found malware in the content."""
        return self.blob.scan_state == ScanState.INFECTED


class FileLink(models.Model):
    """A file belonging to a thing of another context, which decides who may read it."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(File, models.CASCADE, related_name="links")
    owner_type = models.CharField(max_length=40)
    owner_id = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "owner_type", "owner_id"], name="files_link_once"),
        ]
        indexes = [models.Index(fields=["owner_type", "owner_id"], name="files_link_owner")]


class PageState(models.TextChoices):
    """How far the reading of a page has come."""

    WAITING = "waiting", "Đang chờ đọc"
    DONE = "done", "Đã đọc"
    FAILED = "failed", "Không đọc được"
    UNAVAILABLE = "unavailable", "Máy chủ chưa cài bộ đọc chữ"


class PageText(models.Model):
    """The words of one page of a content, read from its text layer or recognised in its picture (OCR).

    ``search_key`` is the text without marks, in lower case. ``confidence`` is the mean of the words in percent.
    """

    id = models.BigAutoField(primary_key=True)
    blob = models.ForeignKey(Blob, models.CASCADE, related_name="texts")
    page = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=PageState.choices, default=PageState.WAITING)
    source = models.CharField(max_length=5, blank=True)
    text = models.TextField(blank=True)
    search_key = models.TextField(blank=True)
    confidence = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blob", "page"], name="files_pagetext_once"),
            models.CheckConstraint(condition=Q(page__gte=1, confidence__lte=100), name="files_pagetext_numbers"),
        ]
        indexes = [
            GinIndex(OpClass("search_key", name="gin_trgm_ops"), name="files_pagetext_search"),
            models.Index(fields=["state"], condition=~Q(state="done"), name="files_pagetext_open"),
        ]

    def __str__(self) -> str:
        return f"{self.blob_id}:{self.page}"


class SignerKind(models.TextChoices):
    """Whose signature it is (NĐ 30/2020/NĐ-CP, Phụ lục I)."""

    PERSON = "person", _("Chữ ký số của người có thẩm quyền")
    AGENCY = "agency", _("Chữ ký số của cơ quan, tổ chức")


class SigningCertificate(Entity):
    """A certificate this node signs with; the private key stays with its provider."""

    kind = models.CharField(max_length=8, choices=SignerKind.choices)
    provider = models.CharField(max_length=16)
    official = models.ForeignKey("organisations.Official", models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    serial_number = models.CharField(max_length=64)
    certificate = models.TextField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind=SignerKind.PERSON, official__isnull=False) | Q(kind=SignerKind.AGENCY, official__isnull=True)
                ),
                name="files_signingcertificate_holder",
            ),
            models.CheckConstraint(condition=Q(not_after__gt=F("not_before")), name="files_signingcertificate_period"),
            models.UniqueConstraint(fields=["provider", "serial_number"], name="files_signingcertificate_serial"),
        ]
        indexes = [models.Index(fields=["kind", "agency", "official"], name="files_certificate_holder")]
