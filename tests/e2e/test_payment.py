"""Story: a duty is asked, paid at the gateway's stand-in, and the dossier goes on; another is paid in cash."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import override_settings

from lienthong.accounts import api as accounts
from lienthong.accounts.api import SYSTEM_PRINCIPAL
from lienthong.dossiers import api as dossiers
from lienthong.dossiers.tests.factories import make_procedure, text_of
from lienthong.kernel import clock
from lienthong.organisations import api as organisations
from lienthong.workflows import api as workflows
from tests.e2e.people import Citizen, Receptionist, Specialist, Treasurer
from tests.e2e.town import Town

PROCEDURE = "Cấp giấy xác nhận cư trú"


@pytest.fixture(autouse=True)
def _gateway(town: Town) -> Iterator[None]:
    """Let people pay at the stand-in of a gateway that the demo has."""
    with override_settings(
        PAYMENT_SANDBOX=True,
        VNPAY_TMN_CODE="LTSANDBX",
        VNPAY_SECRET="bi-mat-cua-kiem-thu",
        VNPAY_URL="/dev/payment-gateway/",
        VNPAY_API_URL=f"{town.url}/dev/payment-gateway/api/",
        VNPAY_NAME="Cổng thanh toán thử",
    ):
        yield


def ask_to_pay(town: Town, email: str, amount: int) -> dossiers.Dossier:
    """File a dossier at the ward and let its officials set a duty, as they do on other pages of other stories."""
    now = town.clock.now()
    version = make_procedure("financial_duty", name_vi=PROCEDURE, now=now)
    area = organisations.find_area_by_code(level="commune", code="20242", on=clock.local_date(now))
    assert area is not None

    def principal(address: str) -> accounts.Principal:
        account = accounts.find_account_by_email(email=address)
        assert account is not None
        return accounts.principal_for_account(account, now, mfa=True)

    application = dossiers.Application(
        procedure=version,
        form=None,
        answers={},
        documents=(),
        area_id=area.pk,
        submission_key=uuid4(),
        return_method=dossiers.ReturnMethod.COUNTER,
    )
    dossier = dossiers.submit(principal=principal(email), application=application, now=now)
    duty = {"amount": amount, "purpose": "Lệ phí trước bạ"}
    for who, outcome, data in ((Receptionist, "accept", {}), (Specialist, "pass", duty)):
        (task,) = workflows.tasks_of(principal=SYSTEM_PRINCIPAL, business_key=str(dossier.uuid))
        dossier = dossiers.act(
            principal=principal(who.email), task_uuid=task.uuid, outcome=outcome, note="", data=data,
            task_version=None, now=now,
        )  # fmt: skip
    town.work()
    return dossier


def test_a_duty_is_paid_online_and_another_in_cash(town, meet):
    lan = meet(Citizen, "lan@lienthong.example")
    dossier = ask_to_pay(town, lan.email, 150_000)
    assert any(dossier.code in letter and "nộp" in letter for letter in town.letters_to(lan.email))
    lan.open("/nop-tien/").sees("Lệ phí trước bạ", "150.000")
    lan.open(f"/ho-so/{dossier.uuid}/").sees("Chờ nộp tiền", "150.000").follow("Nộp tiền", lan.page.locator("main"))
    lan.sees("Một trăm năm mươi nghìn đồng", "Cổng thanh toán thử", "Nộp tiền mặt")
    page = lan.page.url
    lan.press(re.compile("Trả 150.000")).sees("Không có tiền thật nào được chuyển")
    lan.press("Từ chối").sees("Chưa trả được tiền")
    lan.press(re.compile("Trả 150.000"))
    lan.hands.press(lan.page, lan.page.get_by_text("Thử các trường hợp khó"))
    lan.press("Gửi thông báo giả chữ ký").sees("97 Invalid signature", "Chưa trả tiền")
    lan.press(re.compile("^Trả tiền$")).sees("Đã nộp tiền", "Cảm ơn bạn", "Số 0000001/2026")
    town.work()
    paper = text_of(lan.open(page).download("Tải biên lai (PDF)"))
    assert "Một trăm năm mươi nghìn đồng" in paper
    assert "Liên 2: Giao người nộp tiền" in paper
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", paper)
    assert code is not None
    lan.open(f"/bien-lai/{code[0]}/").sees("đang có giá trị", "0000001/2026").misses("Nguyễn Thị Lan")
    lan.open(f"/ho-so/{dossier.uuid}/").sees("Biên lai số 0000001/2026", "đối chiếu chứng từ")
    lan.misses("Hồ sơ đi tiếp ngay khi nhận được tiền")

    other = ask_to_pay(town, "binh@lienthong.example", 80_000)
    nam = meet(Treasurer).sign_in()
    nam.open("/lam-viec/thu-phi/").sees("Lệ phí trước bạ")
    nam.write(nam.page.locator("#find"), other.code)
    nam.press("Tìm").follow("Trần Văn Bình", nam.page.locator("[data-list]")).sees("Tám mươi nghìn đồng")
    nam.press("Đã nhận đủ tiền mặt", nam.page.locator("body")).sees("Đã thu đủ. Biên lai số 0000002/2026", "Đã nộp")
    nam.follow("Hoàn tiền", nam.page.locator("main")).sees("còn hoàn được 80.000")
    nam.open("/lam-viec/thu-phi/bien-lai/").sees("0000001/2026", "0000002/2026", "230.000")
    nam.open("/lam-viec/thu-phi/sao-ke/").sees("Chưa nhập sao kê nào")
    nam.open("/lam-viec/thu-phi/doi-soat/?ngay=2026-11-20").press("Đối soát ngày này").sees("Sổ có, sao kê không có")
    nam.write("Lý do chênh lệch", "Cổng báo có ngày hôm sau").press("Ghi lý do").sees(
        "Đã rõ", "Cổng báo có ngày hôm sau"
    )
    nam.open("/lam-viec/thu-phi/hoan-tien/").sees("Không có khoản nào đang chờ hoàn")
    town.work()
    dossier = dossiers.get_dossier_for(principal=SYSTEM_PRINCIPAL, uuid=other.uuid)
    assert dossier.status == dossiers.DossierStatus.PROCESSING
