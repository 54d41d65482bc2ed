"""The treasurer's pages: what is owed, cash, reductions, refunds, receipts."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lienthong.accounts.api import Right, official_required, principal_of, right_required
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError, ForbiddenError, InvalidError
from lienthong.payments import api as payments
from lienthong.workspace.desk import desk_context
from lienthong.workspace.forms_payments import (
    CancelReceiptForm,
    DecideForm,
    PayOutForm,
    ReduceForm,
    RefundForm,
    day_of,
)
from lienthong.workspace.views.pages import add_errors

PAGE_SIZE = 50


@right_required(Right.COLLECT)
@require_safe
def charges(request: HttpRequest) -> HttpResponse:
    """List what is owed to my agencies; a code, a dossier or a name finds one."""
    given = request.GET
    state = given.get("tt", payments.ChargeState.OPEN.value)
    query = given.get("q", "").strip()[:60]
    principal = principal_of(request)
    page = payments.list_charges(
        principal=principal, state=state, query=query, cursor=given.get("cursor"), size=PAGE_SIZE
    )

    def tab(label: Any, value: str) -> dict[str, Any]:
        kept = given.copy()
        kept.pop("cursor", None)
        kept["tt"] = value
        return {"label": label, "url": f"?{kept.urlencode()}", "current": state == value}

    states = [(choice.label, choice.value) for choice in payments.ChargeState]
    return render(
        request,
        "workspace/payments/charges.html",
        desk_context(request)
        | {
            "page": page,
            "query": query,
            "state": state,
            "state_filters": [tab(label, value) for label, value in states] + [tab(_("Tất cả"), "moi")],
        },
    )


@official_required
@require_safe
def charge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one charge and what this official may do with it."""
    principal = principal_of(request)
    found = payments.get_charge_for(principal=principal, uuid=uuid)
    view = payments.load_charge(charge=found)
    collects = payments.collects(principal, found)
    return render(
        request,
        "workspace/payments/charge.html",
        desk_context(request)
        | {
            "charge": found,
            "view": view,
            "words": payments.money_in_words(found.amount),
            "collects": collects,
            "payments": [
                {"row": row, "may_refund": collects and payments.refundable(payment=row) > 0} for row in view.payments
            ],
            "refunds": [
                {
                    "row": row,
                    "may_decide": row.state == payments.RefundState.ASKED
                    and payments.may_decide(principal, row, agency_id=found.agency_id),
                    "may_pay": collects
                    and row.state == payments.RefundState.APPROVED
                    and row.payment.method != payments.Method.GATEWAY,
                }
                for row in view.refunds
            ],
        },
    )


