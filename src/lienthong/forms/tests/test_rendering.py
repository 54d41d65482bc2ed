"""A step draws its questions with labels, hints and errors tied to the controls."""

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from lienthong.forms import api
from lienthong.forms.tests.factories import NOW, TODAY, make_catalogue, make_form, make_principal, text_field

pytestmark = pytest.mark.django_db

ALL_KINDS = {
    "ten": {"type": "string", "maxLength": 120, "x-lt": {"format": "person-name"}},
    "ngay": {"type": "string", "format": "date"},
    "sinh": {"type": "string", "x-lt": {"format": "partial-date"}},
    "luc": {"type": "string", "format": "date-time"},
    "so": {"type": "string", "x-lt": {"format": "identity-number"}},
    "thue": {"type": "string", "x-lt": {"format": "tax-code"}},
    "dt": {"type": "string", "x-lt": {"format": "phone-vn"}},
    "thu": {"type": "string", "format": "email"},
    "web": {"type": "string", "format": "uri"},
    "o": {"type": "object", "x-lt": {"format": "address"}},
    "tinh": {"type": "string", "x-lt": {"format": "province"}},
    "dan_toc": {"type": "string", "x-lt": {"format": "catalogue:ethnicities"}},
    "tien": {"type": "integer", "x-lt": {"format": "money-vnd"}},
    "bao_nhieu": {"type": "integer", "minimum": 1},
    "dien_tich": {"type": "number", "x-lt": {"unit": "m²"}},
    "gioi": {"type": "string", "enum": ["Nam", "Nữ"]},
    "loai": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}, "maxItems": 2},
    "co": {"type": "boolean"},
    "dai": {"type": "string", "maxLength": 2000},
    "dong": {"type": "array", "items": {"type": "string"}, "maxItems": 9},
    "anh": {"type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": 3, "x-lt": {"format": "file"}},
    "nhom": {"type": "object", "properties": {"x": text_field()}},
    "rows": {"type": "array", "maxItems": 9, "items": {"type": "object", "properties": {"y": text_field()}}},
    "chu": {"type": "string", "x-lt": {"computed": {"function": "date_in_words", "args": ["ngay"]}}},
}


def test_every_kind_is_drawn_empty_and_read_back_empty():
    make_catalogue("ethnicities", "kinh", "tay")
    form = make_form(ALL_KINDS)
    html = api.render_step(RequestFactory().get("/"), form=form, step="mot", on=TODAY)
    for name in ALL_KINDS:
        assert f'data-field="{name}"' in html
    assert "style=" not in html
    read = api.parse_post(form=form, step="mot", data=QueryDict(""))
    assert api.validate(form=form, answers=read).answers in ({}, {"co": False})


def test_errors_stand_at_the_field_and_in_the_summary():
    form = make_form(ALL_KINDS, required=("ten", "ngay"))
    with pytest.raises(api.AnswersInvalidError) as refused:
        api.validate(form=form, answers={"ngay": {"day": "31", "month": "2", "year": "2025"}})
    errors = refused.value.field_errors
    assert list(errors) == ["ten", "ngay"]
    html = api.render_step(
        RequestFactory().get("/"),
        form=form,
        step="mot",
        answers={"ngay": {"day": "31", "month": "2", "year": "2025"}},
        errors=errors,
        on=TODAY,
    )
    assert 'href="#f-ngay-day"' in html
    assert 'id="f-ten-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="31"' in html


def test_a_saved_draft_says_when():
    owner = make_principal()
    form = make_form({"a": text_field()})
    draft = api.open_draft(principal=owner, form=form, context_key="x", now=NOW)
    saved = api.autosave(principal=owner, draft_uuid=draft.uuid, step="mot", answers={"a": "b"}, version=0, now=NOW)
    html = api.render_step(RequestFactory().get("/"), form=form, step="mot", draft=saved.draft, on=TODAY)
    assert "Đã lưu lúc 10:00 10/03/2026" in html
