"""The dated rules of waiting and reminding, and what they have brought about."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lienthong.dossiers.models.dossier import Dossier
from lienthong.kernel.models import Dated, Entity


class WaitKind(models.TextChoices):
    """What a dossier waits for when no due date runs."""

    RECEPTION = "reception", _("chờ bộ phận một cửa tiếp nhận")
    SUPPLEMENT = "supplement", _("chờ người nộp bổ sung")
    PAYMENT = "payment", _("chờ người nộp thực hiện nghĩa vụ tài chính")
    STOP = "stop", _("đang dừng xử lý")
    UNLIMITED = "unlimited", _("đang giải quyết, pháp luật không đặt thời hạn")
    COLLECTION = "collection", _("chờ trả kết quả")


class LapseOutcome(models.TextChoices):
    """What is done when the wait is over and nothing has happened."""

    REMIND = "remind", _("nhắc người giữ và báo người đứng đầu")
    CLOSE = "close", _("trả lại, kết thúc hồ sơ")


class WaitRule(Dated):
    """How long a dossier may wait before something must happen, for one procedure or (empty code) for all."""

    kind = models.CharField(max_length=12, choices=WaitKind.choices)
    procedure_code = models.CharField(max_length=40, blank=True)
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=16)
    outcome = models.CharField(max_length=6, choices=LapseOutcome.choices)
    legal_basis = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["kind", "procedure_code", "valid_from"], name="dossiers_waitrule_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=1, unit__in=["hours", "days", "working_days"]), name="dossiers_waitrule_length"
            ),
        ]


class TacitRule(Dated):
    """What silence means for a procedure once its time limit has passed; most procedures have no such rule."""

    procedure_code = models.CharField(max_length=40)
    outcome = models.CharField(max_length=200, help_text="what is taken as decided, in the words of the law")
    legal_basis = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["procedure_code", "valid_from"], name="dossiers_tacitrule_once"),
        ]


class ReminderAbout(models.TextChoices):
    """Whose deadline it is."""

    TASK = "task", _("việc của một người")
    DOSSIER = "dossier", _("hẹn trả kết quả")


class ReminderMoment(models.TextChoices):
    """Where the reminder stands to the deadline."""

    BEFORE = "before", _("trước hạn")
    AT = "at", _("đúng hạn")
    AFTER = "after", _("sau hạn")


class Audience(models.TextChoices):
    """Who is reminded."""

    HOLDER = "holder", _("người giữ việc")
    UNIT_HEAD = "unit_head", _("người phụ trách đơn vị")
    AGENCY_HEAD = "agency_head", _("người đứng đầu cơ quan")
    SUPERVISOR = "supervisor", _("cán bộ kiểm soát thủ tục hành chính")


class ReminderRule(Dated):
    """When somebody is reminded of a deadline, for one procedure or (empty code) for all.

    A procedure's own rows replace the general ones of the same key. ``repeats`` sends it again each time
    ``amount`` has passed. ``is_escalation`` reports the dossier to those above, and writes it into its history.
    """

    key = models.SlugField(max_length=40)
    procedure_code = models.CharField(max_length=40, blank=True)
    about = models.CharField(max_length=8, choices=ReminderAbout.choices)
    moment = models.CharField(max_length=6, choices=ReminderMoment.choices)
    amount = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=16, default="working_days")
    repeats = models.BooleanField(default=False)
    audience = ArrayField(models.CharField(max_length=12, choices=Audience.choices))
    is_escalation = models.BooleanField(default=False)
    legal_basis = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["key", "procedure_code", "valid_from"], name="dossiers_reminderrule_once"),
            models.CheckConstraint(
                condition=Q(moment="at", amount=0) | Q(amount__gte=1) & ~Q(moment="at"),
                name="dossiers_reminderrule_amount",
            ),
            models.CheckConstraint(condition=Q(unit__in=["hours", "working_days"]), name="dossiers_reminderrule_unit"),
        ]


class Reminder(Entity):
    """One reminder that was sent: of one deadline, by one rule, once; a moved deadline is another one.

    ``subject`` is the task, or the dossier itself; ``turn`` counts the repetitions.
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="reminders")
    subject = models.UUIDField()
    rule_key = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    turn = models.PositiveIntegerField(default=0)
    is_escalation = models.BooleanField(default=False)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "rule_key", "due_at", "turn"], name="dossiers_reminder_once"),
        ]
        indexes = [models.Index(fields=["dossier", "id"], name="dossiers_reminder_dossier")]


class AlarmKind(models.TextChoices):
    """Why a dossier would lie still without anybody noticing."""

    NO_OWNER = "no_owner", _("Không ai giữ")
    EMPTY_POOL = "empty_pool", _("Chờ nhận, nhưng không ai có quyền nhận")
    OWNER_GONE = "owner_gone", _("Người giữ không còn ở vị trí này")
    OWNER_AWAY = "owner_away", _("Người giữ vắng mặt, không ai làm thay")
    NO_DATE = "no_date", _("Không có ngày nào phải làm gì tiếp")
    LAPSED = "lapsed", _("Đã quá ngày chờ mà chưa có gì xảy ra")


class Alarm(Entity):
    """A dossier found without an owner or a next date; gone as soon as the check finds it in order again."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="alarms")
    kind = models.CharField(max_length=12, choices=AlarmKind.choices)
    task = models.UUIDField(null=True)
    about = models.CharField(max_length=200, blank=True)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "kind", "task"], nulls_distinct=False, name="dossiers_alarm_once"
            ),
        ]
