from pathlib import Path

import polib
import pytest

from lienthong.ui import i18n
from lienthong.ui.i18n import Catalogue, Text


def test_texts_of_a_template_are_found_whatever_its_indentation():
    source = """
    {% block a %}
            <p>{% trans "Một" %}</p>
      {% blocktrans count n=list|length trimmed %}
          {{ n }} hồ sơ
      {% plural %}{{ n }} hồ sơ{% endblocktrans %}
  {% badge _("Hai") %} {{ _("Ba") }} {% trans "Bốn" context "số" %}
    """
    found = set(i18n.texts_in(source, is_template=True))
    assert found == {
        Text("Một"),
        Text("%(n)s hồ sơ", "%(n)s hồ sơ"),
        Text("Hai"),
        Text("Ba"),
        Text("Bốn", context="số"),
    }


def test_texts_of_a_module_are_found():
    source = '_("A %(x)s") + ngettext("B", "Bs", 2)\nlabel = gettext_lazy("C" "D")\n'
    assert set(i18n.texts_in(source, is_template=False)) == {Text("A %(x)s"), Text("B", "Bs"), Text("CD")}


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch) -> Catalogue:
    root = tmp_path / "code"
    root.mkdir()
    (root / "views.py").write_text('_("Chào %(name)s")\n_("Tạm biệt")\n', encoding="utf-8")
    monkeypatch.setattr(i18n, "LOCALE", tmp_path / "locale")
    return Catalogue("en", (root,))


def translate(catalogue: Catalogue, texts: dict[str, str]) -> None:
    po = polib.pofile(str(catalogue.path), wrapwidth=0)
    for entry in po:
        entry.msgstr = texts.get(entry.msgid, "")
    po.save()


def test_a_new_text_is_reported_until_it_is_translated(catalogue):
    assert len(i18n.problems(catalogue)) == 2
    assert i18n.merge(catalogue) == 2
    translate(catalogue, {"Chào %(name)s": "Hello %(name)s", "Tạm biệt": "Goodbye"})
    assert i18n.problems(catalogue) == []


def test_a_translation_with_another_placeholder_is_reported(catalogue):
    i18n.merge(catalogue)
    translate(catalogue, {"Chào %(name)s": "Hello %(nam)s", "Tạm biệt": "Goodbye"})
    (problem,) = i18n.problems(catalogue)
    assert "placeholders" in problem


def test_a_text_that_went_is_reported_and_then_dropped(catalogue):
    i18n.merge(catalogue)
    translate(catalogue, {"Chào %(name)s": "Hello %(name)s", "Tạm biệt": "Goodbye"})
    (catalogue.roots[0] / "views.py").write_text('_("Tạm biệt")\n', encoding="utf-8")
    (problem,) = i18n.problems(catalogue)
    assert "no longer used" in problem
    assert i18n.merge(catalogue) == 0
    assert i18n.problems(catalogue) == []


def test_the_catalogue_holds_no_line_numbers_and_keeps_its_order(catalogue):
    i18n.merge(catalogue)
    first = catalogue.path.read_text(encoding="utf-8")
    i18n.merge(catalogue)
    assert catalogue.path.read_text(encoding="utf-8") == first
    assert "#:" not in first
