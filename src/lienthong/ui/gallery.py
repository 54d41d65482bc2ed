"""Every component in every state, for those who build pages; only where DEBUG or DEMO is on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from lienthong.kernel import clock

View = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Picture:
    """What the process picture asks for."""

    xml: str
    current: tuple[str, ...]
    done: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list in the form of ``kernel.paging``."""

    items: tuple[int, ...]
    next_cursor: str | None
    previous_cursor: str | None


class SampleForm(forms.Form):
    """One field of each kind."""

    full_name = forms.CharField(label="Họ, chữ đệm và tên", help_text="Viết như trong căn cước.")
    email = forms.EmailField(label="Thư điện tử", required=False)
    area = forms.ChoiceField(
        label="Nơi ở", choices=[("", "Chọn phường, xã"), ("1", "Phường Hải Châu"), ("2", "Xã Hòa Vang")]
    )
    way = forms.ChoiceField(
        label="Nhận kết quả ở đâu?", choices=[("online", "Bản điện tử"), ("desk", "Tại quầy")], widget=forms.RadioSelect
    )
    needs = forms.MultipleChoiceField(
        label="Cần thêm",
        required=False,
        choices=[("copy", "Bản sao"), ("mail", "Gửi bưu chính")],
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(label="Lý do", widget=forms.Textarea)
    paper = forms.FileField(label="Giấy chứng sinh", required=False, help_text="PDF hoặc ảnh, tối đa 10 MB.")
    sure = forms.BooleanField(label="Tôi cam đoan những điều khai trên là đúng")


def only_for_builders(view: View) -> View:
    """Hide a page where neither DEBUG nor DEMO is on."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not (settings.DEBUG or settings.DEMO):
            raise Http404
        return view(request)

    return guarded


def _steps(now: datetime) -> list[dict[str, object]]:
    return [
        {
            "title": "Đã nộp trực tuyến",
            "state": "done",
            "at": now - timedelta(days=2),
            "about": "sau 15:00 nên tính từ hôm sau",
        },
        {
            "title": "Một cửa phường Hải Châu đã tiếp nhận",
            "state": "done",
            "at": now - timedelta(days=1),
            "by": "bà Lê Thu Hà",
            "url": "#thread",
            "url_text": "giấy tiếp nhận",
        },
        {
            "title": "Công chức hộ tịch đang thẩm tra",
            "state": "now",
            "about": "Còn 3 giờ 25 phút làm việc của bước này",
        },
        {"title": "Chủ tịch UBND phường ký", "state": "ahead"},
        {"title": "Trả kết quả", "state": "ahead"},
    ]


def _rows(now: datetime) -> list[dict[str, object]]:
    return [
        {
            "due": now - timedelta(hours=2),
            "name": "Cấp giấy phép xây dựng nhà ở",
            "who": "Phạm Quốc Huy",
            "todo": "Trình ký",
        },
        {"due": now + timedelta(hours=3), "name": "Đăng ký khai sinh", "who": "Nguyễn Thị Lan", "todo": "Thẩm tra"},
        {"due": now + timedelta(days=4), "name": "Đăng ký kết hôn", "who": "Vũ Thị Mai", "todo": "Hẹn ký sổ"},
    ]


@only_for_builders
def components(request: HttpRequest) -> HttpResponse:
    """Show all components on a portal page."""
    now = clock.now()
    bound = SampleForm({"email": "khong-phai-thu", "way": "desk"}, auto_id="bad_%s")
    return render(
        request,
        "ui/gallery.html",
        {
            "now": now,
            "level": "province",
            "form": SampleForm(),
            "bound": bound,
            "steps": _steps(now),
            "rows": _rows(now),
            "page": Page((1, 2, 3), "sau", "truoc"),
            "picture": Picture(render_to_string("ui/gallery.bpmn"), ("check",), ("start", "receive")),
            "dues": [now - timedelta(hours=2), now + timedelta(hours=3), now + timedelta(days=4)],
            "facts": [
                ("Nơi có thẩm quyền", "UBND phường Hải Châu"),
                ("Lệ phí", "Miễn phí"),
                ("Người nộp", "Nguyễn Thị Lan"),
            ],
            "papers": [
                {"name": "Giấy chứng sinh.pdf", "url": "#files", "size": 1_234_567, "state": "hợp lệ", "tone": "done"},
                {"name": "Ảnh căn cước, mặt trước.jpg", "url": "#files", "size": 320_000, "about": "chưa quét vi-rút"},
            ],
            "filters": [
                {"label": "Đến hạn trước", "url": "?loc=han", "current": True, "count": 18},
                {"label": "Mới nhận", "url": "?loc=moi", "current": False, "count": 5},
                {"label": "Tất cả", "url": "?", "current": False},
            ],
            "tabs": [("tab-papers", "Giấy tờ"), ("tab-history", "Lịch sử")],
            "form_steps": ["Người yêu cầu", "Trẻ em", "Cha mẹ", "Giấy tờ", "Xem lại"],
        },
    )


@only_for_builders
def desk(request: HttpRequest) -> HttpResponse:
    """Show the official's desk with its three columns."""
    now = clock.now()
    return render(request, "ui/gallery_desk.html", {"now": now, "level": "commune", "rows": _rows(now)})
