"""Reception at the counter: the person is found or registered, papers are counted, the dossier is filed once."""

import pytest
from django.urls import reverse

from lienthong.accounts.models import Person
from lienthong.dossiers.models import Channel, Dossier, Filing
from lienthong.dossiers.tests.factories import World, make_document, make_procedure, open_task
from lienthong.forms import api as forms
from lienthong.forms.models import Draft
from lienthong.forms.tests.complete import complete_answers
from lienthong.kernel import clock
from lienthong.kernel.audit import SYSTEM
from lienthong.workspace.tests.conftest import Desk

PERSON = {"identity_number": "048190001234", "full_name": "Trần Thị Quầy", "birth_date": "05/03/1990"}


@pytest.fixture
def procedure(world: World, settings):
    """Give a procedure that asks one paper, on the general form."""
    forms.load_seeds(folder=settings.SEEDS / "forms", actor=SYSTEM, now=clock.now())
    return make_procedure(documents=(make_document("giay", "Giấy chứng sinh"),))


def begin(client, world: World, procedure) -> Filing:
    url = reverse("workspace:counter_applicant", args=[procedure.code])
    values = {**PERSON, "area": str(world.ward.uuid), "counter": world.office("ward").pk}
    assert client.post(url, values).status_code == 302
    return Filing.objects.get()


def fill(world: World, filing: Filing) -> None:
    draft = Draft.objects.get(uuid=filing.draft_uuid)
    area = {"province": str(world.city.uuid), "commune": str(world.ward.uuid)}
    Draft.objects.filter(pk=draft.pk).update(answers=complete_answers(draft.form, area=area))


def test_a_wrong_identity_number_is_told_and_what_was_typed_stays(world: World, desk: Desk, procedure):
    url = reverse("workspace:counter_applicant", args=[procedure.code])
    values = {**PERSON, "identity_number": "12", "area": str(world.ward.uuid), "counter": world.office("ward").pk}
    answer = desk("receptionist").post(url, values)
    assert answer.status_code == 422
    assert "Trần Thị Quầy" in answer.content.decode()


def test_the_same_person_is_found_again(world: World, desk: Desk, procedure):
    client = desk("receptionist")
    begin(client, world, procedure)
    begin(client, world, procedure)
    assert Person.objects.filter(identity_number=PERSON["identity_number"]).count() == 1


def test_papers_are_counted_and_the_dossier_is_filed_once(world: World, desk: Desk, procedure):
    client = desk("receptionist")
    filing = begin(client, world, procedure)
    fill(world, filing)
    url = reverse("workspace:filing_papers", args=[filing.uuid])
    assert client.post(url, {"file": "1", "return_method": "counter"}).status_code == 422
    wrong = client.post(url, {"file": "1", "return_method": "counter", "originals-giay": "hai"})
    assert wrong.status_code == 422
    assert 'value="hai"' in wrong.content.decode()
    right = {"file": "1", "return_method": "counter", "originals-giay": "1", "copies-giay": "2"}
    first, second = client.post(url, right), client.post(url, right)
    dossier = Dossier.objects.get()
    assert first.url == second.url == reverse("workspace:dossier", args=[dossier.uuid])
    assert dossier.channel == Channel.COUNTER
    assert sorted(dossier.documents.values_list("copy_kind", "quantity")) == [(0, 1), (1, 2)]
    assert open_task(dossier).element_id == "check"
    assert "Tiếp nhận" in client.get(first.url).content.decode()


def test_only_receivers_stand_at_the_counter(world: World, desk: Desk):
    assert desk("clerk").get(reverse("workspace:counter")).status_code == 403
    assert desk("receptionist").get(reverse("workspace:counter")).status_code == 200
