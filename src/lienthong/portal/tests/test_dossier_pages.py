"""Pages of a filed dossier: mine, foreign, in each status, and what an applicant can do there."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lienthong.accounts.api import Principal
from lienthong.accounts.models import Account
from lienthong.dossiers import api as dossiers
from lienthong.dossiers.api import Dossier, DossierStatus
from lienthong.dossiers.tests.factories import NOW, World, make_citizen, make_document, make_dossier, make_procedure
from lienthong.files.tests.factories import make_pdf

FACES = (
    (DossierStatus.SUBMITTED, "Rút hồ sơ"),
    (DossierStatus.NOT_RECEIVED, "Thiếu bản chụp giấy chứng sinh"),
    (DossierStatus.PROCESSING, "vì sao là ngày này?"),
    (DossierStatus.SUPPLEMENT, "Bổ sung ngay"),
    (DossierStatus.PAYMENT, "150.000 ₫"),
    (DossierStatus.WITHDRAWN, "Nộp nhầm"),
    (DossierStatus.STOPPED, "Thiếu bản chụp giấy chứng sinh"),
    (DossierStatus.DONE, "Tải kết quả"),
    (DossierStatus.RETURNED, "Tải kết quả"),
)


@pytest.fixture
def citizen(world: World) -> Principal:
    return make_citizen()


@pytest.fixture
def sign_in(client: Client) -> Callable[[Principal], Client]:
    """Sign a person in to the test's browser."""

    def enter(principal: Principal) -> Client:
        client.force_login(Account.objects.get(pk=principal.account_id))
        return client

    return enter


def page(client: Client, dossier: Dossier, route: str = "dossier") -> str:
    response = client.get(reverse(f"portal:{route}", args=[dossier.uuid]))
    assert response.status_code == 200
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("status", "said"), FACES, ids=lambda value: getattr(value, "name", ""))
def test_each_status_says_what_matters(world, citizen, sign_in, status: DossierStatus, said: str) -> None:
    dossier = make_dossier(world, status=status, applicant=citizen)
    text = page(sign_in(citizen), dossier)
    assert said in text
    assert dossier.code in text
    assert str(status.label) in text


@pytest.mark.parametrize("route", ["dossier", "supplement", "withdraw"])
def test_a_foreign_dossier_is_not_found(world, citizen, sign_in, route: str) -> None:
    dossier = make_dossier(world, status=DossierStatus.SUPPLEMENT, applicant=citizen)
    other = sign_in(make_citizen("Trần Văn Bình"))
    assert other.get(reverse(f"portal:{route}", args=[dossier.uuid])).status_code == 404


def test_visitors_are_asked_to_sign_in(world, citizen, client) -> None:
    dossier = make_dossier(world, applicant=citizen)
    response = client.get(reverse("portal:dossier", args=[dossier.uuid]))
    assert response.status_code == 302
    assert response["Location"].endswith(f"?next=/ho-so/{dossier.uuid}/")


def test_the_list_costs_the_same_for_one_and_ten(world, citizen, sign_in, django_assert_max_num_queries) -> None:
    client, version = sign_in(citizen), make_procedure()
    make_dossier(world, applicant=citizen, version=version)
    client.get(reverse("portal:my_dossiers"))
    with django_assert_max_num_queries(14) as first:
        client.get(reverse("portal:my_dossiers"))
    for _number in range(9):
        make_dossier(world, applicant=citizen, version=version)
    with django_assert_max_num_queries(len(first)):
        response = client.get(reverse("portal:my_dossiers"))
    assert len(response.context["page"].items) == 10


def test_supplement_keeps_good_files_and_names_bad_ones(world, citizen, sign_in) -> None:
    version = make_procedure(documents=(make_document("birth", "Giấy chứng sinh", requirement="optional"),))
    dossier = make_dossier(world, status=DossierStatus.SUPPLEMENT, applicant=citizen, version=version)
    client, url = sign_in(citizen), reverse("portal:supplement", args=[dossier.uuid])
    refused = client.post(
        url,
        {
            "document-birth": SimpleUploadedFile("that.pdf", make_pdf(1), "application/pdf"),
            "document-other": SimpleUploadedFile("gia.pdf", b"MZ\x90\x00program", "application/pdf"),
            "note": "Đã chụp lại",
        },
    )
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "gia.pdf: Không nhận được tệp này" in text
    assert "that.pdf" in text
    assert "Đã chụp lại" in text
    sent = client.post(url, {"kept": refused.context["kept"], "note": "Đã chụp lại"})
    assert sent.status_code == 302
    dossier.refresh_from_db()
    assert dossier.status == DossierStatus.PROCESSING
    assert client.get(url).status_code == 302, "a second visit leads back to the dossier"


