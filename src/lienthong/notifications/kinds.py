"""The kinds of messages; each context registers its own in ``apps.py``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind of message, in words of all languages.

    ``title`` and ``body`` are lazily translated and take named values: ``%(code)s``. The body holds what
    the person needs and no form answers; details stand behind the link.

    :ivar key: stable, ``context.what_happened``.
    :ivar label: what the preferences page calls it.
    :ivar is_mandatory: the law wants it sent; the person chooses the way, not whether (NĐ 224/2026/NĐ-CP, Điều 15).
    :ivar ignores_quiet_hours: goes out at once, at night too: the person waits for it or must act before morning.
    :ivar is_offered: whether the preferences page offers it; what a person asked for at this moment is not.
    """

    key: str
    audience: Literal["citizen", "official"]
    label: str | Promise
    title: str | Promise
    body: str | Promise
    is_mandatory: bool = False
    email_by_default: bool = True
    sms_by_default: bool = False
    push_by_default: bool = True
    ignores_quiet_hours: bool = False
    is_offered: bool = True

    def is_default(self, channel: str) -> bool:
        """Say whether somebody who never chose gets this kind on a channel."""
        return {"email": self.email_by_default, "sms": self.sms_by_default, "push": self.push_by_default}[channel]

    def render(self, *, language: str, facts: Mapping[str, Any]) -> tuple[str, str]:
        """Give title and body in a language."""
        with translation.override(language):
            values = {key: str(value) for key, value in facts.items()}
            return str(self.title) % values, str(self.body) % values


_KINDS: dict[str, MessageKind] = {}


def register(*kinds: MessageKind) -> None:
    """Make kinds of messages known.

    :raises ValueError: when a key is taken by another kind.
    """
    for kind in kinds:
        if _KINDS.get(kind.key, kind) != kind:
            raise ValueError(f"message kind {kind.key} is registered twice")
        _KINDS[kind.key] = kind


def get_kind(key: str) -> MessageKind:
    """Get a registered kind."""
    return _KINDS[key]


def all_kinds(audience: str) -> tuple[MessageKind, ...]:
    """List the kinds that are offered to citizens, or to officials, in the order of registration."""
    return tuple(kind for kind in _KINDS.values() if kind.audience == audience and kind.is_offered)


def find_kind(key: str) -> MessageKind | None:
    """Find a kind by its key; an old message may be of one that is gone."""
    return _KINDS.get(key)


PHONE_CODE = MessageKind(
    key="notifications.phone_code",
    audience="citizen",
    label=_("Mã xác nhận số điện thoại"),
    title=_("Mã xác nhận số điện thoại"),
    body=_(
        "Mã đã gửi tới số %(number)s, dùng được trong %(minutes)s phút. "
        "Nếu không phải bạn yêu cầu, hãy bỏ qua và đừng đọc mã cho ai."
    ),
    is_mandatory=True,
    email_by_default=False,
    push_by_default=False,
    ignores_quiet_hours=True,
    is_offered=False,
)

REPRESENTS = MessageKind(
    key="notifications.represents",
    audience="citizen",
    label=_("Đại diện doanh nghiệp, tổ chức"),
    title=_("Bạn được ghi là người đại diện của %(business)s"),
    body=_(
        "Từ nay bạn nộp và theo dõi được hồ sơ của %(business)s ở mục “Tôi đang làm cho…”. "
        "Nếu bạn không nhận việc này, hãy bấm “Thôi đại diện” ở đó."
    ),
    is_mandatory=True,
)
REPRESENTS_NO_MORE = MessageKind(
    key="notifications.represents_no_more",
    audience="citizen",
    label=_("Thôi đại diện doanh nghiệp, tổ chức"),
    title=_("Bạn không còn là người đại diện của %(business)s"),
    body=_(
        "Từ nay bạn không nộp và không xem được hồ sơ của %(business)s. Nếu chưa rõ vì sao, hãy hỏi bộ phận một cửa."
    ),
    is_mandatory=True,
)
