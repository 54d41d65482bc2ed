from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from lienthong.ui import navigation, status

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def show(source: str, **data: object) -> str:
    return Template("{% load ui %}" + source).render(Context(data))


@pytest.mark.parametrize(
    ("left", "tone", "text"),
    [
        (timedelta(hours=-2), "late", "quá 2 giờ"),
        (timedelta(hours=24), "soon", "còn 1 ngày"),
        (timedelta(hours=25), "ok", "còn 1 ngày"),
        (timedelta(days=4), "ok", "còn 4 ngày"),
    ],
)
def test_a_deadline_is_a_word_with_a_tone(left, tone, text):
    shown = show("{% due at %}", at=NOW + left, now=NOW)
    assert f"lt-tone-{tone}" in shown
    assert text in shown


def test_a_paused_deadline_says_so_even_when_it_has_passed():
    assert "tạm dừng" in show("{% due at paused=True %}", at=NOW - timedelta(days=1), now=NOW)


def test_a_done_deadline_remembers_whether_it_was_kept():
    at = NOW
    assert "xong đúng hạn" in show("{% due at done_at=done %}", at=at, done=NOW - timedelta(hours=1), now=NOW)
    assert "xong, quá hạn" in show("{% due at done_at=done %}", at=at, done=NOW + timedelta(hours=1), now=NOW)


def test_a_registered_state_has_its_word_and_tone():
    status.register("ui-test.PROCESSING", "Đang xử lý", "now")
    shown = show('{% badge "ui-test.PROCESSING" %}')
    assert "Đang xử lý" in shown
    assert "lt-tone-now" in shown


def test_what_a_person_wrote_is_never_markup():
    bad = "<script>alert(1)</script>"
    for source in (
        "{% badge text %}",
        "{% code text %}",
        "{% card title=text %}{{ text }}{% endcard %}",
        "{% alert title=text %}{{ text }}{% endalert %}",
        "{% facts pairs %}",
        "{% thread steps %}",
        "{% crumbs text text text %}",
    ):
        shown = show(source, text=bad, pairs=[(bad, bad)], steps=[{"title": bad, "state": "now", "about": bad}])
        assert "<script>alert" not in shown, source
        assert "&lt;script&gt;" in shown, source


def test_a_process_with_a_closing_tag_cannot_leave_its_data_block():
    class Picture:
        xml = "</script><script>alert(1)</script>"
        current = done = ()

    assert "</script><script>alert" not in show("{% process_picture picture %}", picture=Picture())


class Sample(forms.Form):
    name = forms.CharField(label="Họ tên", help_text="Như trong căn cước.")
    copies = forms.MultipleChoiceField(
        label="Bản", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
    )


def test_a_field_ties_its_label_hint_and_error_to_the_control():
    form = Sample({})
    shown = show("{% field form.name %}", form=form)
    assert 'for="id_name"' in shown
    assert 'aria-describedby="id_name-hint id_name-error"' in shown
    assert 'aria-invalid="true"' in shown


def test_the_error_summary_leads_to_each_field():
    shown = show("{% error_summary form %}", form=Sample({}))
    assert 'href="#id_name"' in shown
    assert 'href="#id_copies_0"' in shown
    assert "Họ tên:" in shown


def test_ticked_choices_stay_ticked():
    shown = show("{% field form.copies %}", form=Sample({"copies": ["b"]}))
    assert 'type="checkbox"' in shown
    assert shown.count("checked") == 1


@pytest.fixture
def menus(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(navigation._gatehouse, "gate", None)
    return navigation


def entries(menus, path="/"):
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return menus.entries(area="desk", request=request)


def test_an_entry_with_a_right_is_hidden_until_the_gate_lets_it_pass(menus):
    menus.register(area="desk", route="ui:gallery-desk", label="Duyệt", right="approve")
    assert entries(menus) == ()
    menus.guard_with(lambda request, right: right == "approve")
    assert [entry.label for entry in entries(menus)] == ["Duyệt"]


def test_an_entry_for_signed_in_people_is_hidden_from_others(menus):
    menus.register(area="desk", route="ui:gallery", label="Của tôi", signed_in=True)
    assert entries(menus) == ()


def test_the_longest_address_is_the_current_one(menus):
    menus.register(area="desk", route="ui:gallery", label="Bộ", order=1)
    menus.register(area="desk", route="ui:gallery-desk", label="Bàn", order=2)
    assert [entry.current for entry in entries(menus, "/dev/ui/ban-lam-viec/")] == [False, True]
