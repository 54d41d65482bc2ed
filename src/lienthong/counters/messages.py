"""What people are told about their appointments."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from lienthong.accounts import api as accounts
from lienthong.counters.models import Appointment
from lienthong.kernel import clock
from lienthong.notifications import api as notifications
from lienthong.notifications.api import MessageKind, Recipient

#: Where a guest looks an appointment up, by its code and the telephone.
FIND = "/lich-hen/tim/"
#: Where anybody books, beginning with the place: the address says nothing of what was booked before.
BOOK = "/dat-lich/"

BOOKED = MessageKind(
    key="counters.booked",
    audience="citizen",
    label=_("Đã đặt lịch hẹn ở quầy"),
    title=_("Lịch hẹn %(code)s: %(at)s"),
    body=_("Bạn đã đặt lịch đến %(agency)s lúc %(at)s, nhóm việc “%(line)s”. Hãy đến trước vài phút, đọc mã %(code)s."),
)
MOVED = MessageKind(
    key="counters.moved",
    audience="citizen",
    label=_("Đổi giờ lịch hẹn"),
    title=_("Lịch hẹn %(code)s đổi sang %(at)s"),
    body=_("Lịch hẹn của bạn ở %(agency)s nay là %(at)s, nhóm việc “%(line)s”."),
)
REMINDER = MessageKind(
    key="counters.reminder",
    audience="citizen",
    label=_("Nhắc lịch hẹn ngày mai"),
    title=_("Ngày mai bạn có lịch hẹn: %(at)s"),
    body=_("Lúc %(at)s bạn có lịch hẹn ở %(agency)s, nhóm việc “%(line)s”. Không đến được thì hãy hủy để nhường chỗ."),
)
GUEST_REMINDER = MessageKind(
    key="counters.guest_reminder",
    audience="citizen",
    label=_("Nhắc lịch hẹn đặt không cần tài khoản"),
    title=_("Nhắc lịch hẹn: %(at)s"),
    body=_("Lịch hẹn lúc %(at)s. Nhập mã hẹn và số điện thoại đã đặt để xem nơi hẹn, đổi giờ hoặc hủy."),
    is_offered=False,
)
CANCELLED = MessageKind(
    key="counters.cancelled",
    audience="citizen",
    label=_("Cơ quan hủy lịch hẹn"),
    title=_("Lịch hẹn %(code)s đã bị hủy"),
    body=_("%(agency)s xin lỗi bạn: lịch hẹn lúc %(at)s phải hủy. Lý do: %(reason)s. Hãy đặt giờ khác."),
    is_mandatory=True,
)
GUEST_CANCELLED = MessageKind(
    key="counters.guest_cancelled",
    audience="citizen",
    label=_("Cơ quan hủy lịch hẹn đặt không cần tài khoản"),
    # An SMS is the title and the link, so the reason stands in the title.
    title=_("Lịch hẹn %(at)s đã hủy: %(reason)s"),
    body=_("Xin lỗi bạn: lịch hẹn lúc %(at)s phải hủy, xin đừng đến giờ ấy. Lý do: %(reason)s. Hãy đặt giờ khác."),
    is_mandatory=True,
    is_offered=False,
)
MISSED = MessageKind(
    key="counters.missed",
    audience="citizen",
    label=_("Lỡ lịch hẹn"),
    title=_("Bạn đã lỡ lịch hẹn %(at)s"),
    body=_("Lịch hẹn %(code)s ở %(agency)s đã quá giờ. Bạn vẫn có thể đến lấy số, hoặc đặt giờ khác."),
    email_by_default=False,
)


def register_kinds() -> None:
    """Make the kinds known; called once when the application is ready."""
    notifications.register(BOOKED, MOVED, REMINDER, GUEST_REMINDER, CANCELLED, GUEST_CANCELLED, MISSED)


def tell(kind: MessageKind, *, appointment: Appointment, now: datetime) -> None:
    """Tell the person of an appointment, in the caller's transaction.

    A guest is told only what they left an address for: :func:`remind` and :func:`tell_cancelled`.
    """
    if appointment.person_id is None:
        return
    contact = accounts.contact_of(person_id=appointment.person_id)
    if contact is None:
        return
    notifications.notify(
        kind=kind.key,
        recipients=[Recipient(contact.account_id, contact.person_id, contact.email, contact.language)],
        facts={
            "code": appointment.code,
            "at": f"{clock.local(appointment.starts_at):%H:%M %d/%m/%Y}",
            "agency": appointment.agency.name,
            "line": appointment.line.name,
            "reason": appointment.cancel_reason,
        },
        link=f"/lich-hen/{appointment.uuid}/",
        occasion=_occasion(appointment),
        now=now,
    )


def remind(*, appointment: Appointment, now: datetime) -> bool:
    """Remind whoever holds an appointment, in the caller's transaction; give whether there was a way to a guest.

    A guest is told the time and where to look it up, nothing else: nobody has proved whose address it is.
    """
    if appointment.person_id is not None:
        tell(REMINDER, appointment=appointment, now=now)
        return True
    return _tell_guest(GUEST_REMINDER, appointment=appointment, facts={}, link=FIND, now=now)


def tell_cancelled(*, appointment: Appointment, now: datetime) -> bool:
    """Tell whoever held an appointment that the agency cancelled it and why, in the caller's transaction.

    A guest is told the time, the reason and where to book again, nothing else.

    :return: whether there was a way to a guest.
    """
    if appointment.person_id is not None:
        tell(CANCELLED, appointment=appointment, now=now)
        return True
    reason = {"reason": appointment.cancel_reason.rstrip(" .")}
    return _tell_guest(GUEST_CANCELLED, appointment=appointment, facts=reason, link=BOOK, now=now)


def is_reachable(*, appointment: Appointment, now: datetime) -> bool:
    """Say whether a message has a way today to whoever holds an appointment; everybody with an account has one."""
    return appointment.person_id is not None or notifications.has_way(
        email=appointment.guest_email, phone=appointment.guest_phone, now=now
    )


def _tell_guest(
    kind: MessageKind, *, appointment: Appointment, facts: Mapping[str, str], link: str, now: datetime
) -> bool:
    midnight = clock.local(appointment.starts_at).replace(hour=0, minute=0, second=0, microsecond=0)
    written = notifications.notify_address(
        kind=kind.key,
        email=appointment.guest_email,
        phone=appointment.guest_phone,
        facts={"at": f"{clock.local(appointment.starts_at):%H:%M %d/%m/%Y}", **facts},
        link=link,
        occasion=_occasion(appointment),
        forget_at=midnight + timedelta(days=1),
        now=now,
    )
    return written is not None


def _occasion(appointment: Appointment) -> str:
    return f"{appointment.uuid}:{appointment.starts_at:%Y%m%d%H%M}"
