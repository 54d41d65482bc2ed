"""Ending an issued result: proposed by one, decided by another, visible to whoever checks the paper.

Basis: NĐ 30/2020/NĐ-CP, Điều 18: an issued document with a wrong content is replaced by one of equal form, one
with a wrong presentation or procedure corrected by a document of the issuing agency; a wrongful one is taken back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.dossiers import policies, queries
from lienthong.dossiers.errors import DossierStateError, NotAllowedError, SubmissionInvalidError
from lienthong.dossiers.models import (
    Dossier,
    HistoryKind,
    Result,
    ResultState,
    Revocation,
    RevocationKind,
    RevocationState,
)
from lienthong.dossiers.services import results
from lienthong.dossiers.services.change import Change, begin, commit, lock
from lienthong.dossiers.services.numbering import make_verification_code
from lienthong.forms import api as forms
from lienthong.kernel.text import normalise


def propose(
    *,
    principal: Principal,
    dossier: Dossier,
    kind: str,
    reason: str,
    public_reason: str,
    decision_number: str,
    version: int | None,
    now: datetime,
) -> Revocation:
    """Propose to revoke or to replace the result in force.

    :raises NotAllowedError: when the official neither processes nor approves at the issuing agency.
    :raises SubmissionInvalidError: without reason, public wording or decision number.
    :raises DossierStateError: when no result is in force, or a proposal waits already.
    """
    if not policies.may_propose_revocation(principal, dossier) or principal.account_id is None:
        raise NotAllowedError(
            _("Chỉ người xử lý hoặc duyệt của cơ quan ban hành được đề nghị thu hồi, thay thế kết quả.")
        )
    values = {
        "reason": reason.strip(),
        "public_reason": normalise(public_reason),
        "decision_number": normalise(decision_number),
    }
    wrong = {
        "reason": _("Hãy nêu lý do để người duyệt xem xét."),
        "public_reason": _("Hãy viết câu mà bất kỳ ai kiểm tra giấy tờ sẽ đọc; không ghi dữ liệu cá nhân."),
        "decision_number": _("Hãy ghi số của quyết định hoặc văn bản làm căn cứ."),
    }
    errors = {name: [text] for name, text in wrong.items() if not values[name]}
    if kind not in RevocationKind.values:
        errors["kind"] = [_("Hãy chọn thu hồi hay thay thế.")]
    if errors:
        raise SubmissionInvalidError(_("Chưa gửi được đề nghị."), field_errors=errors)
    with transaction.atomic():
        locked = lock(dossier_id=dossier.pk, version=version)
        result = _issued(locked)
        try:
            with transaction.atomic():
                row = Revocation.objects.create(
                    result=result,
                    kind=kind,
                    reason=values["reason"],
                    public_reason=values["public_reason"][:500],
                    decision_number=values["decision_number"][:60],
                    proposed_by_id=principal.account_id,
                    proposed_by_name=principal.name,
                    proposed_at=now,
                )
        except IntegrityError as error:
            raise DossierStateError(_("Đã có một đề nghị đang chờ duyệt cho kết quả này.")) from error
        change = _begin(locked, principal, now, row.reason)
        change.facts |= {"result": str(result.uuid), "kind": kind}
        title = {RevocationKind.REVOKE: "Đề nghị thu hồi kết quả", RevocationKind.REPLACE: "Đề nghị thay thế kết quả"}
        change.tell(
            HistoryKind.REVOCATION_PROPOSED, title=title[RevocationKind(kind)], note=row.reason, is_public=False
        )
        commit(change, action="dossiers.result.revocation_proposed")
    return row


def decide(
    *, principal: Principal, dossier: Dossier, uuid: UUID, accepted: bool, answer: str, now: datetime
) -> Revocation:
    """Decide a proposal as its second person: a revocation holds at once, a replacement opens a new draft.

    :raises NotAllowedError: when the official does not sign for the issuing agency, or proposed it.
    :raises DossierStateError: when it is decided already.
    :raises SubmissionInvalidError: when a refusal gives no reason.
    """
    if not accepted and not answer.strip():
        raise SubmissionInvalidError(
            _("Chưa ghi được quyết định."), field_errors={"answer": [_("Hãy nêu lý do không đồng ý.")]}
        )
    with transaction.atomic():
        locked = lock(dossier_id=dossier.pk)
        row = Revocation.objects.select_related("result__file").filter(result__dossier=locked, uuid=uuid).first()
        if row is None or row.state != RevocationState.OPEN:
            raise DossierStateError(_("Đề nghị này đã được quyết định."))
        if not policies.may_decide_revocation(principal, locked, row) or principal.account_id is None:
            raise NotAllowedError(_("Người duyệt phải là người có thẩm quyền ký, khác với người đề nghị."))
        row.state = RevocationState.APPROVED if accepted else RevocationState.DECLINED
        row.decided_by_id = principal.account_id
        row.decided_by_name = principal.name
        row.decided_at = now
        row.answer = answer.strip()
        row.save(update_fields=["state", "decided_by", "decided_by_name", "decided_at", "answer"])
        change = _begin(locked, principal, now, row.answer)
        change.facts |= {"result": str(row.result.uuid), "kind": row.kind, "accepted": accepted}
        if not accepted:
            change.tell(HistoryKind.REVOCATION_DECLINED, note=row.answer, is_public=False)
        elif row.kind == RevocationKind.REVOKE:
            results.mark_ended(row.result, state=ResultState.REVOKED, agreed=row, now=now)
            change.tell(
                HistoryKind.RESULT_REVOKED,
                note=row.public_reason,
                facts={"number": row.result.number, "decision": row.decision_number},
            )
        else:
            _open_replacement(locked, row.result)
            change.tell(HistoryKind.REPLACING, note=row.public_reason, is_public=False)
        commit(change, action="dossiers.result.revocation_decided")
    return row


def _open_replacement(dossier: Dossier, old: Result) -> Result:
    """Begin the new result beside the old one, which stays in force until the new one is issued."""
    content = {name: value for name, value in old.content.items() if name != "fields"}
    return Result.objects.create(
        dossier=dossier,
        state=ResultState.DRAFT,
        title=old.title,
        verification_code=make_verification_code(),
        agency_id=old.agency_id,
        content=content,
        replaces=old,
    )


def correct(*, principal: Principal, dossier: Dossier, corrections: Mapping[str, str], now: datetime) -> Result:
    """Correct answers that the replacement prints; the dossier keeps what was filed.

    :raises SubmissionInvalidError: when the corrected answers break the form's rules.
    :raises DossierStateError: when no replacement is being prepared.
    """
    if not policies.may_draft_result(principal, dossier):
        raise NotAllowedError(_("Chỉ người xử lý hồ sơ được soạn kết quả."))
    with transaction.atomic():
        locked = lock(dossier_id=dossier.pk)
        draft = _replacement(locked, ResultState.DRAFT)
        known = {line.path: line for line in correctable(locked)}
        given = {
            path: known[path].read(text) for path, text in corrections.items() if path in known and normalise(text)
        }
        changed = {path: text for path, text in given.items() if text != str(locked.answers.get(path, ""))}
        if changed and locked.form is not None:
            forms.validate(form=locked.form, answers={**locked.answers, **changed})
        draft.content = {**draft.content, "corrections": changed}
        draft.save(update_fields=["content"])
        change = _begin(locked, principal, now, "")
        change.facts |= {"result": str(draft.uuid), "corrected": sorted(changed)}
        commit(change, action="dossiers.result.corrected")
    return draft


@dataclass(frozen=True, slots=True)
class Correctable:
    """One answer that a replacement may print otherwise.

    :ivar text: as people read it; a date the Vietnamese way.
    """

    path: str
    label: str
    text: str
    is_date: bool

    def read(self, typed: str) -> str:
        """Turn what was typed into the form's value: ``5/3/1990`` into ``1990-03-05``."""
        text = normalise(typed)
        parts = text.split("/")
        if self.is_date and len(parts) > 1 and all(part.isdigit() for part in parts):
            return "-".join(part.zfill(2) for part in reversed(parts))
        return text


