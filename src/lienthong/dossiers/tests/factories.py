"""A small country for tests: one city, one ward, their offices, and dossiers driven by services only."""

import asyncio
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pypdf
import yaml
from django.conf import settings
from django.db import connection

from lienthong.accounts import api as accounts
from lienthong.accounts.api import SYSTEM_PRINCIPAL, Principal
from lienthong.accounts.models import Account
from lienthong.accounts.tests.factories import make_account, make_person
from lienthong.catalogue import api as catalogue
from lienthong.dossiers import api
from lienthong.dossiers.api import Application, Channel, DocumentInput, Dossier, DossierStatus, ReturnMethod
from lienthong.dossiers.queries.detail import CHARGED
from lienthong.dossiers.services import settled
from lienthong.dossiers.services.rules import load_rules
from lienthong.files import api as files
from lienthong.files.tests.factories import make_pdf, make_upload
from lienthong.kernel import audit, events, jobs
from lienthong.kernel.clock import VIETNAM
from lienthong.kernel.models import OutboxEvent
from lienthong.organisations.models import AdministrativeArea, Agency, Official
from lienthong.organisations.tests.factories import make_agency, make_area, make_national_calendar, make_official
from lienthong.payments import api as payments
from lienthong.payments import events as payments_events
from lienthong.workflows import api as workflows
from lienthong.workflows.decisions import read_decisions
from lienthong.workflows.diagrams import read_diagram, read_xml

# Friday 20 November 2026, 09:00 in Vietnam.
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PROCESSES = settings.SEEDS / "processes"
FIRST_DAY = date(2020, 1, 1)

# Who does what, by the rights that seeds/accounts gives to each kind of post.
POST_FOR = {
    "receive": "receptionist",
    "return": "receptionist",
    "process": "specialist",
    "assign": "unit_head",
    "approve": "unit_head",
    "sign": "leader",
    "issue": "clerk",
    "collect": "treasurer",
}
NAMES = {
    "receptionist": "Hoàng Thanh Sơn",
    "specialist": "Trịnh Thanh Phong",
    "unit_head": "Đặng Thu Phương",
    "leader": "Ngô Ngọc Bình",
    "deputy": "Ngô Bích Chi",
    "clerk": "Ngô Ngọc Quỳnh",
    "treasurer": "Nguyễn Công Nam",
    "supervisor": "Huỳnh Thu Mai",
    "administrator": "Huỳnh Hữu Cường",
}
OFFICES = {
    "city": ("Ủy ban nhân dân thành phố Đà Nẵng", "province", "people_committee", "H17"),
    "construction": ("Sở Xây dựng", "province", "department", "H17.18"),
    "environment": ("Sở Nông nghiệp và Môi trường", "province", "department", "H17.20"),
    "city_police": ("Công an thành phố Đà Nẵng", "province", "police", "H17.90"),
    "insurance": ("Bảo hiểm xã hội thành phố Đà Nẵng", "province", "social_insurance", "H17.91"),
    "ward": ("Ủy ban nhân dân phường Hải Châu", "commune", "people_committee", "H17.50"),
    "ward_police": ("Công an phường Hải Châu", "commune", "police", "H17.50.90"),
    "other_ward": ("Ủy ban nhân dân phường Sơn Trà", "commune", "people_committee", "H17.51"),
}
_numbers = count(1)


@dataclass
class World:
    """The city, its wards and offices; officials come into office when first asked for."""

    city: AdministrativeArea
    ward: AdministrativeArea
    other_ward: AdministrativeArea
    offices: dict[str, Agency]
    accounts: dict[tuple[int, str], Account] = field(default_factory=dict)

    def office(self, key: str) -> Agency:
        return self.offices[key]

    def account(self, office: str | int, post: str) -> Account:
        """Give the account of whoever holds a post at an office, appointing them when nobody does."""
        agency_id = self.offices[office].pk if isinstance(office, str) else office
        if (agency_id, post) not in self.accounts:
            agency = next(agency for agency in self.offices.values() if agency.pk == agency_id)
            self.accounts[agency_id, post] = make_account(official=make_official(NAMES[post], agency=agency, kind=post))
        return self.accounts[agency_id, post]

    def official(self, office: str | int, post: str, *, now: datetime = NOW) -> Principal:
        """Give whoever holds a post at an office, with the rights of the post and a second factor passed."""
        return accounts.principal_for_account(self.account(office, post), now, mfa=True)

    def official_row(self, office: str, post: str) -> Official:
        found: Official | None = self.account(office, post).official
        assert found is not None
        return found


