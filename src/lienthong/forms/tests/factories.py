"""Forms and drafts for tests."""

from datetime import UTC, date, datetime
from typing import Any

from lienthong.accounts.api import Principal
from lienthong.accounts.tests.factories import make_account, make_person
from lienthong.forms import api
from lienthong.forms.models import CatalogueValue
from lienthong.kernel.audit import SYSTEM

NOW = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)


def text_field(**more: Any) -> dict[str, Any]:
    return {"type": "string", "maxLength": 120, **more}


def make_form(
    properties: dict[str, Any],
    *,
    required: tuple[str, ...] = (),
    fields: list[dict[str, Any]] | None = None,
    steps: list[dict[str, Any]] | None = None,
    key: str = "thu",
    valid_from: date = date(2025, 7, 1),
) -> api.FormVersion:
    """Publish a one-step form; labels default to the field names."""
    if steps is None:
        chosen = fields if fields is not None else [default_field(name, part) for name, part in properties.items()]
        steps = [{"key": "mot", "title": "Một", "sections": [{"fields": chosen}]}]
    return api.publish_form(
        actor=SYSTEM,
        key=key,
        title="Biểu mẫu thử",
        schema={"type": "object", "properties": properties, "required": list(required)},
        layout={"steps": steps},
        valid_from=valid_from,
        now=NOW,
    )


def default_field(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "label": name}
    inner = schema if schema.get("type") == "object" else schema.get("items", {})
    if inner.get("properties"):
        field["fields"] = [default_field(part, below) for part, below in inner["properties"].items()]
    return field


def make_principal() -> Principal:
    account = make_account(person=make_person())
    return Principal(account_id=account.pk, account_uuid=str(account.uuid), kind="citizen", name="Lan")


def make_catalogue(key: str, *codes: str) -> None:
    for position, code in enumerate(codes):
        CatalogueValue.objects.create(
            catalogue=key,
            code=code,
            label=code.title(),
            search_key=code,
            position=position,
            valid_from=date(2020, 1, 1),
        )
