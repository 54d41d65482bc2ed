"""Linked procedures (liên thông): the branches of one dossier, each with an agency and a due date of its own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lienthong.dossiers.models.dossier import Dossier
from lienthong.kernel.models import Dated, Entity
from lienthong.organisations.api import DueStep


class BranchRule(Dated):
    """What one branch of a process is: its own procedure, its own limit, and who above is told of it.

    ``element_id`` is the user task by which the branch is worked; ``tells_superior``: the one-stop unit of
    the level above is told at once when the dossier reaches that level (NĐ 61/2018/NĐ-CP, Điều 18).
    """

    process_key = models.CharField(max_length=80)
    branch = models.CharField(max_length=40)
    element_id = models.CharField(max_length=120)
    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    procedure_code = models.CharField(max_length=40, blank=True)
    limit_amount = models.PositiveSmallIntegerField()
    limit_unit = models.CharField(max_length=16)
    tells_superior = models.BooleanField(default=False)
    legal_basis = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["process_key", "branch", "valid_from"], name="dossiers_branchrule_once"),
        ]


class BranchState(models.TextChoices):
    """How far one branch has come; a failed one leaves the others as they are."""

    OPEN = "open", _("Đang giải quyết")
    DONE = "done", _("Đã giải quyết")
    FAILED = "failed", _("Không giải quyết được")


class Branch(Entity):
    """One linked procedure of a dossier, at one agency, with the due date it was given there."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="branches")
    branch = models.CharField(max_length=40)
    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    procedure_code = models.CharField(max_length=40, blank=True)
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=BranchState.choices, default=BranchState.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    due = models.JSONField(help_text="the computation of due_at, step by step")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "branch"], name="dossiers_branch_once"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="dossiers_branch_closed_known",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "due_at"], condition=Q(state="open"), name="dossiers_branch_open"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def text(self) -> str:
        """Give the branch's name in the language of the screen."""
        return self.name_en if self.name_en and (get_language() or "vi").startswith("en") else self.name

    @property
    def badge(self) -> str:
        """Give the key under which the state is registered for badges."""
        return f"dossiers.branch.{self.state}"

    @property
    def due_steps(self) -> tuple[str, ...]:
        """Tell how the due date came about, one sentence a step."""
        return tuple(DueStep.from_json(step).explanation for step in self.due.get("steps", ()))
