"""Writing who opened whose data: one statement, one row an hour, fit to be read by the person."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import override

from lienthong.accounts.models import AccessGround, AccessRecord
from lienthong.accounts.principal import Principal
from lienthong.kernel import prepared

_ONCE = ("account", "subject_type", "subject_id", "ground", "hour")
_FIELDS = ("at", "purpose", "label")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What was opened, and whose it is.

    :ivar kind: ``context.thing`` and ``id``: what was opened.
    :ivar label: what it is, in the words of its owner.
    :ivar agency_id: for which agency the official opened it, where known.
    """

    kind: str
    id: str
    label: str
    person_id: int | None
    business_id: int | None = None
    agency_id: int | None = None


def record_access(*, principal: Principal, opened: Opened, ground: AccessGround, purpose: str, now: datetime) -> None:
    """Write one opening; the same official, thing, ground and hour is one row.

    People who open their own data leave no row, nor does the system. Costs one statement.
    """
    if principal.kind in ("citizen", "system") or (opened.person_id is None and opened.business_id is None):
        return
    with override("vi"):
        purpose = purpose.strip() or str(ground.label)
    record = AccessRecord(
        person_id=opened.person_id,
        business_id=opened.business_id,
        account_id=principal.account_id,
        viewer_name=principal.name[:120],
        agency_id=opened.agency_id or _own_agency(principal),
        subject_type=opened.kind,
        subject_id=opened.id,
        label=opened.label[:255],
        ground=ground,
        purpose=purpose[:255],
        hour=now.replace(minute=0, second=0, microsecond=0),
        at=now,
    )
    prepared.upsert(record, unique=_ONCE, names=_FIELDS)


def _own_agency(principal: Principal) -> int | None:
    own = (grant.agency_id for grant in principal.grants if grant.via == "position")
    return next(own, next((grant.agency_id for grant in principal.grants), None))
