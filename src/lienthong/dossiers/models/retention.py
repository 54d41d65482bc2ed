"""How long dossiers are kept, and how they end: archived for good or destroyed by two people."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lienthong.dossiers.models.dossier import Dossier
from lienthong.kernel.models import Dated, Entity


class RetentionRule(Dated):
    """How many years a dossier is kept after it is closed; empty years mean for good.

    The rule of the procedure counts before the one of its sector, and that before the general one (both empty).
    """

    procedure_code = models.CharField(max_length=40, blank=True)
    sector_code = models.CharField(max_length=40, blank=True)
    years = models.PositiveSmallIntegerField(null=True)
    legal_basis = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["procedure_code", "sector_code", "valid_from"], name="dossiers_retentionrule_once"
            ),
            models.CheckConstraint(
                condition=Q(procedure_code="") | Q(sector_code=""), name="dossiers_retentionrule_one_subject"
            ),
        ]


class RetentionState(models.TextChoices):
    """How far the end of a dossier is."""

    DUE = "due", _("Đến hạn tiêu hủy")
    PROPOSED = "proposed", _("Chờ người thứ hai duyệt")
    DESTROYED = "destroyed", _("Đã tiêu hủy nội dung")
    PERMANENT = "permanent", _("Lưu vĩnh viễn")


class Retention(Entity):
    """One closed dossier whose time is up, or that is kept for good; two different people approve a destruction."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="retention")
    state = models.CharField(max_length=10, choices=RetentionState.choices)
    due_on = models.DateField(null=True)
    legal_basis = models.CharField(max_length=200)
    proposed_by = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+")
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="dossiers_retention_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="destroyed")
                | (Q(proposed_by__isnull=False) & Q(approved_by__isnull=False) & Q(destroyed_at__isnull=False)),
                name="dossiers_retention_destroyed_approved",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on", "id"], name="dossiers_retention_state")]


class LegalHold(Entity):
    """A dossier that must not be destroyed for the moment: a complaint, an inspection, a lawsuit."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="holds")
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=120)
    reason = models.CharField(max_length=300)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(released_at__isnull=True), name="dossiers_hold_one_open"
            ),
        ]
