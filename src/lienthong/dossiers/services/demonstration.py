"""The demo's dossiers: fictional applications, driven by the same services as real ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import yaml
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from lienthong.accounts import api as accounts
from lienthong.accounts.api import SYSTEM_PRINCIPAL, Principal, Right
from lienthong.catalogue import api as catalogue
from lienthong.dossiers.models import Dossier, ReturnMethod
from lienthong.dossiers.queries.reading import reading_of
from lienthong.dossiers.services import papers_in, shipments
from lienthong.dossiers.services.handling import act
from lienthong.dossiers.services.papers_in import DocumentInput
from lienthong.dossiers.services.reading import record_reading
from lienthong.dossiers.services.submission import Application, submit
from lienthong.files import api as files
from lienthong.forms import api as forms
from lienthong.kernel import clock
from lienthong.kernel.errors import ForbiddenError, NotFoundError
from lienthong.organisations import api as organisations
from lienthong.workflows import api as workflows

#: Filing begins the day's work; each step follows a while later.
_STEP = timedelta(minutes=20)
_PAST = timedelta(days=60)
_NAMESPACE = UUID("7b1f6c9e-52b4-5c0e-9d0b-6a3c1b8f4d21")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the demo happens."""

    commune: organisations.AdministrativeArea
    address: Mapping[str, str]

    def fill(self, value: Any) -> Any:
        """Replace ``area: true`` by the place as a form's address holds it, at any depth."""
        if isinstance(value, Mapping):
            filled = {key: self.fill(inner) for key, inner in value.items() if key != "area" or inner is not True}
            return {**filled, **self.address} if value.get("area") is True else filled
        return [self.fill(inner) for inner in value] if isinstance(value, list) else value


def seed_demo_dossiers(*, path: Path, now: datetime) -> int:
    """File the dossiers of a seed file and take each as far as the file says; those that exist stay as they are.

    :returns: how many were new.
    :raises ForbiddenError: outside a demo installation.
    """
    if not settings.DEMO:
        raise ForbiddenError(_("Hồ sơ mẫu chỉ dùng cho bản trình diễn (DEMO=1)."))
    seed = yaml.safe_load(path.read_text(encoding="utf-8"))
    keys = {row["key"]: uuid5(_NAMESPACE, row["key"]) for row in seed["dossiers"]}
    known = set(Dossier.objects.filter(submission_key__in=keys.values()).values_list("submission_key", flat=True))
    new = [row for row in seed["dossiers"] if keys[row["key"]] not in known]
    if new:
        place = _place(seed["area"], clock.local_date(now))
        days = _working_days(now)
        for row in new:
            with transaction.atomic():
                _make(row, submission_key=keys[row["key"]], place=place, days=days, now=now)
    return len(new)


def _place(names: Mapping[str, str], on: date) -> _Place:
    provinces = organisations.list_areas(on=on, level="province")
    province = next(area for area in provinces if area.name == names["province"])
    communes = organisations.list_areas(on=on, level="commune", parent_id=province.pk)
    commune = next(area for area in communes if area.name == names["commune"])
    return _Place(commune, {"province": str(province.uuid), "commune": str(commune.uuid)})


def _working_days(now: datetime) -> list[datetime]:
    """List the openings of the last working days, today's or the latest first."""
    today = clock.local_date(now)
    calendar = organisations.get_calendar(agency_id=None, start=today - _PAST, end=today)
    days = [day.opening for day in calendar.working_days(today - _PAST, today) if day.opening <= now]
    return days[::-1]


def _make(row: Mapping[str, Any], *, submission_key: UUID, place: _Place, days: list[datetime], now: datetime) -> None:
    moment = days[row["days"]]
    account = accounts.find_account_by_email(email=row["by"])
    if account is None:
        raise NotFoundError(_("Không có tài khoản mẫu %(email)s.") % {"email": row["by"]})
    applicant = accounts.principal_for_account(account, moment)
    procedure = catalogue.get_procedure(code=row["procedure"], on=clock.local_date(moment))
    form = forms.current_form(key=procedure.form_key, on=clock.local_date(moment))
    application = Application(
        procedure=procedure,
        form=form,
        answers=_answers(form, applicant, place, row["answers"]),
        documents=_papers(procedure, applicant, moment),
        area_id=place.commune.pk,
        submission_key=submission_key,
        return_method=ReturnMethod.POST if row.get("post_to") else ReturnMethod.ELECTRONIC,
        return_address=row.get("post_to", ""),
    )
    dossier = submit(principal=applicant, application=application, now=moment)
    for number, step in enumerate(row.get("steps", ()), start=1):
        _step(dossier, *step, now=min(moment + number * _STEP, now))
    if row.get("tracking"):
        _post(dossier, row["tracking"], now)


