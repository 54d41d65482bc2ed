"""What is demanded of every page: accessible, no error in the console, nothing wider than the screen."""

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, ViewportSize

from tests.accessible import violations
from tests.e2e.town import path_of

DEVICES: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
# Answers that say no on purpose; the browser reports each as an error of its own.
_EXPECTED = re.compile(r"the server responded with a status of (401|403|404|409|422|429)")


class Watch:
    """Sees every page one person sees, and says at the end which of them nobody looked at."""

    def __init__(self, context: BrowserContext, seen: set[str], own: str) -> None:
        self._seen = seen
        self._own = own
        self.complaints: list[str] = []
        self.visited: set[str] = set()
        self.looked: set[str] = set()
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("page", self._follow)
        context.on("requestfailed", self._lost)

    def _follow(self, page: Page) -> None:
        page.on("framenavigated", lambda frame: self._note(frame.url) if frame == page.main_frame else None)

    def _note(self, url: str) -> None:
        if url.startswith(self._own):
            self.visited.add(_kind(url))

    def _hear(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        if message.type == "error" and where.startswith(self._own) and not _EXPECTED.search(message.text):
            self.complaints.append(f"{message.text} ({where})")

    def _lost(self, request: Request) -> None:
        if request.failure and "ERR_ABORTED" not in request.failure and request.url.startswith(self._own):
            self.complaints.append(f"{request.url}: {request.failure}")

    def look(self, page: Page) -> None:
        """Check the page as it stands, as wide as both devices are; each kind and state is examined once a width."""
        kind = _kind(page.url)
        self.looked.add(kind)
        state = f"{kind} {page.evaluate(_STATE)}"
        own = page.viewport_size
        for size in sorted(DEVICES.values(), key=lambda size: size == own):  # the person's own comes last and stays
            page.set_viewport_size(size)
            if wide := page.evaluate(_TOO_WIDE):
                self.complaints.append(f"{kind} is wider than {size['width']} px: {wide}")
            if (examined := f"{size['width']} {state}") not in self._seen:
                self._seen.add(examined)
                for found in violations(page):
                    where = [f"{node['target']} {node['html'][:200]}" for node in found["nodes"][:3]]
                    self.complaints.append(f"{kind}: {found['id']}: {found['help']}: {where}")

    def finish(self, *, to_the_end: bool) -> list[str]:
        """List what was wrong; a story told to its end has looked at every page it came by."""
        passed_by = sorted(self.visited - self.looked) if to_the_end else []
        return self.complaints + [f"{kind} was never looked at" for kind in passed_by]


_TOO_WIDE = """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
  [...document.querySelectorAll('body *')].filter(node => node.getBoundingClientRect().right > window.innerWidth + 1)
    .map(node => node.tagName + '.' + node.className).slice(0, 6)"""
# Two pages of one kind differ by their cards, questions and messages; each such state is examined.
_STATE = """() => [...document.querySelectorAll('h1, h2, h3, legend, [role=alert], dialog[open]')]
  .map(node => node.tagName + ':' + node.className).join('|')"""


def _kind(url: str) -> str:
    return _UUID.sub("*", path_of(url))
