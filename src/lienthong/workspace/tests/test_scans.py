"""Papers at the counter: pictures in order, one PDF, what is missing, certified copies, receipts on request, search."""

import io

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lienthong.dossiers.models import Dossier, Filing, Paper, PaperKind
from lienthong.dossiers.tests.factories import World, make_document, make_procedure
from lienthong.files import api as files
from lienthong.files.models import File, PageText
from lienthong.files.services import page_texts
from lienthong.files.tests.factories import make_picture
from lienthong.forms import api as forms
from lienthong.forms.models import Draft
from lienthong.kernel import clock
from lienthong.kernel.audit import SYSTEM
from lienthong.workspace.tests.conftest import Desk
from lienthong.workspace.tests.test_counter import begin, fill

KEY = "document:giay"


@pytest.fixture
def filing(world: World, desk: Desk, settings) -> Filing:
    forms.load_seeds(folder=settings.SEEDS / "forms", actor=SYSTEM, now=clock.now())
    documents = (
        make_document("giay", "Giấy chứng sinh"),
        make_document("uy-quyen", "Giấy ủy quyền", requirement="conditional"),
    )
    procedure = make_procedure(documents=documents)
    return begin(desk("receptionist"), world, procedure)


@pytest.fixture
def client(filing: Filing, desk: Desk) -> Client:
    return desk("receptionist")


def papers(filing: Filing) -> str:
    return reverse("workspace:filing_papers", args=[filing.uuid])


def photograph(name: str, colour: str, size: tuple[int, int] = (60, 80)) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make_picture(size, colour=colour), content_type="image/jpeg")


def kept(filing: Filing) -> list[str]:
    return [entry["name"] for entry in Draft.objects.get(uuid=filing.draft_uuid).attachments.get(KEY, [])]


def uuid_of(filing: Filing, place: int) -> str:
    return Draft.objects.get(uuid=filing.draft_uuid).attachments[KEY][place]["file"]


def add_two(client: Client, filing: Filing) -> None:
    pictures = [photograph("1.jpg", "red"), photograph("2.jpg", "blue")]
    assert client.post(papers(filing), {"save": "1", "document-giay": pictures}).status_code == 200


def test_pictures_are_put_in_order_by_buttons_and_by_dragging(client: Client, filing: Filing):
    add_two(client, filing)
    assert kept(filing) == ["1.jpg", "2.jpg"]
    page = client.post(papers(filing), {"up": f"giay:{uuid_of(filing, 1)}"}).content.decode()
    assert kept(filing) == ["2.jpg", "1.jpg"]
    assert page.index("2.jpg") < page.index("1.jpg")
    client.post(papers(filing), {"down": f"giay:{uuid_of(filing, 0)}"})
    assert kept(filing) == ["1.jpg", "2.jpg"]
    client.post(papers(filing), {"save": "1", "order-giay": f"{uuid_of(filing, 1)},nonsense"})
    assert kept(filing) == ["2.jpg", "1.jpg"]
    client.post(papers(filing), {"up": f"giay:{uuid_of(filing, 0)}"})  # the first stays the first
    assert kept(filing) == ["2.jpg", "1.jpg"]


def test_pictures_become_one_pdf_on_demand_and_the_reading_of_its_pages_begins(client: Client, filing: Filing):
    add_two(client, filing)
    client.post(papers(filing), {"combine": "giay"})
    assert kept(filing) == ["Giấy chứng sinh.pdf"]
    made = File.objects.select_related("blob").get(name="Giấy chứng sinh.pdf")
    assert len(pypdf.PdfReader(io.BytesIO(files.read_file(file=made))).pages) == 2
    client.post(papers(filing), {"combine": "giay"})  # one file is one already
    assert kept(filing) == ["Giấy chứng sinh.pdf"]
    assert PageText.objects.filter(state="waiting").count() >= 2


def test_several_pictures_are_filed_as_one_paper_with_certified_copies_apart(
    client: Client, filing: Filing, world: World
):
    fill(world, filing)
    add_two(client, filing)
    given = {"file": "1", "return_method": "counter", "originals-giay": "1", "certified-giay": "2", "copies-giay": "3"}
    assert client.post(papers(filing), given).status_code == 302
    dossier = Dossier.objects.get()
    rows = dossier.documents.order_by("id").values_list("copy_kind", "is_certified", "quantity", "file__name")
    assert sorted(rows, key=str) == sorted(
        [(2, False, 1, "Giấy chứng sinh.pdf"), (0, False, 1, None), (1, True, 2, None), (1, False, 3, None)], key=str
    )
    assert "có chứng thực" in client.get(reverse("workspace:dossier", args=[dossier.uuid])).content.decode()


def test_a_wrong_number_of_certified_copies_is_told(client: Client, filing: Filing):
    answer = client.post(papers(filing), {"file": "1", "return_method": "counter", "certified-giay": "hai"})
    assert answer.status_code == 422
    assert 'value="hai"' in answer.content.decode()


def test_what_is_missing_is_printed_once_and_wholly(client: Client, filing: Filing):
    page = client.get(papers(filing)).content.decode()
    assert "còn thiếu" in page
    answer = client.post(papers(filing), {"guide": "1", "missing": "uy-quyen"})
    assert answer.url.endswith("?thieu=giay&thieu=uy-quyen")
    printed = client.get(answer.url)
    assert printed["Content-Type"] == "application/pdf"
    text = pypdf.PdfReader(io.BytesIO(printed.content)).pages[0].extract_text()
    for part in ("Giấy chứng sinh", "Giấy ủy quyền", "Trần Thị Quầy", filing.procedure_version.code):
        assert part in text
    counted = client.post(papers(filing), {"guide": "1", "originals-giay": "1"})
    assert counted.url.endswith("/huong-dan.pdf?")