_TEXTS, _DATES = frozenset({"name", "text", "digits", "phone"}), frozenset({"date", "partial-date"})


def correctable(dossier: Dossier, *, draft: Result | None = None) -> tuple[Correctable, ...]:
    """List the answers that a replacement may correct, with what was filed or is corrected already."""
    if dossier.form is None:
        return ()
    values = {**dossier.answers, **(draft.content.get("corrections", {}) if draft is not None else {})}
    return tuple(
        Correctable(
            item.path,
            str(item.label),
            "/".join(reversed(values[item.path].split("-"))) if item.kind in _DATES else values[item.path],
            item.kind in _DATES,
        )
        for item in forms.outline(dossier.form).fields
        if item.kind in _TEXTS | _DATES and not item.is_computed and isinstance(values.get(item.path), str)
    )


def sign_replacement(*, principal: Principal, dossier: Dossier, now: datetime) -> Result:
    """Sign the new result in one's own name; see :func:`results.sign`.

    :raises NotAllowedError: when the official does not sign for the issuing agency.
    """
    if not policies.may_sign_replacement(principal, dossier):
        raise NotAllowedError(_("Chỉ người có thẩm quyền ký được ký kết quả."))
    with transaction.atomic():
        locked = lock(dossier_id=dossier.pk)
        _replacement(locked, ResultState.DRAFT)
        change = _begin(locked, principal, now, "")
        result = results.sign(change)
        change.entries[-1].is_public = False
        commit(change, action="dossiers.result.replacement_signed")
    return result


