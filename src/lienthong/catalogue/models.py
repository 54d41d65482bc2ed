"""Administrative procedures, their dated versions, and which agency is competent for them.

A published version is never edited: a change is a new version. Dossiers stay pinned to the version
they were received under (domain rule 8.5 (5)).
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Dated, DatedQuerySet, Entity


class Level(models.TextChoices):
    """Level of government that decides; ``other`` is a school or a public utility."""

    CENTRAL = "central", _("Trung ương")
    PROVINCE = "province", _("Cấp tỉnh")
    DISTRICT = "district", _("Cấp huyện")
    COMMUNE = "commune", _("Cấp xã")
    OTHER = "other", _("Cơ quan khác")


class Applicant(models.TextChoices):
    """Who may ask for the procedure; the portal's sixteen codes (ĐT1…DT13) folded into five."""

    CITIZEN = "citizen", _("Công dân")
    BUSINESS = "business", _("Doanh nghiệp, hợp tác xã")
    AGENCY = "agency", _("Cơ quan, tổ chức")
    FOREIGNER = "foreigner", _("Người nước ngoài, người Việt Nam ở nước ngoài")
    OFFICIAL = "official", _("Cán bộ, công chức, viên chức")


class Channel(models.TextChoices):
    """How a dossier may be filed (NĐ 118/2025/NĐ-CP)."""

    ONLINE = "online", _("Trực tuyến")
    COUNTER = "counter", _("Trực tiếp tại bộ phận một cửa")
    POSTAL = "postal", _("Qua bưu chính công ích")


class OnlineLevel(models.TextChoices):
    """Extent of the online service (NĐ 42/2022/NĐ-CP)."""

    FULL = "full", _("Toàn trình")
    PARTIAL = "partial", _("Một phần")
    NONE = "none", _("Chưa trực tuyến")


class TimeUnit(models.TextChoices):
    """Unit of a time limit, as the working calendar counts it."""

    IMMEDIATE = "immediate", _("ngay")
    HOURS = "hours", _("giờ làm việc")
    DAYS = "days", _("ngày")
    WORKING_DAYS = "working_days", _("ngày làm việc")


class FeeKind(models.TextChoices):
    """What is paid: a service fee (phí), a state charge (lệ phí), or a sum the provincial council sets."""

    SERVICE_FEE = "phi", _("Phí")
    CHARGE = "le_phi", _("Lệ phí")
    COUNCIL = "council", _("Do Hội đồng nhân dân cấp tỉnh quy định")
    NONE = "none", _("Không thu")


