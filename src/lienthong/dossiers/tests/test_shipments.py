"""Results and papers by public post: numbers, batches, who may, what the applicant sees and is told, the carrier."""

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lienthong.accounts.api import Principal
from lienthong.dossiers import api
from lienthong.dossiers.api import (
    Dossier,
    DossierNotFoundError,
    DossierStatus,
    NotAllowedError,
    Parcel,
    ReturnMethod,
    ShipmentContent,
    ShipmentState,
    SubmissionInvalidError,
)
from lienthong.dossiers.models import HistoryEntry, Shipment, ShipmentEvent
from lienthong.dossiers.plugins import carriers
from lienthong.dossiers.plugins.carriers import Tracked, TrackingError, is_number, read_number
from lienthong.dossiers.services import shipments
from lienthong.dossiers.tests.factories import NOW, World, make_citizen, make_dossier, text_of, work
from lienthong.files import api as files
from lienthong.kernel.models import AuditEntry
from lienthong.notifications.models import Notification

NUMBER, OTHER, THIRD = "EB123456785VN", "EB000012349VN", "RR473124449VN"
ADDRESS = "45 Lê Duẩn, phường Hải Châu, thành phố Đà Nẵng"
LATER = NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("written", "number", "is_good"),
    [
        ("EB123456785VN", NUMBER, True),
        (" eb 123 456 785 vn ", NUMBER, True),
        ("RR473124829GB", "RR473124829GB", True),  # the example of UPU S10
        ("RR473124449VN", THIRD, True),
        ("EB123456786VN", "EB123456786VN", False),
        ("EB123456758VN", "EB123456758VN", False),
        ("EB12345678VN", "EB12345678VN", True),  # another carrier's form
        ("1234567890", "1234567890", True),
        ("ABCDEFGH", "ABCDEFGH", False),
        ("1234567", "1234567", False),
        ("EB123456785VN;DROP", "EB123456785VN;DROP", False),
        ("", "", False),
    ],
)
def test_numbers(written: str, number: str, is_good: bool) -> None:
    assert read_number(written) == number
    assert is_number(number) is is_good


def waiting(world: World, applicant: Principal | None = None, status: DossierStatus = DossierStatus.DONE) -> Dossier:
    return make_dossier(
        world, status=status, applicant=applicant, return_method=ReturnMethod.POST, return_address=ADDRESS
    )


def desk(world: World, office: str = "ward") -> Principal:
    return world.official(office, "receptionist")


def send(world: World, *pairs: tuple[Dossier, str], now: datetime = LATER, by: Principal | None = None):  # type: ignore[no-untyped-def]
    return api.hand_over_shipments(
        principal=by or desk(world),
        parcels=[Parcel(dossier.uuid, number) for dossier, number in pairs],
        carrier="vnpost",
        now=now,
    )


def to_send(principal: Principal) -> list[int]:
    return [row.pk for row in api.list_to_send(principal=principal, cursor=None, now=LATER).items]


def test_what_waits_is_what_was_asked_by_post_and_is_done(world: World) -> None:
    first = waiting(world)
    make_dossier(world, status=DossierStatus.DONE)
    make_dossier(world, status=DossierStatus.PROCESSING, return_method=ReturnMethod.POST, return_address=ADDRESS)
    assert to_send(desk(world)) == [first.pk]
    assert to_send(desk(world, "other_ward")) == []
    assert to_send(make_citizen()) == []
    send(world, (first, NUMBER))
    assert to_send(desk(world)) == []


@pytest.mark.django_db(transaction=True)
def test_the_applicant_is_told_the_number_once(world: World) -> None:
    lan = make_citizen()
    dossier = waiting(world, lan)
    for _click in range(2):
        (row,) = send(world, (dossier, "eb 123456785 vn"))
    assert (row.tracking_number, row.state, row.recipient, row.address) == (
        NUMBER,
        ShipmentState.HANDED_OVER,
        "Nguyễn Thị Lan",
        ADDRESS,
    )
    assert (row.handed_over_by, row.handed_over_at) == (desk(world).name, LATER)
    assert Shipment.objects.count() == ShipmentEvent.objects.count() == 1
    assert AuditEntry.objects.filter(action="dossiers.shipment.handed_over").count() == 1
    work()
    told = Notification.objects.filter(account_id=lan.account_id, title__contains=NUMBER)
    assert told.count() == 1
    assert ADDRESS not in told.get().title + told.get().body
    (shown,) = api.shipments_of(dossier=dossier)
    assert (shown.carrier, NUMBER in shown.page) == ("Bưu điện Việt Nam (VNPost)", True)


