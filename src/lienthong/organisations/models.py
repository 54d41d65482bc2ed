"""Administrative areas, agencies, officials and the posts they hold, all dated."""

from django.db import models
from django.db.models import Q

from lienthong.kernel.models import Dated, DatedQuerySet, Entity


class AreaLevel(models.TextChoices):
    """Level of an administrative area; districts existed until 1 July 2025 (Luật 72/2025/QH15)."""

    COUNTRY = "country", "Quốc gia"
    PROVINCE = "province", "Cấp tỉnh"
    DISTRICT = "district", "Cấp huyện"
    COMMUNE = "commune", "Cấp xã"


class AdministrativeArea(Entity, Dated):
    """A province, district or commune during one period; its code alone never identifies it."""

    level = models.CharField(max_length=8, choices=AreaLevel.choices)
    kind = models.CharField(max_length=24)
    code = models.CharField(max_length=8)
    name = models.CharField(max_length=120)
    search_key = models.CharField(max_length=160)
    sort_key = models.CharField(max_length=260)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["level", "code", "valid_from"], name="organisations_area_code"),
        ]
        indexes = [models.Index(fields=["parent", "sort_key"], name="organisations_area_parent")]

    def __str__(self) -> str:
        return self.name


class AreaSuccession(models.Model):
    """Where an area went: merged into, split among or renamed as its successors."""

    predecessor = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="origins")
    effective_date = models.DateField()
    is_partial = models.BooleanField(default=False)
    is_default = models.BooleanField(default=True)
    legal_basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="organisations_area_succession_once")
        ]


class AgencyLevel(models.TextChoices):
    """Level of government an agency belongs to."""

    CENTRAL = "central", "Trung ương"
    PROVINCE = "province", "Cấp tỉnh"
    DISTRICT = "district", "Cấp huyện"
    COMMUNE = "commune", "Cấp xã"


class Agency(Entity, Dated):
    """A body with its own competence, or a unit inside one (``is_unit``)."""

    level = models.CharField(max_length=8, choices=AgencyLevel.choices)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    short_name = models.CharField(max_length=80, blank=True)
    search_key = models.CharField(max_length=300)
    sort_key = models.CharField(max_length=540)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    area = models.ForeignKey(AdministrativeArea, models.PROTECT, null=True, blank=True, related_name="+")
    is_unit = models.BooleanField(default=False)
    is_one_stop = models.BooleanField(default=False)
    address = models.CharField(max_length=255, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["parent"], name="organisations_agency_parent")]

    def __str__(self) -> str:
        return self.name


class AgencyIdentifier(Dated):
    """An electronic identifier of an agency in one of the two forms (QCVN 102:2016, QĐ 20/2020/QĐ-TTg)."""

    class Scheme(models.TextChoices):
        """Which rule the identifier follows."""

        QCVN_102 = "qcvn102", "QCVN 102:2016/BTTTT"
        QD_20 = "qd20", "QĐ 20/2020/QĐ-TTg"
        OTHER = "other", "Mã khác"

    class Confidence(models.TextChoices):
        """How sure the source is of the code."""

        HIGH = "high", "Chắc chắn"
        MEDIUM = "medium", "Suy ra"
        LOW = "low", "Chưa chắc"

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=8, choices=Scheme.choices)
    code = models.CharField(max_length=35)
    confidence = models.CharField(max_length=6, choices=Confidence.choices, default=Confidence.HIGH)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["scheme", "code", "valid_from"], name="organisations_identifier_code"),
        ]


class AgencySuccession(models.Model):
    """Where an agency's work went; many to many."""

    predecessor = models.ForeignKey(Agency, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Agency, models.PROTECT, related_name="origins")
    effective_date = models.DateField()
    is_default = models.BooleanField(default=True)
    legal_basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="organisations_agency_succession_once")
        ]


class Official(Entity):
    """A person in public service, apart from any account or post."""

    full_name = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=260)
    form_of_address = models.CharField(max_length=8, blank=True)
    staff_number = models.CharField(max_length=24, blank=True)
    official_email = models.EmailField(blank=True)
    phone = models.CharField(max_length=24, blank=True)

    def __str__(self) -> str:
        return self.full_name


class PositionKind(models.TextChoices):
    """What a post does in the one-stop mechanism (NĐ 118/2025; names of roles in NĐ 61/2018)."""

    LEADER = "leader", "Lãnh đạo"
    DEPUTY = "deputy", "Phó lãnh đạo"
    UNIT_HEAD = "unit_head", "Trưởng bộ phận"
    SPECIALIST = "specialist", "Chuyên viên"
    RECEPTIONIST = "receptionist", "Cán bộ một cửa"
    CLERK = "clerk", "Văn thư"
    TREASURER = "treasurer", "Thủ quỹ"
    SUPERVISOR = "supervisor", "Kiểm soát thủ tục hành chính"
    ADMINISTRATOR = "administrator", "Quản trị hệ thống"


class Position(Entity, Dated):
    """A post in an agency."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="positions")
    kind = models.CharField(max_length=16, choices=PositionKind.choices)
    title = models.CharField(max_length=160)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["agency"], name="organisations_position_agency")]

    def __str__(self) -> str:
        return self.title


class Assignment(Entity, Dated):
    """An official holding a position during a period."""

    official = models.ForeignKey(Official, models.PROTECT, related_name="assignments")
    position = models.ForeignKey(Position, models.PROTECT, related_name="assignments")
    is_main = models.BooleanField(default=True)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["official"], name="organisations_assignment_who")]


class Absence(Entity, Dated):
    """A period in which an official is away and a substitute does the work."""

    official = models.ForeignKey(Official, models.PROTECT, related_name="absences")
    substitute = models.ForeignKey(Official, models.PROTECT, null=True, blank=True, related_name="substitutions")
    reason = models.CharField(max_length=200, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(substitute__isnull=True) | ~Q(substitute=models.F("official")),
                name="organisations_absence_not_self",
            ),
        ]
