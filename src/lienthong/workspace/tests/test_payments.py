"""The treasurer's pages: what is owed, cash, reductions, refunds, receipts, statements, days."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lienthong.dossiers.api import DossierStatus
from lienthong.dossiers.queries.detail import CHARGED
from lienthong.dossiers.services import fees
from lienthong.dossiers.tests.factories import World, make_citizen, make_dossier, make_procedure
from lienthong.kernel import clock
from lienthong.payments import api as payments
from lienthong.payments.models import Charge, FeeReduction, FeeRule, Payment, Receipt, Reconciliation, Refund
from lienthong.workspace.tests.conftest import Desk


@pytest.fixture(autouse=True)
def _cache(settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture
def charge(world: World) -> Charge:
    dossier = make_dossier(world, status=DossierStatus.PAYMENT, now=clock.now())
    return Charge.objects.get(subject_type=CHARGED, subject_id=dossier.uuid)


def page(client: Client, route: str, *args: Any, status: int = 200, **query: str) -> str:
    answer = client.get(reverse(f"workspace:{route}", args=args), query)
    assert answer.status_code == status
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_the_list_finds_a_charge_by_code_dossier_and_name(world: World, desk: Desk, charge: Charge) -> None:
    treasurer = desk("treasurer")
    assert charge.code in page(treasurer, "charges")
    for query in (charge.code[3:9].lower(), charge.subject_code, charge.payer_name[:6]):
        assert charge.code in page(treasurer, "charges", q=query, tt="moi")
    assert charge.code not in page(treasurer, "charges", tt="settled")
    assert "Không có khoản thu nào ở đây" in page(treasurer, "charges", q="không có")
    assert desk("specialist").get(reverse("workspace:charges")).status_code == 403


@pytest.mark.parametrize("count", [1, 10])
def test_the_list_costs_the_same_for_any_number(world: World, desk: Desk, charge: Charge, count: int) -> None:
    version = make_procedure("financial_duty")
    lan = make_citizen()
    for _more in range(count - 1):
        make_dossier(world, version=version, applicant=lan, status=DossierStatus.PAYMENT, now=clock.now())
    treasurer = desk("treasurer")
    page(treasurer, "charges")
    with CaptureQueriesContext(connection) as captured:
        page(treasurer, "charges")
    assert len([query for query in captured if "payments_charge" in query["sql"]]) == 1
    assert len(captured) <= 14


def test_cash_pressed_twice_is_taken_once(world: World, desk: Desk, charge: Charge) -> None:
    treasurer = desk("treasurer")
    assert "Một trăm năm mươi nghìn đồng" in page(treasurer, "charge", charge.uuid)
    url = reverse("workspace:charge_cash", args=[charge.uuid])
    first = treasurer.post(url, follow=True).content.decode()
    assert "Đã thu đủ. Biên lai số 0000001" in first
    second = treasurer.post(url, follow=True).content.decode()
    assert "đã ở trạng thái “Đã nộp”" in second
    assert Receipt.objects.count() == 1
    assert desk("specialist").post(url).status_code == 404
    today = page(treasurer, "receipts")
    assert "0000001" in today
    assert "150.000 ₫" in today


def test_a_reduction_is_chosen_or_explained(world: World, desk: Desk, charge: Charge) -> None:
    row = FeeReduction.objects.create(
        key="ho-ngheo",
        percent=100,
        reason="Hộ nghèo",
        legal_basis="Luật 97/2015/QH13, Điều 10",
        valid_from="2020-01-01",
    )
    treasurer = desk("treasurer")
    url = reverse("workspace:charge_reduce", args=[charge.uuid])
    assert "Hộ nghèo (100 %)" in page(treasurer, "charge_reduce", charge.uuid)
    wrong = treasurer.post(url, {"percent": "50", "reason": "", "legal_basis": ""})
    assert wrong.status_code == 422
    assert "Hãy nêu căn cứ pháp lý" in wrong.content.decode()
    assert (
        treasurer.post(url, {"percent": "50", "reason": "Thương binh", "legal_basis": "Nghị quyết"}).status_code == 302
    )
    charge.refresh_from_db()
    assert charge.amount == 75_000
    assert treasurer.post(url, {"reduction": str(row.uuid), "reason": "đã xem sổ hộ nghèo"}).status_code == 302
    charge.refresh_from_db()
    assert (charge.state, charge.closing_reason) == ("exempt", "Hộ nghèo. đã xem sổ hộ nghèo")
    assert desk("leader").get(url).status_code == 403


def test_a_refund_goes_from_the_treasurer_to_the_leader_and_back(world: World, desk: Desk, charge: Charge) -> None:
    treasurer, leader = desk("treasurer"), desk("leader")
    treasurer.post(reverse("workspace:charge_cash", args=[charge.uuid]))
    payment = Payment.objects.get(charge=charge)
    url = reverse("workspace:payment_refund", args=[payment.uuid])
    assert treasurer.post(url, {"amount": "150.001", "reason": "x"}).status_code == 422
    assert treasurer.post(url, {"amount": "nhiều", "reason": "x"}).status_code == 422
    assert treasurer.post(url, {"amount": "50.000", "reason": "Thu thừa"}).status_code == 302
    refund = Refund.objects.get()
    decide = reverse("workspace:refund_decide", args=[refund.uuid])
    assert treasurer.post(decide, {"approve": "1"}).status_code == 403
    assert "Duyệt" in page(leader, "refunds")
    assert leader.post(decide, {"refuse": "1", "note": ""}).status_code == 422
    assert leader.post(decide, {"approve": "1", "note": ""}).status_code == 302
    assert "Ghi đã chi" in page(treasurer, "charge", charge.uuid)
    out = reverse("workspace:refund_pay_out", args=[refund.uuid])
    assert treasurer.post(out, {"transaction_number": ""}).status_code == 422
    assert treasurer.post(out, {"transaction_number": "PC-01"}).status_code == 302
    refund.refresh_from_db()
    assert (refund.state, refund.amount) == ("done", 50_000)
    assert leader.get(decide).status_code == 404


def test_a_wrong_receipt_is_cancelled_and_stays_in_the_list(world: World, desk: Desk, charge: Charge) -> None:
    treasurer = desk("treasurer")
    treasurer.post(reverse("workspace:charge_cash", args=[charge.uuid]))
    receipt = Receipt.objects.get()
    url = reverse("workspace:receipt_cancel", args=[receipt.uuid])
    assert treasurer.post(url, {"reason": ""}).status_code == 422
    assert treasurer.post(url, {"reason": "Sai tên"}).status_code == 302
    assert "Sai tên" in page(treasurer, "receipts", huy="1")
    day = page(treasurer, "receipts")
    assert "0000002" in day
    assert "tổng 1 biên lai" in day
    assert "Ngày này chưa có biên lai" in page(treasurer, "receipts", ngay="2020-01-01")


def statement(*rows: str) -> SimpleUploadedFile:
    text = "Ngày,Số tham chiếu,Ghi có,Nội dung\n" + "\n".join(rows)
    return SimpleUploadedFile("sao-ke.csv", text.encode(), "text/csv")


def test_a_statement_is_looked_at_before_it_is_imported(world: World, desk: Desk, charge: Charge) -> None:
    treasurer = desk("treasurer")
    today = clock.local_date(clock.now())
    url = reverse("workspace:statements")
    given = {"agency_id": str(charge.agency_id), "source": "bank", "look": "1"}
    broken = treasurer.post(url, given | {"file": SimpleUploadedFile("x.csv", b"a;b")})
    assert broken.status_code == 422
    assert "dòng tiêu đề" in broken.content.decode()
    rows = (f"{today.isoformat()},FT1,150000,{charge.code}", f"{today.isoformat()},FT2,9000,khong ro")
    tried = treasurer.post(url, given | {"file": statement(*rows)})
    assert "khớp khoản chờ nộp" in tried.content.decode()
    charge.refresh_from_db()
    assert charge.is_open
    token = tried.context["token"]
    done = treasurer.post(url, {"import": "1", "token": token}, follow=True).content.decode()
    assert "Đã nhập 2 dòng: 1 khoản được ghi đã nộp, 1 dòng cần xem." in done
    charge.refresh_from_db()
    assert charge.state == "settled"
    assert "đã hết hạn" in treasurer.post(url, {"import": "1", "token": token}, follow=True).content.decode()
    assert (
        "đã hết hạn"
        in desk("treasurer", "other_ward").post(url, {"import": "1", "token": token}, follow=True).content.decode()
    )


def test_a_day_is_compared_and_its_difference_explained(world: World, desk: Desk, charge: Charge) -> None:
    treasurer = desk("treasurer")
    today = clock.local_date(clock.now())
    principal = world.official("ward", "treasurer", now=clock.now())
    payments.import_statement(
        principal=principal, agency_id=charge.agency_id, source=payments.Source.BANK, name="x.csv",
        content=f"Ngày,Số tham chiếu,Ghi có,Nội dung\n{today.isoformat()},FT2,9000,khong ro".encode(), now=clock.now(),
    )  # fmt: skip
    url = reverse("workspace:reconciliation")
    assert "Ngày này chưa đối soát" in page(treasurer, "reconciliation", ngay=today.isoformat())
    ahead = (today + timedelta(days=1)).isoformat()
    assert "Ngày này chưa tới" in treasurer.post(url, {"ngay": ahead}, follow=True).content.decode()
    shown = treasurer.post(url, {"ngay": today.isoformat()}, follow=True).content.decode()
    assert "Sao kê có, sổ không có" in shown
    difference = payments.differences_of(made=Reconciliation.objects.get())[0]
    explain = reverse("workspace:difference_explain", args=[difference.uuid])
    assert "Hãy nêu lý do chênh lệch" in treasurer.post(explain, {"text": " "}, follow=True).content.decode()
    assert (
        "Tiền thuê hội trường"
        in treasurer.post(explain, {"text": "Tiền thuê hội trường"}, follow=True).content.decode()
    )
    assert desk("leader").get(url).status_code == 403


def test_officials_of_another_ward_find_nothing(world: World, desk: Desk, charge: Charge) -> None:
    other = desk("treasurer", "other_ward")
    assert charge.code not in page(other, "charges", tt="moi")
    page(other, "charge", charge.uuid, status=404)
    assert other.post(reverse("workspace:charge_cash", args=[charge.uuid])).status_code == 404


def test_a_dossier_leads_only_to_the_charges_of_my_agency(world: World, desk: Desk) -> None:
    version = make_procedure("commune_to_province", level="province", office="Sở Xây dựng")
    FeeRule.objects.create(
        procedure_code=version.code, key="tham-dinh", kind="phi", basis="fixed", amount=300_000, name="Phí thẩm định",
        collector="deciding", legal_basis="Nghị quyết", valid_from="2025-07-01",
    )  # fmt: skip
    dossier = make_dossier(world, version=version, now=clock.now())
    fees.ask_at_stage(dossier_uuid=dossier.uuid, stage=payments.Stage.RECEPTION, now=clock.now())
    (charge,) = Charge.objects.all()
    ward, office = desk("treasurer"), desk("treasurer", "construction")
    url = reverse("workspace:payment", args=[dossier.uuid])
    assert office.get(url).headers["Location"] == reverse("workspace:charge", args=[charge.uuid])
    shown = page(office, "charge", charge.uuid)
    assert "cơ quan có thẩm quyền giải quyết" in shown
    assert "Đã nhận đủ tiền mặt" in shown
    told = desk("receptionist").get(url, follow=True).content.decode()
    assert "Khoản thu của hồ sơ này do Sở Xây dựng thu." in told
    assert "Sở Xây dựng thu" in told
    assert reverse("workspace:charge", args=[charge.uuid]) not in told
    page(ward, "charge", charge.uuid, status=404)
    assert ward.post(reverse("workspace:charge_cash", args=[charge.uuid])).status_code == 404
    assert charge.code not in page(ward, "charges", tt="moi")
    assert charge.code in page(office, "charges", tt="moi")