def test_a_batch_is_noted_whole_or_not_at_all(world: World) -> None:
    one, two, three = waiting(world), waiting(world), waiting(world)
    with pytest.raises(SubmissionInvalidError) as refused:
        send(world, (one, NUMBER), (two, "EB123456786VN"), (three, NUMBER))
    assert set(refused.value.field_errors) == {f"number-{two.uuid}", f"number-{three.uuid}"}
    assert not Shipment.objects.exists()
    send(world, (one, NUMBER))
    with pytest.raises(SubmissionInvalidError) as refused:
        send(world, (two, OTHER), (three, NUMBER))
    assert set(refused.value.field_errors) == {f"number-{three.uuid}"}
    assert Shipment.objects.count() == 1
    with pytest.raises(SubmissionInvalidError) as refused:
        send(world)
    assert "number" in refused.value.field_errors
    with pytest.raises(SubmissionInvalidError):
        api.hand_over_shipments(principal=desk(world), parcels=[Parcel(two.uuid, OTHER)], carrier="bồ câu", now=LATER)


def test_a_result_travels_once_unless_it_comes_back(world: World) -> None:
    dossier = waiting(world)
    (row,) = send(world, (dossier, NUMBER))
    with pytest.raises(SubmissionInvalidError):
        send(world, (dossier, OTHER))
    api.mark_shipment(
        principal=desk(world), shipment_uuid=row.uuid, state=ShipmentState.RETURNED, note="Sai địa chỉ", now=LATER
    )
    assert to_send(desk(world)) == [dossier.pk]
    send(world, (dossier, OTHER))
    assert Shipment.objects.count() == 2


def test_only_who_returns_results_there(world: World) -> None:
    dossier = waiting(world)
    with pytest.raises(NotAllowedError):
        send(world, (dossier, NUMBER), by=world.official("ward", "treasurer"))
    for stranger in (desk(world, "other_ward"), make_citizen()):
        with pytest.raises(DossierNotFoundError):
            send(world, (dossier, NUMBER), by=stranger)
    (row,) = send(world, (dossier, NUMBER))
    for stranger in (desk(world, "other_ward"), make_citizen()):
        with pytest.raises(DossierNotFoundError):
            api.mark_shipment(
                principal=stranger, shipment_uuid=row.uuid, state=ShipmentState.DELIVERED, note="", now=LATER
            )
    with pytest.raises(DossierNotFoundError):
        send(world, (Dossier(uuid=uuid4()), NUMBER))


def test_its_end_is_told_once_and_never_undone(world: World) -> None:
    dossier = waiting(world)
    (row,) = send(world, (dossier, NUMBER))
    for state in (ShipmentState.DELIVERED, ShipmentState.DELIVERED, ShipmentState.RETURNED, ShipmentState.IN_TRANSIT):
        api.mark_shipment(principal=desk(world), shipment_uuid=row.uuid, state=state, note="", now=LATER)
    row.refresh_from_db()
    assert row.state == ShipmentState.DELIVERED
    titles = list(HistoryEntry.objects.filter(dossier=dossier, title__contains=NUMBER).values_list("title", flat=True))
    assert len(titles) == 2
    assert titles[1].startswith("Bưu chính đã phát")


