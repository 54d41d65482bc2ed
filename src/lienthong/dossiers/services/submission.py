"""Filing a dossier: online by the applicant, or at the counter by an official on the applicant's behalf."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lienthong.accounts import api as accounts
from lienthong.accounts.api import Principal, Right
from lienthong.catalogue import api as catalogue
from lienthong.dossiers.errors import NotAllowedError, NotCompetentError
from lienthong.dossiers.models import (
    ApplicantKind,
    Channel,
    Dossier,
    DossierStatus,
    HistoryKind,
    ReturnMethod,
)
from lienthong.dossiers.services import papers_in, process, waiting
from lienthong.dossiers.services.change import Change, record
from lienthong.dossiers.services.numbering import take_dossier_code
from lienthong.dossiers.services.papers_in import DocumentInput
from lienthong.dossiers.services.parties import find_parties, pinned_limit
from lienthong.forms import api as forms
from lienthong.kernel import clock, reference
from lienthong.kernel.prepared import Prepared, insert
from lienthong.kernel.text import normalise, search_key
from lienthong.vault import api as vault


@dataclass(frozen=True, slots=True)
class Application:
    """What an applicant hands in.

    :ivar area_id: the administrative area whose agencies are asked.
    :ivar answers: the form's answers as typed; validated here against the form in force.
    :ivar submission_key: the same key never makes two dossiers (the draft's uuid, or a client's key).
    """

    procedure: catalogue.ProcedureVersion
    form: forms.FormVersion | None
    answers: Mapping[str, Any]
    documents: Sequence[DocumentInput]
    area_id: int
    submission_key: UUID
    return_method: ReturnMethod = ReturnMethod.ELECTRONIC
    return_address: str = ""
    time_limit_key: str | None = None
    channel: Channel = Channel.ONLINE


def submit(*, principal: Principal, application: Application, now: datetime) -> Dossier:
    """File an application online; the same submission key gives the same dossier again.

    :raises SubmissionInvalidError: with the field errors of answers and papers.
    :raises NotCompetentError: when nobody decides this procedure in that area.
    :raises NotAllowedError: when the login is not a citizen's.
    """
    if principal.person_id is None:
        raise NotAllowedError(_("Hãy đăng nhập bằng tài khoản công dân để nộp hồ sơ."))
    return _once(
        principal=principal,
        application=replace(application, channel=Channel.ONLINE),
        person_id=principal.person_id,
        supporting_agency_id=None,
        now=now,
    )


def register_at_counter(
    *, principal: Principal, application: Application, applicant_id: int, counter_agency_id: int, now: datetime
) -> Dossier:
    """File a paper application at a one-stop desk, on behalf of a person.

    Any desk of the province may take it in (NĐ 118/2025/NĐ-CP); it becomes the supporting place.

    :raises NotAllowedError: when the official does not receive at that desk.
    """
    if not principal.may(Right.RECEIVE, counter_agency_id):
        raise NotAllowedError(_("Bạn không được phân công tiếp nhận tại bộ phận một cửa này."))
    is_online = application.channel == Channel.ONLINE
    return _once(
        principal=principal,
        application=replace(application, channel=Channel.COUNTER) if is_online else application,
        person_id=applicant_id,
        supporting_agency_id=counter_agency_id,
        now=now,
    )


def _once(
    *,
    principal: Principal,
    application: Application,
    person_id: int,
    supporting_agency_id: int | None,
    now: datetime,
) -> Dossier:
    existing = _SUBMITTED.first(key=application.submission_key)
    if existing is not None:
        return _repeated(existing, principal)
    try:
        with transaction.atomic(), reference.remembered():
            return _create(
                principal=principal,
                application=application,
                person_id=person_id,
                supporting_agency_id=supporting_agency_id,
                now=now,
            )
    except IntegrityError as error:
        if "submission_key" not in str(error):
            raise
        return _repeated(Dossier.objects.get(submission_key=application.submission_key), principal)


_SUBMITTED = Prepared(lambda key: Dossier.objects.filter(submission_key=key), key=UUID)


def _repeated(existing: Dossier, principal: Principal) -> Dossier:
    if principal.person_id != existing.applicant_id and not principal.agencies(Right.RECEIVE) & set(
        existing.agency_ids
    ):
        raise NotAllowedError(_("Mã lần nộp này đã được dùng."))
    return existing


def _create(
    *,
    principal: Principal,
    application: Application,
    person_id: int,
    supporting_agency_id: int | None,
    now: datetime,
) -> Dossier:
    today = clock.local_date(now)
    version = application.procedure
    applicant = _applicant(person_id=person_id, business_id=principal.business_id)
    answers = _checked_answers(application)
    documents = papers_in.check(
        version=version,
        documents=application.documents,
        wanted_keys=None,
        principal=principal,
        owner=vault.Owner.of(person_id=person_id, business_id=principal.business_id),
        is_online=application.channel == Channel.ONLINE,
        now=now,
    )
    parties = find_parties(version=version, area_id=application.area_id, on=today)
    if parties is None:
        raise NotCompetentError(
            _("Chưa xác định được cơ quan giải quyết thủ tục này tại nơi đã chọn."),
            field_errors={"area": [_("Hãy chọn xã, phường khác hoặc liên hệ bộ phận một cửa.")]},
        )
    amount, unit = pinned_limit(version=version, key=application.time_limit_key)
    supporting = supporting_agency_id or parties.receiving
    dossier = Dossier(
        code=take_dossier_code(agency_id=parties.receiving, now=now),
        procedure_version=version,
        form=application.form,
        answers=answers,
        applicant_id=person_id,
        applicant_kind=applicant.kind,
        applicant_name=applicant.person.full_name,
        business=applicant.business,
        owner_name=applicant.owner_name,
        subject=_subject(answers),
        phone=applicant.person.phone,
        email=applicant.person.email,
        supporting_agency_id=supporting,
        receiving_agency_id=parties.receiving,
        competent_agency_id=parties.competent,
        agency_ids=sorted({supporting, parties.receiving, parties.competent, *parties.consulted.values()}),
        channel=application.channel,
        return_method=application.return_method,
        return_address=normalise(application.return_address),
        submission_key=application.submission_key,
        status=DossierStatus.SUBMITTED,
        submitted_at=now,
        limit_amount=amount,
        limit_unit=unit,
    )
    names = f"{applicant.person.full_name} {applicant.owner_name} {dossier.subject}"
    dossier.search_key = search_key(f"{dossier.code} {applicant.person.identity_number} {names}")
    change = Change(dossier=dossier, principal=principal, now=now, agency_id=supporting_agency_id)
    waiting.renew(dossier, kinds=(HistoryKind.SUBMITTED,), now=now)
    insert([dossier])
    papers_in.save(dossier, documents, principal=principal, now=now)
    change.tell(
        HistoryKind.SUBMITTED,
        title="Đã nộp trực tuyến" if application.channel == Channel.ONLINE else "Đã nộp tại bộ phận một cửa",
    )
    process.start(
        change,
        parties={
            "supporting": supporting,
            "receiving": parties.receiving,
            "competent": parties.competent,
            **parties.consulted,
        },
        is_commune=parties.is_commune,
    )
    record(change, action="dossiers.dossier.submitted")
    return dossier


@dataclass(frozen=True, slots=True)
class _Applicant:
    person: accounts.Person
    business: accounts.Business | None

    @property
    def owner_name(self) -> str:
        return self.business.name if self.business is not None else self.person.full_name

    @property
    def kind(self) -> ApplicantKind:
        return ApplicantKind.CITIZEN if self.business is None else ApplicantKind.ENTERPRISE


def _applicant(*, person_id: int, business_id: int | None) -> _Applicant:
    person = accounts.find_person(person_id=person_id)
    if person is None:
        raise NotAllowedError(_("Không tìm thấy người nộp hồ sơ."))
    business = accounts.find_business(business_id=business_id) if business_id is not None else None
    return _Applicant(person=person, business=business)


def _checked_answers(application: Application) -> dict[str, Any]:
    if application.form is None:
        return {}
    return dict(forms.validate(form=application.form, answers=application.answers).answers)


def _subject(answers: Mapping[str, Any]) -> str:
    """Name whom or what the dossier is about, for lists: the child, the deceased, the work."""
    for key in ("child_name", "deceased_name", "subject_name", "business_name", "project_name", "work_name"):
        value = answers.get(key)
        if isinstance(value, str) and value.strip():
            return normalise(value)[:255]
    return ""
