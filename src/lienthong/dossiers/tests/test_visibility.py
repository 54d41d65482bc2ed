"""Who knows of a dossier and its files: the applicant and the agencies that stand on it, nobody else."""

from datetime import date, timedelta
from random import Random

import pytest

from lienthong.accounts import api as accounts
from lienthong.accounts.api import ANONYMOUS, SYSTEM_PRINCIPAL, Principal
from lienthong.accounts.models import Account
from lienthong.accounts.tests.factories import make_business, make_person
from lienthong.dossiers import api
from lienthong.dossiers.api import DocumentInput, Dossier, DossierFilter, DossierNotFoundError, DossierStatus
from lienthong.dossiers.tests.factories import (
    NOW,
    World,
    make_application,
    make_citizen,
    make_document,
    make_dossier,
    make_procedure,
    upload,
)
from lienthong.files import api as files
from lienthong.kernel import audit
from lienthong.kernel.errors import NotFoundError
from lienthong.organisations import api as organisations

S = DossierStatus
EVERYTHING = DossierFilter()


def seen_by(principal: Principal) -> set[str]:
    page = api.list_dossiers(principal=principal, wanted=EVERYTHING, cursor=None, size=100, now=NOW)
    return {row.code for row in page.items}


def knows(principal: Principal, dossier: Dossier) -> bool:
    """Ask all doors, which must agree."""
    answers = {api.may_see(principal, dossier), dossier.code in seen_by(principal)}
    for get in (
        lambda: api.get_dossier_for(principal=principal, uuid=dossier.uuid),
        lambda: api.get_dossier_by_code_for(principal=principal, code=dossier.code),
    ):
        try:
            get()
            answers.add(True)
        except DossierNotFoundError:
            answers.add(False)
    assert len(answers) == 1, answers
    return answers.pop()


def test_the_applicant_and_nobody_like_them(world: World) -> None:
    lan = make_citizen()
    dossier = make_dossier(world, applicant=lan)
    assert knows(lan, dossier)
    assert not knows(make_citizen("Trần Văn Bình"), dossier)
    assert not knows(ANONYMOUS, dossier)
    assert knows(SYSTEM_PRINCIPAL, dossier)


@pytest.mark.parametrize("post", ["receptionist", "specialist", "unit_head", "leader", "clerk", "treasurer"])
def test_officials_of_the_agency_that_receives_and_decides(world: World, post: str) -> None:
    dossier = make_dossier(world)
    assert knows(world.official("ward", post), dossier)
    assert not knows(world.official("other_ward", post), dossier)
    assert not knows(world.official("construction", post), dossier)


def test_the_three_agencies_of_a_dossier_filed_at_another_desk(world: World) -> None:
    """NĐ 118/2025/NĐ-CP: any desk of the province; supporting, receiving and competent agency differ."""
    version = make_procedure("commune_to_province", level="province", office="Sở Xây dựng")
    person = make_citizen().person_id
    assert person is not None
    dossier = api.register_at_counter(
        principal=world.official("other_ward", "receptionist"),
        application=make_application(world, version),
        applicant_id=person,
        counter_agency_id=world.office("other_ward").pk,
        now=NOW,
    )
    assert (dossier.supporting_agency_id, dossier.receiving_agency_id, dossier.competent_agency_id) == tuple(
        world.office(key).pk for key in ("other_ward", "ward", "construction")
    )
    for key in ("other_ward", "ward", "construction"):
        assert knows(world.official(key, "specialist"), dossier)
    assert not knows(world.official("environment", "specialist"), dossier)


def test_a_desk_files_only_where_its_official_receives(world: World) -> None:
    person = make_citizen().person_id
    assert person is not None
    with pytest.raises(api.NotAllowedError):
        api.register_at_counter(
            principal=world.official("other_ward", "receptionist"),
            application=make_application(world, make_procedure()),
            applicant_id=person,
            counter_agency_id=world.office("ward").pk,
            now=NOW,
        )


def test_officials_of_a_consulted_agency(world: World) -> None:
    version = make_procedure("parallel_consultation", level="province", office="Sở Xây dựng")
    dossier = make_dossier(world, version=version)
    for key in ("construction", "environment", "city_police"):
        assert knows(world.official(key, "specialist"), dossier)
    assert not knows(world.official("insurance", "specialist"), dossier)


def test_a_substitute_while_the_colleague_is_away(world: World) -> None:
    dossier = make_dossier(world)
    world.official("ward", "specialist")
    other = world.official("other_ward", "specialist")
    assert not knows(other, dossier)
    today = date(2026, 11, 20)
    organisations.record_absence(
        actor=audit.SYSTEM,
        official_id=world.official_row("ward", "specialist").pk,
        substitute_id=world.official_row("other_ward", "specialist").pk,
        valid_from=today,
        valid_to=today + timedelta(days=3),
        reason="Nghỉ phép",
        now=NOW,
    )
    assert knows(world.official("other_ward", "specialist"), dossier)
    assert not knows(world.official("other_ward", "specialist", now=NOW + timedelta(days=3)), dossier)


def test_a_delegate_for_the_time_of_the_delegation(world: World) -> None:
    dossier = make_dossier(world)
    deputy = world.official_row("other_ward", "deputy")
    accounts.delegate(
        principal=world.official("ward", "leader"),
        to_official_id=deputy.pk,
        agency_id=world.office("ward").pk,
        rights=["process"],
        valid_from=date(2026, 11, 20),
        valid_to=date(2026, 11, 25),
        reason="Biệt phái",
        legal_basis="Văn bản ủy quyền số 12",
        now=NOW,
    )
    assert knows(world.official("other_ward", "deputy"), dossier)
    assert not knows(world.official("other_ward", "deputy", now=NOW + timedelta(days=5)), dossier)


