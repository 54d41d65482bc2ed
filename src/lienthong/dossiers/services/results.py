"""The result of a dossier: drafted, signed by a person, numbered and sealed by the agency, checked by anyone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from lienthong.accounts.api import Principal
from lienthong.dossiers import policies
from lienthong.dossiers.errors import DossierStateError, NotAllowedError, SubmissionInvalidError
from lienthong.dossiers.models import (
    Dossier,
    DossierStatus,
    HistoryKind,
    Result,
    ResultState,
    Revocation,
    RevocationKind,
    RevocationState,
)
from lienthong.dossiers.services import content
from lienthong.dossiers.services.change import Change, begin, commit, lock
from lienthong.dossiers.services.numbering import make_verification_code, take_paper_number
from lienthong.files import api as files
from lienthong.kernel import clock

_OPEN_FOR_DRAFTING = (
    DossierStatus.RECEIVED,
    DossierStatus.PROCESSING,
    DossierStatus.SUPPLEMENT,
    DossierStatus.PAYMENT,
)


def prepare(change: Change, *, values: Mapping[str, Any] | None = None) -> Result:
    """Draft the result, or change what the draft says."""
    dossier = change.dossier
    result = in_work(dossier)
    if result is None:
        result = Result(
            dossier=dossier,
            verification_code=make_verification_code(),
            agency=dossier.competent_agency,
        )
    elif result.state != ResultState.DRAFT:
        raise DossierStateError(_("Kết quả đã ký, không sửa được nữa."))
    result.state = ResultState.DRAFT
    result.title = _title(dossier)
    result.content = {**result.content, **(values or {})}
    result.save()
    return result


def sign(change: Change, *, element_id: str = "") -> Result:
    """Sign the result in the person's own name; number and date come after, with the agency's seal.

    Basis: NĐ 30/2020/NĐ-CP, Điều 13 and Phụ lục I.

    :raises NotAllowedError: when the actor is no official with a certificate to sign.
    """
    dossier = change.dossier
    if change.principal.official_id is None:
        raise NotAllowedError(_("Chỉ người có thẩm quyền ký được ký kết quả."))
    result = in_work(dossier) or prepare(change)
    if result.state != ResultState.DRAFT:
        raise DossierStateError(_("Kết quả này đã được ký."))
    signer = content.signer_of(official_id=change.principal.official_id, agency=result.agency, at=change.now)
    result.signer_official_id = change.principal.official_id
    result.signer_name = change.principal.name
    result.signer_title = signer.title
    result.signed_at = change.now
    paper = content.result_paper(dossier, result, signer=signer, at=change.now)
    pdf = files.render_pdf(template=paper.template, data=paper.data, now=change.now)
    signed = files.sign_as_person(
        pdf=pdf,
        official_id=change.principal.official_id,
        agency_id=result.agency_id,
        reason=result.title,
        now=change.now,
    )
    result.file = files.store_bytes(
        actor=change.principal.actor(change.agency_id),
        name=f"{dossier.code}.pdf",
        content=signed,
        media_type="application/pdf",
        purpose="result",
        now=change.now,
    )
    result.content = {**result.content, "fields": list(paper.fields)}
    result.state = ResultState.SIGNED
    result.save()
    files.attach(file_id=result.file.pk, owner_type="dossiers.dossier", owner_id=str(dossier.uuid))
    change.facts["result"] = str(result.uuid)
    change.tell(
        HistoryKind.SIGNED,
        element_id=element_id,
        note=change.note,
        facts={"signer": result.signer_name, "title": result.signer_title},
    )
    return result


def issue(change: Change, *, element_id: str = "") -> Result:
    """Number, date and seal the signed result; the person's signature stays valid.

    The number is taken here, so the yearly series has no gap and follows the order of issue.
    Basis: NĐ 30/2020/NĐ-CP, Điều 15, 17, 18.
    """
    dossier = change.dossier
    result = in_work(dossier)
    if result is None or result.state != ResultState.SIGNED or result.file is None:
        raise DossierStateError(_("Kết quả chưa được ký nên chưa đóng dấu được."))
    result.number = take_paper_number(
        agency_id=result.agency_id, symbol=content.result_symbol(result, at=change.now), now=change.now
    )
    today = clock.local_date(change.now)
    values = {
        "so_ky_hieu": result.number,
        "ngay_ban_hanh": f"ngày {today:%d} tháng {today:%m} năm {today:%Y}",
    }
    sealed = files.sign_as_agency(
        pdf=files.read_file(file=result.file),
        agency_id=result.agency_id,
        reason=result.title,
        fields={name: values[name] for name in result.content.get("fields", values)},
        now=change.now,
    )
    result.file = files.store_bytes(
        actor=change.principal.actor(change.agency_id),
        name=f"{dossier.code}.pdf",
        content=sealed,
        media_type="application/pdf",
        purpose="result",
        now=change.now,
    )
    if result.replaces is not None:
        _end_replaced(result.replaces, change)
    result.state = ResultState.ISSUED
    result.issued_at = change.now
    result.save()
    files.attach(file_id=result.file.pk, owner_type="dossiers.dossier", owner_id=str(dossier.uuid))
    change.tell(HistoryKind.ISSUED, element_id=element_id, facts={"number": result.number})
    if result.replaces is not None:
        change.tell(
            HistoryKind.RESULT_REPLACED,
            note=result.replaces.ended_why,
            facts={"number": result.number, "replaced": result.replaces.number},
        )
    return result


def _end_replaced(old: Result, change: Change) -> None:
    """Let a result end where its replacement begins, for the reason that was approved."""
    agreed = Revocation.objects.filter(result=old, kind=RevocationKind.REPLACE, state=RevocationState.APPROVED).latest(
        "decided_at"
    )
    mark_ended(old, state=ResultState.REPLACED, agreed=agreed, now=change.now)


def mark_ended(result: Result, *, state: ResultState, agreed: Revocation, now: datetime) -> None:
    """End an issued result; its file stays, under a name that says what it is."""
    result.state = state
    result.ended_at = now
    result.ended_why = agreed.public_reason
    result.ended_by_decision = agreed.decision_number
    result.save(update_fields=["state", "ended_at", "ended_why", "ended_by_decision"])
    if result.file is not None:
        mark = "DA-THU-HOI" if state == ResultState.REVOKED else "DA-THAY-THE"
        files.rename(file_id=result.file.pk, name=f"{mark} {result.file.name}")


def drop(result: Result) -> None:
    """Lay an unissued replacement aside: it replaces nothing, and what was signed already says so in its name."""
    result.state = ResultState.DROPPED
    result.replaces = None
    result.save(update_fields=["state", "replaces"])
    if result.file is not None:
        files.rename(file_id=result.file.pk, name=f"KHONG-BAN-HANH {result.file.name}")


def draft_content(
    *, principal: Principal, dossier: Dossier, values: Mapping[str, Any], version: int | None, now: datetime
) -> Result:
    """Let the processing officer fix what the result will say, before it is signed.

    :raises NotAllowedError: when the official does not process dossiers of the competent agency.
    :raises SubmissionInvalidError: when a value is not text or is too long.
    """
    if not policies.may_draft_result(principal, dossier):
        raise NotAllowedError(_("Chỉ người xử lý hồ sơ được soạn kết quả."))
    problems = {
        f"content.{key}": [_("Hãy nhập chữ, không quá 4.000 ký tự.")]
        for key, value in values.items()
        if not isinstance(value, str) or len(value) > 4000  # noqa: PLR2004 - the limit stands in the message
    }
    if problems:
        raise SubmissionInvalidError(_("Nội dung kết quả chưa đúng."), field_errors=problems)
    with transaction.atomic():
        locked = lock(dossier_id=dossier.pk, version=version)
        working = in_work(locked)
        is_replacement = working is not None and working.replaces is not None
        if locked.status not in _OPEN_FOR_DRAFTING and not is_replacement:
            raise DossierStateError(_("Hồ sơ không còn ở bước xử lý nên không soạn kết quả được."))
        change = begin(dossier=locked, principal=principal, now=now, agency_id=locked.competent_agency_id)
        result = prepare(change, values=values)
        change.facts["result"] = str(result.uuid)
        commit(change, action="dossiers.result.drafted")
    return result


def preview_result(*, principal: Principal, dossier: Dossier, now: datetime) -> bytes:
    """Print the result as it stands now, unsigned and without a number; nothing is stored.

    :raises NotAllowedError: when the official neither prepares nor decides dossiers of the competent agency.
    :raises DossierStateError: when the result is signed already; then its own file is the truth.
    """
    if not policies.may_preview_result(principal, dossier):
        raise NotAllowedError(_("Chỉ người xử lý, duyệt hoặc ký hồ sơ được xem dự thảo kết quả."))
    result = in_work(dossier) or Result(dossier=dossier, agency=dossier.competent_agency, title=_title(dossier))
    if result.state != ResultState.DRAFT:
        raise DossierStateError(_("Kết quả đã ký; hãy mở tệp đã ký."))
    with override("vi"):
        paper = content.result_paper(dossier, result, signer=content.Signer(title="", capacity=""), at=now)
    return files.render_pdf(template=paper.template, data=paper.data, now=now)


def _title(dossier: Dossier) -> str:
    """Name the granted result: what the procedure says it gives, else the procedure."""
    names = [result.name for result in dossier.procedure_version.results.all()]
    return (names[0] if names else dossier.procedure_version.name_vi)[:255]


def in_work(dossier: Dossier) -> Result | None:
    """Find the result that is worked on, or else the one in force."""
    rows = (
        Result.objects.filter(dossier=dossier)
        .exclude(state__in=(ResultState.REVOKED, ResultState.REPLACED, ResultState.DROPPED))
        .select_related("file__blob", "agency__area", "replaces__file")
    )
    return min(rows, key=lambda row: row.state == ResultState.ISSUED, default=None)