def issue_replacement(*, principal: Principal, dossier: Dossier, now: datetime) -> Result:
    """Number and seal the new result; in the same transaction the old one ends.

    :raises NotAllowedError: when the official does not give numbers at the issuing agency.
    """
    if not policies.may_issue_replacement(principal, dossier):
        raise NotAllowedError(_("Chỉ văn thư của cơ quan ban hành được cấp số, đóng dấu."))
    with transaction.atomic():
        locked = lock(dossier_id=dossier.pk)
        _replacement(locked, ResultState.SIGNED)
        change = _begin(locked, principal, now, "")
        result = results.issue(change)
        commit(change, action="dossiers.result.replaced")
    return result


def drop_replacement(
    *, principal: Principal, dossier: Dossier, draft: UUID, reason: str, version: int | None, now: datetime
) -> Result:
    """Abandon an approved replacement before it is issued: the result in force stays as it was.

    Like the proposal and its approval this stays in the agency: the holder's result has not changed.

    :param draft: the replacement that was looked at; another one begun since is left alone.
    :raises NotAllowedError: when the official may not approve the proposal.
    :raises SubmissionInvalidError: without a reason.
    :raises DossierStateError: when the replacement was issued or abandoned meanwhile.
    """
    if not reason.strip():
        raise SubmissionInvalidError(
            _("Chưa bỏ được việc thay thế."), field_errors={"reason": [_("Hãy nêu lý do bỏ việc thay thế.")]}
        )
    with transaction.atomic():
        locked = lock(dossier_id=dossier.pk, version=version)
        found = (
            Result.objects.filter(dossier=locked, uuid=draft, replaces__isnull=False)
            .filter(state__in=(ResultState.DRAFT, ResultState.SIGNED))
            .select_related("file", "replaces")
            .first()
        )
        row = queries.agreed_replacement(dossier=locked)
        if found is None or row is None:
            raise DossierStateError(_("Kết quả thay thế này không còn đang lập. Có thể người khác vừa làm xong."))
        if not policies.may_drop_replacement(principal, locked, row) or principal.account_id is None:
            raise NotAllowedError(
                _("Chỉ người có thẩm quyền duyệt đề nghị, khác người đề nghị, được bỏ việc thay thế.")
            )
        was_signed = found.state == ResultState.SIGNED
        results.drop(found)
        row.state = RevocationState.DROPPED
        row.dropped_by_id, row.dropped_by_name = principal.account_id, principal.name
        row.dropped_at, row.dropped_why = now, reason.strip()[:4000]
        row.save(update_fields=["state", "dropped_by", "dropped_by_name", "dropped_at", "dropped_why"])
        change = _begin(locked, principal, now, row.dropped_why)
        change.facts |= {"result": str(row.result.uuid), "dropped": str(found.uuid), "was_signed": was_signed}
        change.tell(HistoryKind.REPLACEMENT_DROPPED, note=row.dropped_why, is_public=False)
        commit(change, action="dossiers.result.replacement_dropped")
    return found


def _begin(dossier: Dossier, principal: Principal, now: datetime, note: str) -> Change:
    return begin(dossier=dossier, principal=principal, now=now, agency_id=dossier.competent_agency_id, note=note)


def _issued(dossier: Dossier) -> Result:
    found = Result.objects.filter(dossier=dossier, state=ResultState.ISSUED).first()
    if found is None:
        raise DossierStateError(_("Hồ sơ không có kết quả nào đang có hiệu lực."))
    if Result.objects.filter(replaces=found).exists():
        raise DossierStateError(_("Kết quả này đang được lập bản thay thế."))
    return found


def _replacement(dossier: Dossier, state: ResultState) -> Result:
    found = Result.objects.filter(dossier=dossier, state=state, replaces__isnull=False).first()
    if found is None:
        raise DossierStateError(_("Không có kết quả thay thế nào ở bước này. Có thể người khác vừa làm xong."))
    return found
