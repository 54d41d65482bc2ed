"""Who asks, and with what: the demo's people, their tokens, one complete application."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from lienthong.accounts import api as accounts
from lienthong.accounts.models import Account
from lienthong.catalogue import api as catalogue
from lienthong.forms import api as forms
from lienthong.forms.tests.complete import complete_answers
from lienthong.kernel import clock
from lienthong.organisations import api as organisations

PROCEDURE = "1.004873"


def token(email: str) -> str:
    """Issue a token that lives an hour."""
    now = clock.now()
    account = Account.objects.get(email=email)
    _row, secret = accounts.issue_token(
        principal=accounts.principal_for_account(account, now),
        name="benchmark",
        scopes=sorted(accounts.PERSON_SCOPES),
        expires_at=now + timedelta(hours=1),
        now=now,
    )
    return secret


def application() -> dict[str, Any]:
    """Compose an application for a certificate of marital status in a ward of Đà Nẵng."""
    on = clock.local_date(clock.now())
    province = next(area for area in organisations.list_areas(on=on, level="province") if "Đà Nẵng" in area.name)
    wards = organisations.list_areas(on=on, level="commune", parent_id=province.pk)
    ward = next(area for area in wards if "Hải Châu" in area.name)
    form = forms.current_form(key=catalogue.get_procedure(code=PROCEDURE, on=on).form_key, on=on)
    area = {"province": str(province.uuid), "commune": str(ward.uuid)}
    return {"procedure": PROCEDURE, "area": str(ward.uuid), "answers": complete_answers(form, area=area)}


def fresh_key() -> dict[str, str]:
    """Make the header of a request that is not a repeat."""
    return {"Idempotency-Key": uuid4().hex}
