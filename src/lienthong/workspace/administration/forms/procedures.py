"""The structured form of a procedure's draft: what it says once, and lists of rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lienthong.catalogue.api import (
    Applicant,
    Channel,
    FeeKind,
    Level,
    OnlineLevel,
    Requirement,
    TimeUnit,
    VersionState,
)
from lienthong.workspace.administration.forms.base import ServiceForm, day_field

MANY = forms.CheckboxSelectMultiple


def text(label: Any, *, rows: int = 3, **more: Any) -> forms.CharField:
    """Make a field for some lines of text."""
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": rows}), **more)


def word(label: Any, **more: Any) -> forms.CharField:
    """Make a field for one line that may stay empty."""
    return forms.CharField(**({"label": label, "required": False, "max_length": 255} | more))


def choice(label: Any, choices: Iterable[tuple[Any, Any]], *, required: bool = True) -> forms.ChoiceField:
    """Make a list that starts with nothing chosen, so that an untouched row stays empty."""
    return forms.ChoiceField(label=label, choices=[("", "—"), *choices], required=required)


def many(label: Any, choices: Iterable[tuple[Any, Any]], **more: Any) -> forms.MultipleChoiceField:
    """Make a group of ticks, none of them needed."""
    return forms.MultipleChoiceField(label=label, choices=choices, widget=MANY, required=False, **more)


class EditionSearchForm(forms.Form):
    """Which versions to list."""

    q = word(_("Tên hoặc mã"), max_length=120)
    state = forms.ChoiceField(
        label=_("Trạng thái"), required=False, choices=[("", _("Mọi trạng thái")), *VersionState.choices]
    )


class StartForm(ServiceForm):
    """A new procedure: the rest is written in its draft."""

    RENAMED = {"name_vi": "name"}
    code = forms.CharField(label=_("Mã thủ tục"), max_length=20, help_text=_("Ví dụ 1.001193."))
    name = forms.CharField(label=_("Tên thủ tục"), max_length=2000)
    levels = forms.MultipleChoiceField(label=_("Cấp thực hiện"), choices=Level.choices, widget=MANY)
    valid_from = day_field(_("Có hiệu lực từ ngày"))


class WithdrawForm(ServiceForm):
    """The first day out of force, and why."""

    on = day_field(_("Hết hiệu lực từ ngày"))
    reason = forms.CharField(label=_("Lý do thu hồi"), max_length=500)


class ImportForm(ServiceForm):
    """A file of procedure records."""

    file = forms.FileField(
        label=_("Tệp thủ tục"),
        help_text=_("YAML, JSON hoặc JSON Lines, tối đa 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.json,.jsonl,.ndjson"}),
    )


class ContentForm(ServiceForm):
    """What a procedure says once; the choices of forms, processes, sectors and life events depend on the day."""

    name_vi = forms.CharField(label=_("Tên thủ tục"), widget=forms.Textarea(attrs={"rows": 2}))
    name_en = text(_("Tên tiếng Anh"), rows=2)
    everyday_names = text(_("Tên thường gọi"), help_text=_("Mỗi dòng một tên."))
    sector_code = choice(_("Lĩnh vực"), (), required=False)
    levels = many(_("Cấp thực hiện"), Level.choices)
    levels_before = many(_("Cấp thực hiện trước 1/7/2025"), Level.choices)
    applicants = many(_("Đối tượng"), Applicant.choices)
    channels = many(_("Cách nộp"), Channel.choices)
    online_level = forms.ChoiceField(label=_("Mức độ trực tuyến"), choices=OnlineLevel.choices)
    life_events = many(_("Sự kiện trong đời"), ())
    is_nonterritorial = forms.BooleanField(label=_("Nộp được không phụ thuộc địa giới"), required=False)
    form_key = choice(_("Biểu mẫu điện tử"), (), required=False)
    process_key = choice(_("Quy trình"), ())
    summary = text(_("Tóm tắt cho người dân"))
    agency_text = text(_("Cơ quan thực hiện"))
    conditions = text(_("Yêu cầu, điều kiện"))
    time_note = text(_("Ghi chú thời hạn"), rows=2)
    fee_kind = forms.ChoiceField(label=_("Loại thu"), choices=FeeKind.choices)
    fee_note = text(_("Ghi chú phí, lệ phí"), rows=2)
    note = text(_("Ghi chú"), rows=2)
    promulgator_code = word(_("Mã cơ quan ban hành"), max_length=40)
    promulgator_name = word(_("Cơ quan ban hành"))
    decision = word(_("Quyết định công bố"), max_length=120)
    decided_on = day_field(_("Ngày ký quyết định công bố"), required=False)
    effective_on = day_field(_("Ngày văn bản quy định thủ tục có hiệu lực"), required=False)
    publicised_on = day_field(_("Ngày công khai trên Cổng dịch vụ công quốc gia"), required=False)
    valid_from = day_field(_("Có hiệu lực từ ngày"))
    valid_to = day_field(_("Hết hiệu lực từ ngày"), required=False)

    def __init__(self, *args: Any, choices: Mapping[str, list[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in choices.items():
            blank = [] if name == "life_events" else [("", "—")]
            self.fields[name].choices = [*blank, *offered]  # type: ignore[attr-defined]


class TimeLimitRow(forms.Form):
    """A time limit."""

    amount = forms.IntegerField(label=_("Thời hạn"), min_value=0, max_value=24_000)
    unit = choice(_("Đơn vị"), TimeUnit.choices)
    condition = word(_("Trường hợp"), max_length=2000)
    channel = choice(_("Cách nộp"), Channel.choices, required=False)


class FeeRow(forms.Form):
    """A fee line."""

    kind = choice(_("Loại"), FeeKind.choices)
    amount = forms.IntegerField(
        label=_("Mức thu (đồng)"), required=False, min_value=0, help_text=_("Để trống: do HĐND cấp tỉnh quy định.")
    )
    purpose = word(_("Nội dung thu"), max_length=2000)
    condition = word(_("Trường hợp"), max_length=2000)
    channel = choice(_("Cách nộp"), Channel.choices, required=False)
    is_doubtful = forms.BooleanField(label=_("Số liệu còn nghi ngờ"), required=False)


class DocumentRow(forms.Form):
    """A paper of the dossier."""

    name = forms.CharField(label=_("Tên giấy tờ"), widget=forms.Textarea(attrs={"rows": 2}))
    requirement = choice(_("Mức độ cần"), Requirement.choices)
    originals = forms.IntegerField(label=_("Bản chính"), required=False, min_value=0, max_value=50)
    copies = forms.IntegerField(label=_("Bản sao"), required=False, min_value=0, max_value=50)
    condition = word(_("Khi nào cần"), max_length=2000)
    case = word(_("Nhóm trường hợp"), max_length=2000)
    code = word(_("Mã giấy tờ"), max_length=60)
    form_code = word(_("Mẫu đơn"))
    key = forms.SlugField(label=_("Khóa"), required=False, max_length=40, help_text=_("Để trống để tự đặt."))


class StepRow(forms.Form):
    """A step in plain words."""

    action_vi = forms.CharField(label=_("Việc"), widget=forms.Textarea(attrs={"rows": 2}))
    action_en = text(_("Việc (tiếng Anh)"), rows=2)
    role = word(_("Vai trò"), max_length=40)
    unit = word(_("Đơn vị"))
    time_share = forms.IntegerField(label=_("Phần trăm thời hạn"), required=False, min_value=0, max_value=100)


class ResultRow(forms.Form):
    """What the applicant gets."""

    name = forms.CharField(label=_("Kết quả"), max_length=2000)
    code = word(_("Mã kết quả"), max_length=120)


class BasisRow(forms.Form):
    """A legal text."""

    symbol = forms.CharField(label=_("Số, ký hiệu"), max_length=255)
    title = word(_("Trích yếu"), max_length=2000)


class LinkRow(forms.Form):
    """A linked procedure."""

    relation = forms.CharField(label=_("Quan hệ"), max_length=120)
    code = word(_("Mã thủ tục"), max_length=32)
    name = word(_("Tên"), max_length=2000)


class CompetenceRow(forms.Form):
    """A rule of competence; one that names a single agency is kept as it is, apart from this form."""

    level = choice(_("Cấp"), Level.choices)
    agency_names = text(_("Tên cơ quan bắt đầu bằng"), rows=2, help_text=_("Mỗi dòng một tên, ưu tiên từ trên xuống."))


#: Part of a content, its heading and the form of one row.
ROWS: tuple[tuple[str, Any, type[forms.Form]], ...] = (
    ("time_limits", _("Thời hạn"), TimeLimitRow),
    ("fees", _("Phí, lệ phí"), FeeRow),
    ("documents", _("Thành phần hồ sơ"), DocumentRow),
    ("steps", _("Các bước"), StepRow),
    ("results", _("Kết quả"), ResultRow),
    ("legal_basis", _("Căn cứ pháp lý"), BasisRow),
    ("links", _("Thủ tục liên quan"), LinkRow),
    ("competences", _("Thẩm quyền"), CompetenceRow),
)


def row_sets(data: QueryDict | None, initial: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Make the list of rows of each part; ``add`` in the data asks for one more row of a part."""
    made: dict[str, Any] = {}
    for part, _heading, row in ROWS:
        factory = forms.formset_factory(row, extra=0, can_delete=True, max_num=500, validate_max=True)
        if data is not None and data.get("add") == part:
            data = data.copy()
            name = f"{part}-TOTAL_FORMS"
            count = data.get(name, "0")
            data[name] = str(int(count) + 1) if count.isdecimal() and len(count) < 4 else "1"  # noqa: PLR2004 - digits
        made[part] = factory(data, initial=initial.get(part, []), prefix=part)
    return made
