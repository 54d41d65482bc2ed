import pytest
from django.test import Client

from lienthong.catalogue.models import LifeEvent

pytestmark = pytest.mark.django_db


def test_the_first_page_asks_one_question(client: Client):
    page = client.get("/")
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


def test_a_life_event_without_procedures_in_force_is_not_offered(client: Client):
    LifeEvent.objects.create(key="trong", name_vi="Việc trống", name_en="Nothing", summary="", audience="citizen")
    assert "Việc trống" not in client.get("/").content.decode()


def test_the_first_page_needs_three_statements(client: Client, django_assert_max_num_queries):
    client.get("/")  # counts the month's figures, kept for five minutes
    with django_assert_max_num_queries(3):
        client.get("/")
