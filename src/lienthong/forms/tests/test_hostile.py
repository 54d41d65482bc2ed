"""Hostile schemas are refused with the place named; arbitrary answers never crash the validation."""

import contextlib
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienthong.forms import api
from lienthong.forms.tests.factories import make_form, text_field

LAYOUT = {"steps": [{"key": "mot", "title": "Một", "sections": [{"fields": [{"name": "a", "label": "A"}]}]}]}


def schema_with(part, **more):
    return {"type": "object", "properties": {"a": part}, **more}


DEEP = {"type": "string"}
for _level in range(40):
    DEEP = {"type": "object", "properties": {"a": DEEP}}
BOMB = {
    f"d{n}": {"type": "object", "properties": {k: {"$ref": f"#/$defs/d{n - 1}"} for k in "xyz"}} for n in range(1, 30)
}


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        (schema_with({"$ref": "https://evil.example/schema.json"}), "schema/properties/a/$ref"),
        (schema_with({"$ref": "file:///etc/passwd"}), "schema/properties/a/$ref"),
        (schema_with({"$ref": "#"}), "schema/properties/a/$ref"),
        (schema_with({"$dynamicRef": "#x", "type": "string"}), "schema/properties/a/$dynamicRef"),
        (
            schema_with(
                {"$ref": "#/$defs/x"},
                **{"$defs": {"x": {"type": "object", "properties": {"y": {"$ref": "#/$defs/x"}}}}},
            ),
            "schema/$defs",
        ),
        (schema_with({"$ref": "#/$defs/d29"}, **{"$defs": {"d0": {"type": "string"}, **BOMB}}), "schema/$defs"),
        (schema_with(text_field(pattern="(a+)+$")), "schema/properties/a/pattern"),
        (schema_with(text_field(pattern="(a|a)*$")), "schema/properties/a/pattern"),
        (schema_with(text_field(pattern="a*a*a*b")), "schema/properties/a/pattern"),
        (schema_with(text_field(pattern=r"(a)\1")), "schema/properties/a/pattern"),
        (schema_with(text_field(pattern="(")), "schema/properties/a/pattern"),
        (schema_with({"type": "array", "items": {"type": "string"}}), "schema/properties/a/maxItems"),
        (schema_with({"type": ["string", "null"]}), "schema/properties/a/type"),
        (schema_with({"type": "string", "minLength": -1}), "schema/properties/a/minLength"),
        (
            schema_with({"type": "string", "x-lt": {"computed": {"function": "eval", "args": []}}}),
            "schema/properties/a/x-lt",
        ),
        (schema_with({"type": "string", "x-lt": {"format": "nothing"}}), "schema/properties/a/x-lt"),
        (schema_with(text_field(title="x" * 500_000)), "schema"),
        ([], "schema"),
        ("schema", "schema"),
    ],
)
def test_hostile_schemas_are_refused_at_their_place(schema, place):
    started = time.monotonic()
    with pytest.raises(api.FormInvalidError) as refused:
        api.check_form(schema=schema, layout=LAYOUT)
    assert place in refused.value.field_errors
    assert time.monotonic() - started < 2


def test_a_schema_too_deep_is_refused():
    with pytest.raises(api.FormInvalidError):
        api.check_form(schema={"type": "object", "properties": {"a": DEEP}}, layout=LAYOUT)


def layout_with(**field):
    return {"steps": [{"key": "mot", "title": "M", "sections": [{"fields": [{"name": "a", "label": "A", **field}]}]}]}


FIRST = "layout/steps/0/sections/0/fields/0"


@pytest.mark.parametrize(
    ("layout", "place"),
    [
        ({}, "layout/steps"),
        ({"steps": "x"}, "layout/steps"),
        (layout_with(name="b"), FIRST),
        (layout_with(when={"field": "zzz", "equals": 1}), "layout/steps"),
        (layout_with(when="1 == 1"), f"{FIRST}/when"),
        (layout_with(widget="<script>"), f"{FIRST}/widget"),
        (layout_with(onclick="x"), FIRST),
    ],
)
def test_wrong_layouts_are_refused_at_their_place(layout, place):
    with pytest.raises(api.FormInvalidError) as refused:
        api.check_form(schema=schema_with(text_field()), layout=layout)
    assert place in refused.value.field_errors


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = ["ten", "ngay", "o", "so", "nhom", "rows", "loai", "co", "tien", "anh"]


@pytest.fixture(scope="module")
def wide_form():
    from lienthong.forms.models import FormVersion
    from lienthong.forms.services.publication import checksum_of
    from lienthong.forms.tests.factories import TODAY, default_field

    properties = {
        "ten": {"type": "string", "maxLength": 120, "x-lt": {"format": "person-name"}},
        "ngay": {"type": "string", "format": "date", "x-lt": {"past": True}},
        "o": {"type": "object", "x-lt": {"format": "address"}},
        "so": {"type": "string", "x-lt": {"format": "identity-number"}},
        "nhom": {"type": "object", "properties": {"x": text_field()}, "required": ["x"]},
        "rows": {"type": "array", "maxItems": 9, "items": {"type": "object", "properties": {"y": text_field()}}},
        "loai": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}, "maxItems": 2},
        "co": {"type": "boolean"},
        "tien": {"type": "integer", "x-lt": {"format": "money-vnd"}},
        "anh": {
            "type": "array",
            "items": {"type": "string", "format": "uuid"},
            "maxItems": 3,
            "x-lt": {"format": "file"},
        },
        "chu": {"type": "string", "x-lt": {"computed": {"function": "date_in_words", "args": ["ngay"]}}},
    }
    schema = {"type": "object", "properties": properties}
    fields = [default_field(name, part) for name, part in properties.items()]
    layout = {"steps": [{"key": "mot", "title": "Một", "sections": [{"fields": fields}]}]}
    checksum = checksum_of(schema=schema, layout=layout)
    return FormVersion(key="w", version=1, schema=schema, layout=layout, checksum=checksum, valid_from=TODAY)


@pytest.mark.django_db
@given(answers=JSON | st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_validation_of_arbitrary_json_never_crashes(wide_form, answers):
    from lienthong.forms.tests.factories import TODAY

    with contextlib.suppress(api.AnswersInvalidError):
        api.validate(form=wide_form, answers=answers, on=TODAY)


@pytest.mark.django_db
def test_deep_and_huge_answers_are_refused_at_once(wide_form):
    deep: dict = {}
    for _ in range(5000):
        deep = {"a": deep}
    for answers in (deep, {"rows": [{}] * 9000}, {"ten": "x" * 200_000}):
        with pytest.raises(api.AnswersInvalidError):
            api.validate(form=wide_form, answers=answers)


@pytest.mark.django_db
def test_errors_for_programs_use_json_pointers():
    form = make_form(
        {
            "rows": {
                "type": "array",
                "maxItems": 3,
                "items": {"type": "object", "properties": {"y": text_field()}, "required": ["y"]},
            }
        }
    )
    with pytest.raises(api.AnswersInvalidError) as refused:
        api.validate(form=form, answers={"rows": [{"y": "a"}, {"y": 3}]})
    assert list(api.as_pointers(refused.value.field_errors)) == ["/rows/1/y"]