def test_incoming_papers_are_announced_and_taken_in(world: World) -> None:
    lan = make_citizen()
    dossier = make_dossier(world, applicant=lan, status=DossierStatus.SUPPLEMENT)
    for _click in range(2):
        row = api.announce_shipment(principal=lan, dossier=dossier, carrier="vnpost", tracking_number=NUMBER, now=LATER)
    assert (row.content, row.state) == (ShipmentContent.INCOMING, ShipmentState.HANDED_OVER)
    listed = api.list_shipments(principal=desk(world), group="incoming", query="", cursor=None).items
    assert [item.pk for item in listed] == [row.pk]
    for _click in range(2):
        row = api.take_in_shipment(
            principal=desk(world), code=dossier.code.lower(), carrier="vnpost", tracking_number=NUMBER, now=LATER
        )
    assert row.state == ShipmentState.DELIVERED
    titles = HistoryEntry.objects.filter(dossier=dossier, title__contains=NUMBER).values_list("title", flat=True)
    assert [title.split(",")[0] for title in titles.order_by("id")] == [
        "Giấy tờ gửi qua bưu chính",
        "Đã nhận giấy tờ gửi qua bưu chính",
    ]


def test_incoming_papers_nobody_announced(world: World) -> None:
    dossier = make_dossier(world)
    row = api.take_in_shipment(
        principal=desk(world), code=dossier.code, carrier="vnpost", tracking_number=NUMBER, now=LATER
    )
    assert row.state == ShipmentState.DELIVERED
    for code, number, field in (("H17-khong-co", OTHER, "code"), (dossier.code, "EB123456786VN", "number")):
        with pytest.raises(SubmissionInvalidError) as refused:
            api.take_in_shipment(principal=desk(world), code=code, carrier="vnpost", tracking_number=number, now=LATER)
        assert list(refused.value.field_errors) == [field]
    other = make_dossier(world)
    with pytest.raises(SubmissionInvalidError):
        api.take_in_shipment(
            principal=desk(world), code=other.code, carrier="vnpost", tracking_number=NUMBER, now=LATER
        )


def test_papers_for_a_foreign_or_closed_dossier_are_not_announced(world: World) -> None:
    lan = make_citizen()
    for dossier, principal in (
        (make_dossier(world), lan),
        (make_dossier(world, applicant=lan, status=DossierStatus.WITHDRAWN), lan),
        (make_dossier(world, applicant=lan, status=DossierStatus.DONE), lan),
    ):
        with pytest.raises(NotAllowedError):
            api.announce_shipment(
                principal=principal, dossier=dossier, carrier="vnpost", tracking_number=NUMBER, now=LATER
            )


def test_lists_cost_the_same_for_one_and_for_ten(world: World) -> None:
    rows = [waiting(world) for _number in range(4)]
    official = desk(world)

    def cost() -> list[int]:
        counts = []
        for read in (
            lambda: [row.procedure_version.name_vi for row in to_send_rows(official)],
            lambda: [
                (row.dossier.code, row.dossier.procedure_version.name_vi)
                for row in api.list_shipments(principal=official, group="", query="", cursor=None).items
            ],
            lambda: [list(row.shipment.events.all()) for row in api.shipments_of(dossier=rows[0])],
        ):
            with CaptureQueriesContext(
                connection,
            ) as caught:
                read()
            counts.append(len(caught))
        return counts

    send(world, (rows[0], NUMBER))
    before = cost()
    send(world, (rows[1], OTHER), (rows[2], THIRD))
    api.take_in_shipment(
        principal=official, code=rows[0].code, carrier="vnpost", tracking_number="1234567890", now=LATER
    )
    assert cost() == before == [1, 1, 2]


def to_send_rows(principal: Principal) -> Sequence[Dossier]:
    return api.list_to_send(principal=principal, cursor=None, now=LATER).items


def test_labels_carry_both_addresses(world: World) -> None:
    dossier, foreign = waiting(world), uuid4()
    (label,) = api.labels_for(principal=desk(world), uuids=[dossier.uuid, foreign], now=LATER)
    assert (label.code, label.address, label.phone) == (dossier.code, ADDRESS, "0905123456")
    assert api.labels_for(principal=desk(world, "other_ward"), uuids=[dossier.uuid], now=LATER) == ()
    data = {
        "labels": [
            {
                "code": label.code,
                "recipient": "#let x = 1 Nguyễn",
                "address": label.address,
                "phone": label.phone,
                "sender": label.sender,
                "sender_address": "",
            }
        ]
        * 11
    }
    text = text_of(files.render_pdf(template="dossiers/address_labels", data=data, now=LATER))
    assert text.count(dossier.code) == 11
    assert "#let x = 1 Nguyễn" in text


