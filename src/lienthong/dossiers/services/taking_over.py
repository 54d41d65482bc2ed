"""One dossier of an older system taken over: made anew, walked to the step it stood at, its dates kept.

Basis: a dossier keeps the dates under which it was received (domain of the one-stop mechanism, NĐ 118/2025/NĐ-CP);
its work goes on in the standard process at the step that its status says; one that waits for money, in the process with
a financial duty, and what is owed is asked for anew from the day it was taken over.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from lienthong.accounts import api as accounts
from lienthong.accounts.api import SYSTEM_PRINCIPAL
from lienthong.dossiers.legacy_rows import LegacyRow
from lienthong.dossiers.models import (
    Channel,
    DeadlineChange,
    DeadlineChangeKind,
    Dossier,
    DossierStatus,
    HistoryKind,
    ImportBatch,
    LegacyDossier,
    ReturnMethod,
)
from lienthong.dossiers.services import process, waiting
from lienthong.dossiers.services.change import Change, record
from lienthong.dossiers.services.numbering import take_dossier_code
from lienthong.dossiers.services.parties import pinned_limit
from lienthong.kernel import audit, clock
from lienthong.kernel.text import search_key
from lienthong.organisations import api as organisations
from lienthong.workflows import api as workflows

S = DossierStatus
_NAMESPACE = UUID("5a4fd5a8-6f5b-5a57-9a6e-7c1b5c0f2e11")
_PROCESS, _PROCESS_WITH_DUTY = "standard", "financial_duty"


def take_over(batch: ImportBatch, number: int, row: LegacyRow, now: datetime) -> Dossier:
    """Make one dossier and take its process to the step that its status says."""
    person = _person(row, now)
    agency = batch.agency_id
    amount, unit = pinned_limit(version=row.version, key=None)
    dossier = Dossier(
        code=take_dossier_code(agency_id=agency, now=now),
        procedure_version=row.version,
        applicant=person,
        applicant_name=person.full_name,
        owner_name=person.full_name,
        subject=row.subject,
        phone=row.phone,
        supporting_agency_id=agency,
        receiving_agency_id=agency,
        competent_agency_id=agency,
        agency_ids=[agency],
        channel=Channel.COUNTER,
        return_method=ReturnMethod.COUNTER,
        submission_key=uuid5(_NAMESPACE, f"{agency}:{row.code}"),
        submitted_at=row.received_at,
        limit_amount=amount,
        limit_unit=unit,
    )
    dossier.search_key = search_key(f"{dossier.code} {row.code} {row.identity} {person.full_name} {row.subject}")
    dossier.save(force_insert=True)
    change = Change(dossier=dossier, principal=SYSTEM_PRINCIPAL, now=row.received_at, agency_id=agency)
    _walk(change, row, now)
    change.entries.clear()
    change.deadlines.clear()
    _keep_dates(change, row)
    change.tasks.clear()  # nobody is told of each of ten thousand tasks; they stand in the pool
    change.now = now
    change.tell(
        HistoryKind.PROCESSING,
        title="Chuyển từ hệ thống cũ",
        note=f"Mã cũ {row.code}",
        facts={"legacy_code": row.code, "batch": str(batch.uuid), "row": number},
    )
    waiting.renew(dossier, kinds=[entry.kind for entry in change.entries], now=now)
    dossier.save()
    LegacyDossier.objects.create(dossier=dossier, agency_id=agency, code=row.code, batch=batch, row=number)
    change.facts = {"legacy_code": row.code, "batch": str(batch.uuid)}
    record(change, action="dossiers.dossier.imported")
    return dossier


def _person(row: LegacyRow, now: datetime) -> accounts.Person:
    """Take the verified person of the same number and name, else register who the table names."""
    known = accounts.find_verified_person(identity_number=row.identity) if row.identity else None
    if known is not None and search_key(known.full_name) == search_key(row.applicant):
        return known
    return accounts.register_person(
        actor=audit.SYSTEM, full_name=row.applicant, identity_number=row.identity, phone=row.phone, now=now
    )


def _walk(change: Change, row: LegacyRow, now: datetime) -> None:
    """Start the process and end, as the older system did, the steps before the present one."""
    dossier = change.dossier
    agency = dossier.competent_agency_id
    progress = workflows.start(
        key=_PROCESS_WITH_DUTY if row.status == S.PAYMENT else _PROCESS,
        business_key=str(dossier.uuid),
        parties={"supporting": agency, "receiving": agency, "competent": agency},
        data={
            "channel": "counter", "delivery": "counter", "result_is_electronic": True,
            "procedure": row.version.code, "needs_assignment": False, "needs_review": False,
        },
        title=dossier.code,
        subtitle=f"{row.version.name_vi} · {dossier.owner_name}"[:255],
        now=change.now,
        on=clock.local_date(clock.now()),
    )  # fmt: skip
    process.follow(change, progress)
    change.note = f"Theo hệ thống cũ, hồ sơ {row.code}"
    if row.status != S.SUBMITTED:
        _end(change, "check", "accept")
    if row.status in (S.SUPPLEMENT, S.STOPPED):
        _end(change, "verify", "supplement" if row.status == S.SUPPLEMENT else "stop")
    elif row.status == S.PAYMENT:
        change.now = now
        _end(change, "verify", "pass", {"amount": row.amount, "purpose": f"Nghĩa vụ tài chính của hồ sơ cũ {row.code}"})


def _end(change: Change, element: str, outcome: str, data: Mapping[str, Any] = MappingProxyType({})) -> None:
    """End one step of the process."""
    opened = workflows.tasks_of(principal=SYSTEM_PRINCIPAL, business_key=str(change.dossier.uuid))
    task = next(task for task in opened if task.element_id == element)
    process.follow(
        change,
        workflows.complete(
            principal=SYSTEM_PRINCIPAL,
            task_uuid=task.uuid,
            outcome=outcome,
            data=data,
            note=change.note,
            now=change.now,
        ),
    )


def _keep_dates(change: Change, row: LegacyRow) -> None:
    """Keep the appointment of the older system, and say that it comes from there."""
    dossier = change.dossier
    if dossier.received_at is None:
        return
    if row.due_at is None:
        if dossier.due is not None:
            change.deadlines.append(_deadline(dossier, "Tính theo thời hạn của thủ tục từ ngày tiếp nhận cũ"))
        return
    step = organisations.DueStep(
        at=row.due_at,
        code="legacy",
        told=f"Theo hệ thống cũ: nhận {clock.local(row.received_at):%d/%m/%Y}, "
        f"hẹn trả {clock.local(row.due_at):%H:%M %d/%m/%Y}.",
    )
    known = organisations.DueDate.from_json(dossier.due) if dossier.due else None
    due = (
        replace(known, due_at=row.due_at, steps=(step,))
        if known is not None
        else organisations.DueDate(row.due_at, 0, organisations.Unit.DAYS, (step,))
    )
    dossier.due_at, dossier.due = row.due_at, due.to_json()
    change.deadlines.append(_deadline(dossier, "Theo hệ thống cũ"))
    workflows.set_deadline(
        business_key=str(dossier.uuid), counted_from=dossier.counted_from or row.received_at, due_at=row.due_at
    )


def _deadline(dossier: Dossier, reason: str) -> DeadlineChange:
    return DeadlineChange(
        dossier=dossier,
        at=clock.now(),
        kind=DeadlineChangeKind.SET,
        due_before=None,
        due_after=dossier.due_at,
        reason=reason,
        computation=dossier.due or {},
    )
