"""Taking running dossiers over from an older system."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lienthong.dossiers.models.dossier import Dossier
from lienthong.kernel.models import Entity


class ImportMapping(models.Model):
    """Which column of an agency's old table means what, and how its old words for statuses read; kept for next time."""

    id = models.BigAutoField(primary_key=True)
    agency = models.OneToOneField("organisations.Agency", models.PROTECT, related_name="+")
    columns = models.JSONField(default=dict)
    statuses = models.JSONField(default=dict)


class ImportState(models.TextChoices):
    """How far a batch is."""

    UPLOADED = "uploaded", _("Chờ chọn cột")
    CHECKING = "checking", _("Đang kiểm tra")
    CHECKED = "checked", _("Đã kiểm tra")
    RUNNING = "running", _("Đang nhập")
    DONE = "done", _("Đã nhập xong")
    FAILED = "failed", _("Không đọc được tệp")


class ImportBatch(Entity):
    """One table given by an agency; ``next_row`` is where the work goes on after an interruption."""

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    file = models.ForeignKey("files.File", models.PROTECT, related_name="+")
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    header = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    statuses = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    rows = models.PositiveIntegerField(default=0)
    next_row = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(next_row__gte=0, rows__gte=0), name="dossiers_import_rows"),
            models.CheckConstraint(
                condition=Q(good__lte=F("rows")) | ~Q(state="done"), name="dossiers_import_not_more_than_rows"
            ),
        ]
        indexes = [models.Index(fields=["agency", "-id"], name="dossiers_import_agency")]

    @property
    def badge(self) -> str:
        """Give the key under which the state is registered for badges."""
        return f"dossiers.import.{self.state}"

    @property
    def percent(self) -> int:
        """Say how much of the present work is done."""
        return min(100, 100 * self.next_row // self.rows) if self.rows else 0


class ImportProblem(models.Model):
    """What is wrong with one cell; without personal data beyond the old code."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField()
    code = models.CharField(max_length=80, blank=True)
    column = models.CharField(max_length=120)
    message = models.CharField(max_length=300)

    class Meta:
        indexes = [models.Index(fields=["batch", "row", "id"], name="dossiers_import_problem")]


class LegacyDossier(models.Model):
    """Under which code an agency's older system knew a dossier; the same code is never taken over twice."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="legacy")
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    code = models.CharField(max_length=80)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="dossiers")
    row = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="dossiers_legacy_once")]