@official_required
@require_POST
def cash(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take the charge in cash; a second press only shows that it is taken."""
    try:
        receipt = payments.collect_cash(principal=principal_of(request), charge_uuid=uuid, now=clock.now())
    except ConflictError as error:
        messages.warning(request, str(error.message))
    else:
        messages.success(request, _("Đã thu đủ. Biên lai số %(number)s.") % {"number": receipt.full_number})
    return redirect("workspace:charge", uuid=uuid)


@official_required
@require_safe
def of_dossier(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Lead from a dossier to the charge that it waits for, or the last one; of those that my agencies collect."""
    principal = principal_of(request)
    found = dossiers.get_dossier_for(principal=principal, uuid=uuid)
    asked = dossiers.charges_of(dossier=found)
    mine = [row for row in asked if row.agency_id in payments.agencies_seen(principal)]
    chosen = next((row for row in mine if row.is_open and row.is_blocking), mine[-1] if mine else None)
    if chosen is None:
        others = ", ".join(dict.fromkeys(row.agency.name for row in asked))
        messages.info(
            request,
            _("Khoản thu của hồ sơ này do %(agency)s thu.") % {"agency": others}
            if others
            else _("Hồ sơ này không có khoản nào phải nộp."),
        )
        return redirect("workspace:dossier", uuid=uuid)
    return redirect("workspace:charge", uuid=chosen.uuid)


def _ask(
    request: HttpRequest, form: forms.Form, *, found: payments.Charge, title: str, verb: str, **more: Any
) -> HttpResponse:
    return render(
        request,
        "workspace/payments/ask.html",
        desk_context(request) | {"form": form, "charge": found, "title": title, "verb": verb, **more},
        status=422 if form.is_bound and form.errors else 200,
    )


@official_required
@require_http_methods(["GET", "POST"])
def reduce(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let somebody pay less, or nothing."""
    principal = principal_of(request)
    now = clock.now()
    found = payments.get_charge_for(principal=principal, uuid=uuid)
    if not payments.collects(principal, found):
        raise ForbiddenError(_("Chỉ người thu phí, lệ phí của cơ quan này miễn, giảm được."))
    known = payments.fee_reductions(procedure_code="", on=clock.local_date(now))
    form = ReduceForm(request.POST or None, reductions=known)
    if request.method == "POST" and form.is_valid():
        try:
            changed = payments.reduce(principal=principal, charge_uuid=uuid, now=now, **form.given)
        except InvalidError as error:
            add_errors(form, error)
        except ConflictError as error:
            messages.warning(request, str(error.message))
            return redirect("workspace:charge", uuid=uuid)
        else:
            messages.success(request, _("Đã giảm.") if changed.is_open else _("Đã miễn; không còn phải nộp."))
            return redirect("workspace:charge", uuid=uuid)
    return _ask(request, form, found=found, title=_("Miễn, giảm"), verb=_("Ghi miễn, giảm"))


@official_required
@require_http_methods(["GET", "POST"])
def refund(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask that a payment be given back."""
    principal = principal_of(request)
    paid = payments.get_payment_for(principal=principal, uuid=uuid)
    most = payments.refundable(payment=paid)
    form = RefundForm(request.POST or None, initial={"amount": most})
    if request.method == "POST" and form.is_valid():
        try:
            payments.ask_refund(principal=principal, payment_uuid=uuid, now=clock.now(), **form.cleaned_data)
        except InvalidError as error:
            add_errors(form, error)
        except ConflictError as error:
            messages.warning(request, str(error.message))
            return redirect("workspace:charge", uuid=paid.charge.uuid)
        else:
            messages.success(request, _("Đã đề nghị hoàn tiền. Người thứ hai sẽ duyệt."))
            return redirect("workspace:charge", uuid=paid.charge.uuid)
    return _ask(
        request, form, found=paid.charge, title=_("Đề nghị hoàn tiền"), verb=_("Gửi đề nghị"), most=most, paid=paid
    )


def _refund_of(request: HttpRequest, uuid: UUID) -> payments.Refund:
    for row in payments.list_refunds(principal=principal_of(request)):
        if row.uuid == uuid:
            return row
    raise payments.ChargeNotFoundError(_("Không tìm thấy đề nghị hoàn tiền đang chờ."))


@official_required
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Approve or refuse a refund, as the second person."""
    row = _refund_of(request, uuid)
    found = row.payment.charge
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        is_approved = "approve" in request.POST
        try:
            payments.decide_refund(
                principal=principal_of(request),
                refund_uuid=uuid,
                is_approved=is_approved,
                note=form.cleaned_data["note"],
                now=clock.now(),
            )
        except InvalidError as error:
            add_errors(form, error)
        except ConflictError as error:
            messages.warning(request, str(error.message))
            return redirect("workspace:charge", uuid=found.uuid)
        else:
            messages.success(request, _("Đã duyệt hoàn tiền.") if is_approved else _("Đã không duyệt hoàn tiền."))
            return redirect("workspace:charge", uuid=found.uuid)
    return _ask(request, form, found=found, title=_("Duyệt hoàn tiền"), verb=_("Duyệt hoàn"), refund=row)


@official_required
@require_http_methods(["GET", "POST"])
def pay_out(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record that an approved refund was paid out."""
    row = _refund_of(request, uuid)
    found = row.payment.charge
    form = PayOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            payments.pay_out(principal=principal_of(request), refund_uuid=uuid, now=clock.now(), **form.cleaned_data)
        except InvalidError as error:
            add_errors(form, error)
        except ConflictError as error:
            messages.warning(request, str(error.message))
            return redirect("workspace:charge", uuid=found.uuid)
        else:
            messages.success(request, _("Đã ghi chi hoàn tiền."))
            return redirect("workspace:charge", uuid=found.uuid)
    return _ask(request, form, found=found, title=_("Ghi đã chi hoàn"), verb=_("Ghi đã chi"), refund=row)


@official_required
@require_safe
def refunds(request: HttpRequest) -> HttpResponse:
    """List money to give back: surplus nobody has dealt with, and refunds under way."""
    principal = principal_of(request)
    return render(
        request,
        "workspace/payments/refunds.html",
        desk_context(request)
        | {
            "surplus": payments.list_surplus(principal=principal),
            "refunds": [
                {
                    "row": row,
                    "may_decide": row.state == payments.RefundState.ASKED
                    and payments.may_decide(principal, row, agency_id=row.payment.charge.agency_id),
                }
                for row in payments.list_refunds(principal=principal)
            ],
        },
    )


@right_required(Right.COLLECT)
@require_safe
def receipts(request: HttpRequest) -> HttpResponse:
    """List the receipts of a day with their sums."""
    principal = principal_of(request)
    day = day_of(request.GET.get("ngay", ""), clock.local_date(clock.now()))
    only_cancelled = request.GET.get("huy") == "1"
    return render(
        request,
        "workspace/payments/receipts.html",
        desk_context(request)
        | {
            "day": day,
            "totals": payments.day_totals(principal=principal, day=day),
            "page": payments.list_receipts(
                principal=principal,
                day=day,
                only_cancelled=only_cancelled,
                cursor=request.GET.get("cursor"),
                size=PAGE_SIZE,
            ),
            "kinds": [
                {"label": _("Tất cả"), "url": f"?ngay={day.isoformat()}", "current": not only_cancelled},
                {"label": _("Đã hủy"), "url": f"?ngay={day.isoformat()}&huy=1", "current": only_cancelled},
            ],
        },
    )


@official_required
@require_http_methods(["GET", "POST"])
def cancel_receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Cancel a wrong receipt; the same money gets a new one."""
    principal = principal_of(request)
    row = payments.get_receipt_for(principal=principal, uuid=uuid)
    found = row.payment.charge
    form = CancelReceiptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            fresh = payments.cancel_receipt(
                principal=principal, uuid=uuid, reason=form.cleaned_data["reason"], now=clock.now()
            )
        except InvalidError as error:
            add_errors(form, error)
        except ConflictError as error:
            messages.warning(request, str(error.message))
            return redirect("workspace:charge", uuid=found.uuid)
        else:
            messages.success(
                request,
                _("Đã hủy biên lai %(old)s; biên lai mới số %(new)s.")
                % {"old": row.full_number, "new": fresh.full_number},
            )
            return redirect("workspace:charge", uuid=found.uuid)
    title = _("Hủy biên lai %(number)s") % {"number": row.full_number}
    return _ask(request, form, found=found, title=title, verb=_("Hủy và lập biên lai mới"))
