"""Provinces, districts and communes, each during one period."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Dated, Entity
from lienthong.organisations.models.periods import one_at_a_time


class AreaLevel(models.TextChoices):
    """Level of an administrative area; districts existed until 1 July 2025 (Luật 72/2025/QH15)."""

    COUNTRY = "country", _("Quốc gia")
    PROVINCE = "province", _("Cấp tỉnh")
    DISTRICT = "district", _("Cấp huyện")
    COMMUNE = "commune", _("Cấp xã")


class AdministrativeArea(Entity, Dated):
    """A province, district or commune during one period; its code alone never identifies it.

    Codes were given anew with another meaning on 1 July 2025, so a change of name, rank, borders
    or parent makes a new row, linked to the old one by :class:`AreaSuccession`.

    ``has_nominal_start`` marks rows whose source tells the state but not the date it began.
    """

    level = models.CharField(max_length=8, choices=AreaLevel.choices)
    kind = models.CharField(max_length=24)
    code = models.CharField(max_length=8)
    name = models.CharField(max_length=120)
    search_key = models.CharField(max_length=160)
    sort_key = models.CharField(max_length=260)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    has_nominal_start = models.BooleanField(default=False)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["level", "code", "valid_from"], name="organisations_area_code"),
            one_at_a_time("organisations_area_code_once", "level", "code"),
        ]
        indexes = [
            models.Index(fields=["parent", "sort_key"], name="organisations_area_parent"),
            models.Index(fields=["level", "sort_key"], name="organisations_area_level"),
        ]

    def __str__(self) -> str:
        return self.name


class AreaSuccession(models.Model):
    """Where an area went: merged into, split among or renamed as its successors.

    ``is_partial`` says that only a part of the predecessor went there; ``is_default`` marks the
    successor to propose when nobody can tell which part is meant (one per predecessor).
    """

    predecessor = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(AdministrativeArea, models.PROTECT, related_name="origins")
    effective_date = models.DateField()
    is_partial = models.BooleanField(default=False)
    is_default = models.BooleanField(default=True)
    legal_basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="organisations_area_succession_once"),
            models.UniqueConstraint(
                fields=["predecessor"],
                condition=models.Q(is_default=True),
                name="organisations_area_succession_default",
            ),
            models.CheckConstraint(
                condition=~models.Q(predecessor=models.F("successor")), name="organisations_area_succession_not_self"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"
