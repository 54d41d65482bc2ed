"""What is asked for at each stage, by the seeds' rules, and how a dossier follows its money."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from lienthong.dossiers import api
from lienthong.dossiers.api import Channel, Dossier, DossierStatus
from lienthong.dossiers.events import DossierChanged
from lienthong.dossiers.services import fees, settled
from lienthong.dossiers.tests.factories import (
    NOW,
    World,
    do,
    hear_of_settled,
    make_citizen,
    make_dossier,
    make_procedure,
    pay,
    publish_process,
)
from lienthong.kernel import audit, events
from lienthong.kernel.models import OutboxEvent
from lienthong.organisations.models import AdministrativeArea
from lienthong.organisations.tests.factories import make_area
from lienthong.payments import api as payments
from lienthong.payments.events import ChargeRefunded
from lienthong.payments.models import FeeReduction, FeeRule, FilingTerm, PayeeAccount
from lienthong.workflows import api as workflows

S = DossierStatus
RECEPTION, RESULT = payments.Stage.RECEPTION, payments.Stage.RESULT


@pytest.fixture
def rules(world: World) -> World:
    """Load the fee rules of the seeds, and the decision that one of them asks."""
    payments.load_rules(path=settings.SEEDS / "payments" / "rules.yaml", actor=audit.SYSTEM, now=NOW)
    publish_process("instant_certification")
    table = (settings.SEEDS / "processes" / "registration_fee.dmn").read_bytes()
    workflows.publish_decisions(actor=audit.SYSTEM, dmn=table, now=NOW, valid_from=NOW.date())
    return world


def filed(world: World, code: str, answers: dict[str, Any], channel: Channel = Channel.ONLINE) -> Dossier:
    """File a dossier of a procedure under its national code, its answers as given."""
    dossier = make_dossier(world, version=make_procedure(code=code))
    Dossier.objects.filter(pk=dossier.pk).update(answers=answers, channel=channel)
    dossier.refresh_from_db()
    return dossier


# (procedure, answers, channel, stage) → amount; the source stands in the rule's legal basis.
COUNTER, ONLINE = Channel.COUNTER, Channel.ONLINE
TABLE = [
    ("2.000635", {"copies_count": 3}, ONLINE, RECEPTION, 24_000, "281/2016/TT-BTC"),
    ("1.004222", {}, COUNTER, RECEPTION, 20_000, "75/2022/TT-BTC"),
    ("1.004222", {}, ONLINE, RECEPTION, 10_000, "75/2022/TT-BTC"),
    ("1.004194", {}, Channel.POST, RECEPTION, 15_000, "75/2022/TT-BTC"),
    ("2.000815", {"pages": 2, "copies": 3}, COUNTER, RECEPTION, 12_000, "226/2016/TT-BTC"),
    ("2.000815", {"pages": 10, "copies": 1}, COUNTER, RECEPTION, 12_000, "226/2016/TT-BTC"),
    ("2.000815", {"pages": 900, "copies": 2}, COUNTER, RECEPTION, 400_000, "226/2016/TT-BTC"),
    ("1.001193", {"child_dob": "2026-11-01"}, ONLINE, RECEPTION, 0, "Luật Hộ tịch"),
    ("2.002621", {"child_dob": "2026-11-01"}, ONLINE, RECEPTION, 0, "Luật Hộ tịch"),
    ("1.000656", {"death_time": "2026-11-19T23:30:00+07:00"}, ONLINE, RECEPTION, 0, "Luật Hộ tịch"),
    ("1.014061", {"request_kind": "cấp mới"}, COUNTER, RECEPTION, 0, "59/2019/TT-BTC"),
    ("1.014061", {"request_kind": "cấp lại"}, COUNTER, RECEPTION, 70_000, "59/2019/TT-BTC"),
    ("1.001456", {"content": "cấp lần đầu"}, ONLINE, RECEPTION, 160_000, "25/2021/TT-BTC"),
    ("1.001456", {"content": "cấp lại"}, COUNTER, RECEPTION, 400_000, "25/2021/TT-BTC"),
    ("2.001583", {}, COUNTER, RECEPTION, 125_000, "47/2019/TT-BTC"),
    ("2.001583", {}, ONLINE, RECEPTION, 100_000, "47/2019/TT-BTC"),
    ("1.004594", {"star_requested": "2"}, ONLINE, RECEPTION, 1_500_000, "34/2018/TT-BTC"),
    ("1.009397", {"duration": 150}, ONLINE, RECEPTION, 2_340_000, "288/2016/TT-BTC"),
    ("3.000347", {}, ONLINE, RESULT, 135_000, "37/2023/TT-BTC"),
]


@pytest.mark.parametrize(("code", "answers", "channel", "stage", "amount", "law"), TABLE)
def test_the_fee_of_the_law(rules, code, answers, channel, stage, amount: int, law: str) -> None:
    dossier = filed(rules, code, answers, channel)
    lines = fees.assess(dossier, stage=stage, now=NOW)
    assert sum(line.amount for line in lines) == amount
    assert lines
    assert all(law in line.legal_basis for line in lines)


@pytest.mark.parametrize(
    ("code", "answers", "stage"),
    [
        ("1.004873", {}, RECEPTION),  # the provincial council sets it
        ("2.000635", {}, RECEPTION),  # nobody said how many
        ("2.000635", {"copies_count": "3"}, RECEPTION),
        ("1.014061", {}, RECEPTION),  # no condition can be answered
        ("3.000347", {}, RECEPTION),  # asked with the result
        ("1.001193", {}, RECEPTION),  # nobody said when the child was born
        ("1.001193", {"child_dob": "2025"}, RECEPTION),
        ("1.001193", {"child_dob": "2026-01-05"}, RECEPTION),  # overdue, and this province has no amount
        ("9.999999", {}, RECEPTION),
    ],
)
def test_where_nothing_is_known_nothing_is_asked(rules, code, answers, stage) -> None:
    dossier = filed(rules, code, answers)
    assert fees.assess(dossier, stage=stage, now=NOW) == []
    assert fees.ask_at_stage(dossier_uuid=dossier.uuid, stage=stage, now=NOW) == ()


def test_every_condition_of_the_seeds_can_be_read(rules) -> None:
    for row in (*FeeRule.objects.exclude(condition=""), *FeeReduction.objects.exclude(condition="")):
        workflows.feel.evaluate(row.condition, {"channel": "online"}, now=NOW)
    assert FeeRule.objects.count() > 40
    again = payments.load_rules(path=settings.SEEDS / "payments" / "rules.yaml", actor=audit.SYSTEM, now=NOW)
    assert again == 0


# (procedure, event, day of filing) → is it overdue? NOW is Friday 20 November 2026.
BIRTH, DEATH = "1.001193", "1.000656"
TERMS = [
    # Luật Hộ tịch 60/2014/QH13, Điều 15: 60 days from the birth, whose own day is not counted (BLDS 2015, Điều 147).
    (BIRTH, "2026-11-20", "2026-11-20", False),
    (BIRTH, "2026-09-21", "2026-11-20", False),
    (BIRTH, "2026-09-20", "2026-11-20", True),
    (BIRTH, "2001-02-03", "2026-11-20", True),
    # BLDS 2015, Điều 148: a term whose last day is a day off ends with the next working day.
    (BIRTH, "2026-09-22", "2026-11-23", False),  # the 60th day is Saturday 21, filed on Monday
    (BIRTH, "2026-09-21", "2026-11-23", True),  # the 60th day is Friday 20
    (BIRTH, "2026-09-22", "2026-11-25", True),  # Monday 23 was the last day
    # Luật Hộ tịch 60/2014/QH13, Điều 33: 15 days from the death.
    (DEATH, "2026-11-05T08:00:00+07:00", "2026-11-20", False),
    (DEATH, "2026-11-04T18:30:00+00:00", "2026-11-20", False),  # already the 5th in Vietnam
    (DEATH, "2026-11-04T08:00:00+07:00", "2026-11-20", True),
]


@pytest.mark.parametrize(("code", "event", "day", "is_overdue"), TERMS)
def test_a_registration_past_its_term_costs_what_the_province_says(rules, code, event, day, is_overdue: bool) -> None:
    city = AdministrativeArea.objects.get(code="48", level="province")
    general = FeeRule.objects.get(procedure_code=code, area=None)
    FeeRule.objects.create(
        procedure_code=code, key=general.key, area=city, kind="le_phi", basis="decision", decision=general.decision,
        constants={"late_fee": 8_000}, name=general.name, legal_basis="Nghị quyết của HĐND thành phố",
        valid_from="2025-07-01",
    )  # fmt: skip
    dossier = filed(rules, code, {"child_dob" if code == BIRTH else "death_time": event})
    dossier.submitted_at = datetime.fromisoformat(f"{day}T09:00:00+07:00")
    (line,) = fees.assess(dossier, stage=RECEPTION, now=dossier.submitted_at)
    assert line.amount == (8_000 if is_overdue else 0)


def test_the_term_is_a_dated_row(rules: World) -> None:
    FilingTerm.objects.filter(procedure_code=BIRTH).update(valid_to="2026-11-01")
    FilingTerm.objects.create(
        procedure_code=BIRTH, counted_from="child_dob", days=90, legal_basis="Luật mới", valid_from="2026-11-01"
    )
    dossier = filed(rules, BIRTH, {"child_dob": "2026-08-22"})
    (line,) = fees.assess(dossier, stage=RECEPTION, now=NOW)
    assert line.amount == 0
    dossier.submitted_at = datetime(2026, 10, 31, 2, tzinfo=UTC)
    assert fees.assess(dossier, stage=RECEPTION, now=NOW) == []


def test_the_amount_of_an_area_is_loaded_where_the_area_is_known(rules: World) -> None:
    path = settings.SEEDS / "payments" / "rules.yaml"
    assert not FeeRule.objects.filter(area__isnull=False).exists()
    capital = make_area("Thành phố Hà Nội", code="01", level="province", kind="thanh_pho")
    assert payments.load_rules(path=path, actor=audit.SYSTEM, now=NOW) == 2
    place = payments.Place(area_ids=(capital.pk,), level="commune")
    (rule,) = payments.fee_rules(
        procedure_code=BIRTH, places={"receiving": place, "deciding": place}, stage=RECEPTION, on=NOW.date()
    )
    assert (rule.constants, rule.confidence) == ({"late_fee": 5_000}, "low")


def test_a_province_fills_what_the_law_left_to_it(rules: World) -> None:
    city = AdministrativeArea.objects.get(code="48", level="province")
    FeeRule.objects.create(
        procedure_code="1.004873", key="hon-nhan", area=city, kind="le_phi", basis="fixed", amount=12_000,
        name="Lệ phí xác nhận hôn nhân", legal_basis="Nghị quyết của HĐND thành phố", valid_from="2025-07-01",
    )  # fmt: skip
    (line,) = fees.assess(filed(rules, "1.004873", {}), stage=RECEPTION, now=NOW)
    assert (line.amount, line.legal_basis) == (12_000, "Nghị quyết của HĐND thành phố")


def two_collectors(world: World) -> Dossier:
    """File a dossier that a ward receives and the city's office decides, with one fee for each of them."""
    version = make_procedure("commune_to_province", level="province", office="Sở Xây dựng")
    common = {"procedure_code": version.code, "kind": "phi", "basis": "fixed", "valid_from": "2025-07-01"}
    common |= {"legal_basis": "Nghị quyết của HĐND thành phố"}
    FeeRule.objects.create(key="tiep-nhan", amount=20_000, name="Phí hồ sơ", **common)
    FeeRule.objects.create(
        key="tham-dinh", amount=300_000, name="Phí thẩm định", collector="deciding", level="province", **common
    )
    # the level is that of the agency that collects: no ward takes this one
    FeeRule.objects.create(key="xa", amount=1_000, name="Phí cấp xã", collector="deciding", level="commune", **common)
    return make_dossier(world, version=version, applicant=make_citizen())


