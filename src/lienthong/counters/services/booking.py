"""Booking, moving and cancelling appointments; reminders; what was missed."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Principal
from lienthong.counters import messages, policies
from lienthong.counters.errors import (
    AlreadyBookedError,
    AppointmentNotFoundError,
    AppointmentStateError,
    InvalidGuestError,
    SlotFullError,
    SlotNotOfferedError,
)
from lienthong.counters.models import OPEN_APPOINTMENT, Appointment, AppointmentState, ServiceLine
from lienthong.counters.queries import appointments as queries
from lienthong.counters.queries import desks
from lienthong.counters.slots import Slot
from lienthong.kernel import audit, clock
from lienthong.kernel.text import normalise

#: Letters and digits that nobody confuses on paper or on the telephone.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LENGTH = 8
_REMIND_BATCH = 500
_LONGEST_EMAIL = 254


@transaction.atomic
def book(
    *,
    principal: Principal,
    line_uuid: UUID,
    starts_at: datetime,
    now: datetime,
    procedure_code: str = "",
    procedure_name: str = "",
    guest_name: str = "",
    guest_phone: str = "",
    guest_email: str = "",
) -> Appointment:
    """Take a seat in a slot; asking again for the same slot gives the appointment there is.

    A signed-in citizen books for themself; anybody else gives name and telephone, also when an
    official books for somebody on the telephone. An e-mail is for the reminder and the agency's cancelling,
    and is wiped after the day.

    :raises SlotNotOfferedError: the desk does not offer this time (closed, past, too near, too far).
    :raises SlotFullError: the seats are gone.
    :raises AlreadyBookedError: the person has another open appointment for this matter here.
    :raises InvalidGuestError: name or telephone missing or wrong, or the e-mail wrong.
    """
    line = desks.get_line(uuid=line_uuid, on=clock.local_date(now))
    holder = _holder(principal, guest_name, guest_phone, guest_email)
    slot = _offered(line, starts_at, now)
    _hold_slot(line.pk, slot.starts_at)
    known = _open_one(holder, line, procedure_code)
    if known is not None:
        if known.line_id == line.pk and known.starts_at == slot.starts_at:
            return known
        raise _already(known)
    try:
        with transaction.atomic():
            appointment = Appointment.objects.create(
                agency_id=line.agency_id,
                line=line,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                late_at=slot.late_at,
                capacity=slot.capacity,
                seat=_free_seat(line, slot),
                procedure_code=procedure_code[:40],
                procedure_name=normalise(procedure_name)[:500],
                code=_new_code(),
                changed_at=now,
                **holder,
            )
    except IntegrityError as error:
        # The same person on two devices, for two times at once: the database let one through.
        known = _open_one(holder, line, procedure_code)
        if known is None:
            raise
        raise _already(known) from error
    _record(principal, "booked", appointment, now)
    messages.tell(messages.BOOKED, appointment=appointment, now=now)
    return appointment


@transaction.atomic
def move(*, principal: Principal, appointment: Appointment, starts_at: datetime, now: datetime) -> Appointment:
    """Move a booked appointment to another slot of its line; the code stays.

    :raises AppointmentStateError: it is no longer ahead.
    :raises SlotNotOfferedError: the time is not offered.
    :raises SlotFullError: the seats are gone.
    """
    slot = _offered(appointment.line, starts_at, now)
    _hold_slot(appointment.line_id, slot.starts_at)
    held = _locked(appointment)
    if held.state != AppointmentState.BOOKED or held.late_at < now:
        raise AppointmentStateError(_("Lịch hẹn này đã qua hoặc đã hủy nên không đổi giờ được."))
    if held.starts_at == slot.starts_at:
        return held
    earlier = held.starts_at
    held.seat = _free_seat(held.line, slot)
    held.starts_at, held.ends_at, held.late_at = slot.starts_at, slot.ends_at, slot.late_at
    held.capacity, held.reminded_at, held.changed_at = slot.capacity, None, now
    held.save()
    _record(principal, "moved", held, now, earlier=earlier.isoformat())
    messages.tell(messages.MOVED, appointment=held, now=now)
    return held


@transaction.atomic
def cancel(*, principal: Principal, appointment: Appointment, now: datetime, reason: str = "") -> Appointment:
    """Give a seat back; doing it again changes nothing. An official who cancels says why, and the person is told.

    :raises AppointmentStateError: somebody has already come with it, or its time has passed.
    """
    held = _locked(appointment)
    if held.state == AppointmentState.CANCELLED:
        return held
    if held.state != AppointmentState.BOOKED:
        raise AppointmentStateError(_("Lịch hẹn này đã dùng hoặc đã qua nên không hủy được."))
    by_agency = principal.kind == "system" or policies.may_serve(principal, held.agency_id)
    reason = normalise(reason)[:200]
    if by_agency and not reason:
        raise AppointmentStateError(_("Hãy ghi lý do để người hẹn biết."))
    _cancel(principal, held, reason, now)
    if by_agency:
        messages.tell_cancelled(appointment=held, now=now)
    return held


def _cancel(principal: Principal, held: Appointment, reason: str, now: datetime) -> None:
    held.state, held.seat, held.cancel_reason, held.changed_at = AppointmentState.CANCELLED, None, reason, now
    held.save()
    _record(principal, "cancelled", held, now)


def cancel_in_closure(
    *, principal: Principal, agency_id: int, line_id: int | None, starts: datetime, ends: datetime, reason: str,
    now: datetime,
) -> int:  # fmt: skip
    """Cancel what was booked in a stretch that closes, in the caller's transaction; everybody is told why.

    :return: how many.
    """
    rows = Appointment.objects.select_for_update(no_key=True).filter(
        agency_id=agency_id, state=AppointmentState.BOOKED, starts_at__lt=ends, ends_at__gt=starts, ends_at__gte=now
    )
    if line_id is not None:
        rows = rows.filter(line_id=line_id)
    found = list(rows.order_by("pk"))
    for held in found:
        _cancel(principal, held, reason, now)
        messages.tell_cancelled(appointment=held, now=now)
    return len(found)


def mark_missed(*, now: datetime) -> int:
    """Mark the appointments to which nobody came in time; give how many."""
    count = 0
    for pk in Appointment.objects.filter(state=AppointmentState.BOOKED, late_at__lt=now).values_list("pk", flat=True):
        with transaction.atomic():
            held = Appointment.objects.select_for_update(no_key=True).get(pk=pk)
            if held.state == AppointmentState.BOOKED and held.late_at < now:
                mark_one_missed(held, now=now)
                count += 1
    return count


def mark_one_missed(held: Appointment, *, now: datetime) -> None:
    """Mark one locked appointment as missed: whoever comes now queues like everybody."""
    held.state, held.changed_at = AppointmentState.MISSED, now
    held.save(update_fields=["state", "changed_at"])
    _record(accounts.SYSTEM_PRINCIPAL, "missed", held, now)
    messages.tell(messages.MISSED, appointment=held, now=now)


def remind(*, now: datetime) -> int:
    """Remind whose appointment is tomorrow, each once, guests where they can be reached; give how many were told."""
    tomorrow = clock.local_date(now) + timedelta(days=1)
    start = queries.day_start(tomorrow)
    due = Appointment.objects.filter(
        Q(starts_at__gte=start, starts_at__lt=start + timedelta(days=1)),
        state=AppointmentState.BOOKED,
        reminded_at__isnull=True,
    ).order_by("pk")
    count = 0
    for pk in due.values_list("pk", flat=True)[:_REMIND_BATCH]:
        with transaction.atomic():
            held = Appointment.objects.select_for_update(no_key=True).get(pk=pk)
            if held.state == AppointmentState.BOOKED and held.reminded_at is None:
                held.reminded_at = now
                held.save(update_fields=["reminded_at"])
                count += messages.remind(appointment=held, now=now)
    return count


@transaction.atomic
def forget_contacts(*, now: datetime) -> int:
    """Wipe the e-mails that guests left once the day of the appointment is over; give how many."""
    today = queries.day_start(clock.local_date(now))
    count = Appointment.objects.filter(starts_at__lt=today).exclude(guest_email="").update(guest_email="")
    if count:
        audit.record(
            actor=audit.SYSTEM,
            action="counters.appointment.contacts_forgotten",
            subject_type="counters.appointment",
            subject_id="",
            at=now,
            facts={"count": count},
        )
    return count


def _holder(principal: Principal, name: str, phone: str, email: str) -> Mapping[str, object]:
    if principal.kind == "citizen" and principal.person_id is not None:
        return {"person_id": principal.person_id}
    if errors := check_guest(guest_name=name, guest_phone=phone, guest_email=email):
        raise InvalidGuestError(_("Cần tên và số điện thoại của người đến."), field_errors=errors)
    return _as_kept(name, phone, email)


def check_guest(*, guest_name: str, guest_phone: str, guest_email: str) -> dict[str, list[str]]:
    """List what is wrong with what a guest says of themselves, by field."""
    kept = _as_kept(guest_name, guest_phone, guest_email)
    errors: dict[str, list[str]] = {}
    if not kept["guest_name"]:
        errors["guest_name"] = [_("Nhập họ và tên.")]
    if not kept["guest_phone"]:
        errors["guest_phone"] = [_("Nhập số điện thoại để nhận thông báo và tra cứu lịch hẹn.")]
    elif (check := accounts.check_phone(kept["guest_phone"])).errors:
        errors["guest_phone"] = list(check.errors)
    if kept["guest_email"] and not _is_email(kept["guest_email"]):
        errors["guest_email"] = [_("Nhập địa chỉ thư điện tử đúng dạng, ví dụ ten@vidu.vn, hoặc để trống.")]
    return errors


def _as_kept(name: str, phone: str, email: str) -> dict[str, str]:
    return {
        "guest_name": normalise(name)[:120],
        "guest_phone": accounts.normalise_phone(phone),
        "guest_email": normalise(email),
    }


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= _LONGEST_EMAIL


def _offered(line: ServiceLine, starts_at: datetime, now: datetime) -> Slot:
    """Find the slot that begins at an instant, if it can be booked now."""
    slots = queries.slots_on(line=line, on=clock.local_date(starts_at), now=now)
    slot = next((slot for slot in slots if slot.starts_at == starts_at), None)
    if slot is None or not slot.is_open:
        text = _("Giờ này quầy không nhận hẹn. Hãy chọn giờ khác.")
        raise SlotNotOfferedError(text, field_errors={"starts_at": [text]})
    return slot


def _hold_slot(line_id: int, starts_at: datetime) -> None:
    """Let one booking of a slot after the other through, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"counters.slot:{line_id}:{int(starts_at.timestamp())}"],
        )


