"""Handing items to the post, taking them in, and following them; each is told to the applicant.

Basis: Quyết định 45/2016/QĐ-TTg (public post carries dossiers and results); NĐ 61/2018/NĐ-CP, Điều 20 (returning
results by public post).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from lienthong.accounts.api import SYSTEM_PRINCIPAL, Principal
from lienthong.dossiers import policies, postal
from lienthong.dossiers.errors import DossierNotFoundError, NotAllowedError, SubmissionInvalidError
from lienthong.dossiers.models import (
    Dossier,
    HistoryKind,
    Shipment,
    ShipmentContent,
    ShipmentEvent,
    ShipmentState,
)
from lienthong.dossiers.plugins.carriers import TrackingError, carriers, find_carrier, is_number, read_number
from lienthong.dossiers.services.change import Change, begin, commit, lock, lock_where

log = logging.getLogger(__name__)
_RANK = {
    ShipmentState.HANDED_OVER: 0,
    ShipmentState.IN_TRANSIT: 1,
    ShipmentState.DELIVERED: 2,
    ShipmentState.RETURNED: 2,
}
_ASK_EVERY = timedelta(minutes=50)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One item of a batch.

    :ivar tracking_number: as scanned.
    """

    dossier_uuid: UUID
    tracking_number: str
    content: ShipmentContent = ShipmentContent.RESULT


def hand_over(*, principal: Principal, parcels: Sequence[Parcel], carrier: str, now: datetime) -> tuple[Shipment, ...]:
    """Note that items were given to the post, all of a batch or none; a batch sent twice is noted once.

    :raises SubmissionInvalidError: for wrong or repeated numbers; ``field_errors`` are keyed ``number-<dossier uuid>``.
    """
    errors = _wrong_numbers(parcels, carrier)
    if errors:
        raise SubmissionInvalidError(_("Chưa ghi được bưu gửi nào."), field_errors=errors)
    # In one order, so that two batches never wait for each other.
    ordered = sorted(parcels, key=lambda parcel: parcel.dossier_uuid)
    with transaction.atomic():
        return tuple(_hand_over_one(principal, parcel, carrier, now) for parcel in ordered)


