"""What a citizen sees of money: the charge, the square code, the way to the gateway and back."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from lienthong.accounts.api import Principal
from lienthong.accounts.models import Account
from lienthong.dossiers.api import DossierStatus
from lienthong.dossiers.tests.factories import World, make_citizen, make_dossier
from lienthong.kernel import clock
from lienthong.payments import api as payments
from lienthong.payments.models import Charge, PayeeAccount, Payment
from lienthong.payments.tests.factories import notification, tell, with_gateway

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan(world: World) -> Principal:
    return make_citizen()


@pytest.fixture
def charge(world: World, lan: Principal):
    PayeeAccount.objects.create(
        agency=world.office("ward"), bank="970436", bank_name="Vietcombank", number="1026806174",
        holder="UBND PHUONG HAI CHAU", valid_from="2020-01-01",
    )  # fmt: skip
    dossier = make_dossier(world, status=DossierStatus.PAYMENT, applicant=lan, now=clock.now())
    with with_gateway:
        yield Charge.objects.get(subject_id=dossier.uuid)


@pytest.fixture
def sign_in() -> Callable[[Principal], Client]:
    def enter(principal: Principal) -> Client:
        client = Client()
        client.force_login(Account.objects.get(pk=principal.account_id))
        return client

    return enter


def text(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url, follow=status == 200)
    assert answer.status_code == status
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_the_page_says_the_amount_in_words_and_every_way_to_pay(lan, charge, sign_in) -> None:
    client = sign_in(lan)
    url = reverse("portal:charge", args=[charge.uuid])
    page = text(client, url)
    for said in (
        "150.000 ₫", "Một trăm năm mươi nghìn đồng", "Lệ phí trước bạ", "VNPAY", "Vietcombank", "1026806174",
        charge.code, "Ủy ban nhân dân phường Hải Châu",
    ):  # fmt: skip
        assert said in page
    assert 'alt="Mã VietQR: chuyển 150.000' in page
    assert url in text(client, reverse("portal:dossier", args=[charge.subject_id]))
    assert charge.reason in text(client, reverse("portal:charges"))
    svg = client.get(reverse("portal:charge_code", args=[charge.uuid]))
    png = client.get(reverse("portal:charge_picture", args=[charge.uuid]))
    assert svg.content.startswith(b"<?xml")
    assert png.content.startswith(b"\x89PNG")


def test_a_stranger_finds_nothing(charge, sign_in) -> None:
    stranger = sign_in(make_citizen("Trần Văn Bình"))
    for route, args in (
        ("charge", [charge.uuid]), ("charge_code", [charge.uuid]), ("charge_picture", [charge.uuid]),
    ):  # fmt: skip
        text(stranger, reverse(f"portal:{route}", args=args), 404)
    assert stranger.post(reverse("portal:pay", args=[charge.uuid, "vnpay"])).status_code == 404
    assert "không còn khoản nào phải nộp" in text(stranger, reverse("portal:charges"))
    assert Client().get(reverse("portal:charge", args=[charge.uuid])).status_code == 302


def test_to_the_gateway_and_back(lan, charge, sign_in) -> None:
    client = sign_in(lan)
    answer = client.post(reverse("portal:pay", args=[charge.uuid, "vnpay"]))
    assert answer.status_code == 302
    sent = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    assert sent["vnp_ReturnUrl"] == f"http://testserver{reverse('portal:payment_return', args=['vnpay'])}"
    payment = Payment.objects.get(charge=charge)
    back = reverse("portal:payment_return", args=["vnpay"])
    declined = notification(payment, vnp_ResponseCode="24", vnp_TransactionStatus="02")
    assert "Chưa trả được tiền" in client.get(back, declined, follow=True).content.decode()
    told = notification(payment)
    waiting = client.get(back, told, follow=True).content.decode()
    assert "đang xác nhận" in waiting
    charge.refresh_from_db()
    assert charge.is_open
    assert "không mang chữ ký" in client.get(back, {**told, "vnp_Amount": "1"}, follow=True).content.decode()
    assert tell(told, now=clock.now()) == "00"
    thanked = client.get(back, told, follow=True).content.decode()
    assert "Cảm ơn bạn" in thanked
    assert "Đã nộp tiền" in thanked
    assert sign_in(make_citizen("Lê Thị Hoa")).get(back, told).status_code == 404
    again = client.post(reverse("portal:pay", args=[charge.uuid, "vnpay"]), follow=True).content.decode()
    assert "đã ở trạng thái “Đã nộp”" in again
    assert client.get(reverse("portal:payment_return", args=["nobody"])).status_code == 404


def test_money_that_came_twice_is_told_to_the_payer(world: World, lan, charge, sign_in) -> None:
    client = sign_in(lan)
    client.post(reverse("portal:pay", args=[charge.uuid, "vnpay"]))
    payment = Payment.objects.get(charge=charge)
    payments.collect_cash(
        principal=world.official("ward", "treasurer", now=clock.now()), charge_uuid=charge.uuid, now=clock.now()
    )
    tell(notification(payment), now=clock.now())
    page = text(client, reverse("portal:charge", args=[charge.uuid]))
    assert "Có tiền nộp thừa sẽ hoàn cho bạn" in page
    answer = client.get(reverse("portal:payment_return", args=["vnpay"]), notification(payment), follow=True)
    assert "sẽ được hoàn lại" in answer.content.decode()