def test_a_business_and_the_person_acting_for_it_are_two_applicants(world: World) -> None:
    person = make_person("Phạm Hòa")
    business = make_business(person)
    account = Account.objects.create_user("hoa@lienthong.example", None, person=person)
    as_self = accounts.principal_for_account(account, NOW)
    as_business = accounts.principal_for_account(account, NOW, business_id=business.pk)
    own = make_dossier(world, applicant=as_self)
    filed = make_dossier(world, applicant=as_business)
    assert (filed.owner_name, filed.applicant_name) == ("Công ty Sao Mai", "Phạm Hòa")
    assert (knows(as_self, own), knows(as_self, filed)) == (True, False)
    assert (knows(as_business, own), knows(as_business, filed)) == (False, True)
    assert not api.may_withdraw(as_self, filed)
    assert api.may_withdraw(as_business, filed)


def test_the_list_and_the_policy_agree_on_random_dossiers(world: World) -> None:
    random = Random(20_261_120)
    version = make_procedure()
    person = make_person("Phạm Hòa")
    business = make_business(person)
    account = Account.objects.create_user("hoa@lienthong.example", None, person=person)
    people = [
        make_citizen(),
        make_citizen("Trần Văn Bình"),
        accounts.principal_for_account(account, NOW),
        accounts.principal_for_account(account, NOW, business_id=business.pk),
    ]
    agencies = [agency.pk for agency in world.offices.values()]
    dossiers = []
    for number in range(24):
        dossier = make_dossier(world, version=version, applicant=people[number % len(people)])
        dossier.agency_ids = sorted(random.sample(agencies, random.randint(1, 4)))
        dossier.save(update_fields=["agency_ids"])
        dossiers.append(dossier)
    officials = [world.official(key, post) for key in world.offices for post in ("specialist", "supervisor")]
    for principal in [*people, *officials, ANONYMOUS, SYSTEM_PRINCIPAL]:
        allowed = {dossier.code for dossier in dossiers if api.may_see(principal, dossier)}
        assert seen_by(principal) == allowed, principal.name


def test_files_follow_their_dossier(world: World) -> None:
    lan = make_citizen()
    version = make_procedure(documents=(make_document("giay-chung-sinh", "Giấy chứng sinh"),))
    paper = upload(lan)
    dossier = make_dossier(
        world, applicant=lan, version=version, documents=[DocumentInput("giay-chung-sinh", file_uuid=paper)]
    )
    assert dossier.documents.get().file.uuid == paper
    for reader in (lan, world.official("ward", "receptionist"), SYSTEM_PRINCIPAL):
        assert files.get_file_for(principal=reader, uuid=paper).uuid == paper
    for stranger in (make_citizen("Trần Văn Bình"), world.official("other_ward", "leader"), ANONYMOUS):
        with pytest.raises(NotFoundError):
            files.get_file_for(principal=stranger, uuid=paper)


def test_papers_are_checked_against_the_procedure(world: World) -> None:
    lan = make_citizen()
    version = make_procedure(
        documents=(
            make_document("giay-chung-sinh", "Giấy chứng sinh"),
            make_document("cam-doan", "Giấy cam đoan", requirement="optional"),
        )
    )
    foreign = upload(make_citizen("Trần Văn Bình"))
    cases = [
        ([], "documents.giay-chung-sinh"),
        ([DocumentInput("giay-chung-sinh")], "documents.giay-chung-sinh"),
        ([DocumentInput("giay-chung-sinh", file_uuid=foreign)], "documents.giay-chung-sinh"),
        ([DocumentInput("giay-chung-sinh", upload(lan)), DocumentInput("la", upload(lan, pages=2))], "documents.la"),
    ]
    for documents, field in cases:
        with pytest.raises(api.SubmissionInvalidError) as refused:
            api.submit(principal=lan, application=make_application(world, version, documents=documents), now=NOW)
        assert field in refused.value.field_errors
    assert not Dossier.objects.exists()


def test_a_supplement_replaces_a_paper_and_keeps_the_old_one(world: World) -> None:
    lan = make_citizen()
    version = make_procedure(documents=(make_document("giay-chung-sinh", "Giấy chứng sinh"),))
    dossier = make_dossier(
        world,
        applicant=lan,
        version=version,
        status=S.SUPPLEMENT,
        documents=[DocumentInput("giay-chung-sinh", file_uuid=upload(lan))],
    )
    dossier.supplement_requests.update(document_keys=["giay-chung-sinh"])
    with pytest.raises(api.SubmissionInvalidError) as refused:
        api.supplement(principal=lan, dossier=dossier, documents=(), answers=None, note="Không", version=None, now=NOW)
    assert "documents.giay-chung-sinh" in refused.value.field_errors
    better = upload(lan, "ro-hon.pdf", pages=2)
    api.supplement(
        principal=lan,
        dossier=dossier,
        documents=[DocumentInput("giay-chung-sinh", file_uuid=better)],
        answers=None,
        note="",
        version=None,
        now=NOW,
    )
    desk = api.load_desk(dossier=dossier, public_only=True)
    assert [paper.file.uuid for paper in desk.documents] == [better]
    assert [paper.round for paper in desk.replaced_documents] == [0]
