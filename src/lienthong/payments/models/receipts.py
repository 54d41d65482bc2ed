"""What is given for money, and money given back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Entity
from lienthong.payments.models.charges import Payment


class ReceiptBook(models.Model):
    """The last number of an agency's yearly book; the row's lock keeps numbers without gap or duplicate."""

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    book = models.CharField(max_length=12)
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "book"], name="payments_book_once"),
            models.CheckConstraint(condition=Q(last__gte=1), name="payments_book_positive"),
        ]


class Receipt(Entity):
    """A numbered receipt for one payment; a cancelled one keeps its number and says why.

    Basis: NĐ 123/2020/NĐ-CP, Điều 30–38 (electronic receipts of fees and charges).
    """

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="receipts")
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    book = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    amount = models.PositiveBigIntegerField()
    payer_name = models.CharField(max_length=255)
    content = models.JSONField(help_text="the lines as they stood when the money came")
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=120)
    verification_code = models.CharField(max_length=20, unique=True)
    file = models.ForeignKey("files.File", models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=120, blank=True)
    cancel_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "book", "number"], name="payments_receipt_number"),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(cancelled_at__isnull=True), name="payments_receipt_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancel_reason="")
                | Q(cancelled_at__isnull=False) & ~Q(cancel_reason=""),
                name="payments_receipt_cancelled",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, number__gte=1), name="payments_receipt_positive"),
        ]
        indexes = [models.Index(fields=["agency", "issued_at", "id"], name="payments_receipt_day")]

    def __str__(self) -> str:
        return self.full_number

    @property
    def full_number(self) -> str:
        """Write the number as it is printed: ``0000012/2026``."""
        return f"{self.number:07d}/{self.year}"

    @property
    def is_cancelled(self) -> bool:
        """Say whether the receipt no longer counts."""
        return self.cancelled_at is not None


class RefundState(models.TextChoices):
    """How far a refund has come; two people decide one."""

    ASKED = "asked", _("Chờ người thứ hai duyệt")
    REFUSED = "refused", _("Không duyệt")
    APPROVED = "approved", _("Đã duyệt, chờ chi")
    DONE = "done", _("Đã hoàn")
    FAILED = "failed", _("Cổng thanh toán từ chối")


class Refund(Entity):
    """Money given back, with a reason; who asks for it never approves it."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    amount = models.PositiveBigIntegerField()
    reason = models.TextField()
    state = models.CharField(max_length=8, choices=RefundState.choices, default=RefundState.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    asked_by_name = models.CharField(max_length=120)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+")
    decided_by_name = models.CharField(max_length=120, blank=True)
    decision_note = models.TextField(blank=True)
    paid_at = models.DateTimeField(null=True)
    transaction = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(reason=""), name="payments_refund_whole"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="payments_refund_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at__isnull=True)
                | ~Q(state="asked") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="payments_refund_decided",
            ),
            models.CheckConstraint(
                condition=Q(state="done", paid_at__isnull=False) | ~Q(state="done") & Q(paid_at__isnull=True),
                name="payments_refund_paid",
            ),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(state__in=["asked", "approved"]),
                name="payments_refund_one_under_way",
            ),
        ]
        indexes = [models.Index(fields=["payment", "id"], name="payments_refund_payment")]

    @property
    def state_badge(self) -> str:
        """Give the key under which the state is registered for badges."""
        return f"payments.refund.{self.state}"
