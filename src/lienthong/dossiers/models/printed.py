"""The forms of the law at their dates, tracking books, and hand-over lists."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lienthong.dossiers.models.dossier import Dossier
from lienthong.dossiers.models.results import PaperKind
from lienthong.kernel.models import Dated, Entity


class PaperForm(Dated):
    """A form as the law has it between two dates: its number, its template, its size, how it is signed."""

    class Size(models.TextChoices):
        """The size it prints on."""

        A5 = "a5", "A5"
        A4 = "a4", "A4"

    class Signing(models.TextChoices):
        """How it is signed."""

        AGENCY = "agency", _("chữ ký số của cơ quan")
        BY_HAND = "by_hand", _("hai bên ký tay")
        NONE = "none", _("không ký")

    kind = models.CharField(max_length=12, choices=PaperKind.choices)
    template = models.CharField(max_length=60)
    number = models.CharField(max_length=20, blank=True, help_text="of the form: Mẫu số 01")
    symbol = models.CharField(max_length=12, blank=True, help_text="behind the paper's number: HDHS")
    size = models.CharField(max_length=2, choices=Size.choices)
    signing = models.CharField(max_length=7, choices=Signing.choices)
    legal_basis = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["kind", "valid_from"], name="dossiers_paperform_once"),
        ]

    @property
    def note(self) -> str:
        """Say which form of which act it is, as printed at its foot."""
        return f"{self.number}, {self.legal_basis}" if self.number else self.legal_basis


class BookState(models.TextChoices):
    """How far the printing is."""

    QUEUED = "queued", _("Đang lập")
    READY = "ready", _("Đã lập")


class TrackingBook(Entity):
    """The tracking book of one agency over a period, printed once and kept, as PDF and as a spreadsheet."""

    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    requested_by = models.CharField(max_length=120)
    requested_at = models.DateTimeField()
    state = models.CharField(max_length=6, choices=BookState.choices, default=BookState.QUEUED)
    rows = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    pdf = models.ForeignKey("files.File", models.PROTECT, null=True, related_name="+")
    sheet = models.ForeignKey("files.File", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="dossiers_book_period"),
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(pdf__isnull=False) & Q(sheet__isnull=False)),
                name="dossiers_book_complete",
            ),
        ]
        indexes = [models.Index(fields=["agency", "-id"], name="dossiers_book_agency")]


class HandOverDirection(models.TextChoices):
    """Which way the papers go."""

    TO_UNIT = "to_unit", _("Một cửa giao hồ sơ cho bộ phận chuyên môn")
    TO_DESK = "to_desk", _("Bộ phận chuyên môn giao kết quả cho một cửa")


class HandOver(Entity):
    """A list of dossiers whose papers go from one desk to another in one go; both sides confirm it."""

    number = models.CharField(max_length=40)
    direction = models.CharField(max_length=8, choices=HandOverDirection.choices)
    giver = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    receiver = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=120)
    given_by_account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    note = models.CharField(max_length=255, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | ~Q(confirmed_by=""), name="dossiers_handover_confirmed"
            ),
        ]
        indexes = [
            models.Index(fields=["giver", "-id"], name="dossiers_handover_giver"),
            models.Index(fields=["receiver", "-id"], name="dossiers_handover_receiver"),
        ]

    def __str__(self) -> str:
        return self.number


class HandOverLine(models.Model):
    """One dossier of a hand-over; ``is_received`` is empty until the other side has looked."""

    id = models.BigAutoField(primary_key=True)
    hand_over = models.ForeignKey(HandOver, models.PROTECT, related_name="lines")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="hand_over_lines")
    papers = models.PositiveSmallIntegerField(default=0)
    is_received = models.BooleanField(null=True)
    note = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hand_over", "dossier"], name="dossiers_handoverline_once"),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(is_received__isnull=True), name="dossiers_handoverline_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(is_received=False) | ~Q(note=""), name="dossiers_handoverline_difference_told"
            ),
        ]