def _free_seat(line: ServiceLine, slot: Slot) -> int:
    taken = set(
        Appointment.objects.filter(line=line, starts_at=slot.starts_at, seat__isnull=False).values_list(
            "seat", flat=True
        )
    )
    seat = next((seat for seat in range(1, slot.capacity + 1) if seat not in taken), None)
    if seat is None:
        raise SlotFullError(_("Giờ này vừa có người đặt mất chỗ cuối cùng. Hãy chọn giờ khác."))
    return seat


def _open_one(holder: Mapping[str, object], line: ServiceLine, procedure_code: str) -> Appointment | None:
    own = Q(person_id=holder["person_id"]) if "person_id" in holder else Q(
        person__isnull=True, guest_phone=holder["guest_phone"]
    )  # fmt: skip
    return Appointment.objects.filter(
        own, agency_id=line.agency_id, procedure_code=procedure_code[:40], state__in=OPEN_APPOINTMENT
    ).first()


def _already(known: Appointment) -> AlreadyBookedError:
    at = f"{clock.local(known.starts_at):%H:%M %d/%m/%Y}"
    return AlreadyBookedError(
        _("Bạn đã có lịch hẹn cho việc này lúc %(at)s. Hãy đổi giờ hoặc hủy lịch ấy trước.") % {"at": at},
        appointment=str(known.uuid),
    )


def _locked(appointment: Appointment) -> Appointment:
    held = (
        Appointment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("line")
        .filter(pk=appointment.pk)
        .first()
    )
    if held is None:
        raise AppointmentNotFoundError(_("Không tìm thấy lịch hẹn này."))
    return held


def _new_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _index in range(_CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def _record(principal: Principal, verb: str, appointment: Appointment, now: datetime, **facts: object) -> None:
    audit.record(
        actor=principal.actor(),
        action=f"counters.appointment.{verb}",
        subject_type="counters.appointment",
        subject_id=appointment.uuid,
        at=now,
        facts={"starts_at": appointment.starts_at.isoformat(), "agency": appointment.agency_id, **facts},
    )
