"""Forms for uploading definitions; what was uploaded comes back as text, so that nothing is lost."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from lienthong.workspace.administration.forms.base import ServiceForm, day_field

LARGEST = 1_000_000


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _ManyFiles(forms.FileField):
    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        single = super().clean
        return [single(item, initial) for item in data] if isinstance(data, (list, tuple)) else []


def _read(upload: UploadedFile | None) -> bytes:
    """Read an upload, one byte more than is allowed, so that the service sees that it is too large."""
    return upload.read(LARGEST + 1) if upload else b""


class ProcessForm(ServiceForm):
    """A process and its decision tables."""

    bpmn = forms.FileField(label=_("Tệp BPMN"), required=False, widget=forms.FileInput(attrs={"accept": ".bpmn,.xml"}))
    dmn = _ManyFiles(label=_("Các tệp DMN"), required=False, widget=_Files(attrs={"accept": ".dmn,.xml"}))
    bpmn_text = forms.CharField(
        label=_("Nội dung BPMN"), required=False, strip=False, widget=forms.Textarea(attrs={"spellcheck": "false"})
    )
    valid_from = day_field(_("Áp dụng từ ngày"))

    def read_files(self) -> tuple[bytes, list[bytes]]:
        """Give the process and the tables: uploaded now, or as they came back with the page."""
        bpmn = _read(self.cleaned_data["bpmn"]) or self.cleaned_data["bpmn_text"].encode()
        dmn = [_read(upload) for upload in self.cleaned_data["dmn"]]
        return bpmn, dmn or [text.encode() for text in self.data.getlist("dmn_text") if text]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for a process one way or the other."""
        values: dict[str, Any] = super().clean() or {}
        if not values.get("bpmn") and not values.get("bpmn_text"):
            self.add_error("bpmn", _text("Chọn tệp BPMN."))
        return values


class QuestionFormForm(ServiceForm):
    """A form's file."""

    file = forms.FileField(
        label=_("Tệp YAML hoặc JSON"), required=False, widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.json"})
    )
    text = forms.CharField(
        label=_("Nội dung"), required=False, strip=False, widget=forms.Textarea(attrs={"spellcheck": "false"})
    )

    def content(self) -> bytes:
        """Give the file: uploaded now, or as it came back with the page."""
        return _read(self.cleaned_data["file"]) or self.cleaned_data["text"].encode()

    def clean(self) -> dict[str, Any]:
        """Ask for a file one way or the other."""
        values: dict[str, Any] = super().clean() or {}
        if not values.get("file") and not values.get("text"):
            self.add_error("file", _text("Chọn tệp biểu mẫu."))
        return values
