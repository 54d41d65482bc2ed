import io
import zipfile

import pytest
from PIL import Image

from lienthong.files import api as files
from lienthong.files.models import Blob, File
from lienthong.files.store import get_store
from lienthong.files.tests.factories import (
    NOW,
    make_docx,
    make_pdf,
    make_picture,
    make_principal,
    store,
)
from lienthong.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db

HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 40
BOMB = io.BytesIO()
with zipfile.ZipFile(BOMB, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("[Content_Types].xml", "<Types/>")
    archive.writestr("word/document.xml", b"<" + b" " * 40_000_000)
ZIPPED = io.BytesIO()
with zipfile.ZipFile(ZIPPED, "w") as archive:
    archive.writestr("a.txt", "a")

REFUSED = [
    pytest.param(b"", "a.pdf", "files.upload.empty", "rỗng", id="empty"),
    pytest.param(b"<!DOCTYPE html><html>", "a.pdf", "files.upload.type_unknown", "trang web", id="html as pdf"),
    pytest.param(b"MZ\x90\x00" * 20, "a.pdf", "files.upload.type_unknown", "chương trình", id="program as pdf"),
    pytest.param(b"abc", "a.txt", "files.upload.type_unknown", "không nhận ra", id="text"),
    pytest.param(ZIPPED.getvalue(), "a.docx", "files.upload.type_unknown", "tệp nén", id="zip as docx"),
    pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, "a.doc", "files.upload.type_unknown", ".docx", id="old doc"),
    pytest.param(make_pdf(), "a.jpg", "files.upload.extension_mismatch", "đuôi “.jpg”", id="pdf as jpg"),
    pytest.param(make_picture(), "a.pdf", "files.upload.extension_mismatch", "ảnh JPEG", id="jpg as pdf"),
    pytest.param(make_pdf()[:-200], "a.pdf", "files.upload.truncated", "cắt cụt", id="cut pdf"),
    pytest.param(b"%PDF-1.7\nabc\n%%EOF", "a.pdf", "files.upload.corrupt", "hỏng", id="broken pdf"),
    pytest.param(make_pdf() + ZIPPED.getvalue(), "a.pdf", "files.upload.polyglot", "dữ liệu lạ", id="pdf and zip"),
    pytest.param(b"GIF89a\n" + make_pdf(), "a.pdf", "files.upload.type_unknown", "ở đầu", id="pdf after other"),
    pytest.param(make_pdf(password="x"), "a.pdf", "files.upload.encrypted", "mật khẩu", id="encrypted pdf"),
    pytest.param(make_pdf(script="app.alert(1)"), "a.pdf", "files.upload.active_content", "mã lệnh", id="pdf script"),
    pytest.param(make_pdf(301), "a.pdf", "files.upload.too_many_pages", "301 trang", id="long pdf"),
    pytest.param(make_picture((400, 300))[:900], "a.jpg", "files.upload.corrupt", "cắt cụt", id="cut picture"),
    pytest.param(HEIC, "IMG_1.HEIC", "files.upload.heic", "Tương thích nhất", id="heic"),
    pytest.param(BOMB.getvalue(), "a.docx", "files.upload.bomb", "quá lớn", id="zip bomb"),
    pytest.param(
        make_docx(word__vbaProject_dot_bin=b"x"), "a.docx", "files.upload.macros", "macro", id="docx with macros"
    ),
    pytest.param(
        make_docx(types=b"<Types macroEnabled/>"), "a.docx", "files.upload.macros", "macro", id="docm as docx"
    ),
    pytest.param(make_docx()[:-30], "a.docx", "files.upload.corrupt", "cắt cụt", id="cut docx"),
]


@pytest.mark.parametrize(("content", "name", "code", "words"), REFUSED)
def test_a_bad_file_is_refused_with_what_and_why(content, name, code, words, data_folder):
    with pytest.raises(files.UploadRefusedError) as refusal:
        store(content, name)
    assert refusal.value.code == code
    assert words in str(refusal.value)
    assert File.objects.count() == 0
    assert [path for path in (data_folder / "files").rglob("*") if path.is_file()] == []


