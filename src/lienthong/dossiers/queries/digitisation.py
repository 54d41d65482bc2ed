"""What the digitisation index counts of dossiers (QĐ 766/QĐ-TTg, group 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from lienthong.dossiers.models import Dossier, DossierDocument, DossierStatus, Provenance, Result, ResultState


@dataclass(frozen=True, slots=True)
class DigitisationFigures:
    """Dossiers of a period, and how many of them meet each flag; numerators and denominators, never shares.

    :ivar received: received in the period.
    :ivar settled: of these with a result; the denominator of 4.1.
    :ivar electronic: with a signed electronic result; the numerator of 4.1.
    :ivar digitised: with an electronic result and every paper in a file; the numerator of 4.2.
    :ivar with_files: with at least one paper in a file; the denominator of 4.3.
    :ivar reused: in which a paper from the person's own store was used again; the numerator of 4.3 and 4.4.
    """

    received: int
    settled: int
    electronic: int
    digitised: int
    with_files: int
    reused: int


def digitisation(*, agency_ids: Sequence[int], since: datetime, before: datetime) -> DigitisationFigures:
    """Count the flags of dossiers that agencies received in a period; one statement."""
    papers = DossierDocument.objects.filter(dossier=OuterRef("pk"), replaced_at__isnull=True)
    given = (ResultState.ISSUED, ResultState.REVOKED, ResultState.REPLACED)
    rows = Dossier.objects.filter(
        receiving_agency_id__in=agency_ids, received_at__gte=since, received_at__lt=before
    ).annotate(
        has_result=Exists(Result.objects.filter(dossier=OuterRef("pk"), state__in=given, file__isnull=False)),
        has_paper=Exists(papers.filter(file__isnull=True)),
        has_file=Exists(papers.filter(file__isnull=False)),
        has_reuse=Exists(papers.filter(origin=Provenance.VAULT)),
    )
    settled = Q(status__in=(DossierStatus.DONE, DossierStatus.RETURNED))
    counted = rows.aggregate(
        received=Count("pk"),
        settled=Count("pk", filter=settled),
        electronic=Count("pk", filter=settled & Q(has_result=True)),
        digitised=Count("pk", filter=Q(has_result=True, has_paper=False, has_file=True)),
        with_files=Count("pk", filter=Q(has_file=True)),
        reused=Count("pk", filter=Q(has_reuse=True)),
    )
    return DigitisationFigures(**counted)
