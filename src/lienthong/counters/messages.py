"""What people are told about their appointments."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from lienthong.accounts import api as accounts
from lienthong.counters.models import Appointment
from lienthong.kernel import clock
from lienthong.notifications import api as notifications
from lienthong.notifications.api import MessageKind, Recipient

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
CANCELLED = MessageKind(
    key="counters.cancelled",
    audience="citizen",
    label=_("Cơ quan hủy lịch hẹn"),
    title=_("Lịch hẹn %(code)s đã bị hủy"),
    body=_("%(agency)s xin lỗi bạn: lịch hẹn lúc %(at)s phải hủy. Lý do: %(reason)s. Hãy đặt giờ khác."),
    is_mandatory=True,
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
    notifications.register(BOOKED, MOVED, REMINDER, CANCELLED, MISSED)


def tell(kind: MessageKind, *, appointment: Appointment, now: datetime) -> None:
    """Tell the person of an appointment, in the caller's transaction; a guest has no letter box here."""
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
        occasion=f"{appointment.uuid}:{appointment.starts_at:%Y%m%d%H%M}",
        now=now,
    )
