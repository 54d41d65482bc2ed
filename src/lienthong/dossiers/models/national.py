"""How far each dossier is told to the national portal."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lienthong.dossiers.models.dossier import Dossier


class SyncStatus(models.TextChoices):
    """How a dossier stands with the national portal."""

    PENDING = "pending", _("Chờ gửi")
    SYNCED = "synced", _("Đã khớp")
    REFUSED = "refused", _("Bị từ chối")


class NationalSync(models.Model):
    """The place of one dossier in the order of what is sent.

    ``in_flight`` names the request whose outcome is not known; it is written before the request leaves, so that after
    a lost reply or a killed worker the portal is asked first. ``last_entry_id`` is the last history entry told,
    ``progress_sent`` how many were, ``status_entry_id`` the last entry whose status was told.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="national_sync")
    status = models.CharField(max_length=8, choices=SyncStatus.choices, default=SyncStatus.PENDING)
    remote_code = models.CharField(max_length=60, blank=True)
    remote_id = models.CharField(max_length=80, blank=True)
    last_entry_id = models.BigIntegerField(default=0)
    progress_sent = models.PositiveIntegerField(default=0)
    status_entry_id = models.BigIntegerField(default=0)
    status_sent = models.PositiveSmallIntegerField(default=0)
    files_sent = models.JSONField(default=list)
    rating_sent_at = models.DateTimeField(null=True)
    in_flight = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    pending_since = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["remote_code"], condition=~Q(remote_code=""), name="dossiers_national_code_once"
            ),
            models.UniqueConstraint(fields=["remote_id"], condition=~Q(remote_id=""), name="dossiers_national_id_once"),
            models.CheckConstraint(
                condition=~Q(status="pending") | (Q(pending_since__isnull=False) & Q(next_attempt_at__isnull=False)),
                name="dossiers_national_pending_known",
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(status="pending"), name="dossiers_national_next"),
            models.Index(fields=["status", "-dossier"], name="dossiers_national_status"),
        ]


class NationalSwitch(models.Model):
    """A single row: whether an operator holds the sending, who, and why."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300, blank=True)
