"""What a person chooses: which kinds on which ways, and when not."""

from collections.abc import Collection, Mapping
from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.kernel import audit
from lienthong.kernel.errors import InvalidError
from lienthong.notifications import kinds
from lienthong.notifications.models import ContactHours, Preference
from lienthong.notifications.queries import ways_of


class PreferenceRefusedError(InvalidError):
    """A message that the law wants would not arrive any more, or the hours make no sense."""

    code = "notifications.mandatory"


def set_preferences(
    *, actor: audit.Actor, account_id: int, audience: str, wanted: Mapping[str, Collection[str]], now: datetime
) -> None:
    """Store which kinds of messages a person wants on which of the ways they have.

    What was chosen on a way that the person does not have now stays as it was.

    :param wanted: the chosen channels of each kind.
    :raises PreferenceRefusedError: when a mandatory kind would be left without any way although there is one.
    """
    ways = ways_of(account_id=account_id).there
    offered = kinds.all_kinds(audience)
    refused = [kind for kind in offered if kind.is_mandatory and ways and not set(wanted.get(kind.key, ())) & set(ways)]
    if refused:
        raise PreferenceRefusedError(
            _("Có thông báo pháp luật bắt buộc phải gửi: hãy giữ ít nhất một cách nhận."),
            field_errors={kind.key: [_("Hãy chọn ít nhất một cách nhận.")] for kind in refused},
        )
    with transaction.atomic():
        Preference.objects.bulk_create(
            (
                Preference(
                    account_id=account_id,
                    kind=kind.key,
                    channel=channel,
                    is_enabled=channel in wanted.get(kind.key, ()),
                )
                for kind in offered
                for channel in ways
            ),
            update_conflicts=True,
            unique_fields=["account", "kind", "channel"],
            update_fields=["is_enabled"],
        )
        audit.record(
            actor=actor,
            action="notifications.preferences.set",
            subject_type="accounts.account",
            subject_id=account_id,
            at=now,
            facts={"wanted": {key: sorted(channels) for key, channels in sorted(wanted.items())}},
        )


def set_hours(
    *, actor: audit.Actor, account_id: int, is_quiet: bool, quiet_from: time, quiet_to: time, now: datetime
) -> None:
    """Store when a person wants no SMS and no sound on devices.

    :raises PreferenceRefusedError: when the hours begin and end at the same minute.
    """
    if is_quiet and quiet_from == quiet_to:
        raise PreferenceRefusedError(
            _("Giờ yên lặng chưa đúng."),
            field_errors={"quiet_to": [_("Giờ kết thúc phải khác giờ bắt đầu.")]},
        )
    with transaction.atomic():
        ContactHours.objects.update_or_create(
            account_id=account_id, defaults={"is_quiet": is_quiet, "quiet_from": quiet_from, "quiet_to": quiet_to}
        )
        audit.record(
            actor=actor,
            action="notifications.hours.set",
            subject_type="accounts.account",
            subject_id=account_id,
            at=now,
            facts={"is_quiet": is_quiet, "from": f"{quiet_from:%H:%M}", "to": f"{quiet_to:%H:%M}"},
        )
