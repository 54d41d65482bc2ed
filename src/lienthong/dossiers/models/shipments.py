"""What travels by public post: results and papers to the applicant, papers from the applicant, and where each is."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lienthong.dossiers.models.dossier import Dossier
from lienthong.kernel.models import Entity


class ShipmentContent(models.TextChoices):
    """What is inside."""

    RESULT = "result", _("Kết quả")
    PAPERS = "papers", _("Giấy tờ gửi người nộp")
    INCOMING = "incoming", _("Giấy tờ người nộp gửi đến")


class ShipmentState(models.TextChoices):
    """Where it is."""

    HANDED_OVER = "handed_over", _("Đã giao bưu chính")
    IN_TRANSIT = "in_transit", _("Đang vận chuyển")
    DELIVERED = "delivered", _("Đã phát")
    RETURNED = "returned", _("Chuyển hoàn")


class Shipment(Entity):
    """One item with its tracking number.

    :ivar handed_over_by: the official who gave it to the post, or the applicant who announced it.
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="shipments")
    content = models.CharField(max_length=10, choices=ShipmentContent.choices)
    carrier = models.CharField(max_length=20)
    tracking_number = models.CharField(max_length=30)
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=255)
    address = models.CharField(max_length=255)
    handed_over_at = models.DateTimeField()
    handed_over_by = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=ShipmentState.choices, default=ShipmentState.HANDED_OVER)
    state_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, help_text="when the carrier was last asked")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["carrier", "tracking_number"], name="dossiers_shipment_number"),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(content="result") & ~Q(state="returned"),
                name="dossiers_shipment_one_result",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-id"], name="dossiers_shipment_agency"),
            models.Index(
                fields=["carrier", "checked_at"],
                condition=Q(state__in=["handed_over", "in_transit"]),
                name="dossiers_shipment_open",
            ),
        ]

    @property
    def badge(self) -> str:
        """Give the key under which the state is registered for badges."""
        return f"dossiers.shipment.{ShipmentState(self.state).name}"

    @property
    def is_open(self) -> bool:
        """Say whether it is still on its way."""
        return self.state in (ShipmentState.HANDED_OVER, ShipmentState.IN_TRANSIT)


class ShipmentEvent(models.Model):
    """One thing that happened to an item, told by the carrier or by an official; the same is never told twice."""

    id = models.BigAutoField(primary_key=True)
    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=ShipmentState.choices)
    place = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=255, blank=True)
    told_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "at", "state", "place"], name="dossiers_shipment_event_once")
        ]