class Sector(models.Model):
    """A field of work (lĩnh vực) with its code on the national portal."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    search_key = models.CharField(max_length=240)
    sort_key = models.CharField(max_length=440)

    def __str__(self) -> str:
        return self.name


class LifeEvent(models.Model):
    """A moment of life or business under which people look for procedures."""

    key = models.SlugField(max_length=40, unique=True)
    name_vi = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    summary = models.CharField(max_length=240)
    audience = models.CharField(max_length=10, choices=Applicant.choices)
    icon = models.CharField(max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name_vi


class Procedure(Entity):
    """An administrative procedure (thủ tục hành chính), known by its national code."""

    code = models.CharField(max_length=32, unique=True)

    def __str__(self) -> str:
        return self.code


class VersionState(models.TextChoices):
    """Where a version stands; only the last two are ever in force."""

    DRAFT = "draft", _("Dự thảo")
    PUBLISHED = "published", _("Đã công bố")
    WITHDRAWN = "withdrawn", _("Đã thu hồi")


class Origin(models.TextChoices):
    """Where the content came from; an earlier origin is never overwritten by a later one."""

    OWN = "own", _("Biên soạn tại đây")
    PORTAL = "portal", _("Bản ghi Cổng dịch vụ công quốc gia")
    NATIONAL = "national", _("Danh mục thủ tục quốc gia")


# PostgreSQL's daterange is half-open and an empty end is open, like our periods.
IN_FORCE_PERIOD = Func(
    F("valid_from"), Least("valid_to", "withdrawn_on"), function="daterange", output_field=DateRangeField()
)


class VersionQuerySet(DatedQuerySet):
    """Versions by validity; a draft is never in force, a withdrawn one until its last day."""

    def in_force(self, on):
        """Keep the published versions valid on a date."""
        return (
            super()
            .in_force(on)
            .exclude(state=VersionState.DRAFT)
            .filter(Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on))
        )


class ProcedureVersion(Entity, Dated):
    """What a procedure asks and gives during one period.

    ``decided_on`` is the day of the decision that publishes it, ``effective_on`` the day on which the law behind it
    takes effect, ``publicised_on`` the day on which the national portal shows it; null where no source tells.
    ``name_key`` keeps accents (lower case), ``search_key`` drops them, ``search_text`` adds the
    everyday words, the sector, the results and the English name.
    """

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=VersionState.choices, default=VersionState.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.OWN)
    is_reconstructed = models.BooleanField(default=False)

    name_vi = models.TextField()
    name_en = models.TextField(blank=True)
    everyday_names = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    name_key = models.TextField()
    search_key = models.TextField()
    search_text = models.TextField()
    search_vector = models.GeneratedField(
        expression=SearchVector("search_text", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    sort_key = models.CharField(max_length=400)

    sector = models.ForeignKey(Sector, models.PROTECT, null=True, blank=True, related_name="+")
    promulgator_code = models.CharField(max_length=40, blank=True)
    promulgator_name = models.CharField(max_length=255, blank=True)
    decision = models.CharField(max_length=120, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    publicised_on = models.DateField(null=True, blank=True)
    levels = ArrayField(models.CharField(max_length=8, choices=Level.choices), default=list)
    levels_before = ArrayField(models.CharField(max_length=8, choices=Level.choices), default=list, blank=True)
    applicants = ArrayField(models.CharField(max_length=10, choices=Applicant.choices), default=list)
    channels = ArrayField(models.CharField(max_length=8, choices=Channel.choices), default=list)
    online_level = models.CharField(max_length=8, choices=OnlineLevel.choices, default=OnlineLevel.NONE)
    life_events = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    is_nonterritorial = models.BooleanField(default=False)
    form_key = models.CharField(max_length=80, blank=True)
    process_key = models.CharField(max_length=80, default="standard")

    summary = models.TextField(blank=True)
    agency_text = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    time_note = models.TextField(blank=True)
    fee_kind = models.CharField(max_length=8, choices=FeeKind.choices, default=FeeKind.NONE)
    fee_note = models.TextField(blank=True)
    note = models.TextField(blank=True)
    source = models.CharField(max_length=255, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True)

    objects = VersionQuerySet.as_manager()  # type: ignore[misc]  # narrows the manager of Dated

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["procedure", "number"], name="catalogue_version_number"),
            models.CheckConstraint(
                condition=Q(state=VersionState.WITHDRAWN, withdrawn_on__isnull=False)
                | (~Q(state=VersionState.WITHDRAWN) & Q(withdrawn_on__isnull=True)),
                name="catalogue_version_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(state=VersionState.DRAFT) | Q(published_at__isnull=False),
                name="catalogue_version_published_at",
            ),
            ExclusionConstraint(
                name="catalogue_version_no_overlap",
                expressions=[
                    ("procedure", RangeOperators.EQUAL),
                    (IN_FORCE_PERIOD, RangeOperators.OVERLAPS),
                ],
                condition=Q(state=VersionState.PUBLISHED)
                | Q(state=VersionState.WITHDRAWN, withdrawn_on__gt=F("valid_from")),
            ),
        ]
        indexes = [
            GinIndex(fields=["search_vector"], name="catalogue_version_words"),
            GinIndex(OpClass("search_key", name="gin_trgm_ops"), name="catalogue_version_trigrams"),
            GinIndex(fields=["life_events"], name="catalogue_version_events"),
            models.Index(fields=["state", "sort_key"], name="catalogue_version_order"),
            models.Index(fields=["sector", "sort_key"], name="catalogue_version_sector"),
        ]

    def __str__(self) -> str:
        return self.name_vi

    @property
    def code(self) -> str:
        """The procedure's code; load the version with its procedure."""
        return self.procedure.code


