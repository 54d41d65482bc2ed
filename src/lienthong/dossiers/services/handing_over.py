"""Handing papers over between the one-stop desk and those who work: a list, and the other side's confirmation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from lienthong.accounts.api import Principal
from lienthong.dossiers import policies
from lienthong.dossiers.errors import (
    DossierStateError,
    NotAllowedError,
    SubmissionInvalidError,
)
from lienthong.dossiers.models import Dossier, HandOver, HandOverDirection, HandOverLine, HistoryKind, PaperKind
from lienthong.dossiers.queries import hand_overs
from lienthong.dossiers.services import content, paper_forms
from lienthong.dossiers.services.change import begin, record
from lienthong.dossiers.services.numbering import take_paper_number
from lienthong.files import api as files
from lienthong.kernel import audit, clock
from lienthong.organisations import api as organisations

MOST = 200


def hand_over(
    *,
    principal: Principal,
    direction: str,
    giver_id: int,
    receiver_id: int,
    dossier_uuids: Sequence[UUID],
    note: str,
    now: datetime,
) -> HandOver:
    """Write a list of dossiers whose papers go over; the other side has yet to confirm it.

    :raises NotAllowedError: when the person does not work at the giving agency.
    :raises SubmissionInvalidError: nothing chosen, too many, or a dossier that cannot go over (any more).
    """
    if principal.account_id is None or giver_id not in policies.agencies_of(principal):
        raise NotAllowedError(_("Bạn chỉ lập danh sách bàn giao của cơ quan mình."))
    wanted = list(dict.fromkeys(dossier_uuids))
    problems: dict[str, list[str]] = {}
    if not wanted:
        problems["dossiers"] = [_("Hãy chọn ít nhất một hồ sơ.")]
    elif len(wanted) > MOST:
        problems["dossiers"] = [_("Mỗi danh sách nhiều nhất %(most)s hồ sơ.") % {"most": MOST}]
    if direction not in HandOverDirection.values:
        problems["direction"] = [_("Hãy chọn chiều bàn giao.")]
    elif receiver_id not in hand_overs.receivers_of(giver_id=giver_id, on=clock.local_date(now)):
        problems["receiver"] = [_("Hãy chọn nơi nhận trong danh sách.")]
    if problems:
        raise SubmissionInvalidError(_("Chưa lập được danh sách."), field_errors=problems)
    try:
        with transaction.atomic():
            chosen = _chosen(principal, direction, giver_id, wanted)
            return _write(principal, direction, giver_id, receiver_id, chosen, note, now)
    except IntegrityError as error:
        if "handoverline" not in str(error):
            raise
        raise _taken() from error


def _taken() -> SubmissionInvalidError:
    message = _("Có hồ sơ vừa được bàn giao hoặc không còn ở bước này. Hãy xem lại danh sách.")
    return SubmissionInvalidError(message, field_errors={"dossiers": [message]})


def _chosen(principal: Principal, direction: str, giver_id: int, wanted: Sequence[UUID]) -> list[Dossier]:
    rows = hand_overs.waiting_for_hand_over(principal=principal, direction=direction, giver_id=giver_id)
    found = list(
        rows.filter(uuid__in=wanted).select_for_update(no_key=True, of=("self",)).order_by("received_at", "id")
    )
    if len(found) != len(wanted):
        raise _taken()
    return found


def _write(
    principal: Principal,
    direction: str,
    giver_id: int,
    receiver_id: int,
    chosen: Sequence[Dossier],
    note: str,
    now: datetime,
) -> HandOver:
    if principal.account_id is None:
        raise AssertionError
    form = paper_forms.form_for(kind=PaperKind.HAND_OVER, at=now)
    made = HandOver.objects.create(
        number=take_paper_number(agency_id=giver_id, symbol=form.symbol, now=now),
        direction=direction,
        giver_id=giver_id,
        receiver_id=receiver_id,
        given_at=now,
        given_by=principal.name,
        given_by_account_id=principal.account_id,
        note=note.strip()[:255],
    )
    papers = dict(
        Dossier.objects.filter(pk__in=[dossier.pk for dossier in chosen])
        .annotate(paper_count=Count("documents", filter=Q(documents__replaced_at__isnull=True)))
        .values_list("pk", "paper_count")
    )
    HandOverLine.objects.bulk_create(
        HandOverLine(hand_over=made, dossier=dossier, papers=papers[dossier.pk]) for dossier in chosen
    )
    _audit(principal, made, "dossiers.hand_over.given", now, {"dossiers": [dossier.code for dossier in chosen]})
    return made


def confirm(
    *, principal: Principal, uuid: UUID, received: Sequence[UUID], notes: Mapping[UUID, str], now: datetime
) -> HandOver:
    """Confirm what the other side has really got; what is missing needs a word, and is shown as a difference.

    :param received: the dossiers whose papers are there.
    :param notes: why another one's are not.
    :raises HandOverNotFoundError: absent or foreign.
    :raises NotAllowedError: who wrote the list cannot confirm it, nor who does not work at the receiving side.
    :raises DossierStateError: when it is confirmed already.
    :raises SubmissionInvalidError: when a missing dossier has no word; ``field_errors`` names it.
    """
    with transaction.atomic():
        hand_overs.get_hand_over_for(principal=principal, uuid=uuid)
        made = HandOver.objects.select_for_update(no_key=True).get(uuid=uuid)
        if made.confirmed_at is not None:
            raise DossierStateError(
                _("%(name)s đã xác nhận danh sách này lúc %(at)s.")
                % {"name": made.confirmed_by, "at": date_format(clock.local(made.confirmed_at), "H:i d/m/Y")}
            )
        if not hand_overs.may_confirm(principal, made):
            raise NotAllowedError(_("Người bên nhận xác nhận danh sách, không phải người lập."))
        lines = list(made.lines.select_related("dossier").order_by("id"))
        problems: dict[str, list[str]] = {}
        for line in lines:
            line.is_received = line.dossier.uuid in received
            line.note = "" if line.is_received else notes.get(line.dossier.uuid, "").strip()[:255]
            if not line.is_received and not line.note:
                problems[f"note-{line.dossier.uuid}"] = [
                    _("Hãy ghi vì sao chưa nhận được hồ sơ %(code)s.") % {"code": line.dossier.code}
                ]
        if problems:
            raise SubmissionInvalidError(_("Chưa xác nhận được."), field_errors=problems)
        HandOverLine.objects.bulk_update(lines, ["is_received", "note"])
        made.confirmed_at = now
        made.confirmed_by = principal.name
        made.save(update_fields=["confirmed_at", "confirmed_by"])
        _tell(principal, made, lines, now)
        missing = [line.dossier.code for line in lines if not line.is_received]
        _audit(principal, made, "dossiers.hand_over.confirmed", now, {"missing": missing})
    return made


def _tell(principal: Principal, made: HandOver, lines: Sequence[HandOverLine], now: datetime) -> None:
    """Write into each dossier's history where its papers are; officials alone read it."""
    for line in lines:
        change = begin(dossier=line.dossier, principal=principal, now=now, agency_id=made.receiver_id)
        change.tell(
            HistoryKind.PAPERS_MOVED,
            title="Đã nhận bàn giao giấy tờ" if line.is_received else "Bàn giao thiếu giấy tờ",
            note=f"Danh sách {made.number}. {line.note}".strip(),
            is_public=False,
            facts={"hand_over": made.number, "received": line.is_received},
        )
        record(change, action="dossiers.hand_over.line")


