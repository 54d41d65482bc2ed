"""Reading the words of pages: the real tesseract on a Vietnamese page, text layers, states, search, proposals."""

import io
from types import SimpleNamespace

import pypdfium2
import pytest
import typst
from PIL import Image, ImageFilter

from lienthong.files import api as files
from lienthong.files import policies, printing, reading, tasks
from lienthong.files.models import PageText
from lienthong.files.services import page_texts
from lienthong.files.tests.factories import NOW, make_pdf, make_picture, make_principal, store
from lienthong.kernel.text import normalise

TEXT = """CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
GIẤY KHAI SINH
Số: 123/2026
Họ, chữ đệm, tên: NGUYỄN THỊ BÌNH AN
Ngày, tháng, năm sinh: 05/03/2026
Giới tính: Nữ. Dân tộc: Kinh. Quốc tịch: Việt Nam
Nơi sinh: Bệnh viện Phụ sản - Nhi Đà Nẵng, thành phố Đà Nẵng
Quê quán: phường Hải Châu, thành phố Đà Nẵng
Số định danh cá nhân: 048326000123
Họ và tên mẹ: Trần Thị Thu Hương, sinh năm 1995, thường trú tại 12 đường Bạch Đằng
Họ và tên cha: Nguyễn Văn Đức, sinh năm 1992, công chức, tạm trú tại quận Sơn Trà
Nơi đăng ký khai sinh: Ủy ban nhân dân phường Hải Châu
Người ký giấy khai sinh: Phó Chủ tịch Ngô Bích Chi, ký thay Chủ tịch"""

tesseract = pytest.mark.program("tesseract")


def draw(text: str = TEXT, *, size: int = 13) -> bytes:
    """Print a page with the platform's own printer, as a picture of 300 dots per inch."""
    lines = "\n\n".join(line.replace("-", "\\-") for line in text.splitlines())
    source = f'#set page(paper: "a4", margin: 25mm)\n#set text(font: "Tinos", size: {size}pt, lang: "vi")\n{lines}\n'
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in printing.font_folders()],
    )
    picture = typst.compile(source.encode(), format="png", ppi=300, font_paths=fonts)
    assert isinstance(picture, bytes)
    return picture


def distance(left: str, right: str) -> int:
    """Count the letters to put in, take out or change (Levenshtein)."""
    row = list(range(len(right) + 1))
    for at, letter in enumerate(left, 1):
        before, row[0] = row[0], at
        for place, other in enumerate(right, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (letter != other))
    return row[-1]


def error_rate(read: str) -> float:
    wanted = normalise(TEXT)
    return distance(normalise(read), wanted) / len(wanted)


def scanned(picture: bytes) -> bytes:
    """Make a picture like a plain office scan: 200 dots per inch, a little skew, a little blur."""
    with Image.open(io.BytesIO(picture)) as opened:
        page = opened.convert("L").resize((1654, 2339)).rotate(0.6, fillcolor=255, resample=Image.Resampling.BICUBIC)
        page = page.filter(ImageFilter.GaussianBlur(0.6))
    packed = io.BytesIO()
    page.save(packed, "JPEG", quality=80, dpi=(200, 200))
    return packed.getvalue()


def run_jobs(blob_id: int, attempts: int = 0) -> None:
    for page in PageText.objects.filter(blob_id=blob_id).values_list("page", flat=True):
        tasks.read_page(SimpleNamespace(job=SimpleNamespace(attempts=attempts)), blob_id=blob_id, page=page)


@pytest.fixture(autouse=True)
def readable():
    known = set(policies._READABLE)
    files.register_reading("dossiers.paper")
    yield
    policies._READABLE.clear()
    policies._READABLE.update(known)


@tesseract
@pytest.mark.parametrize("make", [lambda picture: picture, scanned], ids=["clean", "scan"])
def test_a_printed_vietnamese_page_is_read_with_less_than_three_errors_in_a_hundred_letters(make):
    read = reading.read_page(content=make(draw()), media_type="image/png", page=1)
    assert read.source == "ocr"
    assert read.confidence > 80
    assert error_rate(read.text) < 0.03, read.text