class TimeLimit(models.Model):
    """One time limit; ``is_main`` is the normal case, the others hold under their condition."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="time_limits")
    key = models.SlugField(max_length=40)
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=12, choices=TimeUnit.choices)
    condition = models.TextField(blank=True)
    is_main = models.BooleanField(default=False)
    channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="catalogue_timelimit_key"),
            models.UniqueConstraint(fields=["version"], condition=Q(is_main=True), name="catalogue_timelimit_main"),
            models.CheckConstraint(
                condition=Q(unit=TimeUnit.IMMEDIATE, amount=0) | (~Q(unit=TimeUnit.IMMEDIATE) & Q(amount__gt=0)),
                name="catalogue_timelimit_amount",
            ),
        ]


class FeeItem(models.Model):
    """One fee line in whole đồng; empty ``amount`` means the provincial council sets it."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="fee_items")
    kind = models.CharField(max_length=8, choices=FeeKind.choices)
    amount = models.PositiveBigIntegerField(null=True, blank=True)
    purpose = models.TextField(blank=True)
    condition = models.TextField(blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    is_doubtful = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)


class Requirement(models.TextChoices):
    """How far a paper is asked for."""

    REQUIRED = "required", _("Bắt buộc")
    CONDITIONAL = "conditional", _("Tùy trường hợp")
    PRESENT_ONLY = "present_only", _("Chỉ xuất trình")
    OPTIONAL = "optional", _("Không bắt buộc")


class RequiredDocument(models.Model):
    """One paper of the dossier (thành phần hồ sơ); ``key`` names it in attachments."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="required_documents")
    key = models.SlugField(max_length=40)
    name = models.TextField()
    code = models.CharField(max_length=60, blank=True)
    form_code = models.CharField(max_length=255, blank=True)
    case = models.TextField(blank=True)
    originals = models.PositiveSmallIntegerField(default=0)
    copies = models.PositiveSmallIntegerField(default=0)
    requirement = models.CharField(max_length=12, choices=Requirement.choices)
    condition = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="catalogue_document_key")]

    def __str__(self) -> str:
        return self.name


class ProcedureStep(models.Model):
    """One step as a citizen should picture it; ``time_share`` is in percent of the limit, illustrative."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=255, blank=True)
    action_vi = models.TextField()
    action_en = models.TextField(blank=True)
    time_share = models.PositiveSmallIntegerField(null=True, blank=True)


class ProcedureResult(models.Model):
    """What the applicant gets, with the national result code where known."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="results")
    code = models.CharField(max_length=120, blank=True)
    name = models.TextField()
    order = models.PositiveSmallIntegerField(default=0)


class LegalBasis(models.Model):
    """One legal text the procedure rests on."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="legal_basis")
    symbol = models.CharField(max_length=255)
    title = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)


class LinkedProcedure(models.Model):
    """A procedure that goes before, after or together with this one; its code may not be known here."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="linked_procedures")
    code = models.CharField(max_length=32, blank=True)
    name = models.TextField(blank=True)
    relation = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)


class Competence(models.Model):
    """Which agency decides: by level and name inside the applicant's area, or one named agency.

    ``agency_names`` are beginnings of names ("Sở Xây dựng"), tried in their order, because a duty
    keeps its level while departments are merged and renamed. A row with ``agency`` is an explicit override, for one
    area (and what lies in it) or, without ``area``, everywhere.
    """

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="competences")
    level = models.CharField(max_length=8, choices=Level.choices)
    agency_names = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    area = models.ForeignKey(
        "organisations.AdministrativeArea", models.PROTECT, null=True, blank=True, related_name="+"
    )
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, null=True, blank=True, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)


class RawRecord(models.Model):
    """An imported record as it came, kept for proof and for later readings."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="raw_records")
    origin = models.CharField(max_length=8, choices=Origin.choices)
    source = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    body = models.TextField()
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure", "origin", "sha256"], name="catalogue_rawrecord_once")
        ]


class Synonym(models.Model):
    """An everyday phrase and the words the law uses for it, both as search keys."""

    phrase = models.CharField(max_length=80, unique=True)
    replacement = models.CharField(max_length=160)


class Spelling(models.Model):
    """A known word reachable from a misspelling: ``variant`` is the word with at most one letter removed."""

    variant = models.CharField(max_length=40)
    word = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["variant", "word"], name="catalogue_spelling_once")]