def test_each_agency_asks_for_what_it_collects(world: World) -> None:
    dossier = two_collectors(world)
    ward, office = world.office("ward"), world.office("construction")
    assert (dossier.receiving_agency_id, dossier.competent_agency_id) == (ward.pk, office.pk)
    asked = fees.ask_at_stage(dossier_uuid=dossier.uuid, stage=RECEPTION, now=NOW)
    assert [(row.agency_id, row.collector, row.amount) for row in asked] == [
        (ward.pk, "receiving", 20_000),
        (office.pk, "deciding", 300_000),
    ]
    assert fees.ask_at_stage(dossier_uuid=dossier.uuid, stage=RECEPTION, now=NOW) == ()
    told = [entry for entry in api.history_of(dossier=dossier, public_only=True) if entry.kind == "payment_requested"]
    assert [(entry.agency_id, entry.facts["amount"]) for entry in told] == [(ward.pk, 20_000), (office.pk, 300_000)]


def test_only_the_agency_that_collects_takes_the_money(world: World) -> None:
    dossier = two_collectors(world)
    _own, charge = fees.ask_at_stage(dossier_uuid=dossier.uuid, stage=RECEPTION, now=NOW)
    ward, office = world.official("ward", "treasurer"), world.official("construction", "treasurer")
    with pytest.raises(payments.ChargeNotFoundError):
        payments.collect_cash(principal=ward, charge_uuid=charge.uuid, now=NOW)

    def listed(principal) -> list[int]:
        page = payments.list_charges(principal=principal, state="open", query="", cursor=None)
        return [row.amount for row in page.items]

    assert (listed(ward), listed(office)) == ([20_000], [300_000])
    receipt = payments.collect_cash(principal=office, charge_uuid=charge.uuid, now=NOW)
    assert (receipt.agency_id, receipt.full_number) == (world.office("construction").pk, "0000001/2026")
    today = NOW.date()
    assert payments.day_totals(principal=office, day=today).cash == 300_000
    assert payments.day_totals(principal=ward, day=today).cash == 0
    hear_of_settled()
    paid = api.history_of(dossier=dossier, public_only=True)[-1]
    assert (paid.kind, paid.agency_id) == ("paid", world.office("construction").pk)