@tesseract
def test_the_pages_of_a_scanned_pdf_are_read_one_by_one(db):
    picture = draw("Đơn đề nghị xác nhận tình trạng hôn nhân\nKính gửi Ủy ban nhân dân phường", size=18)
    with Image.open(io.BytesIO(picture)) as page, Image.open(io.BytesIO(draw())) as other:
        target = io.BytesIO()
        page.convert("L").save(target, "PDF", resolution=300, save_all=True, append_images=[other.convert("L")])
    file = store(target.getvalue())
    assert page_texts.request_reading(blob_id=file.blob_id, now=NOW) == 2
    assert page_texts.request_reading(blob_id=file.blob_id, now=NOW) == 0
    assert files.readings_of(files=[file])[file.uuid].state == "waiting"
    run_jobs(file.blob_id)
    found = files.readings_of(files=[file])[file.uuid]
    assert (found.state, found.done, found.pages) == ("done", 2, 2)
    first, second = files.texts_of(files=[file])[file.uuid]
    assert "tình trạng hôn nhân" in first.text
    assert error_rate(second.text) < 0.03


def test_a_text_layer_is_taken_as_it_is(db, monkeypatch):
    monkeypatch.setattr(reading, "find_reader", lambda: None)
    source = '#set text(font: "Tinos")\nGiấy chứng sinh của bé Bình An'
    pdf = typst.compile(source.encode(), font_paths=[str(folder) for folder in printing.font_folders()])
    file = store(pdf)
    page_texts.request_reading(blob_id=file.blob_id, now=NOW)
    run_jobs(file.blob_id)
    (page,) = files.texts_of(files=[file])[file.uuid]
    assert (page.text, page.source, page.confidence) == ("Giấy chứng sinh của bé Bình An", "layer", 100)


def test_without_the_program_a_page_waits_for_it(db, monkeypatch):
    file = store(make_picture(), "anh.jpg")
    page_texts.request_reading(blob_id=file.blob_id, now=NOW)
    monkeypatch.setattr(reading.shutil, "which", lambda _name: None)
    run_jobs(file.blob_id)
    assert files.readings_of(files=[file])[file.uuid].state == "unavailable"
    fact = next(fact for fact in files.doctor_facts() if fact.name == "files.reader")
    assert (fact.state, "1 unavailable" in fact.text) == ("warning", True)
    assert page_texts.read_again(now=NOW) == 1
    assert files.readings_of(files=[file])[file.uuid].state == "waiting"


def test_a_program_that_fails_is_tried_three_times_and_then_shown(db, monkeypatch):
    file = store(make_picture(), "anh.jpg")
    page_texts.request_reading(blob_id=file.blob_id, now=NOW)

    def fail(**_content):
        raise reading.ReadingError("cannot open shared object")

    monkeypatch.setattr(reading, "read_page", fail)
    for attempts, state in ((0, "waiting"), (1, "waiting"), (2, "failed")):
        with pytest.raises(reading.ReadingError):
            run_jobs(file.blob_id, attempts)
        assert files.readings_of(files=[file])[file.uuid].state == state
    assert PageText.objects.get().error == "cannot open shared object"


@tesseract
def test_a_picture_that_tesseract_cannot_open_is_an_error_of_reading():
    with pytest.raises(reading.ReadingError):
        reading.read_page(content=b"not a picture", media_type="image/jpeg", page=1)


def test_only_registered_purposes_are_read(db):
    policies._READABLE.clear()
    file = store(make_pdf())
    assert page_texts.request_reading(blob_id=file.blob_id, now=NOW) == 0


