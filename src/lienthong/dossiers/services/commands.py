"""What each command of a drawn process means for a dossier."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lienthong.dossiers.errors import SubmissionInvalidError
from lienthong.dossiers.models import (
    DossierStatus,
    HistoryKind,
    PauseKind,
    ReturnMethod,
    SupplementRequest,
)
from lienthong.dossiers.services import deadlines, fees, results
from lienthong.dossiers.services.change import Change
from lienthong.dossiers.services.process import command
from lienthong.workflows.api import Command


@command("receive")
def receive(change: Change, given: Command) -> None:
    """Take the dossier in, or let a supplemented one go on."""
    dossier = change.dossier
    if dossier.received_at is None:
        dossier.received_at = change.now
        change.move_to(DossierStatus.RECEIVED)
        deadlines.start_clock(change)
        change.tell(HistoryKind.RECEIVED, element_id=given.element_id, note=change.note)
    elif dossier.status == DossierStatus.SUPPLEMENT:
        go_on_after_supplement(change)


@command("start_processing")
def start_processing(change: Change, given: Command) -> None:
    """Begin the work behind the desk."""
    if change.dossier.status != DossierStatus.PROCESSING:
        change.move_to(DossierStatus.PROCESSING)
        change.tell(HistoryKind.PROCESSING, element_id=given.element_id)


@command("refuse")
def refuse(change: Change, given: Command) -> None:
    """Refuse: not received while nobody has received it; afterwards the refusal is the answer.

    Basis: NĐ 61/2018/NĐ-CP, Điều 17 (reception) and 19 (after verification), form 03 of TT 03/2025/TT-VPCP.
    """
    dossier = change.dossier
    reason = _reason(change)
    if dossier.received_at is None:
        change.move_to(DossierStatus.NOT_RECEIVED)
        change.tell(HistoryKind.NOT_RECEIVED, element_id=given.element_id, note=reason)
        return
    if dossier.status != DossierStatus.PROCESSING:
        change.move_to(DossierStatus.PROCESSING)
    change.move_to(DossierStatus.DONE)
    change.move_to(DossierStatus.RETURNED)
    dossier.done_at = dossier.returned_at = change.now
    dossier.paused_at = None
    change.tell(HistoryKind.REFUSED, element_id=given.element_id, note=reason)


@command("request_supplement")
def request_supplement(change: Change, given: Command) -> None:
    """Ask for all that is missing, once and in writing; the clock stands still."""
    dossier = change.dossier
    reason = _reason(change)
    rounds = SupplementRequest.objects.filter(dossier=dossier).count()
    SupplementRequest.objects.create(
        dossier=dossier,
        round=rounds + 1,
        requested_at=change.now,
        requested_by=change.principal.name,
        agency_id=change.agency_id or dossier.receiving_agency_id,
        reason=reason,
        document_keys=list(change.data.get("document_keys", [])),
    )
    deadlines.pause(change)
    change.move_to(DossierStatus.SUPPLEMENT)
    change.tell(HistoryKind.SUPPLEMENT_REQUESTED, element_id=given.element_id, note=reason, facts={"round": rounds + 1})


@command("request_payment")
def request_payment(change: Change, given: Command) -> None:
    """Ask for a financial duty (whole đồng); the clock stands still."""
    amount = given.data.get("amount")
    if not isinstance(amount, int) or isinstance(amount, bool) or amount <= 0:
        raise SubmissionInvalidError(
            _("Chưa yêu cầu nộp tiền được."),
            field_errors={"amount": [_("Hãy nhập số tiền là số nguyên đồng, lớn hơn 0.")]},
        )
    purpose = str(given.data.get("purpose") or change.note or _("Phí, lệ phí theo quy định"))
    fees.ask_duty(change, amount=amount, purpose=purpose)
    deadlines.pause(change)
    change.move_to(DossierStatus.PAYMENT)
    change.tell(
        HistoryKind.PAYMENT_REQUESTED,
        element_id=given.element_id,
        note=change.note,
        facts={"amount": amount, "purpose": purpose},
    )


@command("sign_result")
def sign_result(change: Change, given: Command) -> None:
    """Sign the result in the person's own name."""
    results.sign(change, element_id=given.element_id)


