"""The people of the stories, and what each does on the pages."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Locator, Page, expect

from lienthong.accounts.services.seeding import DEMO_PASSWORD, DEMO_TOTP
from tests.e2e.hands import Hands
from tests.e2e.town import Town
from tests.e2e.watch import Watch

PROVINCE = "Thành phố Đà Nẵng"
COMMUNE = "Phường Hải Châu"


@dataclass(frozen=True, slots=True)
class Place:
    """An address as people give it."""

    street: str
    commune: str = COMMUNE
    province: str = PROVINCE


Answer = str | Place


class Person:
    """Somebody with a browser window.

    :ivar email: the login.
    :ivar device: what they hold, where the story does not say.
    """

    email = ""
    device = "desktop"

    def __init__(self, *, town: Town, page: Page, watch: Watch, hands: Hands) -> None:
        self.town = town
        self.page = page
        self.watch = watch
        self.hands = hands

    def open(self, path: str) -> Self:
        """Open an address and look at the page."""
        self.page.goto(path if path.startswith("http") else f"{self.town.url}{path}")
        return self.look()

    def look(self) -> Self:
        """Look at the page as it stands: every page in a story is looked at."""
        self.page.wait_for_load_state("load")
        self.watch.look(self.page)
        return self

    def sees(self, *texts: str | re.Pattern[str]) -> Self:
        """Find texts on the page."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)
        return self

    def misses(self, *texts: str) -> Self:
        """Do not find texts on the page."""
        for text in texts:
            expect(self.page.locator("main")).not_to_contain_text(text)
        return self

    def follow(self, name: str | re.Pattern[str], within: Locator | None = None) -> Self:
        """Follow a link and look at the page behind it."""
        return self._leave((within or self.page.locator("body")).get_by_role("link", name=name).first)

    def press(self, name: str | re.Pattern[str], within: Locator | None = None) -> Self:
        """Press a button that leads to another page, and look at that page."""
        return self._leave((within or self.page.locator("main")).get_by_role("button", name=name).first)

    def _leave(self, target: Locator) -> Self:
        self.page.evaluate("window.stillHere = true")
        self.hands.press(self.page, target)
        self.page.wait_for_function("() => !window.stillHere && document.readyState === 'complete'")
        return self.look()

    def write(self, label: str | Locator, text: str) -> Self:
        """Write into a field named by its label."""
        self.hands.write(self.page, self._field(label), text)
        return self

    def mark(self, label: str | Locator) -> Self:
        """Mark a radio button or a checkbox named by its words."""
        self.hands.mark(self.page, self._field(label))
        return self

    def attach(self, label: str | Locator, file: Path) -> Self:
        """Attach a file to the field named by its label."""
        self.hands.attach(self.page, self._field(label), file)
        return self

    def _field(self, label: str | Locator) -> Locator:
        return self.page.get_by_label(label) if isinstance(label, str) else label

    def sign_in(self, email: str = "") -> Self:
        """Sign in with e-mail and password, and with the second factor where the account has one."""
        self.email = email or self.email
        if not self.page.url.startswith(f"{self.town.url}/dang-nhap/"):
            self.open("/dang-nhap/")
        self.write(self.page.locator("#id_login"), self.email)
        self.write(self.page.locator("#id_password"), DEMO_PASSWORD)
        self.press("Đăng nhập", self.page.locator("form").filter(has=self.page.locator("#id_password")))
        if self.page.locator("#id_code").count():
            code = format_hotp_value(hotp_value(DEMO_TOTP, int(time.time()) // 30))
            self.write(self.page.locator("#id_code"), code)
            self.press(re.compile("Đăng nhập|Xác nhận"))
        expect(self.page.locator("header")).to_contain_text(re.compile("Đăng xuất|Tài khoản|Bàn làm việc"))
        return self

    def fill_in(self, answers: Mapping[str, Answer]) -> Self:
        """Answer questions of the step on the page, each named by its field."""
        for path, value in answers.items():
            self._answer(self.page.locator(f"[data-field='{path}']"), value)
        return self

    def _answer(self, box: Locator, value: Answer) -> None:
        expect(box).to_be_visible()
        if isinstance(value, Place):
            self._choose_place(box, value)
        elif box.locator("input[type=radio]").count():
            self.hands.mark(self.page, box.get_by_label(value, exact=True))
        elif box.locator("input[type=checkbox]").count():
            self.hands.mark(self.page, box.locator("input"))
        elif box.locator("select").count():
            self.hands.select(self.page, box.locator("select"), value)
        elif box.locator("input[id$='-year']").count():
            for part, text in zip(("year", "month", "day"), reversed(value.split("/")), strict=False):
                self.hands.write(self.page, box.locator(f"input[id$='-{part}']"), text)
        else:
            self.hands.write(self.page, box.locator("input, textarea"), value)

    def _choose_place(self, box: Locator, place: "Place") -> None:
        self.hands.select(self.page, box.locator("select[id$='-province']"), place.province)
        expect(box.locator("select[id$='-commune']")).to_contain_text(place.commune)
        self.hands.select(self.page, box.locator("select[id$='-commune']"), place.commune)
        self.hands.write(self.page, box.locator("input[id$='-street']"), place.street)

    def go_on(self) -> Self:
        """Save the step and go to the next."""
        return self.press("Lưu và tiếp tục")

    def download(self, name: str | re.Pattern[str]) -> bytes:
        """Follow a link to a file and keep the file."""
        link = self.page.get_by_role("link", name=name).first
        with self.page.expect_download() as caught:
            self.hands.press(self.page, link)
        return Path(caught.value.path()).read_bytes()


class Citizen(Person):
    """Somebody who needs something from an administration."""

    device = "phone"

    def search(self, words: str, name: str) -> Self:
        """Find a procedure from the home page."""
        self.open("/")
        self.write(self.page.locator("#q"), words)
        self.press("Tìm", self.page.locator("form[role=search]").filter(has=self.page.locator("#q")))
        return self.follow(name, self.page.locator("#found"))

    def begin(self, code: str = "") -> Self:
        """Start an application at the ward where the stories happen."""
        if code:
            self.open(f"/nop-ho-so/{code}/")
        self.hands.select(self.page, self.page.locator("#f-province"), PROVINCE)
        expect(self.page.locator("#f-commune")).to_contain_text(COMMUNE)
        self.hands.select(self.page, self.page.locator("#f-commune"), COMMUNE)
        expect(self.page.locator("#place")).to_contain_text("Nơi tiếp nhận")
        self.look()
        return self.press("Bắt đầu điền tờ khai")

    def attach_paper(self, name: str, file: Path) -> Self:
        """Attach a file for a paper and let it be checked."""
        self.attach(self.page.get_by_label(name, exact=True), file)
        return self.press("Tải tệp đã chọn lên").sees(file.name, "SHA-256")

    def send(self) -> str:
        """Declare that all is true, send the application, and give the dossier's code."""
        self.mark(self.page.locator("#honest"))
        self.press("Nộp hồ sơ")
        self.sees("Đã nộp hồ sơ")
        return self.page.locator("main code").first.inner_text().strip()


class Official(Person):
    """Somebody who works at an agency's desk."""

    def take_up(self, code: str) -> Self:
        """Find the work waiting on a dossier, and open it."""
        self.open("/lam-viec/viec/?pham-vi=cho-nhan")
        self.write(self.page.locator("#find"), code)
        self.press("Lọc")
        return self._leave(self.page.locator("[data-row]").filter(has_text=code).get_by_role("link").first)

    def check_all(self) -> Self:
        """Tick every line of the step's checklist."""
        for line in self.page.locator("input[name=checked]").all():
            self.hands.mark(self.page, line)
        return self

    def decide(self, outcome: str, note: str = "", *, papers: Sequence[str] = ()) -> Self:
        """End the step with an outcome, giving the reason where one is asked."""
        # A closed choice hides its button, so the button is found by its words, not by its role.
        words = re.compile(rf"^\s*{re.escape(outcome)}\s*$")
        act = self.page.locator(".lt-act").filter(has=self.page.locator("button[name=outcome]", has_text=words)).first
        if act.locator("summary").count():
            self.hands.press(self.page, act.locator("summary"))
            self.look()
        for paper in papers:
            self.hands.mark(self.page, act.get_by_label(paper))
        if note:
            self.hands.write(self.page, act.locator("textarea"), note)
        self.press(outcome, act)
        return self.sees("Đã ghi")

    def does(self, code: str, outcome: str, note: str = "", *, papers: Sequence[str] = ()) -> Self:
        """Do one whole step of a dossier, and let the platform tell everybody."""
        self.take_up(code).check_all().decide(outcome, note, papers=papers)
        self.town.work()
        return self


class Receptionist(Official):
    """Works at the one-stop desk of the ward."""

    email = "dn0023@lienthong.example"


class Specialist(Official):
    """Examines civil-status dossiers at the ward."""

    email = "dn0021@lienthong.example"


class Leader(Official):
    """Signs for the ward, with a second factor."""

    email = "dn0018@lienthong.example"


class Clerk(Official):
    """Gives numbers and the seal at the ward, with a second factor."""

    email = "dn0024@lienthong.example"


class Treasurer(Official):
    """Takes fees and charges for the ward."""

    email = "dn0025@lienthong.example"
