"""allauth brings no Vietnamese: ours must cover every text its pages, forms and messages show."""

import ast
import re
from pathlib import Path

import allauth
import polib
import pytest
from django.conf import settings
from django.utils import translation

LIBRARY = Path(allauth.__file__).parent
CATALOGUE = settings.PACKAGE / "locale" / "vi" / "LC_MESSAGES" / "django.po"
PARTS = ("account", "mfa", "socialaccount", "usersessions")
# The labels of the database administration are never shown: it is not installed.
NOT_SHOWN = ("admin.py", "apps.py", "models.py")
# Other identity providers bring their own forms; none of them is installed.
LEFT_OUT = LIBRARY / "socialaccount" / "providers"
SIMPLE = re.compile(r"""{%-?\s*trans(?:late)?\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b([^%]*)%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
PLACE = re.compile(r"{{\s*(\w+)\s*}}")
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "pgettext_lazy"}


def block_texts(options: str, body: str) -> list[str]:
    parts = re.split(r"{%\s*plural\s*%}", body)
    texts = [PLACE.sub(r"%(\1)s", part) for part in parts]
    if "trimmed" in options:
        texts = [" ".join(line.strip() for line in text.strip().splitlines()) for text in texts]
    return texts[:1]


def texts_of_templates() -> set[str]:
    found: set[str] = set()
    for part in (*PARTS, "allauth"):
        for path in (LIBRARY / "templates" / part).rglob("*"):
            if path.suffix in (".html", ".txt"):
                source = path.read_text(encoding="utf-8")
                found |= {ast.literal_eval(match) for match in SIMPLE.findall(source)}
                for options, body in BLOCK.findall(source):
                    found.update(block_texts(options, body))
    return found


def texts_of_code() -> set[str]:
    found: set[str] = set()
    for part in PARTS:
        for path in (LIBRARY / part).rglob("*.py"):
            if (
                path.is_relative_to(LEFT_OUT)
                or "tests" in path.parts
                or "migrations" in path.parts
                or path.name in NOT_SHOWN
            ):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
                if name in CALLS:
                    text = node.args[1 if name.startswith("pgettext") else 0]
                    if isinstance(text, ast.Constant) and isinstance(text.value, str):
                        found.add(text.value)
    return found


@pytest.mark.parametrize("texts", [texts_of_templates, texts_of_code])
def test_every_text_of_allauth_has_vietnamese(texts):
    catalogue = {entry.msgid: entry for entry in polib.pofile(str(CATALOGUE))}
    wanted = texts()
    assert len(wanted) > 50
    missing = sorted(text for text in wanted if text not in catalogue or not catalogue[text].translated())
    assert missing == []


def test_every_translation_keeps_its_placeholders():
    places = re.compile(r"%\(\w+\)s|%[sd]|{\w+}")
    for entry in polib.pofile(str(CATALOGUE)):
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            assert set(places.findall(text)) == set(places.findall(entry.msgid)), entry.msgid


def test_the_catalogue_is_the_one_that_speaks():
    polib.pofile(str(CATALOGUE)).save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    with translation.override("vi"):
        assert translation.gettext("Sign In") == "Đăng nhập"
