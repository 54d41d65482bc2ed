"""An application being prepared: where it will go, and what it became."""

from django.db import models

from lienthong.dossiers.models.dossier import Dossier, ReturnMethod
from lienthong.kernel.models import Entity


class Filing(Entity):
    """What stands around a form's draft until the dossier is filed; kept afterwards as its key.

    ``applicant`` is set only when an official files at the counter for somebody. ``wants_receipt`` counts only
    where the result comes at once: there a receipt is printed when it is asked for.
    """

    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+")
    applicant = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    procedure_version = models.ForeignKey("catalogue.ProcedureVersion", models.PROTECT, related_name="+")
    draft_uuid = models.UUIDField(unique=True)
    area = models.ForeignKey("organisations.AdministrativeArea", models.PROTECT, related_name="+")
    counter_agency = models.ForeignKey("organisations.Agency", models.PROTECT, null=True, related_name="+")
    return_method = models.CharField(max_length=10, choices=ReturnMethod.choices, default=ReturnMethod.ELECTRONIC)
    return_address = models.CharField(max_length=255, blank=True)
    time_limit_key = models.CharField(max_length=40, blank=True)
    wants_receipt = models.BooleanField(default=True)
    dossier = models.OneToOneField(Dossier, models.PROTECT, null=True, related_name="filing")

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="dossiers_filing_account")]
