"""Who opened which data of whom: rows written for the person to read."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lienthong.accounts.models.account import Account
from lienthong.accounts.models.people import Business, Person
from lienthong.kernel.models import Entity


class AccessGround(models.TextChoices):
    """On what ground somebody opened a person's data."""

    TASK = "task", _("Để làm nhiệm vụ được giao")
    PURPOSE = "purpose", _("Xem ngoài nhiệm vụ, có nêu mục đích")
    UNMASKED = "unmasked", _("Hiện đầy đủ dữ liệu đã che")
    OVERSIGHT = "oversight", _("Kiểm tra, giám sát, bảo đảm an toàn")
    PROGRAM = "program", _("Hệ thống của cơ quan đọc tự động")
    SHARED = "shared", _("Qua liên kết bạn chia sẻ")


class AccessRecord(Entity):
    """One opening of a person's or a business's data by somebody else, at most once an hour for one ground.

    ``subject_type`` and ``subject_id`` name the thing opened; ``label`` says what it is to its owner. The row
    is the citizen's; the audit trail keeps its own entries beside it.
    """

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    business = models.ForeignKey(Business, models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    viewer_name = models.CharField(max_length=120)
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, null=True, related_name="+")
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    label = models.CharField(max_length=255)
    ground = models.CharField(max_length=10, choices=AccessGround.choices)
    purpose = models.CharField(max_length=255)
    hour = models.DateTimeField(help_text="the hour of the opening, so that one page read often is one row")
    at = models.DateTimeField(help_text="the latest opening in that hour")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "subject_type", "subject_id", "ground", "hour"], name="accounts_access_once_an_hour"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(business__isnull=False), name="accounts_access_of_somebody"
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="accounts_access_purpose"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="accounts_access_person", condition=Q(business__isnull=True)),
            models.Index(
                fields=["business", "-id"], name="accounts_access_business", condition=Q(business__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.viewer_name}: {self.label}"
