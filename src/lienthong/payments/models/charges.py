"""What somebody owes, line by line, and every attempt to pay it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Entity
from lienthong.payments.models.rules import Collector, FeeKind, Stage


class ChargeState(models.TextChoices):
    """Where a charge stands."""

    OPEN = "open", _("Chờ nộp")
    SETTLED = "settled", _("Đã nộp")
    EXEMPT = "exempt", _("Không phải nộp")
    CANCELLED = "cancelled", _("Đã hủy")


class Charge(Entity):
    """What one person owes one agency for one thing of another context, named by type and uuid.

    A charge of nothing is kept too, as ``exempt``: indicator 3.6 of QĐ 766/QĐ-TTg leaves those dossiers out.

    :ivar agency: who collects: accounts, cash desk, receipts, reconciliation and who may see follow it.
    :ivar collector: as what the agency collects, by the rule in force when the money was asked for.
    :ivar code: what the payer writes into a transfer and bank statements bring back.
    :ivar is_blocking: the subject's process waits for the money.
    """

    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    subject_code = models.CharField(max_length=60, blank=True)
    about = models.CharField(max_length=500)
    code = models.CharField(max_length=16, unique=True)
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    collector = models.CharField(max_length=9, choices=Collector.choices, default=Collector.RECEIVING)
    person = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    business = models.ForeignKey("accounts.Business", models.PROTECT, null=True, related_name="+")
    payer_name = models.CharField(max_length=255)
    stage = models.PositiveSmallIntegerField(choices=Stage.choices)
    is_blocking = models.BooleanField(default=False)
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    amount = models.PositiveBigIntegerField()
    state = models.CharField(max_length=9, choices=ChargeState.choices, default=ChargeState.OPEN)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=120, blank=True)
    closing_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=Q(state="open", is_blocking=True),
                name="payments_charge_one_waited_for",
            ),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "stage", "agency"],
                condition=Q(is_blocking=False) & ~Q(state="cancelled"),
                name="payments_charge_once_a_stage",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | ~Q(state="open") & Q(closed_at__isnull=False),
                name="payments_charge_closed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "settled"], amount__gt=0)
                | Q(state="exempt", amount=0)
                | Q(state="cancelled"),
                name="payments_charge_amount",
            ),
            models.CheckConstraint(condition=Q(collector__in=Collector.values), name="payments_charge_collector"),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="payments_charge_subject"),
            models.Index(fields=["agency", "state", "-id"], name="payments_charge_agency"),
            models.Index(fields=["person", "-id"], name="payments_charge_person"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        """Say whether the money is still to come."""
        return self.state == ChargeState.OPEN

    @property
    def state_badge(self) -> str:
        """Give the key under which the state is registered for badges."""
        return f"payments.charge.{self.state}"


class ChargeLine(Entity):
    """One fee of a charge; a reduction stands beside its reason and the law behind it."""

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="lines")
    rule = models.ForeignKey("payments.FeeRule", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=FeeKind.choices)
    name = models.CharField(max_length=255)
    quantity = models.PositiveIntegerField(default=1)
    unit = models.CharField(max_length=40, blank=True)
    unit_amount = models.PositiveBigIntegerField()
    reduction = models.PositiveBigIntegerField(default=0)
    reduction_reason = models.CharField(max_length=255, blank=True)
    reduction_basis = models.CharField(max_length=255, blank=True)
    amount = models.PositiveBigIntegerField()
    legal_basis = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=F("quantity") * F("unit_amount") - F("reduction")), name="payments_line_sum"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="payments_line_quantity"),
            models.CheckConstraint(
                condition=Q(reduction=0) | ~Q(reduction_reason=""), name="payments_line_reduction_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["charge", "id"], name="payments_line_charge")]


class Method(models.TextChoices):
    """How money came."""

    CASH = "cash", _("Tiền mặt tại quầy")
    TRANSFER = "transfer", _("Chuyển khoản")
    GATEWAY = "gateway", _("Cổng thanh toán")


class PaymentState(models.TextChoices):
    """What became of an attempt to pay."""

    STARTED = "started", _("Đang thực hiện")
    PAID = "paid", _("Đã nộp")
    FAILED = "failed", _("Không thành công")
    LAPSED = "lapsed", _("Bỏ dở")
    SURPLUS = "surplus", _("Nộp thừa, chờ hoàn")


class Payment(Entity):
    """One attempt to pay a charge. The one that is ``paid`` settles it; money that came besides is ``surplus``.

    :ivar reference: our own number of the attempt, which a gateway brings back.
    :ivar transaction: the number at the bank or gateway; never twice.
    """

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="payments")
    method = models.CharField(max_length=8, choices=Method.choices)
    gateway = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=32, unique=True)
    transaction = models.CharField(max_length=64, blank=True)
    amount = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, choices=PaymentState.choices)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    received_by = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["charge"], condition=Q(state="paid"), name="payments_payment_settles_once"),
            models.UniqueConstraint(
                fields=["charge"], condition=Q(state="started"), name="payments_payment_one_attempt"
            ),
            models.UniqueConstraint(
                fields=["method", "gateway", "transaction"],
                condition=~Q(transaction=""),
                name="payments_payment_transaction_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["paid", "surplus"], paid_at__isnull=False)
                | Q(state__in=["started", "failed", "lapsed"], paid_at__isnull=True),
                name="payments_payment_paid_at",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_payment_amount"),
            models.CheckConstraint(
                condition=Q(method="gateway") & ~Q(gateway="") | ~Q(method="gateway") & Q(gateway=""),
                name="payments_payment_gateway",
            ),
        ]
        indexes = [
            models.Index(fields=["charge", "id"], name="payments_payment_charge"),
            models.Index(fields=["paid_at"], name="payments_payment_day", condition=Q(paid_at__isnull=False)),
            models.Index(fields=["expires_at"], name="payments_payment_open", condition=Q(state="started")),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_badge(self) -> str:
        """Give the key under which the state is registered for badges."""
        return f"payments.payment.{self.state}"


class GatewayNotice(models.Model):
    """One notification of a gateway as it came and what we answered; refused ones too."""

    id = models.BigAutoField(primary_key=True)
    gateway = models.CharField(max_length=20)
    at = models.DateTimeField()
    reply = models.CharField(max_length=12)
    reference = models.CharField(max_length=100, blank=True)
    transaction = models.CharField(max_length=64, blank=True)
    amount = models.PositiveBigIntegerField(null=True)
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="notices")

    class Meta:
        indexes = [models.Index(fields=["at"], name="payments_notice_at")]
