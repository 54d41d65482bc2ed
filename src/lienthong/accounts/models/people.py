"""Citizens, businesses, and who may act for a business."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Dated, Entity


class Sex(models.TextChoices):
    """Sex as recorded in the population database (Luật Căn cước 26/2023/QH15, Điều 9)."""

    MALE = "male", _("Nam")
    FEMALE = "female", _("Nữ")


class Person(Entity):
    """A citizen as the platform knows them.

    ``verified_at`` is set only by the national eID: then name, identity number, birth date and sex
    come from it and nobody edits them here. A birth date may be partial: ``YYYY`` or ``YYYY-MM``.
    """

    full_name = models.CharField(max_length=120)
    search_key = models.CharField(max_length=160)
    sort_key = models.CharField(max_length=260)
    identity_number = models.CharField(max_length=12, blank=True)
    birth_date = models.CharField(max_length=10, blank=True)
    sex = models.CharField(max_length=8, choices=Sex.choices, blank=True)
    nationality = models.CharField(max_length=2, default="VN")
    phone = models.CharField(max_length=24, blank=True)
    email = models.EmailField(blank=True)
    address = models.JSONField(default=dict, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity_number"],
                condition=~Q(identity_number="") & Q(verified_at__isnull=False),
                name="accounts_person_identity_once",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | ~Q(verified_by=""),
                name="accounts_person_verified_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["identity_number"], name="accounts_person_identity"),
            models.Index(fields=["search_key"], name="accounts_person_search"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def is_verified(self) -> bool:
        """Say whether the national eID vouches for name, number, birth date and sex."""
        return self.verified_at is not None


class Business(Entity):
    """An enterprise, household business or other organisation that applies for procedures."""

    name = models.CharField(max_length=255)
    search_key = models.CharField(max_length=300)
    tax_code = models.CharField(max_length=14, unique=True)
    phone = models.CharField(max_length=24, blank=True)
    email = models.EmailField(blank=True)
    address = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = "doanh nghiệp, tổ chức"
        indexes = [models.Index(fields=["search_key", "id"], name="accounts_business_order")]

    def __str__(self) -> str:
        return self.name


class Representation(Entity, Dated):
    """A person who may act for a business during a period, and the paper that says so."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="representations")
    business = models.ForeignKey(Business, models.PROTECT, related_name="representations")
    title = models.CharField(max_length=120, blank=True)
    basis = models.CharField(max_length=255, blank=True)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["person", "business"], condition=Q(valid_to__isnull=True), name="accounts_representation_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title
