"""Form versions, catalogues of allowed values, and drafts kept as typed."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Dated, Entity


class DateRange(Func):
    """The half-open PostgreSQL range of a row's validity."""

    function = "DATERANGE"
    output_field = DateRangeField()


class FormState(models.TextChoices):
    """Life of a form version."""

    DRAFT = "draft", _("Bản soạn")
    PUBLISHED = "published", _("Đã công bố")
    WITHDRAWN = "withdrawn", _("Đã thu hồi")


class FormVersion(Entity, Dated):
    """One version of a form: what may be answered (``schema``) and how it is asked (``layout``).

    A published version never changes; answers name the version they were given on.
    ``checksum`` is the SHA-256 of schema and layout in canonical JSON.
    """

    key = models.SlugField(max_length=80)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    schema = models.JSONField()
    layout = models.JSONField()
    state = models.CharField(max_length=9, choices=FormState.choices, default=FormState.DRAFT)
    checksum = models.CharField(max_length=64)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["key", "version"], name="forms_version_once"),
            ExclusionConstraint(
                name="forms_version_one_in_force",
                expressions=[
                    ("key", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(state="published"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class CatalogueValue(Dated):
    """One allowed value of a catalogue (ethnic groups, nationalities…) during a period."""

    id = models.BigAutoField(primary_key=True)
    catalogue = models.SlugField(max_length=60)
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200, blank=True)
    search_key = models.CharField(max_length=260)
    position = models.PositiveIntegerField()

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["catalogue", "code", "valid_from"], name="forms_catalogue_value_once"),
        ]

    def __str__(self) -> str:
        return self.label


class Draft(Entity):
    """An unfinished form of one account, kept exactly as typed.

    ``version`` counts saves; ``step_versions`` tells at which count each step was last saved, so that
    two devices conflict only when they edit the same step. ``sources`` names where a prefilled
    answer comes from, ``attachments`` the uploaded files by field or required document.
    """

    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="+")
    context_key = models.CharField(max_length=120)
    answers = models.JSONField(default=dict)
    sources = models.JSONField(default=dict)
    attachments = models.JSONField(default=dict)
    step = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=0)
    step_versions = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "context_key"], name="forms_draft_one_per_purpose"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("saved_at")), name="forms_draft_expires_later"),
        ]
        indexes = [
            models.Index(fields=["account", "-saved_at", "id"], name="forms_draft_mine"),
            models.Index(fields=["expires_at"], name="forms_draft_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.context_key} v{self.version}"


class DraftCopy(Entity):
    """Answers of one step that lost against a later save of another device; kept until chosen."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="copies")
    step = models.CharField(max_length=60)
    answers = models.JSONField()
    based_on = models.PositiveIntegerField()
    saved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["draft", "id"], name="forms_draft_copy_order")]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.step}"