def test_somebody_elses_filing_is_not_found(filing: Filing, desk: Desk):
    stranger = desk("receptionist", "other_ward")
    for address in (papers(filing), reverse("workspace:filing_guidance", args=[filing.uuid])):
        assert stranger.get(address).status_code == 404
    scan = reverse("workspace:filing_scan", args=[filing.uuid])
    assert stranger.post(scan, {"paper": "giay", "scan": photograph("1.jpg", "red")}).status_code == 404


def test_what_a_scan_says_is_proposed_and_filled_in_only_by_a_press(client: Client, filing: Filing):
    draft = Draft.objects.get(uuid=filing.draft_uuid)
    step = next(step for step in forms.outline(draft.form).steps if any(item.kind == "name" for item in step.fields))
    question = next(item for item in step.fields if item.kind == "name")
    address = reverse("workspace:filing_step", args=[filing.uuid, step.key])
    scan = reverse("workspace:filing_scan", args=[filing.uuid])
    sent = {"paper": "giay", "step": step.key, "scan": photograph("the.jpg", "white")}
    assert client.post(scan, sent).url == address
    assert "Đang đọc 1 trang" in client.get(address).content.decode()
    page = PageText.objects.get()
    page_texts.record_reading(
        blob_id=page.blob_id, page=1, state="done", text="Họ và tên: LÊ THỊ HOA", source="ocr", confidence=92,
        now=clock.now(),
    )  # fmt: skip
    shown = client.get(address).content.decode()
    assert "Đọc từ bản quét, cần đối chiếu" in shown
    assert "Lê Thị Hoa" in shown
    assert Draft.objects.get(uuid=filing.draft_uuid).answers.get(question.name) != "Lê Thị Hoa"
    token = shown.split('name="accept" value="')[1].split('"')[0]
    assert client.post(address, {"accept": token}).url == address
    assert Draft.objects.get(uuid=filing.draft_uuid).answers[question.name] == "Lê Thị Hoa"
    assert "đã có trong tờ khai" in client.get(address).content.decode()
    # The same press twice is once; one from a page that is older than the draft is told so.
    assert client.post(address, {"accept": token}).url == address
    assert client.post(address, {"accept": "khong:9"}).status_code == 409
    assert Draft.objects.get(uuid=filing.draft_uuid).answers[question.name] == "Lê Thị Hoa"


@pytest.mark.parametrize(
    ("limit", "wish", "printed"),
    [((0, "immediate"), {}, False), ((0, "immediate"), {"wants_receipt": "1"}, True), ((5, "working_days"), {}, True)],
    ids=["at once", "at once, on request", "with a limit"],
)
def test_a_receipt_is_printed_where_it_is_due_or_asked_for(world: World, desk: Desk, settings, limit, wish, printed):
    forms.load_seeds(folder=settings.SEEDS / "forms", actor=SYSTEM, now=clock.now())
    procedure = make_procedure(limit=limit, documents=(make_document("giay", "Giấy chứng sinh"),))
    client = desk("receptionist")
    filing = begin(client, world, procedure)
    fill(world, filing)
    assert ("In giấy tiếp nhận theo yêu cầu" in client.get(papers(filing)).content.decode()) is (
        limit[1] == "immediate"
    )
    client.post(papers(filing), {"file": "1", "return_method": "counter", "originals-giay": "1", **wish})
    from lienthong.dossiers.tests.factories import do

    dossier = do(world, Dossier.objects.get(), "check", "accept", now=clock.now())
    from lienthong.dossiers.models import HistoryEntry, HistoryKind
    from lienthong.dossiers.services import papers_out

    entry = HistoryEntry.objects.get(dossier=dossier, kind=HistoryKind.RECEIVED)
    papers_out.issue_for(entry_uuid=entry.uuid, now=clock.now())
    assert Paper.objects.filter(dossier=dossier, kind=PaperKind.RECEIPT).exists() is printed


def test_words_of_papers_find_the_dossier_only_for_those_who_may_see_it(
    client: Client, filing: Filing, world: World, desk: Desk
):
    fill(world, filing)
    client.post(papers(filing), {"save": "1", "document-giay": photograph("giay.jpg", "red")})
    client.post(papers(filing), {"file": "1", "return_method": "counter", "originals-giay": "1"})
    dossier = Dossier.objects.get()
    for page in PageText.objects.all():
        page_texts.record_reading(
            blob_id=page.blob_id, page=page.page, state="done", text="Bệnh viện Phụ sản Đà Nẵng\nCân nặng 3200 gam",
            source="ocr", now=clock.now(),
        )  # fmt: skip
    address = reverse("workspace:dossiers")
    found = client.get(address, {"chu": "phu san da nang"}).content.decode()
    assert dossier.code in found
    assert "Bệnh viện Phụ sản Đà Nẵng" in found
    assert dossier.code not in client.get(address, {"chu": "khong co chu nay"}).content.decode()
    assert dossier.code not in desk("receptionist", "other_ward").get(address, {"chu": "phu san"}).content.decode()
