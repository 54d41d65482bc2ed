"""The applicant's vault follows the results of their dossiers; run by a job, as often as need be."""

from datetime import datetime
from uuid import UUID

from lienthong.dossiers.models import HistoryKind, Result, ResultState
from lienthong.dossiers.services.papers_in import owner_of
from lienthong.kernel import audit, clock
from lienthong.vault import api as vault

SOURCE = "dossiers.result"
CHANGES = frozenset({HistoryKind.ISSUED.value, HistoryKind.RESULT_REVOKED.value, HistoryKind.RESULT_REPLACED.value})
_GIVEN = (ResultState.ISSUED, ResultState.REVOKED, ResultState.REPLACED)


def follow(*, dossier_uuid: UUID, now: datetime) -> None:
    """Put every result given to the applicant into their vault, then end what has ended; a repeat changes nothing."""
    rows = list(
        Result.objects.filter(dossier__uuid=dossier_uuid, state__in=_GIVEN, file__isnull=False)
        .select_related("dossier__procedure_version__procedure", "file__blob", "agency", "replacement")
        .order_by("id")
    )
    for row in rows:
        if row.file is None or row.issued_at is None:
            continue
        vault.keep(
            paper=vault.Kept(
                owner=owner_of(row.dossier),
                title=row.title,
                number=row.number,
                issuer_id=row.agency_id,
                issued_on=clock.local_date(row.issued_at),
                file=row.file,
                origin=vault.Origin.RESULT,
                source_type=SOURCE,
                source_id=str(row.uuid),
                procedure=row.dossier.procedure_version.code,
                verification_code=row.verification_code,
            ),
            actor=audit.SYSTEM,
            now=now,
        )
    for row in rows:
        if row.ended_at is None:
            continue
        heir = getattr(row, "replacement", None) if row.state == ResultState.REPLACED else None
        vault.end(
            source_type=SOURCE,
            source_id=str(row.uuid),
            why=row.ended_why,
            at=row.ended_at,
            actor=audit.SYSTEM,
            replaced_by=(SOURCE, str(heir.uuid)) if heir is not None else None,
        )