@pytest.mark.parametrize(
    "kept", ["birth:not-a-uuid:x.pdf", "birth", ":::", "birth:00000000-0000-0000-0000-000000000000:x"]
)
def test_supplement_refuses_invented_files(world, citizen, sign_in, kept: str) -> None:
    version = make_procedure(documents=(make_document("birth", "Giấy chứng sinh", requirement="optional"),))
    dossier = make_dossier(world, status=DossierStatus.SUPPLEMENT, applicant=citizen, version=version)
    response = sign_in(citizen).post(reverse("portal:supplement", args=[dossier.uuid]), {"kept": kept})
    assert response.status_code == 422
    dossier.refresh_from_db()
    assert dossier.status == DossierStatus.SUPPLEMENT


def test_withdrawing_asks_why(world, citizen, sign_in) -> None:
    dossier = make_dossier(world, applicant=citizen)
    client, url = sign_in(citizen), reverse("portal:withdraw", args=[dossier.uuid])
    assert client.post(url, {"reason": "  "}).status_code == 422
    assert client.post(url, {"reason": "Tôi nộp nhầm nơi"}).status_code == 302
    dossier.refresh_from_db()
    assert dossier.status == DossierStatus.WITHDRAWN


class TestTracking:
    def test_tells_progress_and_no_name(self, world, citizen, client) -> None:
        dossier = make_dossier(world, status=DossierStatus.PROCESSING, applicant=citizen)
        response = client.get(reverse("portal:track"), {"code": f" {dossier.code.lower()} "})
        text = response.content.decode()
        assert response.status_code == 200
        assert "Cấp giấy xác nhận cư trú" in text
        assert citizen.name not in text

    def test_an_unknown_code_is_helped(self, world, client) -> None:
        response = client.get(reverse("portal:track"), {"code": "H17.1-20260101-9999999"})
        assert response.status_code == 404
        assert "Không thấy hồ sơ nào có mã này" in response.content.decode()

    def test_too_many_look_ups_wait(self, world, client) -> None:
        codes = [client.get(reverse("portal:track"), {"code": "X"}).status_code for _try in range(31)]
        assert codes == [404] * 30 + [429]


class TestVerification:
    @pytest.fixture
    def result(self, world, citizen) -> dossiers.Result:
        dossier = make_dossier(world, status=DossierStatus.DONE, applicant=citizen)
        found = dossiers.result_of(dossier=dossier)
        assert found is not None
        return found

    def upload(self, client: Client, content: bytes, name: str = "ket-qua.pdf") -> tuple[int, str]:
        response = client.post(reverse("portal:verify"), {"file": SimpleUploadedFile(name, content, "application/pdf")})
        return response.status_code, response.content.decode()

    def test_by_code(self, client, result, citizen) -> None:
        typed = client.post(reverse("portal:verify"), {"code": result.verification_code.replace("-", " ").lower()})
        assert typed["Location"] == f"/kiem-tra/{result.verification_code}/"
        text = client.get(typed["Location"]).content.decode()
        assert "đang có hiệu lực" in text
        assert result.number in text
        assert citizen.name not in text

    def test_unknown_and_empty_codes(self, client, world) -> None:
        assert client.get("/kiem-tra/ABCD-ABCD-ABCD-ABCD/").status_code == 404
        assert client.post(reverse("portal:verify"), {"code": " - "}).status_code == 422

    def test_by_file_whole_and_changed(self, client, result) -> None:
        from lienthong.files import api as files

        pdf = files.read_file(file=result.file)
        status, text = self.upload(client, pdf)
        assert status == 200
        assert "đang có hiệu lực" in text
        assert "còn nguyên vẹn" in text
        at = pdf.index(b"/Length") + 200
        status, text = self.upload(client, pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :])
        assert status == 200
        assert "đang có hiệu lực" not in text
        assert "Tệp này không trùng" in text

    def test_a_revoked_paper_is_said_so(self, client, result) -> None:
        dossiers.Result.objects.filter(pk=result.pk).update(
            state=dossiers.ResultState.REVOKED, ended_at=NOW, ended_why="Cấp sai", ended_by_decision="27/QĐ-UBND"
        )
        assert "đã bị thu hồi" in client.get(f"/kiem-tra/{result.verification_code}/").content.decode()

    def test_what_is_no_pdf_is_refused(self, client, world) -> None:
        status, text = self.upload(client, b"MZ program", "a.pdf")
        assert status == 422
        assert "không phải tệp PDF" in text
        status, text = self.upload(client, b"%PDF-1.7 nothing more", "b.pdf")
        assert status in (200, 422)
        assert "đang có hiệu lực" not in text


def test_home_shows_only_figures_that_rest_on_something(world, citizen, client) -> None:
    assert "Cơ quan phục vụ ra sao" not in client.get("/").content.decode()
    cache.clear()
    make_dossier(world, applicant=citizen)
    figures = dossiers.service_figures(now=NOW)
    assert (figures.filed, figures.online, figures.finished, figures.overdue) == (1, 1, 0, 0)


def test_pages_speak_english(world, citizen, sign_in) -> None:
    dossier = make_dossier(world, status=DossierStatus.PROCESSING, applicant=citizen)
    client = sign_in(citizen)
    client.cookies["django_language"] = "en"
    text = client.get(reverse("portal:dossier", args=[dossier.uuid])).content.decode()
    assert '<html lang="en"' in text
    assert "Residence confirmation" in text
