"""Published processes, their running instances and the tasks of people."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lienthong.kernel.models import Dated, Entity


class ProcessDefinition(Entity, Dated):
    """One published version of a process; never altered, so that running instances stay on theirs.

    ``bpmn`` is the file as drawn; ``dmn`` are the decision files published with it.
    """

    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    bpmn = models.TextField()
    dmn = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["key", "version"], name="workflows_definition_version"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class DecisionDefinition(Entity, Dated):
    """One published version of a decision table, for asking it outside any process."""

    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200, blank=True)
    dmn = models.TextField()

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["key", "version"], name="workflows_decision_version"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Instance(Entity):
    """One running process of one owner's thing (``business_key``).

    ``state`` is compressed JSON (see ``engine.state``); ``parties`` maps roles to agency ids.
    """

    class State(models.TextChoices):
        """How far the instance is."""

        RUNNING = "RUNNING", _("Đang chạy")
        FINISHED = "FINISHED", _("Đã kết thúc")
        CANCELLED = "CANCELLED", _("Đã hủy")

    definition = models.ForeignKey(ProcessDefinition, models.PROTECT, related_name="instances")
    business_key = models.CharField(max_length=64, unique=True)
    status = models.CharField(max_length=9, choices=State.choices, default=State.RUNNING)
    stage = models.CharField(max_length=16, blank=True)
    title = models.CharField(max_length=120, blank=True)
    subtitle = models.CharField(max_length=400, blank=True)
    parties = models.JSONField(default=dict)
    state = models.BinaryField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    counted_from = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    next_timer_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_timer_at"], condition=Q(next_timer_at__isnull=False), name="workflows_instance_timer"
            ),
        ]

    def __str__(self) -> str:
        return self.business_key


class Task(Entity):
    """A task of a person, with what lists show repeated here so that they need no joins.

    ``number`` is the engine's number of the token; ``version`` grows with each change of hands.
    """

    class State(models.TextChoices):
        """Who holds the task."""

        OPEN = "OPEN", _("Chưa ai nhận")
        CLAIMED = "CLAIMED", _("Đã nhận")
        DONE = "DONE", _("Đã xong")
        CANCELLED = "CANCELLED", _("Đã hủy")

    instance = models.ForeignKey(Instance, models.PROTECT, related_name="tasks")
    number = models.PositiveIntegerField()
    business_key = models.CharField(max_length=64)
    process_key = models.CharField(max_length=60)
    element_id = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    public_name = models.CharField(max_length=200, blank=True)
    party = models.CharField(max_length=16)
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    right = models.CharField(max_length=16)
    stage = models.CharField(max_length=16, blank=True)
    title = models.CharField(max_length=120, blank=True)
    subtitle = models.CharField(max_length=400, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    assignee = models.ForeignKey("accounts.Account", models.PROTECT, null=True, blank=True, related_name="+")
    assignee_name = models.CharField(max_length=120, blank=True)
    assigned_at = models.DateTimeField(null=True, blank=True)
    time_share = models.FloatField(null=True, blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    has_own_limit = models.BooleanField(default=False, help_text="due_at is not a part of the whole limit")
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instance", "number"], name="workflows_task_number"),
            models.CheckConstraint(
                condition=~Q(state="CLAIMED") | Q(assignee__isnull=False), name="workflows_task_claimed_by_someone"
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "right", "due_at"],
                condition=Q(state__in=("OPEN", "CLAIMED")),
                name="workflows_task_pool",
            ),
            models.Index(fields=["assignee", "due_at"], condition=Q(state="CLAIMED"), name="workflows_task_mine"),
            models.Index(fields=["business_key", "id"], name="workflows_task_business"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.business_key})"
