"""The forms of the one-stop circular that follow from a dossier's history, made by a job and sealed.

Which form, by which act and in which layout, is dated data (:class:`PaperForm`): a paper of 2024 prints as the
circular of 2018 had it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lienthong.catalogue import api as catalogue
from lienthong.dossiers.models import (
    Channel,
    Dossier,
    DossierDocument,
    Filing,
    HistoryEntry,
    HistoryKind,
    Paper,
    PaperForm,
    PaperKind,
    ReturnMethod,
    WaitKind,
)
from lienthong.dossiers.services import content, paper_forms, waiting
from lienthong.dossiers.services.numbering import take_paper_number
from lienthong.files import api as files
from lienthong.kernel import audit

PAPER_OF: Mapping[str, PaperKind] = {
    HistoryKind.RECEIVED: PaperKind.RECEIPT,
    HistoryKind.SUPPLEMENT_REQUESTED: PaperKind.SUPPLEMENT,
    HistoryKind.NOT_RECEIVED: PaperKind.REFUSAL,
    HistoryKind.REFUSED: PaperKind.REFUSAL,
    HistoryKind.EXTENDED: PaperKind.APOLOGY,
    HistoryKind.STOPPED: PaperKind.STOP,
    HistoryKind.LAPSED: PaperKind.STOP,
}


def issue_for(*, entry_uuid: UUID, now: datetime) -> Paper | None:
    """Make the paper that a history entry calls for, once; give ``None`` when it calls for none."""
    entry = (
        HistoryEntry.objects.select_related(
            "dossier__procedure_version__procedure",
            "dossier__applicant",
            "dossier__competent_agency",
            "dossier__receiving_agency__area",
        )
        .filter(uuid=entry_uuid)
        .first()
    )
    kind = PAPER_OF.get(entry.kind) if entry is not None else None
    if entry is None or kind is None or (kind == PaperKind.RECEIPT and _needs_no_receipt(entry.dossier)):
        return None
    existing = Paper.objects.filter(occasion=entry.uuid, kind=kind).first()
    if existing is not None:
        return existing
    form = paper_forms.find_form(kind=kind, at=entry.at)
    if form is None:
        return None
    dossier = entry.dossier
    agency = dossier.receiving_agency
    with transaction.atomic():
        number = take_paper_number(agency_id=agency.pk, symbol=form.symbol, now=now)
        data = {
            **content.heading(
                agency, at=entry.at, number=number.partition("/")[0], path=f"/tra-cuu/?code={dossier.code}"
            ),
            **content.applicant(dossier),
            **_DATA[kind](dossier, entry),
            "form_note": form.note,
        }
        pdf = files.render_pdf(template=form.template, data=data, now=entry.at)
        if form.signing == PaperForm.Signing.AGENCY:
            pdf = files.sign_as_agency(pdf=pdf, agency_id=agency.pk, reason=str(kind.label), now=now)
        file = files.store_bytes(
            actor=audit.SYSTEM,
            name=f"{kind.value}-{dossier.code}.pdf",
            content=pdf,
            media_type="application/pdf",
            purpose="paper",
            now=now,
        )
        files.attach(file_id=file.pk, owner_type="dossiers.dossier", owner_id=str(dossier.uuid))
        paper = Paper.objects.create(
            dossier=dossier, kind=kind, number=number, issued_at=now, occasion=entry.uuid, file=file
        )
        audit.record(
            actor=audit.SYSTEM,
            action="dossiers.paper.issued",
            subject_type="dossiers.dossier",
            subject_id=dossier.uuid,
            at=now,
            facts={"kind": kind.value, "number": number},
        )
    return paper


def _needs_no_receipt(dossier: Dossier) -> bool:
    """Say whether the result comes at once at the counter and the applicant did not ask for a receipt.

    Basis: NĐ 61/2018/NĐ-CP (one-stop reception): procedures without appointed day need no receipt unless asked for.
    """
    is_instant = dossier.limit_unit == catalogue.TimeUnit.IMMEDIATE and dossier.channel == Channel.COUNTER
    return is_instant and Filing.objects.filter(dossier=dossier, wants_receipt=False).exists()


def _receipt(dossier: Dossier, entry: HistoryEntry) -> dict[str, Any]:
    papers = [paper for paper in dossier.documents.all() if paper.replaced_at is None]
    kinds = DossierDocument.Copy
    return {
        "applicant_identity": dossier.applicant.identity_number,
        "owner_name": dossier.owner_name if dossier.owner_name != dossier.applicant_name else "",
        "reception_place": dossier.receiving_agency.name,
        "papers": [
            {
                "name": paper.name,
                "originals": paper.quantity if paper.copy_kind == kinds.ORIGINAL else 0,
                "certified": paper.quantity if paper.is_certified else 0,
                "copies": paper.quantity if paper.copy_kind != kinds.ORIGINAL and not paper.is_certified else 0,
            }
            for paper in papers
        ],
        "sets": 1,
        "time_limit": content.limit_text(amount=dossier.limit_amount, unit=dossier.limit_unit),
        "received_at": content.moment(dossier.received_at),
        "due_at": content.moment(dossier.due_at),
        "due_explanation": " ".join(dossier.due_steps[:1]),
        "fee": _fee(dossier),
        "result_delivery": str(ReturnMethod(dossier.return_method).label),
        "receiver_name": entry.actor_name,
    }


def _fee(dossier: Dossier) -> str:
    """Write the fee where the procedure publishes a single sum; else the line is left for the desk to fill."""
    amounts = {item.amount for item in catalogue.fees(version=dossier.procedure_version)}
    amount = amounts.pop() if len(amounts) == 1 else None
    if amount is None:
        return ""
    return f"{amount:,}".replace(",", ".") + " đồng" if amount else "Không thu"


def _signature(entry: HistoryEntry) -> dict[str, Any]:
    return {"signer_title": "Người thông báo", "signer_name": entry.actor_name}


def _refusal(dossier: Dossier, entry: HistoryEntry) -> dict[str, Any]:
    return {
        **_signature(entry),
        "reason": entry.note,
        "contact_name": entry.actor_name,
        "contact_phone": dossier.receiving_agency.phone,
    }


def _supplement(dossier: Dossier, entry: HistoryEntry) -> dict[str, Any]:
    request = dossier.supplement_requests.filter(round=entry.facts["round"]).get()
    known = {
        document.key: document.name for document in catalogue.required_documents(version=dossier.procedure_version)
    }
    return {
        "requirements": [known.get(key, key) for key in request.document_keys] or [request.reason],
        "reason": request.reason,
        "answer_by": content.moment(waiting.end_of(dossier, WaitKind.SUPPLEMENT, since=request.requested_at)),
        "contact_name": entry.actor_name,
        "contact_phone": dossier.receiving_agency.phone,
        "signer_name": entry.actor_name,
    }


def _apology(dossier: Dossier, entry: HistoryEntry) -> dict[str, Any]:
    before = datetime.fromisoformat(entry.facts["due_before"])
    return {
        **_signature(entry),
        "reason": entry.note,
        "received_at": content.moment(dossier.received_at),
        "due_at": content.moment(before),
        "is_overdue": entry.at > before,
        "responsible_unit": dossier.competent_agency.name,
        "new_due_at": content.moment(datetime.fromisoformat(entry.facts["due_after"])),
    }


def _stop(dossier: Dossier, entry: HistoryEntry) -> dict[str, Any]:
    return {
        **_signature(entry),
        "reason": entry.note,
        "received_at": content.moment(dossier.received_at),
        "stopped_at": content.moment(entry.at),
        "contact_name": entry.actor_name,
    }


_DATA: Mapping[PaperKind, Callable[[Dossier, HistoryEntry], dict[str, Any]]] = {
    PaperKind.RECEIPT: _receipt,
    PaperKind.SUPPLEMENT: _supplement,
    PaperKind.REFUSAL: _refusal,
    PaperKind.APOLOGY: _apology,
    PaperKind.STOP: _stop,
}
