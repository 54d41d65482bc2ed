"""A person's papers, where each was used, who it was shared with, and the copies that were certified."""

from datetime import date, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Dated, Entity


class DocumentType(Entity, Dated):
    """A kind of paper, and which required papers of procedures it satisfies.

    ``match_keys`` are search keys: a required paper whose name is one of them, whatever case and marks, is
    satisfied by a paper of this kind. ``required`` names single papers as ``<procedure code>:<paper key>``.
    ``results_of`` are the procedures whose result is a paper of this kind.
    """

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    match_keys = ArrayField(models.CharField(max_length=255))
    required = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    results_of = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    valid_months = models.PositiveSmallIntegerField(null=True, help_text="empty where the paper does not run out")
    legal_basis = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["code", "valid_from"], name="vault_documenttype_once"),
            models.CheckConstraint(condition=~Q(match_keys=[]), name="vault_documenttype_matches"),
        ]

    def __str__(self) -> str:
        return self.name


class Origin(models.TextChoices):
    """How a paper came into the vault."""

    RESULT = "result", _("Kết quả giải quyết thủ tục")
    CERTIFIED = "certified", _("Bản sao điện tử có chứng thực")
    UPLOAD = "upload", _("Bạn tự thêm")


class DocumentState(models.TextChoices):
    """Whether a paper may be relied on; running out is a matter of the date, not of this state."""

    IN_FORCE = "in_force", _("Còn hiệu lực")
    REVOKED = "revoked", _("Đã thu hồi")
    REPLACED = "replaced", _("Đã được thay thế")


class SignatureState(models.TextChoices):
    """What checking the file's digital signatures found; the words of ``files.verify_pdf``."""

    VALID = "valid", _("Chữ ký hợp lệ")
    UNTRUSTED = "untrusted", _("Không rõ nơi cấp chứng thư")
    BROKEN = "broken", _("Nội dung bị sửa sau khi ký")
    UNSIGNED = "unsigned", _("Không có chữ ký số")
    UNREADABLE = "unreadable", _("Không đọc được")


