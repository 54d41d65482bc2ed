"""The public pages of procedures: whole, live, in English, with structured data, never broken by input."""

import json
import re

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded():
    """Load the seeds of the catalogue."""
    call_command("catalogue_seed", verbosity=0)


def test_searching_with_and_without_live_requests(seeded, client):
    page = client.get("/thu-tuc/", {"q": "khai sihn"})
    body = page.content.decode()
    assert page.status_code == 200
    assert "Thủ tục đăng ký khai sinh" in body
    assert "tìm theo “khai sinh”" in body
    part = client.get("/thu-tuc/", {"q": "khai sinh", "cap": "commune"}, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "/thu-tuc/1.001193/" in part.content.decode()
    assert "HX-Request" in part.headers["Vary"]
    nothing = client.get("/thu-tuc/", {"q": "qqqzzz"}).content.decode()
    assert "Chưa thấy thủ tục bạn cần" in nothing
    for odd in ({"trang": "x"}, {"trang": "-1"}, {"trang": "9999"}, {"cap": "moon"}, {"q": "\x00%'"}):
        assert client.get("/thu-tuc/", odd).status_code == 200
    assert "Đăng ký thành lập hộ kinh doanh" in client.get("/thu-tuc/goi-y/", {"q": "ho kinh d"}).content.decode()


def test_a_procedure_is_told_whole(seeded, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        page = client.get("/thu-tuc/1.001193/")
    body = page.content.decode()
    for words in (
        "Cần chuẩn bị giấy tờ gì?",
        "Giấy chứng sinh",
        "Giải quyết ngay",
        "8.000 ₫",
        "Bộ phận một cửa",
        "123/2015/NĐ-CP",
    ):
        assert words in body
    assert " style=" not in body
    assert " onclick=" not in body
    found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', body, re.DOTALL)
    data = json.loads(found[1])
    assert data["@type"] == "GovernmentService"
    assert data["identifier"] == "1.001193"
    assert data["offers"][1]["price"] == 8000


def test_the_earlier_rule_is_shown_on_request(seeded, client):
    body = client.get("/thu-tuc/1.013225/", {"ngay": "2025-06-30"}).content.decode()
    assert "Nội dung của một thời điểm khác" in body
    assert "Cấp huyện" in body
    assert client.get("/thu-tuc/1.013225/", {"ngay": "hôm qua"}).status_code == 200
    assert client.get("/thu-tuc/1.013225/", {"ngay": "1990-01-01"}).status_code == 404


def test_every_seeded_page_opens_and_unknown_ones_do_not(seeded, client):
    for code in ("1.013831", "2.002621", "3.000001", "1.000915", "2.000815", "1.002338"):
        assert client.get(f"/thu-tuc/{code}/").status_code == 200
    assert client.get("/thu-tuc/9.999999/").status_code == 404
    assert client.get("/thu-tuc/su-kien/co-con-nho/").status_code == 200
    assert client.get("/thu-tuc/su-kien/khong-co/").status_code == 404


def test_english_names_are_used_where_known(seeded, client):
    client.cookies["django_language"] = "en"
    assert "Birth registration" in client.get("/thu-tuc/1.001193/").content.decode()
