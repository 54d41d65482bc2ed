"""The forms of taking old dossiers over, and of handing tasks over."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lienthong.dossiers import api as dossiers
from lienthong.workspace.administration.forms.base import ServiceForm


class UploadForm(ServiceForm):
    """A table of an older system."""

    agency = forms.TypedChoiceField(label=_("Nhập cho cơ quan"), coerce=int)
    file = forms.FileField(
        label=_("Tệp hồ sơ đang giải quyết"),
        help_text=_("CSV (UTF-8) hoặc Excel (.xlsx), dòng đầu là tên cột; tối đa 20 MB."),
        error_messages={"required": _("Hãy chọn tệp."), "empty": _("Tệp rỗng.")},
    )

    def __init__(self, *args: Any, agencies: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = list(agencies)  # type: ignore[attr-defined]


class MappingForm(ServiceForm):
    """Which column means what, and how unusual words for statuses read."""

    def __init__(self, *args: Any, header: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [("", _("Không có cột này")), *((name, name) for name in header if name)]
        for field, (label, required, _words) in dossiers.batches.FIELDS.items():
            self.fields[field] = forms.ChoiceField(
                label=label,
                choices=columns,
                required=required,
                error_messages={"required": _("Hãy chọn cột.")},
            )
        self.fields["statuses"] = forms.CharField(
            label=_("Trạng thái riêng của hệ thống cũ"),
            help_text=_(
                "Mỗi dòng một cách viết: “chữ trong tệp = 4”. 1 mới đăng ký, 4 đang xử lý, 5 chờ bổ sung, "
                "6 chờ nộp tiền, 8 dừng."
            ),
            required=False,
            max_length=4_000,
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    def clean_statuses(self) -> dict[str, int]:
        """Read ``words = number`` lines."""
        found: dict[str, int] = {}
        for line in self.cleaned_data["statuses"].splitlines():
            if not line.strip():
                continue
            words, sep, number = line.rpartition("=")
            if not sep or not words.strip() or number.strip() not in {str(int(s)) for s in dossiers.batches.RUNNING}:
                raise forms.ValidationError(_("Dòng “%(line)s” chưa đúng dạng “chữ = số”."), params={"line": line[:60]})
            found[words.strip()] = int(number.strip())
        return found


class SpreadForm(ServiceForm):
    """Among whom the tasks are spread."""

    targets = forms.TypedMultipleChoiceField(
        label=_("Chia lần lượt cho"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, people: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["targets"].choices = list(people)  # type: ignore[attr-defined]
