"""Businesses at the desk: registered from a certificate, who acts for them, and what people are told."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from lienthong.accounts import api as accounts
from lienthong.accounts.models import Account, Business, Person, Representation
from lienthong.accounts.tests.factories import make_account, make_business, make_person, sign_in
from lienthong.dossiers.tests.factories import work
from lienthong.kernel import clock
from lienthong.kernel.audit import SYSTEM
from lienthong.kernel.errors import InvalidError
from lienthong.kernel.models import AuditEntry
from lienthong.notifications.models import Notification

pytestmark = pytest.mark.django_db
a_worker_runs = pytest.mark.django_db(transaction=True)
TODAY = clock.local_date(clock.now())
ASKED = {
    "identity_number": "048085000456",
    "full_name": "tran van binh",
    "title": "Giám đốc",
    "basis": "Giấy chứng nhận đăng ký doanh nghiệp cấp ngày 12/3/2024",
}


@pytest.fixture
def binh() -> Person:
    person = make_person("Trần Văn Bình", identity_number="048085000456", verified_at=clock.now(), verified_by="eid")
    make_account("binh@lienthong.example", person=person)
    return person


@a_worker_runs
def test_a_business_is_registered_once_and_its_representative_acts_for_it(world, desk, binh, client) -> None:
    receptionist = desk("receptionist")
    address = reverse("workspace:business_register")
    wrong = receptionist.post(address, {"tax_code": "0402098765", "name": "Sao Mai"})
    assert wrong.status_code == 422
    assert "chữ số thứ mười không khớp" in wrong.content.decode()
    for name in ("Công ty TNHH Sao Mai Hải Châu", "Tên khác"):
        receptionist.post(address, {"tax_code": "0402 098 764", "name": name})
    business = Business.objects.get()
    assert business.name == "Công ty TNHH Sao Mai Hải Châu"

    appointing = reverse("workspace:business_appoint", args=[business.uuid])
    for part in ({"full_name": "Trần Văn Khác"}, {"identity_number": "048085000457"}, {"identity_number": " "}):
        assert receptionist.post(appointing, ASKED | part).status_code == 422
    assert not Representation.objects.exists()
    for _click in range(2):
        assert receptionist.post(appointing, ASKED).status_code == 302
    row = Representation.objects.get()
    assert (row.valid_from, row.basis) == (TODAY, ASKED["basis"])
    page = receptionist.get(reverse("workspace:business", args=[business.uuid])).content.decode()
    assert "Trần Văn Bình" in page
    assert "048085000456" not in page

    work()
    assert [note.title for note in Notification.objects.filter(person=binh)] == [
        "Bạn được ghi là người đại diện của Công ty TNHH Sao Mai Hải Châu"
    ]
    sign_in(client, Account.objects.get(person=binh))
    client.post(reverse("accounts:acting_for"), {"business": str(business.uuid)})
    assert client.session["accounts.acting_business"] == business.pk


@a_worker_runs
def test_who_no_longer_acts_for_a_business_sees_nothing_of_it(world, desk, binh, client) -> None:
    business = make_business(binh)
    sign_in(client, Account.objects.get(person=binh))
    client.post(reverse("accounts:acting_for"), {"business": str(business.uuid)})
    row = Representation.objects.get()
    ending = reverse("workspace:representation_end", args=[row.uuid])
    receptionist = desk("receptionist")
    assert receptionist.post(ending, {"reason": " "}).status_code == 422
    for _click in range(2):
        assert receptionist.post(ending, {"reason": "Thôi giữ chức giám đốc"}).status_code == 302
    row.refresh_from_db()
    assert row.valid_to == TODAY
    assert accounts.principal_for_account(binh.account, clock.now(), business_id=business.pk).business_id is None
    assert "chưa được ghi nhận" in client.get(reverse("accounts:acting_for")).content.decode()
    work()
    assert Notification.objects.get(person=binh).title == "Bạn không còn là người đại diện của Công ty Sao Mai"
    (entry,) = AuditEntry.objects.filter(action="accounts.representation.ended")
    assert "Thôi giữ chức" in entry.content


def test_one_that_began_today_is_taken_back_and_may_be_given_again(binh) -> None:
    business, now = make_business(), clock.now()
    asked = {"actor": SYSTEM, "person_id": binh.pk, "business_id": business.pk, "title": "Giám đốc", "now": now}
    row = accounts.appoint_representative(**asked, valid_from=TODAY)
    accounts.end_representation(actor=SYSTEM, uuid=row.uuid, reason="Ghi nhầm", now=now)
    assert not Representation.objects.exists()
    with pytest.raises(accounts.RepresentationNotFoundError):
        accounts.end_representation(actor=SYSTEM, uuid=row.uuid, reason="Ghi nhầm", now=now)
    later = accounts.appoint_representative(**asked, valid_from=TODAY - timedelta(days=2))
    accounts.end_representation(actor=SYSTEM, uuid=later.uuid, reason="Thôi", now=now)
    accounts.appoint_representative(**asked, valid_from=TODAY)
    assert Representation.objects.count() == 2


def test_a_number_alone_gives_no_authority(binh) -> None:
    typed = make_person("Lê Thị Cúc", identity_number="048190000999")
    asked = {"actor": SYSTEM, "business": make_business(), "title": "Giám đốc", "basis": "x", "valid_from": TODAY}
    with pytest.raises(InvalidError) as refused:
        accounts.appoint_by_number(
            **asked, identity_number=typed.identity_number, full_name="Lê Thị Cúc", now=clock.now()
        )
    assert list(refused.value.field_errors) == ["identity_number"]


def test_somebody_stops_acting_for_a_business_themself(binh, client) -> None:
    make_business(binh)
    row = Representation.objects.get()
    foreign = Representation.objects.create(
        person=make_person("Người Khác"),
        business=make_business(name="Khác", tax_code="0300588569"),
        valid_from=TODAY - timedelta(days=9),
    )
    sign_in(client, Account.objects.get(person=binh))
    assert client.post(reverse("accounts:leave_business", args=[foreign.uuid])).status_code == 404
    leaving = reverse("accounts:leave_business", args=[row.uuid])
    assert "Thôi đại diện Công ty Sao Mai?" in client.get(leaving).content.decode()
    row.refresh_from_db()
    assert row.valid_to is None
    assert client.post(leaving).status_code == 302
    assert client.post(leaving).status_code == 404
    row.refresh_from_db()
    assert row.valid_to == TODAY


def test_businesses_are_found_without_accents_and_by_the_first_digits(
    world, desk, binh, django_assert_max_num_queries
) -> None:
    make_business(binh)
    receptionist, address = desk("receptionist"), reverse("workspace:businesses")

    def listed(words: str) -> str:
        return receptionist.get(address, {"q": words}).content.decode()

    listed("")
    for words in ("sao mai", "mai cong", "01001", "0100 109"):
        assert "Trần Văn Bình" in listed(words), words
    assert "Không tìm thấy" in listed("sao hôm")
    with django_assert_max_num_queries(12) as one:
        listed("")
    for number in range(10):
        made = make_business(name=f"Công ty số {number}", tax_code=f"99{number:08}")
        Representation.objects.create(person=binh, business=made, valid_from=TODAY)
    with django_assert_max_num_queries(len(one.captured_queries)):
        assert listed("").count("<tr data-row") == 11


@pytest.mark.parametrize("post", ["treasurer", "leader"])
def test_only_who_receives_at_a_desk_registers(world, desk, post) -> None:
    refused = desk(post)
    assert refused.get(reverse("workspace:businesses")).status_code == 403
    assert (
        refused.post(reverse("workspace:business_register"), {"tax_code": "0402098764", "name": "X"}).status_code == 403
    )
    assert not Business.objects.exists()


def test_what_is_not_there_is_not_found(world, desk) -> None:
    receptionist = desk("receptionist")
    for name in ("business", "business_appoint", "representation_end"):
        assert receptionist.get(reverse(f"workspace:{name}", args=[uuid4()])).status_code == 404