def _post(dossier: Dossier, tracking_number: str, now: datetime) -> None:
    """Let whoever returns results at the reception hand the result to the post."""
    on = clock.local_date(now)
    account = next(iter(accounts.accounts_with_right(right=Right.RETURN, agency_id=dossier.receiving_agency_id, on=on)))
    shipments.hand_over(
        principal=accounts.principal_for_account(account, now, mfa=True),
        parcels=[shipments.Parcel(dossier.uuid, tracking_number)],
        carrier="vnpost",
        now=now,
    )


def _answers(
    form: forms.FormVersion, applicant: Principal, place: _Place, written: Mapping[str, Any]
) -> dict[str, Any]:
    """Answer a form: what the profile knows, the applicant's address, and what the seed says."""
    profile = accounts.verified_profile(person_id=applicant.person_id) if applicant.person_id else {}
    known = forms.prefill(form=form, profile=profile).values
    asked = {item.name for item in forms.outline(form).fields if item.kind == "address" and item.notes.get("prefill")}
    homes = {name: {**place.address, "street": "12 Bạch Đằng"} for name in asked}
    return {**homes, **known, **place.fill(written)}


def _papers(procedure: catalogue.ProcedureVersion, applicant: Principal, now: datetime) -> list[DocumentInput]:
    """Hand in each required paper that the form does not replace."""
    form_key = papers_in.declaration_key(version=procedure)
    wanted = [
        paper
        for paper in catalogue.required_documents(version=procedure)
        if paper.requirement == "required" and paper.key != form_key
    ]
    handed: list[DocumentInput] = []
    for paper in wanted:
        content = files.render_pdf(
            template="dossiers/demo_paper", data={"name": paper.name, "holder": applicant.name}, now=now
        )
        upload = SimpleUploadedFile(f"{paper.key}.pdf", content, "application/pdf")
        stored = files.store_upload(principal=applicant, upload=upload, purpose="dossiers.document", now=now)
        handed.append(DocumentInput(key=paper.key, file_uuid=stored.uuid))
    return handed


def _step(
    dossier: Dossier,
    element: str,
    outcome: str,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    *,
    now: datetime,
) -> None:
    """Let whoever may do the open step do it.

    :param data: what the step's form asks.
    """
    business_key = str(dossier.uuid)
    opened = workflows.tasks_of(principal=SYSTEM_PRINCIPAL, business_key=business_key)
    task = next((task for task in opened if task.element_id == element), None)
    if task is None:
        raise NotFoundError(
            _("Hồ sơ mẫu không ở bước “%(step)s” mà ở %(open)s.")
            % {"step": element, "open": [task.element_id for task in opened]}
        )
    on = clock.local_date(now)
    agencies = [task.agency_id, *organisations.descendant_ids(agency_id=task.agency_id, on=on, units_only=True)]
    for agency_id in agencies:
        for account in accounts.accounts_with_right(right=task.right, agency_id=agency_id, on=on):
            principal = accounts.principal_for_account(account, now, mfa=True)
            mine = workflows.tasks_of(principal=principal, business_key=business_key)
            if any(own.uuid == task.uuid for own in mine):
                reading = reading_of(principal=principal, dossier=dossier, tasks=mine, now=now)
                record_reading(principal=principal, dossier=dossier, reading=reading, now=now)
                act(
                    principal=principal,
                    task_uuid=task.uuid,
                    outcome=outcome,
                    note=note,
                    data=data or {},
                    task_version=None,
                    now=now,
                )
                return
    raise NotFoundError(_("Không ai có quyền làm bước “%(step)s”.") % {"step": task.name})
