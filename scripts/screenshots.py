"""Take the pictures of the README from a running demo: real pages, 1280 and 390 pixels wide.

Usage: python scripts/screenshots.py [http://127.0.0.1:8000]      (make screenshots, while make demo runs)
"""

import io
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
DESKTOP, PHONE = (1280, 860), (390, 844)
CITIZEN, RECEPTIONIST = "lan@lienthong.example", "dn0023@lienthong.example"
PASSWORD = "lienthong-demo-2026"
BIRTH = "1.001193"
_COLOURS = 200


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture.

    :ivar go: opens the page.
    :ivar who: login of the person who sees it; empty for a visitor.
    """

    name: str
    size: tuple[int, int]
    go: Callable[[Page], object]
    who: str = ""


def _at(path: str) -> Callable[[Page], object]:
    return lambda page: page.goto(path)


def _apply(page: Page) -> None:
    page.goto(f"/nop-ho-so/{BIRTH}/")
    page.select_option("#f-province", label="Thành phố Đà Nẵng")
    page.locator("#f-commune option", has_text="Phường Hải Châu").wait_for(state="attached")
    page.select_option("#f-commune", label="Phường Hải Châu")
    page.get_by_text("Nơi tiếp nhận").wait_for()
    page.get_by_role("button", name="Bắt đầu điền tờ khai").click()
    page.locator("[data-form-step]").wait_for()


def _my_dossier(page: Page) -> None:
    page.goto("/ho-so/?nhom=open")
    page.locator("main tbody a").first.click()
    page.locator("#story, .lt-thread").first.wait_for()


def _task(page: Page) -> None:
    page.goto("/lam-viec/viec/?pham-vi=cho-nhan")
    page.locator("[data-row] a").first.click()
    page.locator("#acts").wait_for()


PICTURES = (
    Picture("home", DESKTOP, _at("/")),
    Picture("procedure", DESKTOP, _at(f"/thu-tuc/{BIRTH}/")),
    Picture("apply", DESKTOP, _apply, CITIZEN),
    Picture("dossier", DESKTOP, _my_dossier, CITIZEN),
    Picture("desk", DESKTOP, _at("/lam-viec/viec/?pham-vi=cho-nhan"), RECEPTIONIST),
    Picture("task", DESKTOP, _task, RECEPTIONIST),
    Picture("home", PHONE, _at("/")),
    Picture("dossier", PHONE, _my_dossier, CITIZEN),
)


def sign_in(page: Page, who: str) -> None:
    """Sign in as one of the demo's people who need no second factor."""
    page.goto("/dang-nhap/")
    page.fill("#id_login", who)
    page.fill("#id_password", PASSWORD)
    page.locator("form", has=page.locator("#id_password")).get_by_role("button").first.click()
    page.wait_for_url(lambda url: "/dang-nhap/" not in url)


def take(browser: Browser, site: str, picture: Picture) -> Path:
    """Take one picture and store it small."""
    width, height = picture.size
    context = browser.new_context(
        base_url=site, viewport={"width": width, "height": height}, locale="vi-VN", reduced_motion="reduce"
    )
    page = context.new_page()
    if picture.who:
        sign_in(page, picture.who)
    picture.go(page)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => window.scrollTo(0, 0))")
    shot = Image.open(io.BytesIO(page.screenshot()))
    context.close()
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{picture.name}-{width}.png"
    shot.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def main(site: str) -> int:
    """Take them all."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        print("screenshots: Chromium is not installed", file=sys.stderr)
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for picture in PICTURES:
            path = take(browser, site, picture)
            print(f"{path.relative_to(FOLDER.parents[1])}  {path.stat().st_size // 1024} kB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