class StandInCarrier:
    """A stand-in for a carrier that can be asked: no carrier's contract is published, so this is no real one."""

    key, name, is_tracked = "stand-in", "Bưu chính mẫu (thay thế khi kiểm thử)", True

    def __init__(self) -> None:
        self.told: dict[str, list[Tracked]] = {}
        self.asked: list[str] = []

    def page(self, tracking_number: str) -> str:
        return f"https://post.example/{tracking_number}"

    def track(self, tracking_number: str) -> Sequence[Tracked]:
        self.asked.append(tracking_number)
        if tracking_number not in self.told:
            raise TrackingError("away")
        return self.told[tracking_number]


class TestACarrierThatIsAsked:
    @pytest.fixture
    def stand_in(self) -> Iterator[StandInCarrier]:
        before = dict(carriers._CARRIERS)
        made = StandInCarrier()
        carriers.register_carrier(made)
        yield made
        carriers._CARRIERS.clear()
        carriers._CARRIERS.update(before)

    def test_tells_the_way_and_the_end(self, world: World, stand_in: StandInCarrier) -> None:
        dossier, silent = waiting(world), waiting(world)
        for row, number in ((dossier, NUMBER), (silent, OTHER)):
            api.hand_over_shipments(
                principal=desk(world), parcels=[Parcel(row.uuid, number)], carrier="stand-in", now=LATER
            )
        on_the_way = Tracked(LATER + timedelta(hours=1), "in_transit", "Đà Nẵng")
        stand_in.told[NUMBER] = [on_the_way]
        assert shipments.follow_all(now=LATER + timedelta(hours=2)) == 1
        stand_in.told[NUMBER] = [
            Tracked(LATER + timedelta(hours=20), "delivered", "Hải Châu", "Người nhận ký"),
            on_the_way,
        ]
        assert shipments.follow_all(now=LATER + timedelta(hours=2, minutes=10)) == 0  # asked within the hour
        assert shipments.follow_all(now=LATER + timedelta(hours=21)) == 1
        assert shipments.follow_all(now=LATER + timedelta(hours=23)) == 0
        assert stand_in.asked.count(NUMBER) == 2
        assert stand_in.asked.count(OTHER) == 4
        (shown,) = api.shipments_of(dossier=dossier)
        assert shown.shipment.state == ShipmentState.DELIVERED
        events = [(event.state, event.place) for event in shown.shipment.events.order_by("at")]
        assert events == [("handed_over", ""), ("in_transit", "Đà Nẵng"), ("delivered", "Hải Châu")]
        last = HistoryEntry.objects.filter(dossier=dossier).latest("id")
        assert last.title == f"Bưu chính đã phát bưu gửi {NUMBER}"

    def test_the_same_told_twice_at_once_is_told_once(
        self, transactional_db: None, settings, authority_folder, stand_in: StandInCarrier
    ) -> None:
        from lienthong.dossiers.tests.factories import make_world
        from lienthong.files.plugins.demo_ca import DemoAuthority

        settings.DATA = authority_folder
        DemoAuthority().establish(now=NOW)
        world = make_world()
        dossier = waiting(world)
        api.hand_over_shipments(
            principal=desk(world), parcels=[Parcel(dossier.uuid, NUMBER)], carrier="stand-in", now=LATER
        )
        stand_in.told[NUMBER] = [Tracked(LATER + timedelta(hours=1), "delivered")]
        gate = threading.Barrier(3)

        def follow() -> None:
            gate.wait()
            shipments.follow_all(now=LATER + timedelta(hours=2))
            connection.close()

        followers = [threading.Thread(target=follow) for _number in range(3)]
        for follower in followers:
            follower.start()
        for follower in followers:
            follower.join()
        assert HistoryEntry.objects.filter(dossier=dossier, title__startswith="Bưu chính đã phát").count() == 1