@command("issue_result")
def issue_result(change: Change, given: Command) -> None:
    """Seal the signed result for the agency."""
    results.issue(change, element_id=given.element_id)


@command("result_ready")
def result_ready(change: Change, given: Command) -> None:
    """Announce that the result can be collected."""
    dossier = change.dossier
    dossier.done_at = change.now
    if dossier.status in (DossierStatus.RECEIVED, DossierStatus.SUPPLEMENT, DossierStatus.PAYMENT):
        change.move_to(DossierStatus.PROCESSING)
    change.move_to(DossierStatus.DONE)
    dossier.paused_at = None
    change.tell(HistoryKind.DONE, element_id=given.element_id)


@command("return_result")
def return_result(change: Change, given: Command) -> None:
    """Hand the result over; the dossier is closed."""
    dossier = change.dossier
    change.move_to(DossierStatus.RETURNED)
    dossier.returned_at = change.now
    method = ReturnMethod(dossier.return_method)
    change.tell(
        HistoryKind.RETURNED,
        element_id=given.element_id,
        note=change.note,
        title=_("Đã trả kết quả: %(how)s") % {"how": str(method.label).lower()},
    )


@command("stop")
def stop(change: Change, given: Command) -> None:
    """Stop processing, with the reason."""
    deadlines.pause(change)
    change.move_to(DossierStatus.STOPPED)
    change.tell(HistoryKind.STOPPED, element_id=given.element_id, note=_reason(change))


@command("resume")
def resume(change: Change, _given: Command) -> None:
    """Go on with the work, whatever the dossier waited for."""
    waits = {DossierStatus.PAYMENT: go_on_after_payment, DossierStatus.STOPPED: go_on_after_stop}
    go_on = waits.get(DossierStatus(change.dossier.status))
    if go_on is not None:
        go_on(change)


def go_on_after_supplement(change: Change) -> None:
    """Let the clock run again, by default from the start, once what was asked for is handed in.

    Basis: NĐ 61/2018/NĐ-CP, Điều 19.
    """
    deadlines.resume(change, PauseKind.SUPPLEMENT)
    change.move_to(DossierStatus.PROCESSING)


def go_on_after_payment(change: Change) -> None:
    """Let the clock run again once the financial duty is fulfilled."""
    deadlines.resume(change, PauseKind.PAYMENT)
    change.move_to(DossierStatus.PROCESSING)


def go_on_after_stop(change: Change) -> None:
    """Let the clock run again after a stop, and say so."""
    deadlines.resume(change, PauseKind.STOP)
    change.move_to(DossierStatus.PROCESSING)
    change.tell(HistoryKind.RESUMED, note=change.note)


# What a diagram may tell: the kinds that a ``notify`` command names, in the applicant's words.
_TOLD = {
    "confirm_draft": gettext_lazy("Đã gửi bản dự thảo để bạn xem và xác nhận"),
    "forwarded": gettext_lazy("Đã chuyển hồ sơ lên cơ quan cấp tỉnh"),
    "result_sent_back": gettext_lazy("Kết quả đã chuyển về nơi tiếp nhận"),
    "inspection": gettext_lazy("Sẽ kiểm tra thực địa"),
    "consultation_late": gettext_lazy("Cơ quan phối hợp chậm trả lời"),
    "task_reminder": gettext_lazy("Nhắc người xử lý"),
}
_INTERNAL = frozenset({"task_reminder", "consultation_late"})


@command("notify")
def notify(change: Change, given: Command) -> None:
    """Write a line into the history; reminders are for officials only."""
    kind = str(given.data.get("kind", ""))
    reason = str(given.data.get("reason") or "")
    title = str(_TOLD.get(kind, kind))
    about = str(given.data.get("inspection_date") or "")
    change.tell(
        HistoryKind.REMINDED if kind == "task_reminder" else HistoryKind.STEP,
        title=title,
        note=reason or about,
        element_id=given.element_id,
        is_public=kind not in _INTERNAL,
    )


def _reason(change: Change) -> str:
    if not change.note:
        raise SubmissionInvalidError(
            _("Việc này phải nêu lý do."), field_errors={"note": [_("Hãy nêu rõ lý do, người nộp sẽ đọc câu này.")]}
        )
    return change.note