def test_the_transfer_goes_to_the_account_of_the_agency_that_collects(world: World) -> None:
    dossier = two_collectors(world)
    for key, number in (("ward", "111"), ("construction", "222")):
        PayeeAccount.objects.create(
            agency=world.office(key), bank="970436", bank_name="Vietcombank", number=number, holder="LT",
            valid_from="2020-01-01",
        )  # fmt: skip
    asked = fees.ask_at_stage(dossier_uuid=dossier.uuid, stage=RECEPTION, now=NOW)
    transfers = [payments.transfer_for(charge=row, on=NOW.date()) for row in asked]
    assert [transfer.account.number for transfer in transfers if transfer] == ["111", "222"]
    # A statement of the ward's bank that names the office's charge settles nothing; the office's does.
    office = asked[1]
    content = f"Ngày,Số tham chiếu,Ghi có,Nội dung\n2026-11-20,FT1,300000,{office.code}".encode()

    def imported(key: str) -> str:
        payments.import_statement(
            principal=world.official(key, "treasurer"), agency_id=world.office(key).pk,
            source=payments.Source.BANK, name="x.csv", content=content, now=NOW,
        )  # fmt: skip
        return payments.find_charge_by_code(
            principal=world.official("construction", "treasurer"), code=office.code
        ).state

    assert [imported("ward"), imported("construction")] == ["open", "settled"]
    made = payments.reconcile(
        principal=world.official("construction", "treasurer"), agency_id=world.office("construction").pk,
        day=NOW.date(), now=NOW,
    )  # fmt: skip
    assert (made.here_amount, made.there_amount, made.matched_count) == (300_000, 300_000, 1)


