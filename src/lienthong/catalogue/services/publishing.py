"""Draft, publish and withdraw procedure versions."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.catalogue import policies
from lienthong.catalogue.content import Content, problems
from lienthong.catalogue.errors import (
    InvalidContentError,
    PeriodTakenError,
    ProcedureNotFoundError,
    VersionStateError,
)
from lienthong.catalogue.events import ProcedurePublished, ProcedureWithdrawn
from lienthong.catalogue.models import Origin, Procedure, ProcedureVersion, VersionState
from lienthong.catalogue.services import writing
from lienthong.kernel import audit, events


@transaction.atomic
def draft(
    *, principal: Principal, content: Content, valid_from: date, valid_to: date | None = None, now: datetime
) -> ProcedureVersion:
    """Write a new draft version of a procedure, creating the procedure when its code is new.

    To change a published version, draft a new one: published versions are never edited.

    :raises MayNotPublishError: without the right to publish.
    :raises InvalidContentError: when the content breaks a rule.
    """
    policies.require_publish(principal)
    _check(content, valid_from, valid_to)
    procedure, __ = Procedure.objects.get_or_create(code=content.code)
    procedure = Procedure.objects.select_for_update(no_key=True).get(pk=procedure.pk)
    last = procedure.versions.order_by("-number").values_list("number", flat=True).first() or 0
    item = writing.NewVersion(
        procedure=procedure,
        number=last + 1,
        content=content,
        valid_from=valid_from,
        valid_to=valid_to,
        origin=Origin.OWN,
    )
    (version,) = writing.insert_versions([item], state=VersionState.DRAFT, published_at=None)
    _record(principal, version, "drafted", now, {"code": content.code, "number": version.number})
    return version


@transaction.atomic
def redraft(
    *,
    principal: Principal,
    version_uuid: UUID | str,
    content: Content,
    valid_from: date,
    valid_to: date | None = None,
    now: datetime,
) -> ProcedureVersion:
    """Replace what a draft says.

    :raises MayNotPublishError: without the right to publish.
    :raises VersionStateError: when the version was ever published.
    :raises InvalidContentError: when the content breaks a rule or names another procedure.
    """
    policies.require_publish(principal)
    version = _locked(version_uuid)
    if version.state != VersionState.DRAFT:
        raise VersionStateError(state=version.get_state_display())
    if content.code != version.code:
        raise InvalidContentError({"code": [_("Không đổi được mã của thủ tục đã soạn.")]})
    _check(content, valid_from, valid_to)
    version = writing.rewrite_version(version, content, valid_from=valid_from, valid_to=valid_to)
    _record(principal, version, "redrafted", now, {"code": content.code, "number": version.number})
    return version


@transaction.atomic
def discard_draft(*, principal: Principal, version_uuid: UUID | str, now: datetime) -> None:
    """Throw a draft away.

    :raises VersionStateError: when the version was ever published.
    """
    policies.require_publish(principal)
    version = _locked(version_uuid)
    if version.state != VersionState.DRAFT:
        raise VersionStateError(state=version.get_state_display())
    _record(principal, version, "discarded", now, {"code": version.code, "number": version.number})
    version.delete()


@transaction.atomic
def publish(*, principal: Principal, version_uuid: UUID | str, now: datetime) -> ProcedureVersion:
    """Publish a draft; the version in force before it ends on the day this one begins.

    :raises MayNotPublishError: without the right to publish.
    :raises VersionStateError: when it is no draft.
    :raises PeriodTakenError: when a published version begins inside its period.
    """
    policies.require_publish(principal)
    version = _locked(version_uuid)
    if version.state != VersionState.DRAFT:
        raise VersionStateError(state=version.get_state_display())
    ProcedureVersion.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=version.valid_from),
        procedure_id=version.procedure_id,
        state=VersionState.PUBLISHED,
        valid_from__lt=version.valid_from,
    ).update(valid_to=version.valid_from)
    version.state = VersionState.PUBLISHED
    version.published_at = now
    try:
        with transaction.atomic():
            version.save(update_fields=["state", "published_at"])
    except IntegrityError as error:
        raise PeriodTakenError from error
    _record(principal, version, "published", now, {"code": version.code, "valid_from": version.valid_from})
    events.publish(
        ProcedurePublished(
            aggregate_id=str(version.procedure.uuid),
            occurred_at=now,
            code=version.code,
            version_uuid=str(version.uuid),
            valid_from=version.valid_from.isoformat(),
        )
    )
    return version


@transaction.atomic
def withdraw(
    *, principal: Principal, version_uuid: UUID | str, on: date, reason: str, now: datetime
) -> ProcedureVersion:
    """Withdraw a published version: from ``on`` it is no longer in force; dossiers keep it.

    :param on: first day out of force; a day before its start means it never comes into force.
    :raises MayNotPublishError: without the right to publish.
    :raises VersionStateError: when it is not published.
    :raises InvalidContentError: without a reason.
    """
    policies.require_publish(principal)
    if not reason.strip():
        raise InvalidContentError({"reason": [_("Hãy nêu lý do thu hồi.")]})
    version = _locked(version_uuid)
    if version.state != VersionState.PUBLISHED:
        raise VersionStateError(state=version.get_state_display())
    version.state = VersionState.WITHDRAWN
    version.withdrawn_on = on
    version.withdrawal_reason = reason.strip()
    version.save(update_fields=["state", "withdrawn_on", "withdrawal_reason"])
    _record(principal, version, "withdrawn", now, {"code": version.code, "on": on, "reason": reason.strip()})
    events.publish(
        ProcedureWithdrawn(
            aggregate_id=str(version.procedure.uuid),
            occurred_at=now,
            code=version.code,
            version_uuid=str(version.uuid),
            withdrawn_on=on.isoformat(),
        )
    )
    return version


def _check(content: Content, valid_from: date, valid_to: date | None) -> None:
    found = problems(content)
    if valid_to is not None and valid_to <= valid_from:
        found["valid_to"] = [_("Ngày hết hiệu lực phải sau ngày bắt đầu.")]
    if found:
        raise InvalidContentError(found)


def _locked(version_uuid: UUID | str) -> ProcedureVersion:
    version: ProcedureVersion | None = (
        ProcedureVersion.objects.select_for_update(no_key=True, of=("self",))
        .select_related("procedure")
        .filter(uuid=version_uuid)
        .first()
    )
    if version is None:
        raise ProcedureNotFoundError
    return version


def _record(
    principal: Principal, version: ProcedureVersion, verb: str, now: datetime, facts: dict[str, object]
) -> None:
    audit.record(
        actor=principal.actor(),
        action=f"catalogue.version.{verb}",
        subject_type="catalogue.version",
        subject_id=version.uuid,
        at=now,
        facts=facts,
    )