def test_a_picture_of_too_many_points_is_refused(settings):
    settings.UPLOAD_MAX_MEGAPIXELS = 1
    with pytest.raises(files.UploadRefusedError, match="1200 × 1000"):
        store(make_picture((1200, 1000), "PNG"), "a.png")


def test_too_large_is_refused_while_reading():
    with pytest.raises(files.UploadRefusedError, match="lớn hơn 0,001 MB"):
        store(make_pdf() * 9, max_bytes=1000)


def test_what_is_not_taken_here_is_told():
    with pytest.raises(files.UploadRefusedError, match=r"chỉ nhận: tệp PDF\. Tệp đã gửi là ảnh JPEG"):
        store(make_picture(), "a.jpg", accept=(files.PDF,))


def test_a_declared_type_must_agree():
    with pytest.raises(files.UploadRefusedError, match="được khai là ảnh PNG"):
        store(make_pdf(), declared="image/png")


@pytest.mark.parametrize(
    ("content", "name", "kind", "pages"),
    [
        (make_pdf(3), "Đơn đề nghị.pdf", files.PDF, 3),
        (make_picture(), "anh.JPG", files.JPEG, 1),
        (make_picture(kind="PNG"), "anh.png", files.PNG, 1),
        (make_picture(kind="WEBP"), "anh.webp", files.JPEG, 1),
        (make_docx(), "don.docx", files.DOCX, None),
    ],
)
def test_good_files_are_kept(content, name, kind, pages):
    file = store(content, name)
    assert (file.blob.media_type, file.blob.pages) == (kind, pages)
    assert files.read_file(file=file)
    assert get_store().holds(file.blob.sha256)
    assert AuditEntry.objects.filter(action="files.file.stored", subject_id=str(file.uuid)).exists()


def test_the_same_content_is_kept_once(data_folder):
    first, second = store(make_pdf(), "a.pdf"), store(make_pdf(), "b.pdf")
    assert first.blob == second.blob
    assert Blob.objects.count() == 1
    assert len([path for path in (data_folder / "files").rglob("*") if path.is_file()]) == 1


def test_a_photo_is_upright_without_position_and_of_reasonable_size():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif.get_ifd(0x8825)[2] = (16.0, 3.0, 0.0)  # latitude
    file = store(make_picture((4000, 3000), exif=exif), "IMG.jpg")
    with Image.open(io.BytesIO(files.read_file(file=file))) as picture:
        assert picture.size == (1950, 2600)
        assert len(picture.getexif()) == 0
    assert file.original_sha256
    assert file.name == "IMG.jpg"


def test_a_transparent_picture_becomes_white_paper():
    file = store(make_picture(kind="WEBP", mode="RGBA", colour=(0, 0, 0, 0)), "a.webp")
    with Image.open(io.BytesIO(files.read_file(file=file))) as picture:
        assert picture.getpixel((5, 5)) == (255, 255, 255)
    assert file.name == "a.jpg"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("..\\..\\Đơn\u202e đề nghị.pdf", "Đơn đề nghị.pdf"),
        ("/etc/passwd.pdf", "passwd.pdf"),
        ("a\x00b\n.pdf", "a b .pdf"),
        ("Đ" * 300 + ".pdf", "Đ" * 196 + ".pdf"),
        ("khong duoi", "khong duoi.pdf"),
    ],
)
def test_names_are_made_safe(sent, kept):
    principal = make_principal()
    upload = type("Upload", (), {"name": sent, "content_type": "", "chunks": lambda self: [make_pdf()]})()
    file = files.store_upload(principal=principal, upload=upload, purpose="dossiers.paper", now=NOW)
    assert file.name == kept


def test_the_program_keeps_what_it_made():
    file = files.store_bytes(
        actor=make_principal().actor(),
        name="Giấy tiếp nhận",
        content=make_pdf(),
        media_type=files.PDF,
        purpose="dossiers.receipt",
        now=NOW,
    )
    assert file.name == "Giấy tiếp nhận.pdf"
    assert files.get_file(uuid=file.uuid) == file