def test_words_are_found_without_marks_on_one_page_only(db):
    first, second = store(make_pdf(2), "a.pdf"), store(make_pdf(1), "b.pdf")
    for file, pages in ((first, ("Nhà ở số 12 đường Bạch Đằng", "Trang hai: Nguyễn Văn Đức")), (second, ("khác hẳn",))):
        page_texts.request_reading(blob_id=file.blob_id, now=NOW)
        for page, text in enumerate(pages, 1):
            page_texts.record_reading(blob_id=file.blob_id, page=page, state="done", text=text, source="ocr", now=NOW)
    files.attach(file_id=first.pk, owner_type="test.thing", owner_id="1")
    files.attach(file_id=second.pk, owner_type="test.thing", owner_id="2")
    search = {"owner_type": "test.thing", "owner_ids": ["1", "2"]}
    (hit,) = files.find_pages(query="duong bach dang", **search)
    assert (hit.owner_id, hit.file_name, hit.page, hit.line) == ("1", "a.pdf", 1, "Nhà ở số 12 đường Bạch Đằng")
    # "bach dang" stands on the first page and "duc" on the second: no page has both.
    assert files.find_pages(query="bach dang duc", **search) == ()
    assert files.find_pages(query="bach dang", owner_type="test.thing", owner_ids=["2"]) == ()
    assert files.find_pages(query="a", **search) == ()


# Labels of the birth certificate (TT 04/2020/TT-BTP), the identity card and the citizen's card of 2021–2024.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            TEXT,
            {
                ("register_number", "123/2026"),
                ("full_name", "Nguyễn Thị Bình An"),
                ("birth_date", "2026-03-05"),
                ("identity_number", "048326000123"),
            },
        ),
        (
            "Số / No.: 048190000123\nHọ và tên / Full name:\nNGUYỄN THỊ LAN\nNgày sinh / Date of birth: 12/04/1990",
            {("identity_number", "048190000123"), ("full_name", "Nguyễn Thị Lan"), ("birth_date", "1990-04-12")},
        ),
        ("Họ tên: Trần Văn Bình Giới tính: Nam", {("full_name", "Trần Văn Bình")}),
        ("Sinh ngày 02 tháng 9 năm 1985", {("birth_date", "1985-09-02")}),
        ("Ngày sinh: 31/02/1990", set()),
        ("Họ và tên: ..............", set()),
        ("Điện thoại 0905 123 456", set()),
        ("Họ và tên: 12 đường Bạch Đằng", set()),
    ],
    ids=["birth certificate", "card", "plain", "day in words", "no such day", "empty form", "telephone", "no name"],
)
def test_values_are_proposed_from_labels_of_known_papers(text: str, expected: set[tuple[str, str]]):
    assert {(found.kind, found.value) for found in files.recognise(text)} >= expected
    if not expected:
        assert files.recognise(text) == ()


def test_several_pictures_become_one_upright_pdf_in_order(db):
    principal = make_principal()
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: to be turned by a quarter
    pictures = [
        store(make_picture((400, 300), exif=exif, colour="red"), "1.jpg", principal=principal),
        store(make_picture((400, 300), "PNG", colour="blue"), "2.png", principal=principal),
        store(make_pdf(1), "3.pdf", principal=principal),
    ]
    made = files.combine(
        principal=principal, uuids=[file.uuid for file in pictures], name="Giấy chứng sinh", purpose="dossiers.paper",
        now=NOW,
    )  # fmt: skip
    assert (made.name, made.blob.media_type, made.blob.pages) == ("Giấy chứng sinh.pdf", "application/pdf", 3)
    assert made.uploaded_by_id == principal.account_id
    document = pypdfium2.PdfDocument(files.read_file(file=made))
    sizes = [tuple(round(length) for length in document[page].get_size()) for page in range(3)]
    colours = [document[page].render(scale=0.2).to_pil().convert("RGB").getpixel((60, 60)) for page in range(2)]
    document.close()
    assert sizes == [(595, 842), (842, 595), (595, 842)]
    assert [colour.index(max(colour)) for colour in colours] == [0, 2]


def test_only_own_pictures_are_combined(db):
    mine, other = make_principal(), make_principal()
    foreign = store(make_picture(), "1.jpg", principal=other)
    with pytest.raises(files.UploadRefusedError):
        files.combine(principal=mine, uuids=[foreign.uuid], name="x", purpose="dossiers.paper", now=NOW)
