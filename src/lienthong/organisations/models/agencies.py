"""Agencies, their place in the hierarchy, their identifiers and where their work went."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Dated, Entity
from lienthong.organisations.models.areas import AdministrativeArea
from lienthong.organisations.models.periods import one_at_a_time


class AgencyLevel(models.TextChoices):
    """Level of government an agency belongs to."""

    CENTRAL = "central", _("Trung ương")
    PROVINCE = "province", _("Cấp tỉnh")
    DISTRICT = "district", _("Cấp huyện")
    COMMUNE = "commune", _("Cấp xã")


class Confidence(models.TextChoices):
    """How sure the source is of a value."""

    HIGH = "high", _("Chắc chắn")
    MEDIUM = "medium", _("Suy ra")
    LOW = "low", _("Chưa chắc")


class Agency(Entity, Dated):
    """A body with its own competence, or a unit inside one (``is_unit``).

    ``is_one_stop`` marks a public administrative service centre or a one-stop desk (NĐ 118/2025).
    A renamed agency is a new row; who stands above whom is dated in :class:`AgencyParent`.
    """

    level = models.CharField(max_length=8, choices=AgencyLevel.choices)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    short_name = models.CharField(max_length=80, blank=True)
    search_key = models.CharField(max_length=300)
    sort_key = models.CharField(max_length=540)
    area = models.ForeignKey(AdministrativeArea, models.PROTECT, null=True, blank=True, related_name="+")
    is_unit = models.BooleanField(default=False)
    is_one_stop = models.BooleanField(default=False)
    address = models.CharField(max_length=255, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["level", "sort_key"], name="organisations_agency_level")]

    def __str__(self) -> str:
        return self.name


class AgencyParent(Dated):
    """Which agency stands directly above an agency during a period; at most one at a time."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="parents")
    parent = models.ForeignKey(Agency, models.PROTECT, related_name="children")

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            one_at_a_time("organisations_agencyparent_once", "agency"),
            models.CheckConstraint(
                condition=~models.Q(agency=models.F("parent")), name="organisations_agencyparent_not_self"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} ⊂ {self.parent_id}"


class AgencyIdentifier(Dated):
    """An electronic identifier of an agency in one of the two forms (QCVN 102:2016, QĐ 20/2020/QĐ-TTg).

    ``match_key`` is the code without padding, for lenient search (:func:`codes.match_key`).
    """

    class Scheme(models.TextChoices):
        """Which rule the identifier follows."""

        QCVN_102 = "qcvn102", _("QCVN 102:2016/BTTTT")
        QD_20 = "qd20", _("QĐ 20/2020/QĐ-TTg")
        OTHER = "other", _("Mã khác")

    Confidence = Confidence

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=8, choices=Scheme.choices)
    code = models.CharField(max_length=35)
    match_key = models.CharField(max_length=35)
    confidence = models.CharField(max_length=6, choices=Confidence.choices, default=Confidence.HIGH)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["scheme", "code", "valid_from"], name="organisations_identifier_code"),
            one_at_a_time("organisations_identifier_code_once", "scheme", "code"),
        ]
        indexes = [models.Index(fields=["match_key"], name="organisations_identifier_match")]

    def __str__(self) -> str:
        return self.code


class AgencySuccession(models.Model):
    """Where an agency's work went; many to many, one default per predecessor."""

    predecessor = models.ForeignKey(Agency, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Agency, models.PROTECT, related_name="origins")
    effective_date = models.DateField()
    is_default = models.BooleanField(default=True)
    legal_basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="organisations_agency_succession_once"),
            models.UniqueConstraint(
                fields=["predecessor"],
                condition=models.Q(is_default=True),
                name="organisations_agency_succession_default",
            ),
            models.CheckConstraint(
                condition=~models.Q(predecessor=models.F("successor")), name="organisations_agency_succession_not_self"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"
