"""Who reads a dossier on what ground, how much they see, and what the applicant reads of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lienthong.accounts import api as accounts
from lienthong.accounts.models import AccessRecord
from lienthong.dossiers import api as dossiers
from lienthong.dossiers.models import DossierDocument, DossierStatus
from lienthong.dossiers.queries.reading import Stated, reading_of
from lienthong.dossiers.services.reading import file_opened
from lienthong.dossiers.tests.factories import (
    NOW,
    make_citizen,
    make_document,
    make_dossier,
    make_procedure,
    upload,
)
from lienthong.workflows import api as workflows


def read(world, office, post, dossier, *, stated=None, now=NOW):
    """Work out how whoever holds a post reads a dossier."""
    principal = world.official(office, post)
    tasks = workflows.tasks_of(principal=principal, business_key=str(dossier.uuid))
    return reading_of(principal=principal, dossier=dossier, tasks=tasks, stated=stated, now=now)


# Basis: Luật 91/2025/QH15: data only as far as the work needs; NĐ 61/2018/NĐ-CP for who does which step.
@pytest.mark.parametrize(
    ("status", "post", "ground", "is_full"),
    [
        (DossierStatus.SUBMITTED, "receptionist", "task", True),
        (DossierStatus.SUBMITTED, "specialist", None, False),
        (DossierStatus.SUBMITTED, "leader", None, False),
        (DossierStatus.SUBMITTED, "supervisor", None, False),
        (DossierStatus.PROCESSING, "specialist", "task", True),
        (DossierStatus.PROCESSING, "receptionist", "task", True),
        (DossierStatus.PROCESSING, "clerk", None, False),
        (DossierStatus.PAYMENT, "treasurer", None, False),
        (DossierStatus.DONE, "clerk", "task", False),
        (DossierStatus.DONE, "leader", "task", True),
    ],
)
def test_the_ground_follows_from_the_work(world, status, post, ground, is_full):
    found = read(world, "ward", post, make_dossier(world, status=status))
    assert (found.ground, found.is_full) == (ground, is_full)


def test_work_that_ended_long_ago_is_no_ground_any_more(world):
    dossier = make_dossier(world, status=DossierStatus.RETURNED)
    assert read(world, "ward", "specialist", dossier).ground == "task"
    assert read(world, "ward", "specialist", dossier, now=NOW + timedelta(days=31)).ground is None


def test_a_stated_purpose_opens_masked_and_unmasking_is_its_own_act(world):
    dossier = make_dossier(world)
    stated = read(world, "ward", "specialist", dossier, stated=Stated("Trả lời phản ánh số 12"))
    assert (stated.ground, stated.is_full, stated.purpose) == ("purpose", False, "Trả lời phản ánh số 12")
    watched = read(world, "ward", "supervisor", dossier, stated=Stated("Kiểm tra theo phân công"))
    assert (watched.ground, watched.is_full) == ("oversight", False)
    full = read(world, "ward", "specialist", dossier, stated=Stated("Trả lời phản ánh số 12", is_full=True))
    assert (full.ground, full.is_full) == ("unmasked", True)


def test_the_applicant_reads_everything_and_leaves_no_row(world):
    lan = make_citizen()
    dossier = make_dossier(world, applicant=lan)
    found = reading_of(principal=lan, dossier=dossier, tasks=(), now=NOW)
    assert found.is_own
    dossiers.record_reading(principal=lan, dossier=dossier, reading=found, now=NOW)
    assert not AccessRecord.objects.exists()


def test_a_reading_is_one_row_an_hour_and_one_statement(world, django_assert_num_queries):
    dossier = make_dossier(world)
    dossier = dossiers.get_dossier_for(principal=world.official("ward", "receptionist"), uuid=dossier.uuid)
    receptionist, found = world.official("ward", "receptionist"), read(world, "ward", "receptionist", dossier)
    with django_assert_num_queries(1):
        dossiers.record_reading(principal=receptionist, dossier=dossier, reading=found, now=NOW)
    for minutes in (10, 20, 70):
        dossiers.record_reading(
            principal=receptionist, dossier=dossier, reading=found, now=NOW + timedelta(minutes=minutes)
        )
    rows = list(AccessRecord.objects.order_by("id"))
    assert [row.at for row in rows] == [NOW + timedelta(minutes=20), NOW + timedelta(minutes=70)]
    assert rows[0].viewer_name == receptionist.name
    assert rows[0].agency_id == world.office("ward").pk
    assert dossier.code in rows[0].label


def test_a_purpose_that_says_nothing_is_refused(world):
    dossier = make_dossier(world)
    with pytest.raises(dossiers.SubmissionInvalidError):
        dossiers.state_purpose(
            principal=world.official("ward", "leader"), dossier=dossier, purpose=" xem ", is_full=False, now=NOW
        )
    assert not AccessRecord.objects.exists()


def test_a_file_is_opened_on_the_ground_of_its_dossier_or_not_at_all(world):
    lan = make_citizen()
    version = make_procedure(documents=(make_document("don", "Đơn đề nghị"),))
    dossier = make_dossier(
        world,
        applicant=lan,
        version=version,
        documents=[dossiers.DocumentInput(key="don", file_uuid=upload(lan))],
    )
    paper = DossierDocument.objects.get(dossier=dossier)
    outsider = world.official("ward", "specialist")
    with pytest.raises(dossiers.PurposeMissingError):
        file_opened(outsider, str(dossier.uuid), paper.file, NOW)
    dossiers.state_purpose(
        principal=outsider, dossier=dossier, purpose="Giải quyết đơn số 4/2026", is_full=False, now=NOW
    )
    file_opened(outsider, str(dossier.uuid), paper.file, NOW)
    file_opened(world.official("ward", "receptionist"), str(dossier.uuid), paper.file, NOW)
    rows = AccessRecord.objects.filter(subject_type="files.file").order_by("id")
    assert [row.ground for row in rows] == ["purpose", "task"]
    assert rows[0].purpose == "Giải quyết đơn số 4/2026"
    assert dossier.code in rows[1].label


def sign_in(account) -> Client:
    """Open a browser without a page, signed in with a second factor."""
    client = Client()
    client.force_login(account)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa"}]
    session.save()
    return client


def test_the_desk_asks_for_a_purpose_before_it_shows_anything(world):
    dossier = make_dossier(world, applicant=make_citizen("Nguyễn Thị Lan"))
    client = sign_in(world.account("ward", "specialist"))
    page = reverse("workspace:dossier", args=[dossier.uuid])
    closed = client.get(page).content.decode()
    assert "Bạn không có nhiệm vụ ở hồ sơ này" in closed
    assert "Nguyễn Thị Lan" not in closed
    wrong = client.post(reverse("workspace:purpose", args=[dossier.uuid]), {"detail": "x"})
    assert wrong.status_code == 422
    given = {"kind": "Giải quyết phản ánh, khiếu nại, tố cáo", "detail": "phiếu 12"}
    assert client.post(reverse("workspace:purpose", args=[dossier.uuid]), given).status_code == 302
    shown = client.get(page).content.decode()
    assert "Nguyễn Thị Lan" in shown
    assert "0905123456" not in shown
    assert "•••••••456" in shown
    assert client.post(reverse("workspace:unmask", args=[dossier.uuid]), given).status_code == 302
    assert "0905123456" in client.get(page).content.decode()
    grounds = AccessRecord.objects.filter(subject_id=str(dossier.uuid)).values_list("ground", flat=True)
    assert set(grounds) == {"purpose", "unmasked"}


def test_the_citizen_reads_who_opened_what_and_for_what_and_nobody_elses(world):
    lan, binh = make_citizen(), make_citizen("Trần Văn Bình")
    dossier = make_dossier(world, applicant=lan)
    sign_in(world.account("ward", "receptionist")).get(reverse("workspace:dossier", args=[dossier.uuid]))
    dossiers.state_purpose(
        principal=world.official("ward", "leader"),
        dossier=dossier,
        purpose="Kiểm tra theo phân công",
        is_full=False,
        now=NOW,
    )
    page = accounts.list_access(principal=lan, wanted=accounts.AccessFilter(), cursor=None, size=10)
    assert len(page.items) == 2
    only = accounts.list_access(principal=lan, wanted=accounts.AccessFilter(outside_tasks=True), cursor=None, size=10)
    assert [row.purpose for row in only.items] == ["Kiểm tra theo phân công"]
    assert not accounts.list_access(principal=binh, wanted=accounts.AccessFilter(), cursor=None, size=10).items
    shown = sign_in(accounts.account_of_person(person_id=lan.person_id)).get(reverse("vault:access")).content.decode()
    assert "Ngô Ngọc Bình" in shown
    assert "Kiểm tra theo phân công" in shown
    assert dossier.code in shown
