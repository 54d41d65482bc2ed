"""Plain makers for the tests of workflows and of the contexts above."""

from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from django.conf import settings

from lienthong.accounts.api import Grant, Principal, Right
from lienthong.accounts.models import Account
from lienthong.organisations.tests.factories import make_agency, make_official
from lienthong.workflows import api
from lienthong.workflows.decisions import read_decisions
from lienthong.workflows.diagrams import find_problems, read_diagram, read_xml
from lienthong.workflows.engine import Compiled, compile_diagram
from lienthong.workflows.policies import TASK_RIGHTS

NOW = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)
FOLDER: Path = settings.SEEDS / "processes"
KEYS = tuple(sorted(path.stem for path in FOLDER.glob("*.bpmn")))
PARTIES = ("receiving", "competent", "consulted_1", "consulted_2")

_numbers = count(1)


def compile_seed(key: str) -> Compiled:
    root = read_xml((FOLDER / f"{key}.bpmn").read_bytes())
    diagram = read_diagram(root)
    tables = {table.key: table for path in FOLDER.glob("*.dmn") for table in read_decisions(path.read_bytes())[0]}
    assert find_problems(diagram, decisions=tables) == ()
    return compile_diagram(root, diagram, tables)


def make_principal(name: str = "Trần Văn Bình", *, agencies=(), rights=TASK_RIGHTS) -> Principal:
    account = Account.objects.create_user(f"can-bo-{next(_numbers)}@lienthong.example", official=make_official(name))
    return Principal(
        account_id=account.pk,
        account_uuid=str(account.uuid),
        kind="official",
        name=name,
        official_id=account.official_id,
        grants=tuple(Grant(Right(right), agency, "position") for right in rights for agency in agencies),
    )


def make_parties() -> dict[str, int]:
    return {party: make_agency(f"Cơ quan {party}").pk for party in PARTIES}


def start(key: str = "standard", *, parties=None, data=None, **more) -> tuple[str, api.Progress]:
    business_key = f"hs-{next(_numbers)}"
    progress = api.start(
        key=key,
        business_key=business_key,
        parties=parties or make_parties(),
        data=data or {},
        now=NOW,
        on=TODAY,
        **more,
    )
    return business_key, progress


def names(progress: api.Progress) -> list[str]:
    return [command.name for command in progress.commands]
