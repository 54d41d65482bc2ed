"""What posts allow, what officials hand to each other, and tokens for programs."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lienthong.accounts.models.account import Account
from lienthong.kernel.models import Dated, Entity


class Right(models.TextChoices):
    """What somebody may do at an agency. The words follow NĐ 118/2025/NĐ-CP and NĐ 30/2020/NĐ-CP."""

    RECEIVE = "receive", _("Tiếp nhận hồ sơ")
    PROCESS = "process", _("Xử lý hồ sơ")
    ASSIGN = "assign", _("Phân công xử lý")
    APPROVE = "approve", _("Duyệt kết quả")
    SIGN = "sign", _("Ký kết quả")
    ISSUE = "issue", _("Cấp số, đóng dấu")
    COLLECT = "collect", _("Thu phí, lệ phí")
    RETURN = "return", _("Trả kết quả")
    SUPERVISE = "supervise", _("Kiểm soát, theo dõi")
    PUBLISH = "publish", _("Công bố thủ tục")
    ADMINISTER = "administer", _("Quản trị")
    OPERATE = "operate", _("Vận hành hệ thống")


class PositionRight(Entity, Dated):
    """A right that a kind of post carries, or (with ``position``) an exception for one post.

    ``is_granted`` false takes away, at that one post, a right its kind carries.
    """

    kind = models.CharField(max_length=16, blank=True)
    position = models.ForeignKey("organisations.Position", models.PROTECT, null=True, blank=True, related_name="+")
    right = models.CharField(max_length=12, choices=Right.choices)
    is_granted = models.BooleanField(default=True)
    legal_basis = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=(Q(position__isnull=True) & ~Q(kind="") & Q(is_granted=True))
                | (Q(position__isnull=False) & Q(kind="")),
                name="accounts_positionright_kind_or_post",
            ),
            models.UniqueConstraint(
                fields=["kind", "position", "right", "valid_from"],
                nulls_distinct=False,
                name="accounts_positionright_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind or self.position_id}: {self.right}"


class Delegation(Entity, Dated):
    """Rights at one agency that an official hands to another for a period.

    Only rights of the giver's own post, never a right received from somebody else, so a delegation
    cannot be passed on (NĐ 30/2020/NĐ-CP, Điều 13 khoản 3). It lapses with the giver's post.
    """

    from_official = models.ForeignKey("organisations.Official", models.PROTECT, related_name="+")
    to_official = models.ForeignKey("organisations.Official", models.PROTECT, related_name="+")
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    rights = ArrayField(models.CharField(max_length=12, choices=Right.choices))
    reason = models.CharField(max_length=255)
    legal_basis = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=~Q(from_official=F("to_official")), name="accounts_delegation_not_self"),
            models.CheckConstraint(condition=~Q(rights=[]), name="accounts_delegation_some_right"),
            models.CheckConstraint(condition=Q(valid_to__isnull=False), name="accounts_delegation_has_end"),
        ]
        indexes = [
            models.Index(fields=["to_official", "valid_to"], name="accounts_delegation_to"),
            models.Index(fields=["from_official", "valid_to"], name="accounts_delegation_from"),
        ]

    def __str__(self) -> str:
        return self.reason


class ApiToken(Entity):
    """A bearer token for a program; only its hash is kept, the prefix tells tokens apart.

    It acts either as the account that owns it or, with ``agency``, for an agency with ``scopes``
    as its rights there.
    """

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, null=True, blank=True, related_name="+")
    scopes = ArrayField(models.CharField(max_length=32))
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account"], name="accounts_apitoken_account")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class RightsEpoch(models.Model):
    """A single row that counts the transactions which changed anybody's rights.

    Triggers on posts, assignments, absences, agencies, position rights and delegations raise it, at
    most once a transaction, so a principal worked out under one value may be kept while it stands.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    value = models.BigIntegerField(default=0)
    transaction_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)