def test_one_agency_that_receives_and_decides_asks_once(world: World) -> None:
    version = make_procedure()
    for key, collector in (("a", "receiving"), ("b", "deciding")):
        FeeRule.objects.create(
            procedure_code=version.code, key=key, kind="phi", basis="fixed", amount=5_000, name="Phí",
            collector=collector, legal_basis="Nghị quyết", valid_from="2025-07-01",
        )  # fmt: skip
    dossier = make_dossier(world, version=version)
    (charge,) = fees.ask_at_stage(dossier_uuid=dossier.uuid, stage=RECEPTION, now=NOW)
    assert (charge.amount, charge.collector) == (10_000, "receiving")


def test_a_reduction_with_a_condition_holds_by_itself(rules: World) -> None:
    FeeReduction.objects.create(
        key="truc-tuyen", procedure_code="2.000635", percent=25, reason="Nộp trực tuyến",
        condition='channel = "online"', legal_basis="Nghị quyết", valid_from="2025-01-01",
    )  # fmt: skip
    dossier = filed(rules, "2.000635", {"copies_count": 3})
    (line,) = fees.assess(dossier, stage=RECEPTION, now=NOW)
    assert (line.reduction, line.amount, line.reduction_reason) == (6_000, 18_000, "Nộp trực tuyến")
    dossier.channel = COUNTER
    (line,) = fees.assess(dossier, stage=RECEPTION, now=NOW)
    assert (line.reduction, line.reduction_reason) == (0, "")


def last_change(dossier: Dossier) -> DossierChanged:
    stored = OutboxEvent.objects.filter(name=DossierChanged.name, aggregate_id=str(dossier.uuid)).latest("id")
    found = events.load(stored)
    assert isinstance(found, DossierChanged)
    return found


