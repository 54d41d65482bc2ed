"""The menus: entries of a group stand together, where the first of them belongs."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from lienthong.ui import navigation


@pytest.fixture
def empty_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", {})


def add(label: str, order: int, group: str = "", **more: Any) -> None:
    navigation.register(area="desk", route="health", label=label, order=order, group=group, query=("q", label), **more)


@pytest.mark.usefixtures("empty_menu")
def test_groups_of_several_contexts_stand_together() -> None:
    add("Khoản thu", 61, "Thu phí")
    add("Việc của tôi", 10)
    add("Bộ chỉ số", 60, "Theo dõi")
    add("Báo cáo", 62, "Theo dõi")
    add("Biên lai", 63, "Thu phí")
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    shown = [(entry.group, entry.label) for entry in navigation.entries(area="desk", request=request)]
    assert shown == [
        ("", "Việc của tôi"),
        ("Theo dõi", "Bộ chỉ số"),
        ("Theo dõi", "Báo cáo"),
        ("Thu phí", "Khoản thu"),
        ("Thu phí", "Biên lai"),
    ]
