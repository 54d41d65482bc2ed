"""The translations: collect the texts, merge them into the catalogues, and say what is missing.

``python -m lienthong.ui.i18n extract|check|compile``. The source language is Vietnamese, so the English catalogue
translates our own texts; the Vietnamese catalogue translates only the English texts that allauth brings. Babel reads
Python, Django's ``templatize`` turns templates into something Babel reads; no gettext program is needed.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

from lienthong.ui.build import LOCALE, PACKAGE, build_translations

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdif]|%%|%[sd]|\{(\w*)\}")
SKIPPED = {"tests", "migrations", "node_modules", "locale", "static", "assets"}
# What only allauth's own administration shows, which this platform does not use.
UNSEEN = {"admin.py", "models.py", "apps.py"}
ALLAUTH_PARTS = ("account", "mfa", "socialaccount", "core", "usersessions", "templates")


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """One text to translate; ``plural`` and ``context`` are empty where there is none."""

    singular: str
    plural: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A language, and the folders whose texts it translates."""

    language: str
    roots: tuple[Path, ...]
    without: frozenset[str] = frozenset()

    @property
    def path(self) -> Path:
        """Give the file's place."""
        return LOCALE / self.language / "LC_MESSAGES" / "django.po"


def catalogues() -> tuple[Catalogue, ...]:
    """List the catalogues: English for our texts, Vietnamese for allauth's."""
    spec = find_spec("allauth")
    folder = Path(spec.origin).parent if spec is not None and spec.origin is not None else PACKAGE
    allauth = tuple(folder / part for part in ALLAUTH_PARTS if (folder / part).is_dir())
    return Catalogue("en", (PACKAGE,)), Catalogue("vi", allauth, frozenset(UNSEEN))


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".html", ".txt"} and not SKIPPED & set(path.relative_to(root).parts):
            yield path


def texts_in(source: str, *, is_template: bool, name: str = "") -> Iterator[Text]:
    """Find the texts of one Python module or one template."""
    if is_template:
        # Babel's reader minds indentation, which means nothing in a template.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=name).splitlines())
    for _, message, _, context in extract("python", BytesIO(source.encode()), keywords=KEYWORDS):
        forms = (message,) if isinstance(message, str) else tuple(part for part in message if part)
        if forms and forms[0]:
            yield Text(forms[0], forms[1] if len(forms) > 1 else "", context or "")


def collect(roots: tuple[Path, ...], *, without: frozenset[str] = frozenset()) -> set[Text]:
    """Find every text under some folders, leaving out files of some names."""
    found: set[Text] = set()
    for root in roots:
        for path in (path for path in _files(root) if path.name not in without):
            source = path.read_text(encoding="utf-8")
            if path.suffix == ".py" or "{%" in source or "{{" in source:
                found.update(texts_in(source, is_template=path.suffix != ".py", name=str(path)))
    return _without_twins(found)


def _without_twins(found: set[Text]) -> set[Text]:
    """Keep the plural form where a text is used with and without one, as gettext does."""
    plural = {(text.context, text.singular) for text in found if text.plural}
    return {text for text in found if text.plural or (text.context, text.singular) not in plural}


def _key(entry: polib.POEntry) -> Text:
    return Text(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def _read(catalogue: Catalogue) -> dict[Text, polib.POEntry]:
    if not catalogue.path.exists():
        return {}
    return {_key(entry): entry for entry in polib.pofile(str(catalogue.path), wrapwidth=0) if not entry.obsolete}


def _blank(text: Text) -> polib.POEntry:
    entry = polib.POEntry(msgid=text.singular, msgctxt=text.context or None)
    if text.plural:
        entry.msgid_plural = text.plural
        entry.msgstr_plural = {0: "", 1: ""}
    if "%(" in text.singular + text.plural:
        entry.flags = ["python-format"]
    return entry


def merge(catalogue: Catalogue) -> int:
    """Write the catalogue anew: known translations kept, new texts empty, unused ones dropped.

    :returns: how many texts still lack a translation.
    """
    known = _read(catalogue)
    written = polib.POFile(wrapwidth=0)
    written.metadata = {
        "Language": catalogue.language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);" if catalogue.language == "en" else "nplurals=1; plural=0;",
    }
    for text in sorted(collect(catalogue.roots, without=catalogue.without)):
        entry = known.get(text) or _blank(text)
        if text.plural and catalogue.language == "vi":
            entry.msgstr_plural = {0: entry.msgstr_plural.get(0, "")}
        written.append(entry)
    catalogue.path.parent.mkdir(parents=True, exist_ok=True)
    written.save(str(catalogue.path))
    return len(written.untranslated_entries())


def _names(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def _misplaced(entry: polib.POEntry) -> bool:
    """Say whether a translation names other placeholders than its text; the singular may leave a number out."""
    wanted = _names(entry.msgid) | _names(entry.msgid_plural or "")
    if not entry.msgid_plural:
        return _names(entry.msgstr) != wanted
    *singular, last = (_names(text) for _, text in sorted(entry.msgstr_plural.items()))
    return last != wanted or any(not names <= wanted for names in singular)


def problems(catalogue: Catalogue) -> list[str]:
    """List what is wrong with a catalogue: missing, untranslated, stale, or with wrong placeholders."""
    wanted, known = collect(catalogue.roots, without=catalogue.without), _read(catalogue)
    language = catalogue.language
    found = [f"{language}: not in the catalogue: {text.singular!r}" for text in sorted(wanted - known.keys())]
    found += [f"{language}: no longer used: {text.singular!r}" for text in sorted(known.keys() - wanted)]
    for text in sorted(wanted & known.keys()):
        entry = known[text]
        if not entry.translated():
            found.append(f"{language}: not translated: {text.singular!r}")
        elif _misplaced(entry):
            found.append(f"{language}: other placeholders than its text: {text.singular!r}")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Answer the command line: 0 all is well, 1 ``check`` found problems."""
    parser = argparse.ArgumentParser(prog="python -m lienthong.ui.i18n", description=__doc__.splitlines()[0])
    parser.add_argument("verb", choices=["extract", "check", "compile"])
    verb = parser.parse_args(arguments).verb
    if verb == "compile":
        build_translations()
        return 0
    if verb == "extract":
        for catalogue in catalogues():
            print(f"{catalogue.path.relative_to(PACKAGE)}: {merge(catalogue)} without translation")  # noqa: T201
        return 0
    found = [problem for catalogue in catalogues() for problem in problems(catalogue)]
    for problem in found:
        print(problem, file=sys.stderr)  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