def make_world(now: datetime = NOW) -> World:
    """Build areas, offices, calendar, rights of posts and the rules of dossiers."""
    city = make_area("Thành phố Đà Nẵng", code="48", level="province", kind="thanh_pho")
    ward = make_area("Phường Hải Châu", code="20242", parent=city)
    other_ward = make_area("Phường Sơn Trà", code="20275", parent=city)
    places = {"ward": ward, "ward_police": ward, "other_ward": other_ward}
    offices: dict[str, Agency] = {}
    for key, (name, level, kind, code) in OFFICES.items():
        is_committee = kind == "people_committee"
        parent = offices.get("city") if key != "city" and (is_committee or kind == "department") else None
        offices[key] = make_agency(
            name,
            parent=parent,
            level=level,
            kind=kind,
            codes_=(code,),
            area=places.get(key, city),
            is_one_stop=is_committee and level == "commune",
        )
    make_national_calendar()
    accounts.seed_position_rights(folder=settings.SEEDS / "accounts", now=now)
    rules = yaml.safe_load((settings.SEEDS / "dossiers" / "rules.yaml").read_text(encoding="utf-8"))
    load_rules(rules=rules, actor=audit.SYSTEM, now=now)
    return World(city=city, ward=ward, other_ward=other_ward, offices=offices)


def make_citizen(
    name: str = "Nguyễn Thị Lan", *, now: datetime = NOW, language: str = "vi", **fields: Any
) -> Principal:
    """Register a citizen with an account and sign them in."""
    person = make_person(name, phone="0905123456", **fields)
    return accounts.principal_for_account(make_account(person=person, language=language), now)


def publish_process(key: str, *, now: datetime = NOW) -> None:
    """Publish one of the processes that come with the program."""
    bpmn = (PROCESSES / f"{key}.bpmn").read_bytes()
    asked = {element.decision for element in read_diagram(read_xml(bpmn)).elements.values() if element.decision}
    tables = {
        table.key: path.read_bytes()
        for path in sorted(PROCESSES.glob("*.dmn"))
        for table in read_decisions(path.read_bytes())[0]
    }
    workflows.publish_definition(
        actor=audit.SYSTEM,
        bpmn=bpmn,
        dmn=[tables[decision] for decision in sorted(asked)],
        now=now,
        valid_from=FIRST_DAY,
    )


def make_procedure(
    process_key: str = "standard",
    *,
    limit: tuple[int, str] | None = (5, "working_days"),
    level: str = "commune",
    office: str = "Ủy ban nhân dân",
    now: datetime = NOW,
    **content: Any,
) -> catalogue.ProcedureVersion:
    """Publish a procedure that runs by a seed process, which is published with it.

    :param office: how the competent agency's name begins.
    :param limit: amount and unit; None where the law sets none.
    """
    publish_process(process_key, now=now)
    values: dict[str, Any] = {
        "code": f"1.{900_000 + next(_numbers):06d}",
        "name_vi": "Cấp giấy xác nhận cư trú",
        "name_en": "Residence confirmation",
        "levels": (level,),
        "applicants": ("citizen",),
        "channels": ("counter", "online"),
        "process_key": process_key,
        "time_limits": (catalogue.TimeLimitContent(*limit),) if limit else (),
        "results": (catalogue.ResultContent("Giấy xác nhận"),),
        "legal_basis": (catalogue.BasisContent("Luật Cư trú 68/2020/QH14"),),
        "competences": (catalogue.CompetenceContent(level, (office,)),),
        **content,
    }
    version = catalogue.draft(
        principal=SYSTEM_PRINCIPAL, content=catalogue.Content(**values), valid_from=FIRST_DAY, now=now
    )
    return catalogue.publish(principal=SYSTEM_PRINCIPAL, version_uuid=version.uuid, now=now)


def make_document(key: str, name: str, *, requirement: str = "required") -> catalogue.DocumentContent:
    """Describe a paper that a procedure asks for."""
    return catalogue.DocumentContent(key, name, originals=1, copies=0, requirement=requirement)


def upload(principal: Principal, name: str = "giay-to.pdf", *, pages: int = 1, now: datetime = NOW) -> UUID:
    """Upload a PDF as a person does, and give its uuid."""
    stored = files.store_upload(
        principal=principal,
        upload=make_upload(make_pdf(pages), name, "application/pdf"),
        purpose="dossiers.document",
        now=now,
    )
    uuid: UUID = stored.uuid
    return uuid


def make_application(
    world: World,
    version: catalogue.ProcedureVersion,
    *,
    area: AdministrativeArea | None = None,
    documents: Sequence[DocumentInput] = (),
    **more: Any,
) -> Application:
    """Fill an application in for the ward, without a form."""
    values: dict[str, Any] = {
        "form": None,
        "answers": {},
        "submission_key": uuid4(),
        "return_method": ReturnMethod.COUNTER,
        **more,
    }
    return Application(procedure=version, documents=documents, area_id=(area or world.ward).pk, **values)


def open_task(dossier: Dossier, element: str | None = None) -> workflows.WorkItem:
    """Find an open task of a dossier, by its element in the diagram when several are open."""
    tasks = workflows.tasks_of(principal=SYSTEM_PRINCIPAL, business_key=str(dossier.uuid))
    found = [task for task in tasks if element is None or task.element_id == element]
    assert found, f"{element} is not open, but {[task.element_id for task in tasks]}"
    return found[0]


