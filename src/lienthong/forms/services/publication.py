"""Publishing and withdrawing form versions."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lienthong.forms.dialect import check_schema, write_out_references
from lienthong.forms.models import FormState, FormVersion
from lienthong.forms.outline import read_outline
from lienthong.kernel import audit
from lienthong.kernel.errors import ConflictError, InvalidError


class FormInvalidError(InvalidError):
    """The schema or layout cannot be published; ``field_errors`` is by JSON Pointer (``schema/…``, ``layout/…``)."""

    code = "forms.form_invalid"


class FormPeriodError(ConflictError):
    """Another version is in force from the same day or later."""

    code = "forms.form_period"


def checksum_of(*, schema: Mapping[str, Any], layout: Mapping[str, Any]) -> str:
    """Give the SHA-256 of schema and layout in canonical JSON (sorted keys, no spaces), in hex."""
    canonical = json.dumps([schema, layout], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def check_form(*, schema: Any, layout: Any) -> dict[str, Any]:
    """Check a schema and a layout and give the schema with its references written out.

    :raises FormInvalidError: naming every problem at its JSON Pointer.
    """
    problems = {f"schema{path}": messages for path, messages in check_schema(schema).items()}
    written: dict[str, Any] = {}
    if not problems:
        written = write_out_references(schema)
        _outline, found = read_outline(written, layout)
        problems = {f"layout{path}": messages for path, messages in found.items()}
    if problems:
        raise FormInvalidError(
            _("Biểu mẫu có %(count)s chỗ sai nên chưa công bố được.") % {"count": len(problems)},
            field_errors=problems,
        )
    return written


@transaction.atomic
def publish_form(
    *,
    actor: audit.Actor,
    key: str,
    title: str,
    title_en: str = "",
    schema: Mapping[str, Any],
    layout: Mapping[str, Any],
    valid_from: date,
    now: datetime,
) -> FormVersion:
    """Publish a form from a date on; the version in force before ends the same day.

    Publishing what is already in force changes nothing and gives that version back.

    :raises FormInvalidError: when schema or layout are not sound.
    :raises FormPeriodError: when a version starts on this day or later.
    """
    written = check_form(schema=schema, layout=layout)
    checksum = checksum_of(schema=written, layout=layout)
    versions = FormVersion.objects.select_for_update(no_key=True).filter(key=key).order_by("id")
    published = [version for version in versions if version.state == FormState.PUBLISHED]
    latest: FormVersion | None = max(published, key=lambda version: version.valid_from, default=None)
    if latest is not None and latest.valid_to is None:
        if latest.checksum == checksum and (latest.title, latest.title_en) == (title, title_en):
            return latest
        if latest.valid_from == valid_from:
            latest.state = FormState.WITHDRAWN
            latest.save(update_fields=["state"])
        elif latest.valid_from > valid_from:
            raise FormPeriodError(
                _("Bản %(version)s của biểu mẫu đã có hiệu lực từ %(date)s.")
                % {"version": latest.version, "date": latest.valid_from}
            )
        else:
            latest.valid_to = valid_from
            latest.save(update_fields=["valid_to"])
    elif latest is not None and latest.valid_to is not None and latest.valid_to > valid_from:
        raise FormPeriodError(_("Khoảng thời gian này đã có bản khác của biểu mẫu."))
    highest: int = FormVersion.objects.filter(key=key).aggregate(highest=Max("version"))["highest"] or 0
    form: FormVersion = FormVersion.objects.create(
        key=key,
        version=highest + 1,
        title=title,
        title_en=title_en,
        schema=written,
        layout=dict(layout),
        state=FormState.PUBLISHED,
        checksum=checksum,
        valid_from=valid_from,
        published_at=now,
    )
    audit.record(
        actor=actor,
        action="forms.form.published",
        subject_type="forms.form",
        subject_id=form.uuid,
        at=now,
        facts={"key": key, "version": form.version, "checksum": checksum, "valid_from": valid_from.isoformat()},
    )
    return form


@transaction.atomic
def withdraw_form(*, actor: audit.Actor, form: FormVersion, reason: str, now: datetime) -> FormVersion:
    """Withdraw a published version; answers already given on it stay readable.

    :raises FormPeriodError: when it is not published.
    """
    locked: FormVersion = FormVersion.objects.select_for_update(no_key=True).get(pk=form.pk)
    if locked.state != FormState.PUBLISHED:
        raise FormPeriodError(_("Bản này không ở trạng thái đã công bố."))
    locked.state = FormState.WITHDRAWN
    locked.save(update_fields=["state"])
    audit.record(
        actor=actor,
        action="forms.form.withdrawn",
        subject_type="forms.form",
        subject_id=locked.uuid,
        at=now,
        facts={"key": locked.key, "version": locked.version, "reason": reason},
    )
    return locked
