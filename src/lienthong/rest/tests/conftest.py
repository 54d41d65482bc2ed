"""What the tests of the API share: a small country, a form, a procedure, and callers with tokens."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lienthong.accounts import api as accounts
from lienthong.accounts.api import PERSON_SCOPES, Principal
from lienthong.catalogue.api import ProcedureVersion
from lienthong.dossiers.tests.conftest import authority_folder, shared_world, world  # noqa: F401 - fixtures
from lienthong.dossiers.tests.factories import World, make_citizen, make_document, make_procedure
from lienthong.files.tests.factories import make_pdf, make_upload
from lienthong.forms.tests.factories import make_form, text_field
from lienthong.kernel import clock

FORM = {"subject_name": text_field(), "reason": text_field(minLength=3), "copies": {"type": "integer", "minimum": 1}}
ANSWERS = {"subject_name": "Nguyễn An", "reason": "Bổ sung hồ sơ", "copies": 2}


class Caller:
    """Somebody who calls the API with a token, or without."""

    def __init__(self, secret: str = "") -> None:
        self.client = Client(headers={"Authorization": f"Bearer {secret}"} if secret else {})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.post(f"/api/v1{path}", body, content_type="application/json", headers=headers, **more)

    def upload(self, content: bytes | None = None, name: str = "giay-to.pdf") -> Any:
        upload = make_upload(content or make_pdf(), name, "application/pdf")
        return self.client.post("/api/v1/files", {"file": upload})


def make_caller(principal: Principal, *scopes: str, agency_id: int | None = None) -> Caller:
    """Issue a token, with every scope of a person when none is named, and use it once."""
    now = clock.now()
    _row, secret = accounts.issue_token(
        principal=principal,
        name="Chương trình thử",
        scopes=scopes or PERSON_SCOPES,
        expires_at=now + timedelta(days=1),
        now=now,
        agency_id=agency_id,
    )
    accounts.principal_for_token(secret, now)
    return Caller(secret)


def make_official_caller(world: World, post: str, office: str = "ward") -> Caller:  # noqa: F811 - the fixture's value
    return make_caller(world.official(office, post, now=clock.now()))


@pytest.fixture
def procedure(world: World) -> ProcedureVersion:  # noqa: F811
    """Publish a procedure of the ward with a form and one paper."""
    make_form(FORM, required=("subject_name", "reason"), key="residence")
    return make_procedure(
        now=clock.now(), form_key="residence", documents=(make_document("proof", "Giấy tờ chứng minh"),)
    )


@pytest.fixture
def citizen(world: World) -> Principal:  # noqa: F811
    return make_citizen(now=clock.now())


@pytest.fixture
def lan(citizen: Principal) -> Caller:
    """Lan's program."""
    return make_caller(citizen)


@pytest.fixture
def binh(world: World) -> Caller:  # noqa: F811
    """Somebody else's program."""
    return make_caller(make_citizen("Trần Văn Bình", now=clock.now()))


@pytest.fixture
def nobody(db: None) -> Caller:
    return Caller()


def application(world: World, procedure: ProcedureVersion, file: str, **changes: Any) -> dict[str, Any]:  # noqa: F811
    """Give the body that files a complete dossier."""
    return {
        "procedure": procedure.code,
        "area": str(world.ward.uuid),
        "answers": dict(ANSWERS),
        "documents": [{"key": "proof", "file": file}],
    } | changes


def file_one(caller: Caller, world: World, procedure: ProcedureVersion, key: str = "khoa-lan-nop-1") -> dict[str, Any]:  # noqa: F811
    """File a dossier and give the answer."""
    file = caller.upload().json()["id"]
    answer = caller.post("/dossiers", application(world, procedure, file), key=key)
    assert answer.status_code == 201, answer.content.decode()
    told: dict[str, Any] = answer.json()
    return told
