"""The rules of the house that linters do not know (docs/architecture.md)."""

import ast
import re
import subprocess

import pytest
from django.apps import apps
from django.conf import settings

from tests.architecture.source import CONTEXTS, PROGRAM, ROOT, Source, in_rooms, program

MAX_FILE_LINES = 420
MAX_README_LINES = 90
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc"}
#: Methods of Django's managers and models that change rows.
WRITES = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "asave",
    "acreate",
}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
#: Rooms where nothing may write rows: they parse, ask, decide or describe.
READING_ROOMS = ("views", "rest", "queries", "policies", "models", "api", "menus", "context", "templatetags", "urls")


def tracked(*patterns: str) -> list[str]:
    """List the committed files, or all files where there is no repository."""
    listing = subprocess.run(
        ["git", "ls-files", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return listing.stdout.split("\n")[:-1]


def test_every_context_is_installed_in_the_order_of_the_floors() -> None:
    installed = [name.removeprefix("lienthong.") for name in settings.CONTEXTS]
    assert sorted(installed) == list(CONTEXTS)


@pytest.mark.parametrize("context", CONTEXTS)
def test_every_context_introduces_itself_on_one_page(context: str) -> None:
    page = PROGRAM / context / "README.md"
    assert page.exists(), f"{context} has no README.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MAX_README_LINES, f"{context}/README.md has {len(lines)} lines"


def test_no_file_grows_too_long() -> None:
    long = {
        name: length
        for name in tracked(
            "src/*.py", "src/*.ts", "src/*.js", "src/*.scss", "src/*.html", "tests/*.py", "benchmarks/*.py"
        )
        if "/migrations/" not in name  # written by Django
        and (length := len((ROOT / name).read_text(encoding="utf-8").splitlines())) > MAX_FILE_LINES
    }
    assert long == {}


def test_no_module_is_named_after_nothing() -> None:
    assert [source.name for source in program() if FORBIDDEN_NAMES & set(source.rooms)] == []


def undescribed(source: Source) -> list[str]:
    """Name the module, functions and classes without a docstring."""
    missing = [source.name] if source.tree.body and not ast.get_docstring(source.tree) else []
    definitions = [node for node in source.tree.body if isinstance(node, DEFINITIONS)]
    return missing + [
        f"{source.name}:{node.lineno} {node.name}"
        for node in definitions
        if not node.name.startswith("_") and not ast.get_docstring(node)
    ]


def test_what_others_call_says_what_it_does() -> None:
    rooms = ("api", "services", "queries", "policies", "events", "plugins")
    missing = [line for source in in_rooms(*rooms) for line in undescribed(source)]
    missing += [line for source in program() if source.context == "kernel" for line in undescribed(source)]
    assert sorted(set(missing)) == []


def test_every_door_lists_what_it_offers() -> None:
    for source in in_rooms("api"):
        names = [
            target.id
            for node in source.tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        ]
        assert "__all__" in names, source.name


def writes(source: Source) -> list[str]:
    """Name the places that call a method which changes rows."""
    return [
        f"{source.name}:{node.lineno} .{node.func.attr}()"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
    ]


def test_only_services_write_rows() -> None:
    # Django and allauth make accounts through the manager.
    modules = [source for source in in_rooms(*READING_ROOMS) if source.rooms != ("models", "account")]
    assert [place for source in modules for place in writes(source)] == []


def test_row_locks_let_others_refer_to_the_row() -> None:
    """References are checked at commit, after the audit chain is taken: to wait for a key there is a deadlock."""
    bare = [
        f"{source.name}:{node.lineno}"
        for source in program()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "select_for_update"
        and "no_key" not in {keyword.arg for keyword in node.keywords}
    ]
    assert bare == []


def test_every_model_has_its_word_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", glossary))))
    models = {
        f"{config.label}.{model.__name__}"
        for config in apps.get_app_configs()
        if config.name in settings.CONTEXTS
        for model in config.get_models()
        if model.__name__ not in words
    }
    assert models == set()


def test_no_committed_file_names_a_registry_or_a_machine() -> None:
    """Lock files carry hashes, never the address packages happened to come from."""
    named = re.compile(r"--(?:extra-)?index-url|\"resolved\":|^registry\s*=|^//[^\n]*:_auth", re.MULTILINE)
    files = tracked(
        "requirements/*", "package.json", "package-lock.json", ".npmrc", "pyproject.toml", "*.cfg", "*.toml"
    )
    assert [name for name in files if named.search((ROOT / name).read_text(encoding="utf-8"))] == []


def test_pages_carry_no_inline_script_style_or_handler() -> None:
    """The content security policy would refuse them; the author should learn it here."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*\bnonce=)|<style\b|\sstyle=|\son[a-z]+=\"")
    pages = [name for name in tracked("src/*.html") if "/notifications/mail" not in name and "/mail/" not in name]
    found = [
        f"{name}: {match.group().strip()}"
        for name in pages
        if (match := inline.search((ROOT / name).read_text(encoding="utf-8")))
    ]
    assert found == []
