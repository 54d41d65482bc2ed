"""The nine indicators of TT 01/2018/TT-VPCP: their dated definitions, the bands, and the points of each dossier."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lienthong.dossiers.models.dossier import Dossier
from lienthong.kernel.models import Dated


class ScoreMetric(models.TextChoices):
    """What an indicator counts on a dossier (less is better), or ``asked`` for what the applicant answers."""

    LATENESS = "lateness", _("0 sớm hạn, 1 đúng hạn, 2 quá hạn")
    LATE_STEPS = "late_steps", _("số bước quá hạn")
    CONTACTS = "contacts", _("số lần người nộp phải liên hệ")
    AGENCIES = "agencies", _("số cơ quan người nộp phải gặp")
    COMPLAINTS = "complaints", _("0 không có phản ánh, 1 trả lời đúng hạn, 2 trễ hạn hoặc chưa hài lòng")
    OFFLINE = "offline", _("số việc phải làm trực tiếp: nộp, nhận kết quả")
    ASKED = "asked", _("người nộp trả lời trên phiếu")


class ScoreIndicator(Dated):
    """One of the nine indicators: 2 points up to ``two_at_most``, 1 point up to ``one_at_most``, else 0."""

    number = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    question = models.CharField(max_length=200, blank=True)
    question_en = models.CharField(max_length=200, blank=True)
    metric = models.CharField(max_length=12, choices=ScoreMetric.choices)
    two_at_most = models.PositiveSmallIntegerField(default=0)
    one_at_most = models.PositiveSmallIntegerField(default=0)
    for_officials = models.BooleanField(default=False)
    legal_basis = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["number", "valid_from"], name="dossiers_scoreindicator_once"),
        ]

    def points(self, value: int) -> int:
        """Give 0, 1 or 2 points for what was counted."""
        return 2 if value <= self.two_at_most else 1 if value <= self.one_at_most else 0


class ScoreBand(Dated):
    """A band of total scores, from ``at_least`` up."""

    class Subject(models.TextChoices):
        """Whose score it is."""

        AGENCY = "agency", _("Cơ quan")
        OFFICIAL = "official", _("Cán bộ, công chức")

    subject = models.CharField(max_length=8, choices=Subject.choices)
    at_least = models.DecimalField(max_digits=4, decimal_places=1)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    tone = models.CharField(max_length=8)
    legal_basis = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["subject", "at_least", "valid_from"], name="dossiers_scoreband_once"),
        ]


class DossierScore(models.Model):
    """The points of one finished dossier: ``points`` maps indicator keys to 0, 1 or 2; what is not known is absent.

    A row without ``official`` is the agency's; one with it is the part of an official who worked on the dossier.
    """

    id = models.BigAutoField(primary_key=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="scores")
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    official = models.ForeignKey("organisations.Official", models.PROTECT, null=True, related_name="+")
    finished_on = models.DateField()
    points = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "agency", "official"], nulls_distinct=False, name="dossiers_score_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "finished_on", "id"], condition=Q(official__isnull=True), name="dossiers_score_agency"
            ),
            models.Index(
                fields=["agency", "official", "finished_on"],
                condition=Q(official__isnull=False),
                name="dossiers_score_official",
            ),
            GinIndex(fields=["points"], name="dossiers_score_points"),
        ]
