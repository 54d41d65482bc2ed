"""What the bank and the gateway say they received, and the days compared."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Entity
from lienthong.payments.models.charges import Charge, Payment


class Source(models.TextChoices):
    """Whose statement it is."""

    BANK = "bank", _("Sao kê ngân hàng")
    GATEWAY = "gateway", _("Tệp đối soát của cổng thanh toán")


class BankStatement(Entity):
    """One imported file; the same file is never imported twice."""

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, choices=Source.choices)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=120)
    line_count = models.PositiveIntegerField()
    known_count = models.PositiveIntegerField(help_text="lines that an earlier file had brought")
    settled_count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "sha256"], name="payments_statement_once"),
        ]


class StatementLine(models.Model):
    """One sum that came in; the bank's number keeps overlapping files from counting it twice."""

    id = models.BigAutoField(primary_key=True)
    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="lines")
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, choices=Source.choices)
    day = models.DateField()
    transaction = models.CharField(max_length=64)
    amount = models.PositiveBigIntegerField()
    memo = models.CharField(max_length=255, blank=True)
    charge = models.ForeignKey(Charge, models.PROTECT, null=True, related_name="+")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="statement_lines")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "source", "transaction"], name="payments_statementline_once"),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(payment__isnull=False), name="payments_statementline_payment"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(transaction=""), name="payments_statementline_whole"),
        ]
        indexes = [models.Index(fields=["agency", "day"], name="payments_statementline_day")]


class Reconciliation(Entity):
    """One day of one agency compared; comparing again replaces what the first look found."""

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    day = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    cash_amount = models.PositiveBigIntegerField()
    here_amount = models.PositiveBigIntegerField(help_text="paid by transfer or gateway, by our books")
    there_amount = models.PositiveBigIntegerField(help_text="received, by the statements")
    matched_count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "day"], name="payments_reconciliation_day")]


class DifferenceKind(models.TextChoices):
    """What does not agree."""

    ONLY_HERE = "only_here", _("Sổ có, sao kê không có")
    ONLY_THERE = "only_there", _("Sao kê có, sổ không có")
    OTHER_AMOUNT = "other_amount", _("Khác số tiền")


class Difference(Entity):
    """One thing on which books and statement do not agree; it stays until somebody explains it."""

    reconciliation = models.ForeignKey(Reconciliation, models.PROTECT, related_name="differences")
    kind = models.CharField(max_length=12, choices=DifferenceKind.choices)
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="+")
    line = models.ForeignKey(StatementLine, models.PROTECT, null=True, related_name="+")
    explanation = models.TextField(blank=True)
    explained_by = models.CharField(max_length=120, blank=True)
    explained_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="only_here", payment__isnull=False, line__isnull=True)
                | Q(kind="only_there", payment__isnull=True, line__isnull=False)
                | Q(kind="other_amount", payment__isnull=False, line__isnull=False),
                name="payments_difference_sides",
            ),
            models.UniqueConstraint(
                fields=["reconciliation", "payment", "line"], nulls_distinct=False, name="payments_difference_once"
            ),
            models.CheckConstraint(
                condition=Q(explained_at__isnull=True, explanation="")
                | Q(explained_at__isnull=False) & ~Q(explanation=""),
                name="payments_difference_explained",
            ),
        ]
