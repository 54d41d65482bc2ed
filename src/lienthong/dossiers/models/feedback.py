"""What applicants say of how they were served: the rating after a result, and complaints about handling."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lienthong.dossiers.models.dossier import Dossier
from lienthong.kernel.models import Dated, Entity
from lienthong.organisations.api import DueStep


class FeedbackRule(Dated):
    """How long a rating may be given and changed, and how soon a complaint is answered, from a date on."""

    rating_open_days = models.PositiveSmallIntegerField()
    rating_change_days = models.PositiveSmallIntegerField()
    ticket_minutes = models.PositiveSmallIntegerField()
    complaint_amount = models.PositiveSmallIntegerField()
    complaint_unit = models.CharField(max_length=16)
    complaint_open_days = models.PositiveSmallIntegerField()
    remind_hours = models.PositiveSmallIntegerField()
    legal_basis = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["valid_from"], name="dossiers_feedbackrule_once"),
        ]


class FeedbackReason(Dated):
    """One reason offered beside a rating, or one subject of a complaint; old answers keep their words."""

    class Use(models.TextChoices):
        """Where the reason is offered."""

        PRAISE = "praise", _("Điều làm tốt")
        BLAME = "blame", _("Điều chưa tốt")
        COMPLAINT = "complaint", _("Nội dung phản ánh")

    use = models.CharField(max_length=10, choices=Use.choices)
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["use", "key", "valid_from"], name="dossiers_feedbackreason_once"),
        ]


class RatingLevel(models.IntegerChoices):
    """The three levels of the citizens' form (TT 01/2018/TT-VPCP, Điều 13–15)."""

    NOT_SATISFIED = 1, _("Không hài lòng")
    SATISFIED = 2, _("Hài lòng")
    VERY_SATISFIED = 3, _("Rất hài lòng")


class RatingPlace(models.TextChoices):
    """Where the rating was given."""

    PORTAL = "portal", _("Trên cổng")
    COUNTER = "counter", _("Tại quầy")


class Rating(Entity):
    """One applicant's rating of one dossier; ``answers`` holds 0, 1 or 2 for each indicator that is asked."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="rating")
    level = models.PositiveSmallIntegerField(choices=RatingLevel.choices)
    reasons = ArrayField(models.CharField(max_length=40), default=list)
    text = models.TextField(blank=True)
    answers = models.JSONField(default=dict)
    place = models.CharField(max_length=8, choices=RatingPlace.choices)
    rated_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changeable_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="dossiers_rating_level"),
            models.CheckConstraint(condition=Q(changed_at__gte=F("rated_at")), name="dossiers_rating_changed_after"),
        ]


class RatingTicket(Entity):
    """Leave to rate one dossier once on the counter's tablet; only the digest of its code is kept."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="rating_tickets")
    digest = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class ComplaintState(models.TextChoices):
    """How far a complaint is."""

    RECEIVED = "received", _("Đã nhận")
    HANDLING = "handling", _("Đang xem xét")
    ANSWERED = "answered", _("Đã trả lời")
    WITHDRAWN = "withdrawn", _("Đã rút")
    ESCALATED = "escalated", _("Đã chuyển cấp trên")


class HandlingComplaint(Entity):
    """A complaint about how one dossier is handled.

    It lies with the supervisors of ``handling_agency``; ``excluded_ids`` are the accounts of those who worked on the
    dossier, who never see it. Several complaints about one dossier may follow each other, one open at a time.
    """

    code = models.CharField(max_length=40, unique=True)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="complaints")
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    handling_agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    excluded_ids = ArrayField(models.BigIntegerField(), default=list)
    subject = models.CharField(max_length=40)
    subject_name = models.CharField(max_length=160)
    content = models.TextField()
    state = models.CharField(max_length=10, choices=ComplaintState.choices, default=ComplaintState.RECEIVED)
    handler = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    due = models.JSONField(help_text="the computation of due_at, step by step")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_late = models.BooleanField(default=False)
    satisfaction = models.PositiveSmallIntegerField(choices=RatingLevel.choices, null=True)
    satisfaction_note = models.TextField(blank=True)
    escalations = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(state__in=["received", "handling", "escalated"]),
                name="dossiers_complaint_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="dossiers_complaint_answered_complete",
            ),
        ]
        indexes = [
            models.Index(fields=["handling_agency", "state", "due_at", "id"], name="dossiers_complaint_desk"),
            models.Index(fields=["dossier", "id"], name="dossiers_complaint_dossier"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        """Say whether somebody has to answer."""
        return self.state in (ComplaintState.RECEIVED, ComplaintState.HANDLING, ComplaintState.ESCALATED)

    @property
    def badge(self) -> str:
        """Give the key under which the state is registered for badges."""
        return f"dossiers.complaint.{self.state}"

    @property
    def due_steps(self) -> tuple[str, ...]:
        """Tell how the due date came about, one sentence a step."""
        return tuple(DueStep.from_json(step).explanation for step in self.due.get("steps", ()))


class ComplaintStep(Entity):
    """One line of a complaint's story; ``actor_name`` is shown to the desk, and to the complainant for answers."""

    complaint = models.ForeignKey(HandlingComplaint, models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ComplaintState.choices)
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    by_applicant = models.BooleanField(default=False)
    actor_name = models.CharField(max_length=120, blank=True)
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["complaint", "id"], name="dossiers_complaint_step")]
