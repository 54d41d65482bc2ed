"""What the address of a page chooses: whose figures, of which period."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal, principal_of
from lienthong.indicators import measures, periods
from lienthong.indicators.periods import Period
from lienthong.indicators.queries.figures import Scope
from lienthong.kernel import clock
from lienthong.kernel.errors import NotFoundError
from lienthong.organisations import api as organisations
from lienthong.organisations.api import Agency

YEARS = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """An agency with all below it (None: the whole node) and a period.

    ``scope`` holds the agencies of the tree as it stood when the period began, or stands at its end: an agency that
    was merged within it counts, and none counts twice.
    """

    agency: Agency | None
    period: Period
    scope: Scope
    now: datetime
    path: tuple[Agency, ...] = field(default=())

    def query(self, **more: Any) -> str:
        """Write the choice for an address."""
        values = {"co-quan": self.agency.uuid if self.agency else "", "ky": self.period.key, **more}
        return urlencode({name: value for name, value in values.items() if value not in (None, "")})

    def list_url(self, *keys: str, **more: Any) -> str:
        """Give the address of the list behind a sum of measures."""
        return f"{reverse('indicators:list')}?{self.query(dem=','.join(keys), **more)}"

    @property
    def level(self) -> str:
        """Give the level that lights the knot of the header."""
        return self.agency.level if self.agency else "central"

    @property
    def name(self) -> str:
        """Name whose figures these are."""
        return self.agency.name if self.agency else ""


def choose(request: HttpRequest, *, agency_uuid: UUID | str | None = None) -> Chosen:
    """Read the choice from an address.

    :raises AgencyNotFoundError: an agency that never was.
    :raises PeriodError: a period that cannot be read.
    """
    now = clock.now()
    days = request.GET.get("tu"), request.GET.get("den")
    written = "_".join(day for day in days if day) if any(days) else request.GET.get("ky", "")
    period = periods.read(written, today=clock.local_date(now))
    wanted = agency_uuid or request.GET.get("co-quan", "")
    if not wanted:
        return Chosen(None, period, Scope(), now)
    agency = organisations.get_agency(uuid=wanted)
    borders = {period.first, min(period.last, clock.local_date(now))}
    ids = frozenset({agency.pk}).union(
        *(organisations.descendant_ids(agency_id=agency.pk, on=day) for day in sorted(borders))
    )
    return Chosen(agency, period, Scope(ids), now)


def keys_of(request: HttpRequest) -> tuple[str, ...]:
    """Read which measures a list is asked for.

    :raises NotFoundError: a measure that does not exist.
    """
    keys = tuple(key for key in request.GET.get("dem", "").split(",") if key)
    if not keys or any(key not in measures.LISTED for key in keys):
        raise NotFoundError(_("Không có danh sách này."))
    return keys


def own_agency(principal: Principal) -> Agency | None:
    """Give the agency of the official's post, for the desk's name and the figures shown first."""
    own = [grant.agency_id for grant in principal.grants if grant.via == "position"]
    return organisations.get_agencies(ids=own[:1]).get(own[0]) if own else None


def desk(request: HttpRequest) -> dict[str, Any]:
    """Give what the desk shows around its content."""
    agency = own_agency(principal_of(request))
    return {"level": agency.level if agency else "central", "desk_agency": agency.name if agency else ""}


def period_options(now: datetime, chosen: Period) -> list[dict[str, Any]]:
    """List the periods to choose from: recent months, this year's and last year's quarters, the last years."""
    today = clock.local_date(now)
    this_month = today.replace(day=1)
    found = [periods.month(periods.add_months(this_month, -back)) for back in range(12)]
    quarter = periods.add_months(this_month, -((this_month.month - 1) % 3))
    found += [Period(first, periods.add_months(first, 3)) for back in range(4)
              if (first := periods.add_months(quarter, -3 * back))]  # fmt: skip
    found += [periods.read(str(today.year - back), today=today) for back in range(YEARS)]
    if chosen not in found:
        found.insert(0, chosen)
    return [{"key": period.key, "label": period.label, "chosen": period == chosen} for period in found]
