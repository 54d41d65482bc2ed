"""How dossier codes are composed, and the counters behind them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Dated


class CodePattern(Dated):
    """The dated pattern of dossier codes, for one agency or (empty) for all.

    ``pattern`` is a format string with ``agency`` (identifier), ``agency_old`` (the one of QCVN 102:2016),
    ``date`` and ``sequence``: ``{agency}-{date:%Y%m%d}-{sequence:07d}``.
    """

    class Period(models.TextChoices):
        """When the sequence starts again at 1."""

        DAY = "day", _("mỗi ngày")
        YEAR = "year", _("mỗi năm")

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, null=True, blank=True, related_name="+")
    pattern = models.CharField(max_length=80)
    period = models.CharField(max_length=4, choices=Period.choices)
    legal_basis = models.CharField(max_length=200)


class CodeSequence(models.Model):
    """The last number given by an agency in a series; the row's lock keeps numbers without gap or duplicate.

    ``series`` names what is counted and since when: ``dossier/2026-11-22``, ``paper/2026``, ``result/2026``.
    """

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    series = models.CharField(max_length=40)
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "series"], name="dossiers_sequence_once"),
            models.CheckConstraint(condition=Q(last__gte=1), name="dossiers_sequence_positive"),
        ]


class PauseKind(models.TextChoices):
    """What a paused dossier waits for."""

    SUPPLEMENT = "supplement", _("bổ sung giấy tờ")
    PAYMENT = "payment", _("thực hiện nghĩa vụ tài chính")
    STOP = "stop", _("dừng xử lý")


class PauseEffect(models.TextChoices):
    """What is done with the due date after a pause."""

    RESTART = "restart", _("tính lại từ đầu")
    SHIFT = "shift", _("lùi bằng thời gian chờ")


class PausePolicy(Dated):
    """What a pause does to the due date of one procedure, where it departs from the general counting rule.

    Sources differ: NĐ 61/2018, Điều 19 lets the limit start again after a full supplement; practice shifts
    it by the length of the wait. The general rule is the organisations context's; sector law may differ.
    """

    procedure_code = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=PauseKind.choices)
    effect = models.CharField(max_length=8, choices=PauseEffect.choices)
    legal_basis = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["procedure_code", "kind", "valid_from"], name="dossiers_pausepolicy_once"),
        ]


class ConsultedParty(Dated):
    """Which agency plays a further role of a process, for one procedure or (empty code) for all that use it."""

    process_key = models.CharField(max_length=80)
    procedure_code = models.CharField(max_length=40, blank=True)
    party = models.CharField(max_length=40)
    level = models.CharField(max_length=8)
    agency_names = ArrayField(models.CharField(max_length=80), help_text="beginnings of names, the first found counts")
    legal_basis = models.CharField(max_length=200, blank=True)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["process_key", "procedure_code", "party", "valid_from"], name="dossiers_consulted_once"
            ),
        ]