def _audit(principal: Principal, made: HandOver, action: str, now: datetime, facts: Mapping[str, Any]) -> None:
    audit.record(
        actor=principal.actor(made.giver_id if action.endswith("given") else made.receiver_id),
        action=action,
        subject_type="dossiers.hand_over",
        subject_id=made.uuid,
        at=now,
        facts={"number": made.number, **facts},
    )


def print_list(*, principal: Principal, uuid: UUID, now: datetime) -> bytes:
    """Print a hand-over list for both sides to sign, with what was confirmed once it is.

    :raises HandOverNotFoundError: absent or foreign.
    """
    made = hand_overs.get_hand_over_for(principal=principal, uuid=uuid)
    lines = hand_overs.lines_of(hand_over=made)
    with override("vi"):
        form = paper_forms.form_for(kind=PaperKind.HAND_OVER, at=made.given_at)
        agency = organisations.get_agencies(ids=[made.giver_id])[made.giver_id]
        data = {
            **content.heading(
                agency, at=made.given_at, number=made.number.partition("/")[0], path=f"/lam-viec/ban-giao/{made.uuid}/"
            ),
            "number": made.number.partition("/")[0],
            "subject": str(HandOverDirection(made.direction).label),
            "giver": made.giver.name,
            "given_by": made.given_by,
            "given_at": content.moment(made.given_at),
            "receiver": made.receiver.name,
            "confirmed_by": made.confirmed_by,
            "confirmed_at": content.moment(made.confirmed_at),
            "note": made.note,
            "rows": [_line(line) for line in lines],
            "form_note": form.note,
            **({"differences": missing} if (missing := sum(line.is_received is False for line in lines)) else {}),
        }
    return files.render_pdf(template=form.template, data=data, now=now)


def _line(line: HandOverLine) -> dict[str, Any]:
    dossier = line.dossier
    due = date_format(clock.local(dossier.due_at), "H:i d/m/Y").replace(" ", "\n") if dossier.due_at else ""
    received = {True: "yes", False: "no", None: ""}[line.is_received]
    return {
        "code": dossier.code,
        "procedure": dossier.procedure_version.name_vi,
        "owner": dossier.owner_name,
        "papers": line.papers,
        "due": due,
        "received": received,
        "note": line.note,
    }