def do(
    world: World,
    dossier: Dossier,
    element: str,
    outcome: str,
    *,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    now: datetime = NOW,
    by: Principal | None = None,
) -> Dossier:
    """End a task as the official whose post it is."""
    task = open_task(dossier, element)
    return api.act(
        principal=by or world.official(task.agency_id, POST_FOR[task.right], now=now),
        task_uuid=task.uuid,
        outcome=outcome,
        note=note,
        data=data or {},
        task_version=task.version,
        now=now,
    )


REASON = "Thiếu bản chụp giấy chứng sinh"
# How a dossier comes to rest in each status: tasks with their outcomes, reasons and data.
# Status 2 is passed through: every seed process starts its work when the desk has received.
Step = tuple[str, str, str, Mapping[str, Any]]
ACCEPT: Step = ("check", "accept", "", {})
PATHS: Mapping[int, Sequence[Step]] = {
    DossierStatus.SUBMITTED: (),
    DossierStatus.NOT_RECEIVED: (("check", "refuse", REASON, {}),),
    DossierStatus.PROCESSING: (ACCEPT,),
    DossierStatus.SUPPLEMENT: (ACCEPT, ("verify", "supplement", REASON, {})),
    DossierStatus.PAYMENT: (ACCEPT, ("verify", "pass", "", {"amount": 150_000, "purpose": "Lệ phí trước bạ"})),
    DossierStatus.STOPPED: (ACCEPT, ("verify", "stop", REASON, {})),
    DossierStatus.DONE: (ACCEPT, ("verify", "pass", "", {}), ("sign", "sign", "", {}), ("issue", "issue", "", {})),
    DossierStatus.RETURNED: (
        ACCEPT,
        ("verify", "pass", "", {}),
        ("sign", "sign", "", {}),
        ("issue", "issue", "", {}),
        ("hand_over", "returned", "", {}),
    ),
}


def make_dossier(
    world: World,
    *,
    status: DossierStatus = DossierStatus.SUBMITTED,
    applicant: Principal | None = None,
    version: catalogue.ProcedureVersion | None = None,
    now: datetime = NOW,
    **application: Any,
) -> Dossier:
    """File a dossier online and bring it to rest in a status, by what people do.

    Statuses 1 and 3 to 10. A result (9, 10) needs ``settings.DATA`` to be a folder of the test's own.
    """
    if version is None:
        key = "financial_duty" if status == DossierStatus.PAYMENT else "standard"
        version = make_procedure(key, now=now)
    applicant = applicant or make_citizen(now=now)
    dossier = api.submit(
        principal=applicant,
        application=make_application(world, version, channel=Channel.ONLINE, **application),
        now=now,
    )
    if status == DossierStatus.WITHDRAWN:
        return api.withdraw(principal=applicant, dossier=dossier, reason="Nộp nhầm", version=None, now=now)
    for element, outcome, note, data in PATHS[status]:
        dossier = do(world, dossier, element, outcome, note=note, data=data, now=now)
    assert dossier.status == status
    return dossier


def pay(
    world: World, dossier: Dossier, *, post: str = "treasurer", office: str = "ward", now: datetime = NOW
) -> Dossier:
    """Pay what the dossier waits for in cash at the counter, and let it hear of it as a worker would."""
    waiting = payments.open_demand(subject_type=CHARGED, subject_id=dossier.uuid)
    if waiting is None:
        raise payments.ChargeStateError("nothing is asked")
    payments.collect_cash(principal=world.official(office, post, now=now), charge_uuid=waiting.uuid, now=now)
    hear_of_settled(now=now)
    return Dossier.objects.get(pk=dossier.pk)


def hear_of_settled(*, now: datetime = NOW) -> None:
    """Let the dossier of the charge settled last hear of it, as a worker would."""
    stored = OutboxEvent.objects.filter(name=payments_events.ChargeSettled.name).latest("id")
    told = events.load(stored)
    assert isinstance(told, payments_events.ChargeSettled)
    settled.follow(event=told, now=now)


def work() -> None:
    """Run a real worker until no job is left; for transactional tests.

    What is due by the wall clock, at whatever minute the test happens to run, stays out.
    """
    with patch.dict(jobs.app.periodic_registry.periodic_tasks, clear=True):
        for _round in range(3):
            asyncio.run(jobs.run_worker(wait=False, concurrency=1, signals=False))


def at(text: str) -> datetime:
    """Read a moment on our clock, as ``2026-11-20T09:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def text_of(pdf: bytes) -> str:
    """Read the words of a PDF, spaces made single."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


_marks = count(2**40)


def settle_reference() -> None:
    """Mark the reference data of this test as if another, finished transaction had written them."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_referencemark SET transaction_id = %s::text::xid8", [str(next(_marks))])
