"""What every page of the desk shows around its content."""

from datetime import date
from functools import lru_cache
from typing import Any

from django.http import HttpRequest

from lienthong.accounts.api import Principal, principal_of
from lienthong.kernel import clock
from lienthong.organisations import api as organisations


def desk_context(request: HttpRequest) -> dict[str, Any]:
    """Give the name and the level of the desk: those of the official's own agency."""
    agency_id = own_agency_id(principal_of(request))
    if agency_id is None:
        return {"level": "central", "desk_agency": ""}
    name, level = _agency(agency_id, clock.local_date(clock.now()))
    return {"level": level, "desk_agency": name}


def own_agency_id(principal: Principal) -> int | None:
    """Give the agency of the official's post; a unit stands below its agency, so the first granted counts."""
    own = [grant.agency_id for grant in principal.grants if grant.via == "position"]
    return own[0] if own else next((grant.agency_id for grant in principal.grants), None)


@lru_cache(maxsize=1024)
def _agency(agency_id: int, _on: date) -> tuple[str, str]:
    """Read an agency's name once a day and server process: it stands on every page."""
    agency = organisations.get_agencies(ids=[agency_id])[agency_id]
    return agency.name, agency.level