def test_reception_asks_once_and_tells_the_applicant(rules: World) -> None:
    lan = make_citizen()
    dossier = make_dossier(rules, version=make_procedure(code="2.000635"), applicant=lan)
    Dossier.objects.filter(pk=dossier.pk).update(answers={"copies_count": 2})
    dossier = do(rules, dossier, "check", "accept")
    received = last_change(dossier)
    for _again in range(2):
        fees.follow(event=received, now=NOW)
    (charge,) = api.charges_of(dossier=dossier)
    assert (charge.amount, charge.is_blocking, charge.stage, charge.payer_name) == (16_000, False, 1, "Nguyễn Thị Lan")
    told = [entry.kind for entry in api.history_of(dossier=dossier, public_only=True)]
    assert told.count("payment_requested") == 1
    dossier.refresh_from_db()
    assert dossier.status == S.PROCESSING
    payments.collect_cash(principal=rules.official("ward", "treasurer"), charge_uuid=charge.uuid, now=NOW)
    hear_of_settled()
    dossier.refresh_from_db()
    assert dossier.status == S.PROCESSING
    paid = api.history_of(dossier=dossier, public_only=True)[-1]
    assert (paid.kind, paid.note, paid.actor_name) == ("paid", "Biên lai số 0000001/2026", "Nguyễn Công Nam")


def test_a_free_procedure_is_recorded_without_bothering_anybody(rules: World) -> None:
    dossier = filed(rules, "1.001193", {"child_dob": "2026-11-01"})
    dossier = do(rules, dossier, "check", "accept")
    fees.follow(event=last_change(dossier), now=NOW)
    (charge,) = api.charges_of(dossier=dossier)
    assert (charge.state, charge.amount) == ("exempt", 0)
    kinds = [entry.kind for entry in api.history_of(dossier=dossier, public_only=True)]
    assert "payment_requested" not in kinds


def test_a_withdrawn_dossier_owes_nothing_and_late_money_is_seen(world: World) -> None:
    lan = make_citizen()
    dossier = make_dossier(world, status=S.PAYMENT, applicant=lan)
    dossier = api.withdraw(principal=lan, dossier=dossier, reason="Không làm nữa", version=None, now=NOW)
    fees.follow(event=last_change(dossier), now=NOW)
    (charge,) = api.charges_of(dossier=dossier)
    assert (charge.state, charge.closing_reason) == ("cancelled", "Hồ sơ không được giải quyết")


def test_an_exemption_lets_the_process_go_on(world: World) -> None:
    dossier = make_dossier(world, status=S.PAYMENT)
    (charge,) = api.charges_of(dossier=dossier)
    payments.reduce(
        principal=world.official("ward", "treasurer"), charge_uuid=charge.uuid, reduction_uuid=None, percent=100,
        reason="Hộ nghèo", legal_basis="Luật 97/2015/QH13", now=NOW,
    )  # fmt: skip
    hear_of_settled()
    dossier.refresh_from_db()
    assert dossier.status == S.PROCESSING
    assert api.history_of(dossier=dossier, public_only=True)[-1].title == "Được miễn, không phải nộp tiền"


def test_a_refund_is_told_and_other_subjects_are_none_of_ours(world: World) -> None:
    dossier = pay(world, make_dossier(world, status=S.PAYMENT))
    back = ChargeRefunded(
        aggregate_id="x", occurred_at=NOW, subject_type="dossiers.dossier", subject_id=dossier.uuid, code="LT",
        amount=150_000, reason="Thu nhầm", agency_id=world.office("ward").pk,
    )  # fmt: skip
    settled.note_refund(event=back, now=NOW)
    last = api.history_of(dossier=dossier, public_only=True)[-1]
    assert (last.kind, last.note) == ("refunded", "Thu nhầm")
    count = len(api.history_of(dossier=dossier, public_only=False))
    for subject_type, subject in (("other.thing", dossier.uuid), ("dossiers.dossier", UUID(int=0))):
        settled.note_refund(
            event=ChargeRefunded(
                aggregate_id="x", occurred_at=NOW, subject_type=subject_type, subject_id=subject, code="LT",
                amount=1, reason="x", agency_id=world.office("ward").pk,
            ),
            now=NOW,
        )  # fmt: skip
    assert len(api.history_of(dossier=dossier, public_only=False)) == count
