"""What the law lets an agency ask, who pays less, and where the money goes: dated rows."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Dated, Entity


class FeeKind(models.TextChoices):
    """What is paid (Luật Phí và lệ phí 97/2015/QH13, Điều 3), or another duty that a notice sets."""

    SERVICE_FEE = "phi", _("Phí")
    CHARGE = "le_phi", _("Lệ phí")
    DUTY = "duty", _("Nghĩa vụ tài chính khác")


class Basis(models.TextChoices):
    """How an amount comes about."""

    FIXED = "fixed", _("một mức cho mỗi hồ sơ")
    PER_UNIT = "per_unit", _("theo số lượng")
    DECISION = "decision", _("theo bảng quyết định")
    FREE = "free", _("không thu")
    COUNCIL = "council", _("do Hội đồng nhân dân cấp tỉnh quy định")


class Stage(models.IntegerChoices):
    """When the money is asked for; the numbers are the national portal's ``HinhThucThu``."""

    RECEPTION = 1, _("khi tiếp nhận")
    SUPPLEMENT = 2, _("thu bổ sung trong khi giải quyết")
    RESULT = 4, _("khi trả kết quả")


class Collector(models.TextChoices):
    """Which agency of an application takes the money; the two are often one."""

    RECEIVING = "receiving", _("cơ quan tiếp nhận hồ sơ")
    DECIDING = "deciding", _("cơ quan có thẩm quyền giải quyết")


class Confidence(models.TextChoices):
    """How sure a row of the law is: read in its text, told by one source, or second-hand."""

    HIGH = "high", _("đã đối chiếu văn bản")
    MEDIUM = "medium", _("theo một nguồn")
    LOW = "low", _("chưa đối chiếu văn bản")


class FeeRule(Entity, Dated):
    """One fee of one procedure during a period; a row with ``area`` goes before the general one of the same key.

    ``area`` and ``level`` are those of the agency that collects.
    ``condition`` and ``quantity_of`` speak of an application: whoever asks for the rules evaluates them.

    :ivar condition: FEEL over the application's answers and ``channel``; empty always holds.
    :ivar quantity_of: the answer that counts the units; without one a single unit is charged.
    :ivar decision: the decision table that gives the amount; ``constants`` are what it reads beside the answers.
    """

    procedure_code = models.CharField(max_length=32)
    key = models.SlugField(max_length=40)
    area = models.ForeignKey("organisations.AdministrativeArea", models.PROTECT, null=True, related_name="+")
    level = models.CharField(max_length=8, blank=True)
    kind = models.CharField(max_length=8, choices=FeeKind.choices)
    basis = models.CharField(max_length=8, choices=Basis.choices)
    stage = models.PositiveSmallIntegerField(choices=Stage.choices, default=Stage.RECEPTION)
    collector = models.CharField(max_length=9, choices=Collector.choices, default=Collector.RECEIVING)
    name = models.CharField(max_length=255)
    amount = models.PositiveBigIntegerField(null=True)
    unit = models.CharField(max_length=40, blank=True)
    quantity_of = models.CharField(max_length=80, blank=True)
    decision = models.CharField(max_length=80, blank=True)
    constants = models.JSONField(default=dict, blank=True)
    condition = models.CharField(max_length=255, blank=True)
    legal_basis = models.CharField(max_length=255)
    note = models.TextField(blank=True)
    confidence = models.CharField(max_length=6, choices=Confidence.choices, default=Confidence.HIGH)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["procedure_code", "key", "area", "level", "valid_from"],
                nulls_distinct=False,
                name="payments_feerule_once",
            ),
            models.CheckConstraint(
                condition=Q(basis__in=[Basis.FIXED, Basis.PER_UNIT], amount__gt=0, decision="")
                | Q(basis=Basis.DECISION, amount__isnull=True) & ~Q(decision="")
                | Q(basis=Basis.FREE, amount=0, decision="")
                | Q(basis=Basis.COUNCIL, amount__isnull=True, decision=""),
                name="payments_feerule_amount",
            ),
            models.CheckConstraint(
                condition=Q(basis=Basis.PER_UNIT) & ~Q(unit="") | ~Q(basis=Basis.PER_UNIT) & Q(quantity_of=""),
                name="payments_feerule_unit",
            ),
            models.CheckConstraint(condition=~Q(legal_basis=""), name="payments_feerule_basis"),
            models.CheckConstraint(condition=Q(collector__in=Collector.values), name="payments_feerule_collector"),
        ]
        indexes = [models.Index(fields=["procedure_code", "valid_from"], name="payments_feerule_code")]

    def __str__(self) -> str:
        return self.name


class FilingTerm(Entity, Dated):
    """How long after an event an application of a procedure is in time, where the fee depends on it.

    :ivar counted_from: the answer that tells the event's day.
    :ivar days: calendar days after that day; the last one counts still.
    """

    procedure_code = models.CharField(max_length=32)
    counted_from = models.CharField(max_length=80)
    days = models.PositiveSmallIntegerField()
    legal_basis = models.CharField(max_length=255)
    confidence = models.CharField(max_length=6, choices=Confidence.choices, default=Confidence.HIGH)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["procedure_code", "valid_from"], name="payments_filingterm_once"),
            models.CheckConstraint(
                condition=Q(days__gt=0) & ~Q(counted_from="") & ~Q(legal_basis=""), name="payments_filingterm_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_code}: {self.days}"


class FeeReduction(Entity, Dated):
    """Who pays less, or nothing, and why; for one procedure or (empty code) for all.

    :ivar percent: how much less is paid; 100 is an exemption.
    :ivar condition: FEEL like a rule's; empty means that an official grants it on seeing the proof.
    """

    key = models.SlugField(max_length=40)
    procedure_code = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=8, choices=FeeKind.choices, blank=True)
    percent = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=255)
    condition = models.CharField(max_length=255, blank=True)
    legal_basis = models.CharField(max_length=255)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["key", "procedure_code", "valid_from"], name="payments_feereduction_once"),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100) & ~Q(reason="") & ~Q(legal_basis=""),
                name="payments_feereduction_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class PayeeAccount(Entity, Dated):
    """The bank account into which one agency collects; one at a time."""

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    bank = models.CharField(max_length=6, validators=[RegexValidator(r"^[0-9]{6}$")], help_text="BIN of Napas")
    bank_name = models.CharField(max_length=120)
    number = models.CharField(max_length=19)
    holder = models.CharField(max_length=25, help_text="as VietQR writes it: capitals without marks")

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(bank__regex=r"^[0-9]{6}$", number__regex=r"^[0-9A-Za-z]{1,19}$"),
                name="payments_payee_form",
            ),
            ExclusionConstraint(
                name="payments_payee_one_at_a_time",
                expressions=[
                    ("agency", RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_to"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} {self.number}"