def _wrong_numbers(parcels: Sequence[Parcel], carrier: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if find_carrier(carrier) is None:
        errors["carrier"] = [_("Chọn doanh nghiệp bưu chính.")]
    if not parcels:
        errors["number"] = [_("Quét hoặc nhập ít nhất một số hiệu bưu gửi.")]
    seen: set[str] = set()
    for parcel in parcels:
        number = read_number(parcel.tracking_number)
        if not is_number(number):
            errors[f"number-{parcel.dossier_uuid}"] = [_("Số hiệu đọc sai: hãy quét lại hoặc xem trên bưu gửi.")]
        elif number in seen:
            errors[f"number-{parcel.dossier_uuid}"] = [_("Số hiệu này vừa quét cho một hồ sơ khác.")]
        seen.add(number)
    return errors


def _hand_over_one(principal: Principal, parcel: Parcel, carrier: str, now: datetime) -> Shipment:
    dossier = lock_where(uuid=parcel.dossier_uuid)
    if dossier is None or not policies.may_see(principal, dossier):
        raise DossierNotFoundError(_("Không tìm thấy hồ sơ."))
    if not postal.may_send(principal, dossier):
        raise NotAllowedError(_("Chỉ người trả kết quả được giao bưu gửi."))
    number = read_number(parcel.tracking_number)
    known = _known(carrier, number, dossier, parcel.content, f"number-{parcel.dossier_uuid}")
    if known is not None:
        return known
    change = begin(dossier=dossier, principal=principal, now=now, agency_id=_agency(principal, dossier))
    row = _make(
        change,
        content=parcel.content,
        carrier=carrier,
        number=number,
        recipient=dossier.applicant_name,
        address=dossier.return_address,
        field=f"number-{parcel.dossier_uuid}",
    )
    with override("vi"):
        title = (
            _("Kết quả đã giao bưu chính, số hiệu bưu gửi %(number)s")
            if parcel.content == ShipmentContent.RESULT
            else _("Giấy tờ gửi bạn đã giao bưu chính, số hiệu bưu gửi %(number)s")
        ) % {"number": number}
    _tell(change, row, title, "dossiers.shipment.handed_over")
    return row


def announce(*, principal: Principal, dossier: Dossier, carrier: str, tracking_number: str, now: datetime) -> Shipment:
    """Let the applicant say that papers are on their way by post.

    :raises SubmissionInvalidError: for a number that is none or belongs to another item.
    """
    with transaction.atomic():
        locked = lock(dossier_id=dossier.pk)
        if not postal.may_announce(principal, locked):
            raise NotAllowedError(_("Hồ sơ đã đóng hoặc không phải của bạn."))
        return _take_note(
            principal, locked, carrier, tracking_number, ShipmentState.HANDED_OVER, locked.receiving_agency_id, now
        )


def take_in(*, principal: Principal, code: str, carrier: str, tracking_number: str, now: datetime) -> Shipment:
    """Note papers of an applicant that the post brought, announced before or not.

    :raises SubmissionInvalidError: for an unknown code, a number that is none or belongs to another item.
    """
    with transaction.atomic():
        dossier = lock_where(code=code.strip().upper())
        if dossier is None or not policies.may_see(principal, dossier):
            raise SubmissionInvalidError(
                _("Chưa ghi được."), field_errors={"code": [_("Không có hồ sơ nào mang mã này.")]}
            )
        if not postal.may_send(principal, dossier):
            raise NotAllowedError(_("Chỉ bộ phận một cửa của hồ sơ được nhận bưu gửi đến."))
        return _take_note(
            principal, dossier, carrier, tracking_number, ShipmentState.DELIVERED, _agency(principal, dossier), now
        )


def _take_note(
    principal: Principal,
    dossier: Dossier,
    carrier: str,
    written: str,
    state: ShipmentState,
    agency_id: int,
    now: datetime,
) -> Shipment:
    number = read_number(written)
    errors: dict[str, list[str]] = {}
    if find_carrier(carrier) is None:
        errors["carrier"] = [_("Chọn doanh nghiệp bưu chính.")]
    if not is_number(number):
        errors["number"] = [_("Số hiệu bưu gửi chưa đúng: hãy chép đủ chữ và số trên phiếu gửi.")]
    if errors:
        raise SubmissionInvalidError(_("Chưa ghi được."), field_errors=errors)
    known = _known(carrier, number, dossier, ShipmentContent.INCOMING, "number")
    change = begin(dossier=dossier, principal=principal, now=now, agency_id=agency_id)
    if known is None:
        known = _make(
            change,
            content=ShipmentContent.INCOMING,
            carrier=carrier,
            number=number,
            recipient="",
            address="",
            field="number",
        )
        with override("vi"):
            title = _("Giấy tờ gửi qua bưu chính, số hiệu %(number)s") % {"number": number}
        change.tell(HistoryKind.STEP, title=title, facts={"shipment": str(known.uuid)})
    elif state != ShipmentState.DELIVERED:
        return known
    if state == ShipmentState.DELIVERED and not _advance(known, now, state, told_by=principal.name):
        return known
    if state == ShipmentState.DELIVERED:
        with override("vi"):
            title = _("Đã nhận giấy tờ gửi qua bưu chính, số hiệu %(number)s") % {"number": number}
        change.tell(HistoryKind.STEP, title=title, facts={"shipment": str(known.uuid)})
    change.facts["shipment"] = str(known.uuid)
    commit(change, action="dossiers.shipment.noted")
    return known


def mark(*, principal: Principal, shipment_uuid: UUID, state: ShipmentState, note: str, now: datetime) -> Shipment:
    """Note by hand where an item is; the end is told to the applicant, once.

    :raises DossierNotFoundError: for an absent and a foreign shipment alike.
    """
    row = Shipment.objects.filter(postal.seen(principal), uuid=shipment_uuid).first()
    if row is None:
        raise DossierNotFoundError(_("Không tìm thấy bưu gửi."))
    return _follow(row.pk, principal=principal, at=now, state=state, place="", note=note, now=now)


def follow_all(*, now: datetime, limit: int = 200) -> int:
    """Ask the carriers that can be asked about what is on its way; give how many items moved.

    A carrier that does not answer is asked again next time; the others go on.
    """
    tracked = {carrier.key: carrier for carrier in carriers() if carrier.is_tracked}
    due = Shipment.objects.filter(
        carrier__in=tracked, state__in=(ShipmentState.HANDED_OVER, ShipmentState.IN_TRANSIT)
    ).exclude(checked_at__gt=now - _ASK_EVERY)
    moved = 0
    for row in due.order_by("checked_at", "id")[:limit]:
        try:
            told = tracked[row.carrier].track(row.tracking_number)
        except TrackingError as error:
            log.warning("carrier %s does not tell about an item: %s", row.carrier, error)
            continue
        before = row.state
        for event in sorted(told, key=lambda event: event.at):
            row = _follow(  # noqa: PLW2901 - the row as it stands after each event
                row.pk,
                principal=SYSTEM_PRINCIPAL,
                at=event.at,
                state=ShipmentState(event.state),
                place=event.place[:120],
                note=event.note[:255],
                now=now,
            )
        Shipment.objects.filter(pk=row.pk).update(checked_at=now)
        moved += row.state != before
    return moved


def _follow(
    shipment_id: int,
    *,
    principal: Principal,
    at: datetime,
    state: ShipmentState,
    place: str,
    note: str,
    now: datetime,
) -> Shipment:
    with transaction.atomic():
        # The dossier first, as every change does; the shipment is then ours too.
        dossier = lock(dossier_id=Shipment.objects.values_list("dossier_id", flat=True).get(pk=shipment_id))
        row = Shipment.objects.get(pk=shipment_id)
        told_by = principal.name if principal.kind != "system" else _carrier_name(row.carrier)
        if not _advance(row, at, state, told_by=told_by, place=place, note=note):
            return row
        if row.is_open:
            return row
        change = begin(dossier=dossier, principal=principal, now=now, agency_id=row.agency_id)
        with override("vi"):
            title = (
                _("Bưu chính đã phát bưu gửi %(number)s")
                if row.state == ShipmentState.DELIVERED
                else _("Bưu gửi %(number)s bị chuyển hoàn")
            ) % {"number": row.tracking_number}
        _tell(change, row, title, f"dossiers.shipment.{row.state}", note=note)
        return row


def _advance(
    row: Shipment, at: datetime, state: ShipmentState, *, told_by: str, place: str = "", note: str = ""
) -> bool:
    """Keep an event once, and move the item on; say whether its state changed. An end is never undone."""
    ShipmentEvent.objects.bulk_create(
        [ShipmentEvent(shipment=row, at=at, state=state, place=place, note=note[:255], told_by=told_by[:120])],
        ignore_conflicts=True,
    )
    if _RANK[state] <= _RANK[ShipmentState(row.state)]:
        return False
    row.state, row.state_at = state, at
    row.save(update_fields=["state", "state_at"])
    return True


def _known(carrier: str, number: str, dossier: Dossier, content: ShipmentContent, field: str) -> Shipment | None:
    """Find the item when it was noted before, and refuse a number that belongs to another one."""
    known = Shipment.objects.filter(carrier=carrier, tracking_number=number).first()
    if known is not None and (known.dossier_id != dossier.pk or known.content != content):
        raise _taken(field)
    return known


def _make(
    change: Change,
    *,
    content: ShipmentContent,
    carrier: str,
    number: str,
    recipient: str,
    address: str,
    field: str,
) -> Shipment:
    row = Shipment(
        dossier=change.dossier,
        content=content,
        carrier=carrier,
        tracking_number=number,
        agency_id=change.agency_id or change.dossier.receiving_agency_id,
        recipient=recipient,
        address=address,
        handed_over_at=change.now,
        handed_over_by=change.principal.name,
        state=ShipmentState.HANDED_OVER,
        state_at=change.now,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "one_result" in str(error):
            raise SubmissionInvalidError(
                _("Chưa ghi được bưu gửi nào."),
                field_errors={field: [_("Kết quả của hồ sơ này đã giao bưu chính với số hiệu khác.")]},
            ) from error
        raise _taken(field) from error
    ShipmentEvent.objects.create(
        shipment=row, at=change.now, state=ShipmentState.HANDED_OVER, told_by=change.principal.name
    )
    return row


def _taken(field: str) -> SubmissionInvalidError:
    return SubmissionInvalidError(
        _("Chưa ghi được bưu gửi nào."), field_errors={field: [_("Số hiệu này đã ghi cho một bưu gửi khác.")]}
    )


def _tell(change: Change, row: Shipment, title: str, action: str, *, note: str = "") -> None:
    change.tell(HistoryKind.STEP, title=title, note=note, facts={"shipment": str(row.uuid)})
    change.facts["shipment"] = str(row.uuid)
    commit(change, action=action)


def _agency(principal: Principal, dossier: Dossier) -> int:
    """Name the agency the official acts for: the receiving one where it is theirs."""
    mine = postal.sends(principal)
    order = (dossier.receiving_agency_id, dossier.competent_agency_id, dossier.supporting_agency_id)
    return next((agency for agency in order if agency in mine), dossier.receiving_agency_id)


def _carrier_name(key: str) -> str:
    carrier = find_carrier(key)
    return carrier.name if carrier is not None else key
