"""Facts about dossiers, the cells that count them, and the dated rules of the index."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lienthong.indicators import formulas
from lienthong.indicators.measures import MEASURES
from lienthong.kernel.models import Dated, Entity
from lienthong.organisations.api import Confidence


class Outcome(models.TextChoices):
    """How a dossier ended."""

    OPEN = "open", _("đang giải quyết")
    DONE = "done", _("đã có kết quả")
    REFUSED = "refused", _("từ chối giải quyết")
    WITHDRAWN = "withdrawn", _("người nộp rút")
    NOT_RECEIVED = "not_received", _("không được tiếp nhận")


class Timing(models.TextChoices):
    """When a received dossier ended, against its appointment; a day before it is early."""

    NONE = "", _("chưa xong")
    EARLY = "early", _("trước hạn")
    ON_TIME = "on_time", _("đúng hạn")
    LATE = "late", _("quá hạn")


class DossierFact(models.Model):
    """What statistics know of one dossier; agencies stay as they were, no personal data.

    ``agency`` is the one competent to decide: figures are its. Flags that nothing sends yet are null, which is
    "no data" and never 0. ``late_from`` is the instant from which the dossier is late, future or past; null when
    it ended, or the clock stopped, before.
    """

    dossier = models.OneToOneField("dossiers.Dossier", models.PROTECT, primary_key=True, related_name="+")
    uuid = models.UUIDField(unique=True)
    code = models.CharField(max_length=60)
    procedure = models.ForeignKey("catalogue.Procedure", models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+", db_index=False)
    receiving_agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+", db_index=False)
    agency_ids = ArrayField(models.BigIntegerField())
    channel = models.PositiveSmallIntegerField()
    status = models.PositiveSmallIntegerField()
    is_full_online = models.BooleanField()
    submitted_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    late_from = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    timing = models.CharField(max_length=7, choices=Timing.choices, blank=True)
    minutes = models.PositiveIntegerField(default=0, help_text="from reception to end, waits left out")
    wait_minutes = models.PositiveIntegerField(default=0)
    rounds = models.PositiveSmallIntegerField(default=0)
    has_fee = models.BooleanField()
    e_result = models.BooleanField()
    paid_online = models.BooleanField(null=True)
    digitised = models.BooleanField(null=True)
    reused = models.BooleanField(null=True)
    from_vault = models.BooleanField(null=True)
    identified = models.BooleanField(null=True)
    synced = models.BooleanField(null=True)
    disliked = models.BooleanField(null=True)
    satisfaction = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="open", ended_at__isnull=True, timing="")
                | (~Q(outcome="open") & Q(ended_at__isnull=False)),
                name="indicators_fact_ended",
            ),
            models.CheckConstraint(
                condition=Q(timing="") | Q(received_at__isnull=False), name="indicators_fact_timed_when_received"
            ),
            models.CheckConstraint(
                condition=~Q(timing="late") | Q(late_from__isnull=False), name="indicators_fact_late_since"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "received_at"], name="indicators_fact_received"),
            models.Index(fields=["agency", "ended_at"], name="indicators_fact_ended_at"),
            models.Index(
                fields=["agency", "late_from"], name="indicators_fact_late", condition=Q(late_from__isnull=False)
            ),
            models.Index(
                fields=["agency", "due_at"],
                name="indicators_fact_open",
                condition=Q(ended_at__isnull=True, received_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Step(models.Model):
    """A step of a process by its element in the diagram, with the name it bore last."""

    process_key = models.CharField(max_length=60)
    element_id = models.CharField(max_length=120)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process_key", "element_id"], name="indicators_step_once")]

    def __str__(self) -> str:
        return self.name


class StepFact(models.Model):
    """One ended task: how long it lay with a unit and an officer, counted in calendar minutes from its opening."""

    task_uuid = models.UUIDField(primary_key=True)
    step = models.ForeignKey(Step, models.PROTECT, related_name="+", db_index=False)
    procedure = models.ForeignKey("catalogue.Procedure", models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["agency", "done_at"], name="indicators_stepfact_done")]

    def __str__(self) -> str:
        return str(self.task_uuid)


class Figure(models.Model):
    """One cell: what an agency did in a procedure in a month, one column a measure.

    Kept by the difference that each change of a dossier makes; sums over agencies and months are sums of cells.
    """

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+", db_index=False)
    procedure = models.ForeignKey("catalogue.Procedure", models.PROTECT, related_name="+", db_index=False)
    month = models.DateField(help_text="its first day")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "procedure", "month"], name="indicators_figure_cell"),
        ]
        indexes = [models.Index(fields=["month", "agency"], name="indicators_figure_month")]

    def __str__(self) -> str:
        return f"{self.agency_id}/{self.procedure_id}/{self.month:%Y-%m}"


for _key, _measure in MEASURES.items():
    Figure.add_to_class(_key, (models.BigIntegerField if _measure.amount else models.IntegerField)(default=0))


class IndicatorGroup(models.TextChoices):
    """The six groups of the index (QĐ 766/QĐ-TTg)."""

    TRANSPARENCY = "transparency", _("Công khai, minh bạch")
    PROGRESS = "progress", _("Tiến độ giải quyết")
    ONLINE = "online", _("Cung cấp dịch vụ công trực tuyến")
    PAYMENT = "payment", _("Thanh toán trực tuyến")
    SATISFACTION = "satisfaction", _("Mức độ hài lòng")
    DIGITISATION = "digitisation", _("Số hóa hồ sơ")


class IndicatorDefinition(Entity, Dated):
    """One indicator during a period: its formula, greatest score and target share.

    The score is the maximum from the target upwards, below it in proportion; without a target, in proportion to 100 %.
    """

    code = models.CharField(max_length=12)
    group = models.CharField(max_length=12, choices=IndicatorGroup.choices)
    name = models.CharField(max_length=200)
    formula = models.CharField(max_length=32, choices=formulas.CHOICES)
    maximum = models.DecimalField(max_digits=5, decimal_places=2, validators=[MinValueValidator(0)])
    target = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    order = models.PositiveSmallIntegerField()
    legal_basis = models.CharField(max_length=200)
    confidence = models.CharField(max_length=6, choices=Confidence.choices)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["code", "valid_from"], name="indicators_definition_once"),
            models.CheckConstraint(condition=Q(maximum__gte=0), name="indicators_definition_maximum"),
            models.CheckConstraint(
                condition=Q(target__isnull=True) | Q(target__gt=0, target__lte=100), name="indicators_definition_target"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class NoData(models.TextChoices):
    """What an indicator without data does to the total."""

    SKIP = "skip", _("bỏ qua, chia lại điểm cho các chỉ số có dữ liệu")
    ZERO = "zero", _("tính 0 điểm")


class ScoringRule(Dated):
    """How the index treats what cannot be computed."""

    no_data = models.CharField(max_length=4, choices=NoData.choices)
    legal_basis = models.CharField(max_length=200)
    confidence = models.CharField(max_length=6, choices=Confidence.choices)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["valid_from"], name="indicators_rule_once"),
        ]

    def __str__(self) -> str:
        return self.get_no_data_display()


class Promulgator(models.TextChoices):
    """Whose decision publishes a procedure."""

    MINISTRY = "ministry", _("bộ, cơ quan ngang bộ")
    PROVINCE = "province", _("Ủy ban nhân dân cấp tỉnh")


class PublicationLimit(Dated):
    """How early a procedure is decided on and how soon after it stands on the national portal, in working days.

    :ivar decide_before: days between the decision and the day on which the law behind the procedure takes effect.
    :ivar publicise_within: days after the decision.
    """

    promulgator = models.CharField(max_length=8, choices=Promulgator.choices)
    decide_before = models.PositiveSmallIntegerField()
    publicise_within = models.PositiveSmallIntegerField()
    legal_basis = models.CharField(max_length=200)
    confidence = models.CharField(max_length=6, choices=Confidence.choices)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["promulgator", "valid_from"], name="indicators_publication_once"),
            models.CheckConstraint(
                condition=Q(decide_before__range=(1, 40), publicise_within__range=(1, 40)),
                name="indicators_publication_days",
            ),
        ]

    def __str__(self) -> str:
        return self.get_promulgator_display()


class RatingBand(Dated):
    """The word for a total score from ``lowest`` upwards."""

    name = models.CharField(max_length=40)
    lowest = models.DecimalField(max_digits=5, decimal_places=2)
    tone = models.CharField(max_length=8)
    legal_basis = models.CharField(max_length=200)
    confidence = models.CharField(max_length=6, choices=Confidence.choices)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["lowest", "valid_from"], name="indicators_band_once"),
        ]

    def __str__(self) -> str:
        return self.name
