"""The forms of rating and complaining."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lienthong.dossiers import api as dossiers
from lienthong.kernel.errors import InvalidError

_LEVELS = (("3", _("Rất hài lòng")), ("2", _("Hài lòng")), ("1", _("Không hài lòng")))
_ANSWERS = (("2", _("Tốt")), ("1", _("Tạm được")), ("0", _("Chưa tốt")))
_QUESTION = "q_"


class FeedbackForm(forms.Form):
    """A form that shows a service's refusal at its fields."""

    def refuse(self, error: InvalidError) -> None:
        """Put a refusal beside the fields it names."""
        for path, texts in error.field_errors.items():
            self.add_error(path if path in self.fields else None, list(texts))
        if not error.field_errors:
            self.add_error(None, str(error.message))


class RatingForm(FeedbackForm):
    """Three levels, reasons, the questions behind the asked indicators, and free words."""

    level = forms.TypedChoiceField(
        label=_("Bạn hài lòng đến mức nào?"),
        choices=_LEVELS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một trong ba mức.")},
    )
    reasons = forms.MultipleChoiceField(
        label=_("Vì sao?"),
        help_text=_("Chọn những điều đúng với bạn."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        label=_("Bạn muốn nói thêm gì?"),
        help_text=_("Không cần ghi tên hay số điện thoại."),
        required=False,
        max_length=dossiers.feedback.MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, offered: dossiers.feedback.Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reasons"].choices = [*offered.praise, *offered.blame]  # type: ignore[attr-defined]
        words = self.fields.pop("text")
        for key, question in offered.questions:
            self.fields[f"{_QUESTION}{key}"] = forms.TypedChoiceField(
                label=question,
                choices=_ANSWERS,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        self.fields["text"] = words

    def given(self) -> dossiers.feedback.RatingInput:
        """Give what was filled in."""
        values = self.cleaned_data
        return dossiers.feedback.RatingInput(
            level=values["level"],
            reasons=values["reasons"],
            text=values["text"],
            answers={
                name.removeprefix(_QUESTION): value
                for name, value in values.items()
                if name.startswith(_QUESTION) and value is not None
            },
        )

    @staticmethod
    def start_from(rating: dossiers.feedback.Rating | None) -> Mapping[str, Any]:
        """Give what the form starts from when an earlier rating is changed."""
        if rating is None:
            return {}
        answers = {f"{_QUESTION}{key}": str(value) for key, value in rating.answers.items()}
        return {"level": str(rating.level), "reasons": rating.reasons, "text": rating.text, **answers}


class CodeForm(FeedbackForm):
    """The one-time code that the counter gave."""

    code = forms.CharField(
        label=_("Mã đánh giá"),
        help_text=_("Tám chữ và số, cán bộ tại quầy đưa cho bạn."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Hãy nhập mã đánh giá.")},
    )


class ComplaintForm(FeedbackForm):
    """What is wrong with how a dossier is handled."""

    subject = forms.ChoiceField(
        label=_("Phản ánh về việc gì?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một nội dung.")},
    )
    content = forms.CharField(
        label=_("Việc đã xảy ra thế nào?"),
        help_text=_("Khi nào, ở đâu, điều gì chưa đúng, bạn mong được giải quyết ra sao."),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Hãy kể việc đã xảy ra.")},
    )

    def __init__(self, *args: Any, offered: dossiers.feedback.Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = offered.complaint  # type: ignore[attr-defined]


class JudgeForm(FeedbackForm):
    """Whether the answer satisfies."""

    level = forms.TypedChoiceField(
        label=_("Câu trả lời có làm bạn hài lòng không?"),
        choices=_LEVELS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một trong ba mức.")},
    )
    note = forms.CharField(
        label=_("Điều bạn muốn nói thêm"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    go_higher = forms.BooleanField(label=_("Đề nghị cơ quan cấp trên xem lại"), required=False)