class VaultDocument(Entity):
    """One paper of a person or a business, with its signed file.

    ``source_type`` and ``source_id`` name the thing of another context that it came from; the same source
    never makes two papers. ``replaced_by`` leads to the paper that took its place.
    """

    person = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    business = models.ForeignKey("accounts.Business", models.PROTECT, null=True, related_name="+")
    type = models.ForeignKey(DocumentType, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=255)
    number = models.CharField(max_length=60, blank=True)
    issuer = models.ForeignKey("organisations.Agency", models.PROTECT, null=True, related_name="+")
    issuer_name = models.CharField(max_length=255, blank=True)
    issued_on = models.DateField(null=True)
    valid_until = models.DateField(null=True, help_text="the last day it may be relied on")
    file = models.ForeignKey("files.File", models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10, choices=Origin.choices)
    source_type = models.CharField(max_length=40, blank=True)
    source_id = models.CharField(max_length=64, blank=True)
    verification_code = models.CharField(max_length=20, blank=True)
    signature = models.CharField(max_length=12, choices=SignatureState.choices)
    checked_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, help_text="when an officer compared an own upload with the original")
    verified_by = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=8, choices=DocumentState.choices, default=DocumentState.IN_FORCE)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(blank=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaces")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, business__isnull=True)
                | Q(person__isnull=True, business__isnull=False),
                name="vault_document_one_owner",
            ),
            models.UniqueConstraint(
                fields=["source_type", "source_id"], condition=~Q(source_id=""), name="vault_document_source_once"
            ),
            models.CheckConstraint(
                condition=Q(state="in_force", ended_at__isnull=True) | Q(ended_at__isnull=False, ended_why__gt=""),
                name="vault_document_end_explained",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(issued_on__isnull=True) | Q(valid_until__gte=F("issued_on")),
                name="vault_document_period",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | ~Q(verified_by=""), name="vault_document_verified_by_someone"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="vault_by_person", condition=Q(person__isnull=False)),
            models.Index(fields=["business", "-id"], name="vault_by_business", condition=Q(business__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_verified(self) -> bool:
        """Say whether an official need not compare it with the original any more.

        Basis: NĐ 45/2020/NĐ-CP, Điều 16 (an electronic result and a certified electronic copy stand for the original).
        """
        if self.origin == Origin.UPLOAD:
            return self.verified_at is not None
        return self.signature == SignatureState.VALID

    def standing(self, on: date) -> str:
        """Give the key under which the paper's standing on a date is registered for badges."""
        if self.state != DocumentState.IN_FORCE:
            return f"vault.{DocumentState(self.state).name}"
        if self.valid_until is not None and self.valid_until < on:
            return "vault.EXPIRED"
        if self.origin == Origin.UPLOAD:
            return "vault.COMPARED" if self.verified_at else "vault.OWN"
        return "vault.IN_FORCE"

    def is_usable(self, on: date) -> bool:
        """Say of one paper what :func:`queries.usable_filter` says of all: that it may be used on a date."""
        runs = self.valid_until is None or self.valid_until >= on
        sound = self.origin == Origin.UPLOAD or self.signature == SignatureState.VALID
        return self.state == DocumentState.IN_FORCE and runs and sound

    @property
    def issuer_text(self) -> str:
        """Name who gave the paper; for a certified copy who gave its original, where known."""
        return self.issuer_name or (self.issuer.name if self.issuer is not None else "")


class DocumentUse(Entity):
    """A paper used in a thing of another context; it keeps what was said of the purpose."""

    document = models.ForeignKey(VaultDocument, models.PROTECT, related_name="uses")
    used_type = models.CharField(max_length=40)
    used_id = models.CharField(max_length=64)
    label = models.CharField(max_length=255)
    purpose = models.CharField(max_length=255)
    used_by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "used_type", "used_id"], name="vault_use_once"),
        ]
        indexes = [models.Index(fields=["used_type", "used_id"], name="vault_use_by_thing")]


class ShareLink(Entity):
    """A link by which somebody without an account sees one paper: for a purpose, until a time, so many times.

    Only the hash of the link's secret is kept.
    """

    document = models.ForeignKey(VaultDocument, models.PROTECT, related_name="shares")
    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=255)
    expires_at = models.DateTimeField()
    max_openings = models.PositiveSmallIntegerField()
    openings = models.PositiveSmallIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(openings__lte=F("max_openings")), name="vault_share_not_too_often"),
            models.CheckConstraint(condition=~Q(purpose=""), name="vault_share_purpose"),
        ]
        indexes = [models.Index(fields=["document", "-id"], name="vault_share_document")]

    def is_open(self, now: datetime) -> bool:
        """Say whether the link still opens."""
        return self.revoked_at is None and self.expires_at > now and self.openings < self.max_openings


class NumberSeries(models.Model):
    """The last number an agency gave in a book of a year; the row's lock keeps the numbers without a gap."""

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    series = models.CharField(max_length=40)
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "series"], name="vault_series_once"),
            models.CheckConstraint(condition=Q(last__gte=1), name="vault_series_positive"),
        ]


class Certification(Entity):
    """One line of the book of certified electronic copies: what was certified for whom, by whom, under which number.

    ``submission_key`` makes a second click give the same copy.
    """

    submission_key = models.UUIDField(unique=True)
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    verification_code = models.CharField(max_length=20, unique=True)
    document = models.OneToOneField(VaultDocument, models.PROTECT, related_name="certification")
    scan = models.ForeignKey("files.File", models.PROTECT, related_name="+")
    pages = models.PositiveSmallIntegerField()
    official = models.ForeignKey("organisations.Official", models.PROTECT, related_name="+")
    official_name = models.CharField(max_length=120)
    official_title = models.CharField(max_length=160, blank=True)
    certified_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "number"], name="vault_certification_number"),
        ]
        indexes = [models.Index(fields=["agency", "-id"], name="vault_certification_book")]
