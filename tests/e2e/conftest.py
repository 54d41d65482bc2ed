"""Who and what a story needs: the installation, and people with their devices."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext
from pypdf import PdfWriter
from pytest_django.plugin import DjangoDbBlocker

from tests.e2e.hands import Hands, Keyboard, Pointer
from tests.e2e.people import Person
from tests.e2e.town import Town, drop, exists, make_seeded, open_town
from tests.e2e.watch import DEVICES, Watch

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "build" / "e2e"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every story drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.program("chromium"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Let fixtures know whether the story failed."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


_FAILED = pytest.StashKey[bool]()


@dataclass(frozen=True, slots=True)
class Seeded:
    """The database every story starts from, and its data folder."""

    name: str
    folder: Path


@pytest.fixture(scope="session")
def seeded(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Seeded]:
    """Load the real seeds once per process, beside the database of the other tests; ``--reuse-db`` keeps them."""
    keep = request.config.getoption("reuse_db")
    with django_db_blocker.unblock():
        name = f"{settings.DATABASES['default']['NAME']}_e2e_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"
        made = Seeded(name=name, folder=ROOT / ".data" / name if keep else tmp_path_factory.mktemp("e2e"))
        if not (keep and made.folder.exists() and exists(name)):
            made.folder.mkdir(parents=True, exist_ok=True)
            make_seeded(name=made.name, folder=made.folder)
        yield made
        if not keep:
            drop(made.name)


@pytest.fixture(scope="session")
def already_examined() -> set[str]:
    """Remember which pages were examined, so that each is examined once at each width."""
    return set()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tell a story with both devices where it asks for that; elsewhere each person holds their own."""
    if metafunc.definition.get_closest_marker("both_devices"):
        metafunc.parametrize("device", list(DEVICES))


@pytest.fixture
def device() -> str:
    """Name the device everybody works with; empty where each person holds their own."""
    return ""


@pytest.fixture
def town(seeded: Seeded, django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Iterator[Town]:
    """Open an installation that no other story has touched."""
    folder = tmp_path / "data"
    shutil.copytree(seeded.folder, folder)
    name = f"{seeded.name}_story"
    with django_db_blocker.unblock():
        with open_town(source=seeded.name, name=name, folder=folder) as opened:
            yield opened
            if opened.failures:
                pytest.fail("\n".join(opened.failures), pytrace=False)
        drop(name)


P = TypeVar("P", bound=Person)


class Meet(Protocol):
    """Let a person come into the story, with a window of their own, signed in when an address is given."""

    def __call__(self, role: type[P], email: str = "", *, keyboard: bool = False) -> P: ...


@pytest.fixture
def meet(
    request: pytest.FixtureRequest, browser: Browser, town: Town, device: str, already_examined: set[str]
) -> Iterator[Meet]:
    """Give what lets people come into the story."""
    opened: list[tuple[BrowserContext, Person]] = []

    def come(role: type[P], email: str = "", *, keyboard: bool = False) -> P:
        held = device or role.device
        context = browser.new_context(
            viewport=DEVICES[held],
            has_touch=held == "phone",
            is_mobile=held == "phone",
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(15_000)
        watch = Watch(context, already_examined, town.url)
        hands: Hands = Keyboard() if keyboard else Pointer()
        person = role(town=town, page=context.new_page(), watch=watch, hands=hands)
        opened.append((context, person))
        if email:
            person.sign_in(email)
        return person

    yield come
    failed = request.node.stash.get(_FAILED, True)
    for number, (context, person) in enumerate(opened):
        if failed:
            PICTURES.mkdir(parents=True, exist_ok=True)
            person.page.screenshot(path=PICTURES / f"{request.node.name}-{number}.png", full_page=True)
        context.close()
    complaints = [line for _context, person in opened for line in person.watch.finish(to_the_end=not failed)]
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


@pytest.fixture
def node() -> str:
    """Give the path of Node.js; mark the story ``program("node")``."""
    return str(shutil.which("node"))


@pytest.fixture
def paper(tmp_path: Path) -> Callable[[str], Path]:
    """Make a scanned paper: a PDF of one page."""

    def make(name: str) -> Path:
        writer = PdfWriter()
        writer.add_blank_page(595, 842)
        writer.add_metadata({"/Title": name})
        path = tmp_path / f"{name}.pdf"
        writer.write(path)
        return path

    return make
