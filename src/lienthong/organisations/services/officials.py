"""Posts and absences of officials: dated, so that history stays and rights follow the day."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lienthong.kernel import audit, events
from lienthong.kernel.errors import ConflictError, InvalidError, NotFoundError
from lienthong.kernel.text import normalise, search_key, sort_key
from lienthong.organisations.events import PostsChanged
from lienthong.organisations.models import Absence, Agency, Assignment, Official, Position, PositionKind
from lienthong.organisations.queries import public_ids
from lienthong.organisations.queries.officials import assignments_of


class InvalidAbsenceError(InvalidError):
    """The absence breaks a rule; ``field_errors`` says which."""

    code = "organisations.absence_invalid"


class AbsenceOverlapsError(ConflictError):
    """The official already has an absence in this period."""

    code = "organisations.absence_overlaps"


class AbsenceNotFoundError(NotFoundError):
    """No such absence."""

    code = "organisations.absence_not_found"


class InvalidPostError(InvalidError):
    """The post or its period breaks a rule; ``field_errors`` says which."""

    code = "organisations.post_invalid"


class PostOverlapsError(ConflictError):
    """The official already holds this post in this period."""

    code = "organisations.post_overlaps"


class AssignmentNotFoundError(NotFoundError):
    """No such assignment."""

    code = "organisations.assignment_not_found"


@transaction.atomic
def record_absence(
    *,
    actor: audit.Actor,
    official_id: int,
    substitute_id: int | None,
    valid_from: date,
    valid_to: date | None,
    reason: str,
    now: datetime,
) -> Absence:
    """Say that an official is away (``valid_to`` exclusive, None for open) and who does the work.

    :raises InvalidAbsenceError: empty period, a substitute who is the official, holds no post on the
        first day, or is in turn replaced by the official.
    :raises AbsenceOverlapsError: when an absence is already recorded in the period.
    """
    official = Official.objects.select_for_update(no_key=True).get(pk=official_id)
    faults: dict[str, list[str]] = {}
    if valid_to is not None and valid_to <= valid_from:
        faults["valid_to"] = [_("Ngày trở lại phải sau ngày bắt đầu vắng mặt.")]
    if substitute_id == official_id:
        faults["substitute"] = [_("Không thể tự thay mình.")]
    elif substitute_id is not None:
        if not assignments_of(official_id=substitute_id, on=valid_from):
            faults["substitute"] = [_("Người thay không giữ vị trí nào vào ngày bắt đầu.")]
        elif Absence.objects.in_force(valid_from).filter(official_id=substitute_id, substitute=official).exists():
            faults["substitute"] = [_("Người thay đang vắng mặt và được chính người này thay.")]
    if faults:
        raise InvalidAbsenceError(_("Chưa ghi được thời gian vắng mặt."), field_errors=faults)
    absence = Absence(
        official=official,
        substitute_id=substitute_id,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=normalise(reason),
    )
    try:
        with transaction.atomic():
            absence.save()
    except IntegrityError as error:
        raise AbsenceOverlapsError(_("Đã có thời gian vắng mặt trùng với khoảng này.")) from error
    _record(actor, "organisations.absence.recorded", official, now, valid_from=valid_from, valid_to=valid_to)
    return absence


@transaction.atomic
def end_absence(*, actor: audit.Actor, uuid: UUID | str, on: date, now: datetime) -> None:
    """Let an official return on a date; an absence that has not begun by then is withdrawn.

    :raises AbsenceNotFoundError: when there is none, or it ended before.
    """
    found = Absence.objects.select_for_update(no_key=True, of=("self",)).select_related("official")
    absence = found.filter(uuid=public_ids.parse(uuid)).first()
    if absence is None or (absence.valid_to is not None and absence.valid_to <= on):
        raise AbsenceNotFoundError(_("Không tìm thấy thời gian vắng mặt."))
    if absence.valid_from >= on:
        absence.delete()
    else:
        absence.valid_to = on
        absence.save(update_fields=["valid_to"])
    _record(actor, "organisations.absence.ended", absence.official, now, on=on)


@transaction.atomic
def register_official(
    *, actor: audit.Actor, full_name: str, staff_number: str, official_email: str, now: datetime
) -> Official:
    """Enter a person in public service.

    :raises InvalidPostError: without a name.
    :raises PostOverlapsError: when the staff number is taken.
    """
    name = normalise(full_name)
    if not name:
        message = _("Cần nêu họ tên.")
        raise InvalidPostError(message, field_errors={"full_name": [message]})
    official = Official(
        full_name=name,
        search_key=search_key(name),
        sort_key=sort_key(name),
        staff_number=normalise(staff_number),
        official_email=normalise(official_email),
    )
    try:
        with transaction.atomic():
            official.save()
    except IntegrityError as error:
        raise PostOverlapsError(_("Số hiệu cán bộ đã được dùng.")) from error
    _record(actor, "organisations.official.registered", official, now)
    return official


@transaction.atomic
def appoint(
    *,
    actor: audit.Actor,
    official_id: int,
    agency_id: int,
    kind: str,
    title: str,
    valid_from: date,
    now: datetime,
    is_main: bool = True,
) -> Assignment:
    """Give an official a post in an agency from a date on; a vacant post of that title is reused.

    :raises InvalidPostError: unknown kind, no title, or an agency not in force.
    :raises PostOverlapsError: when the official holds the post already.
    """
    official = Official.objects.select_for_update(no_key=True).get(pk=official_id)
    agency = Agency.objects.get(pk=agency_id)
    faults: dict[str, list[str]] = {}
    if kind not in PositionKind.values:
        faults["kind"] = [_("Loại vị trí không hợp lệ.")]
    if not normalise(title):
        faults["title"] = [_("Cần nêu chức danh.")]
    if not agency.is_in_force(valid_from):
        faults["valid_from"] = [_("Cơ quan không hoạt động vào ngày này.")]
    if faults:
        raise InvalidPostError(_("Chưa bổ nhiệm được."), field_errors=faults)
    position = Position.objects.in_force(valid_from).filter(agency=agency, kind=kind, title=normalise(title)).order_by(
        "id"
    ).first() or Position.objects.create(agency=agency, kind=kind, title=normalise(title), valid_from=valid_from)
    assignment = Assignment(official=official, position=position, valid_from=valid_from, is_main=is_main)
    try:
        with transaction.atomic():
            assignment.save()
    except IntegrityError as error:
        raise PostOverlapsError(_("Người này đang giữ vị trí ấy.")) from error
    _record(actor, "organisations.assignment.made", official, now, agency=agency.uuid, kind=kind, valid_from=valid_from)
    return assignment


@transaction.atomic
def end_assignment(*, actor: audit.Actor, uuid: UUID | str, on: date, reason: str, now: datetime) -> None:
    """End a post on a date (first day without it); the history stays.

    :raises AssignmentNotFoundError: when there is none, or it ended before.
    :raises InvalidPostError: when it would end before it began.
    """
    found = Assignment.objects.select_for_update(no_key=True, of=("self",)).select_related("official")
    assignment = found.filter(uuid=public_ids.parse(uuid)).first()
    if assignment is None or (assignment.valid_to is not None and assignment.valid_to <= on):
        raise AssignmentNotFoundError(_("Không tìm thấy vị trí đang giữ."))
    if on <= assignment.valid_from:
        message = _("Ngày kết thúc phải sau ngày bắt đầu giữ vị trí.")
        raise InvalidPostError(message, field_errors={"on": [message]})
    assignment.valid_to = on
    assignment.save(update_fields=["valid_to"])
    _record(actor, "organisations.assignment.ended", assignment.official, now, on=on, reason=normalise(reason))


def _record(actor: audit.Actor, action: str, official: Official, now: datetime, **facts: object) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="organisations.Official",
        subject_id=official.uuid,
        at=now,
        facts={key: str(value) if value is not None else "" for key, value in facts.items()},
    )
    events.publish(PostsChanged(aggregate_id=str(official.uuid), occurred_at=now))
