import pytest
from django.test import Client

from lienthong.ui import build


@pytest.fixture(scope="module", autouse=True)
def assets():
    build.build()


@pytest.mark.parametrize("address", ["/dev/ui/", "/dev/ui/ban-lam-viec/"])
def test_the_gallery_is_hidden_where_nobody_builds(client: Client, settings, address):
    settings.DEBUG = settings.DEMO = False
    assert client.get(address).status_code == 404


def test_the_page_speaks_vietnamese_whatever_the_browser_prefers(client: Client, settings):
    settings.DEMO = True
    page = client.get("/dev/ui/", headers={"accept-language": "en-GB"})
    assert page.headers["Content-Language"] == "vi"
    assert '<html lang="vi">' in page.content.decode()


def test_the_switch_changes_the_language_and_comes_back(client: Client, settings):
    settings.DEMO = True
    answer = client.post("/ngon-ngu/", {"language": "en", "next": "/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert '<html lang="en">' in client.get("/dev/ui/").content.decode()


def test_the_switch_does_not_lead_elsewhere(client: Client):
    assert client.post("/ngon-ngu/", {"language": "en", "next": "https://example.com/"})["Location"] == "/"


def test_a_missing_page_says_what_to_do(client: Client):
    page = client.get("/khong-co-trang-nay/")
    assert page.status_code == 404
    assert "Không tìm thấy trang" in page.content.decode()


def test_pages_hold_no_inline_script_or_style(client: Client, settings):
    settings.DEMO = True
    for address in ("/dev/ui/", "/dev/ui/ban-lam-viec/"):
        page = client.get(address).content.decode()
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page
