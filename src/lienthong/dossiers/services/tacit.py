"""The outcome that the law takes as given when an agency has kept silent: recorded, printed, sealed, returned."""

from django.utils.translation import override

from lienthong.dossiers.models import DossierStatus, HistoryKind, PaperKind, Result, ResultState, TacitRule
from lienthong.dossiers.services import content, paper_forms
from lienthong.dossiers.services.change import Change
from lienthong.dossiers.services.numbering import make_verification_code, take_paper_number
from lienthong.files import api as files
from lienthong.kernel import audit


def decide(change: Change, rule: TacitRule) -> Result:
    """Write the result that silence has given; the document says that it is tacit and why.

    Nobody has signed it: the agency's seal alone attests that its time ran out. It is handed over
    electronically at once, whatever the applicant had chosen, because nobody is left to hand it over.
    """
    dossier = change.dossier
    result = Result.objects.filter(dossier=dossier, state=ResultState.DRAFT).first() or Result(dossier=dossier)
    result.agency = dossier.competent_agency
    with override("vi"):
        result.title = f"{rule.outcome} (mặc nhiên do quá thời hạn)"[:255]
        result.content = {"tacit": True, "outcome": rule.outcome, "legal_basis": rule.legal_basis}
        result.verification_code = result.verification_code or make_verification_code()
        _print(change, result, rule)
    result.state = ResultState.ISSUED
    result.issued_at = change.now
    result.save()
    if dossier.status == DossierStatus.RECEIVED:
        change.move_to(DossierStatus.PROCESSING)
    change.move_to(DossierStatus.DONE)
    change.move_to(DossierStatus.RETURNED)
    dossier.done_at = dossier.returned_at = change.now
    change.facts |= {"result": str(result.uuid), "outcome": rule.outcome}
    change.tell(
        HistoryKind.TACIT,
        note=f"{rule.outcome}. Căn cứ: {rule.legal_basis}.",
        facts={"number": result.number, "due_at": dossier.due_at.isoformat() if dossier.due_at else ""},
    )
    return result


def _print(change: Change, result: Result, rule: TacitRule) -> None:
    dossier = change.dossier
    form = paper_forms.form_for(kind=PaperKind.TACIT, at=change.now)
    result.number = take_paper_number(agency_id=result.agency_id, symbol=form.symbol, now=change.now)
    data = {
        **content.heading(
            result.agency,
            at=change.now,
            number=result.number,
            path=f"/kiem-tra/{result.verification_code}/",
        ),
        **content.applicant(dossier),
        "owner_name": dossier.owner_name,
        "received_at": content.moment(dossier.received_at),
        "due_at": content.moment(dossier.due_at),
        "outcome": rule.outcome,
        "legal_basis": rule.legal_basis,
        "form_note": form.note,
    }
    pdf = files.render_pdf(template=form.template, data=data, now=change.now)
    sealed = files.sign_as_agency(pdf=pdf, agency_id=result.agency_id, reason=result.title, now=change.now)
    result.file = files.store_bytes(
        actor=audit.SYSTEM,
        name=f"{dossier.code}.pdf",
        content=sealed,
        media_type="application/pdf",
        purpose="result",
        now=change.now,
    )
    files.attach(file_id=result.file.pk, owner_type="dossiers.dossier", owner_id=str(dossier.uuid))
