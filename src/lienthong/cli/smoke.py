"""The smoke test of an installation: one dossier from the form to the verified result, over HTTP."""

import io
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urljoin

import httpx
from lxml import html
from pypdf import PdfWriter

from lienthong.cli import logins

PROCEDURE = "2.000635"
PROVINCE, COMMUNE = "Thành phố Đà Nẵng", "Phường Hải Châu"
#: What the applicant types; the rest is prefilled from the verified profile. ``*`` picks the option of that text.
ANSWERS = {
    "req_residence.province": f"*{PROVINCE}",
    "req_residence.commune": f"*{COMMUNE}",
    "req_residence.street": "12 Bạch Đằng",
    "req_kind": "bản thân",
    "subject_name": "Nguyễn Thị Lan",
    "subject_dob": "1990-04-12",
    "subject_dob.day": "12",
    "subject_dob.month": "4",
    "subject_dob.year": "1990",
    "event_kind": "khai sinh",
    "reg_place": "UBND phường Hải Châu",
    "reg_year": "1990",
    "copies_count": "2",
}
MAX_STEPS = 12
PAPER = b"%PDF-"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


Given = TypeVar("Given")


class SmokeError(Exception):
    """A step did not go as it must; the message says what was seen."""


@dataclass(frozen=True, slots=True)
class Login:
    """One of the demo's people."""

    role: str
    email: str
    password: str
    totp_secret: str


class Visitor:
    """A browser without scripts: follows links and sends forms, with cookies and CSRF like a person's."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address, follow_redirects=True, timeout=60, headers={"Referer": address})
        self._page: Any = None
        self.url = address
        self.content = b""

    def close(self) -> None:
        """End the visit."""
        self._client.close()

    def open(self, address: str) -> None:
        """Open a page."""
        self._take(self._client.get(address))

    def _take(self, answer: httpx.Response) -> None:
        self.url, self.content = str(answer.url), answer.content
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        self._page = html.document_fromstring(answer.content) if is_page and answer.content else None
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            raise SmokeError(f"{answer.request.method} {answer.url.path} answered {answer.status_code}{self._errors()}")

    def _errors(self) -> str:
        if self._page is None:
            return ""
        said = self._page.xpath("//main//h1 | //*[@role='alert'] | //*[contains(@class, 'usa-error-message')]")
        return ": " + "; ".join(dict.fromkeys(element.text_content().strip() for element in said))[:500]

    @property
    def text(self) -> str:
        """What the page says."""
        return " ".join(self._page.text_content().split()) if self._page is not None else ""

    @property
    def links(self) -> list[str]:
        """Where the page leads."""
        return [str(link) for link in self._page.xpath("//a/@href")] if self._page is not None else []

    def page_links(self, path: str) -> list[str]:
        """Find the addresses of some links of the page by XPath."""
        return [str(link.get("href")) for link in self._page.xpath(path)] if self._page is not None else []

    def form(self, wanted: Callable[[Any], bool]) -> Any | None:
        """Find the first form of the page that fits."""
        return next((form for form in self._page.forms if wanted(form)), None) if self._page is not None else None

    def send(
        self,
        form: Any,
        values: Mapping[str, str],
        *,
        press: tuple[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> None:
        """Fill a form in and send it as it stands, with the pressed button."""
        data: dict[str, Any] = {}
        for element in form.iter("input", "select", "textarea"):
            name = element.get("name")
            if not name or element.get("disabled") is not None:
                continue
            value = _value(element, values.get(name))
            if value is not None:
                data.setdefault(name, []).append(value)
        if press is not None:
            data[press[0]] = press[1]
        address = urljoin(self.url, form.get("action") or self.url)
        self._take(self._client.post(address, data=data, files=dict(files) if files else None))


def _value(element: Any, typed: str | None) -> str | None:
    """Give what a browser would send for one control, after typing; None for nothing."""
    kind = element.get("type", "text") if element.tag == "input" else element.tag
    if kind in ("submit", "button", "file", "image", "reset"):
        return None
    if kind in ("radio", "checkbox"):
        own = element.get("value", "on")
        chosen = element.get("checked") is not None if typed is None else kind == "checkbox" or own == typed
        return str(own) if chosen else None
    if kind == "select" and typed is not None and typed.startswith("*"):
        options = {option.text_content().strip(): option.get("value", "") for option in element.iter("option")}
        if typed[1:] not in options:
            raise SmokeError(f"{element.get('name')} does not offer {typed[1:]}")
        return str(options[typed[1:]])
    return typed if typed is not None else str(element.value or "")


class Smoke:
    """The steps, in order; each is printed with its time.

    :param address: where the platform answers.
    :param say: prints one line.
    """

    def __init__(self, *, address: str, say: Callable[[str], None]) -> None:
        self._address, self._say = address, say
        self._people = [
            Login(**{name: row[name] for name in ("role", "email", "password", "totp_secret")})
            for row in json.loads(logins.file().read_text(encoding="utf-8"))
        ]

    def run(self) -> None:
        """Go through all steps.

        :raises SmokeError: naming the step that failed and what was seen.
        """
        with self._visitor() as citizen:
            self._step("home page", lambda: citizen.open("/"))
            self._step("search without accents finds the procedure", lambda: self._search(citizen))
            self._step("citizen signs in", lambda: self._sign_in(citizen, self._people[0]))
            self._step("citizen opens the form", lambda: self._begin(citizen))
            self._step("citizen fills the form in", lambda: self._fill(citizen))
            self._step("citizen attaches papers", lambda: self._attach(citizen))
            uuid = self._step("citizen files the dossier", lambda: self._file(citizen))
            self._handle(uuid)
            paper = self._step("citizen downloads the signed PDF", lambda: self._download(citizen, uuid))
            code = self._verification_code(citizen, uuid)
        with self._visitor() as anybody:
            self._step("anybody verifies it by its code", lambda: self._verify_code(anybody, code))
            self._step("anybody verifies it by the file", lambda: self._verify_file(anybody, paper))

    @contextmanager
    def _visitor(self) -> Iterator[Visitor]:
        visitor = Visitor(self._address)
        try:
            yield visitor
        finally:
            visitor.close()

    def _step(self, name: str, do: Callable[[], Given]) -> Given:
        begun = time.monotonic()
        try:
            given = do()
        except (SmokeError, httpx.HTTPError) as error:
            raise SmokeError(f"the step “{name}” failed: {error}") from error
        self._say(f"{time.monotonic() - begun:6.2f} s  {name}")
        return given

    def _search(self, visitor: Visitor) -> None:
        visitor.open("/thu-tuc/?q=ban+sao+trich+luc+ho+tich")
        if not any(PROCEDURE in link for link in visitor.links):
            raise SmokeError(f"{PROCEDURE} is not among the results")

    def _sign_in(self, visitor: Visitor, person: Login) -> None:
        visitor.open("/dang-nhap/")
        form = _expected(visitor.form(lambda form: "password" in form.fields), "no form to sign in")
        visitor.send(form, {"login": person.email, "password": person.password})
        if person.totp_secret:
            form = _expected(visitor.form(lambda form: "code" in form.fields), "no form for the second factor")
            visitor.send(form, {"code": logins.code(person.totp_secret, at=time.time())})
        if "/dang-nhap/" in visitor.url:
            raise SmokeError(f"{person.email} could not sign in: {visitor.text[:300]}")

    def _begin(self, visitor: Visitor) -> None:
        visitor.open(f"/nop-ho-so/{PROCEDURE}/")
        form = _expected(visitor.form(lambda form: "province" in form.fields), "no form to choose the place")
        visitor.send(form, {"province": f"*{PROVINCE}"}, press=("refresh", "1"))
        form = _expected(visitor.form(lambda form: "commune" in form.fields), "no communes to choose from")
        visitor.send(form, {"province": f"*{PROVINCE}", "commune": f"*{COMMUNE}"}, press=("go", "1"))
        if "/buoc/" not in visitor.url:
            raise SmokeError(f"the form did not open: {visitor.text[:300]}")

    def _fill(self, visitor: Visitor) -> None:
        for _number in range(MAX_STEPS):
            if "/buoc/" not in visitor.url:
                return
            form = _expected(visitor.form(lambda form: _has_button(form, "next")), "no button to go on")
            refresh = form.xpath(".//button[@name='_refresh']")
            if refresh and not form.xpath(f".//option[normalize-space()='{COMMUNE}']"):
                known = {name: value for name, value in ANSWERS.items() if not name.endswith(".commune")}
                visitor.send(form, known, press=("_refresh", refresh[0].get("value")))
                continue
            visitor.send(form, ANSWERS, press=("next", "1"))
        raise SmokeError("the form does not end")

    def _attach(self, visitor: Visitor) -> None:
        form = _expected(visitor.form(lambda form: _has_button(form, "next")), "no page for papers")
        slots = form.xpath(".//input[@type='file']/@name")
        papers = {str(name): ("giay-to.pdf", _blank_paper(), "application/pdf") for name in slots[:1]}
        visitor.send(form, {}, press=("next", "1"), files=papers)
        if not visitor.url.endswith("/xem-lai/"):
            raise SmokeError(f"the last look did not open: {visitor.text[:300]}")

    def _file(self, visitor: Visitor) -> str:
        form = _expected(visitor.form(lambda form: "honest" in form.fields), "nothing to confirm")
        visitor.send(form, {"return_method": "electronic", "honest": "yes"})
        found = _UUID.search(visitor.url)
        if found is None or "/ho-so/" not in visitor.url:
            raise SmokeError(f"the dossier was not filed: {visitor.text[:300]}")
        return found.group()

    def _handle(self, uuid: str) -> None:
        """Let the officials of the ward do whatever the process asks of them, until it asks nothing more."""
        desks: dict[str, Visitor] = {}
        try:
            done = 0
            while done < MAX_STEPS and any(self._act(uuid, person, desks) for person in self._people[1:]):
                done += 1
            if done < len(("receive", "examine", "sign", "issue")):
                raise SmokeError(f"the officials had only {done} steps to do")
        finally:
            for desk in desks.values():
                desk.close()

    def _act(self, uuid: str, person: Login, desks: dict[str, Visitor]) -> bool:
        """Do the open step if it is this person's; say whether it was."""
        if COMMUNE.lower() not in person.role.lower():
            return False
        if person.email not in desks:
            desks[person.email] = Visitor(self._address)
            self._step(f"{person.role} signs in", lambda: self._sign_in(desks[person.email], person))
        desk = desks[person.email]
        try:
            desk.open(f"/lam-viec/ho-so/{uuid}/")
        except SmokeError:
            return False  # not a dossier this person may see, so not theirs to handle
        form = desk.form(lambda form: str(form.get("action", "")).endswith("/xong/"))
        if form is None:
            return False
        button = _expected(next(iter(form.xpath(".//button[@name='outcome']")), None), "no outcome to choose")
        label = button.text_content().strip()
        self._step(f"{person.role}: {label}", lambda: desk.send(form, {}, press=("outcome", button.get("value"))))
        return True

    def _download(self, visitor: Visitor, uuid: str) -> bytes:
        visitor.open(f"/ho-so/{uuid}/")
        result = visitor.page_links("//a[contains(@href, '/tep/') and contains(@class, 'usa-button')]")
        visitor.open(_expected(next(iter(result), None), f"no result to download: {visitor.text[:300]}"))
        if not visitor.content.startswith(PAPER):
            raise SmokeError("the result is not a PDF")
        return visitor.content

    def _verification_code(self, visitor: Visitor, uuid: str) -> str:
        visitor.open(f"/ho-so/{uuid}/")
        link = next((link for link in visitor.links if "/kiem-tra/" in link and link.rstrip("/")[-1] != "a"), None)
        return _expected(link, "no code to verify").rstrip("/").rpartition("/")[2]

    def _verify_code(self, visitor: Visitor, code: str) -> None:
        visitor.open("/kiem-tra/")
        form = _expected(visitor.form(lambda form: "code" in form.fields), "no form for the code")
        visitor.send(form, {"code": code})
        if "SHA-256" not in visitor.text:
            raise SmokeError(f"the code is not known: {visitor.text[:300]}")

    def _verify_file(self, visitor: Visitor, paper: bytes) -> None:
        for content, is_whole in ((paper, True), (paper.replace(b"/Type", b"/Typf", 1), False)):
            visitor.open("/kiem-tra/")
            form = _expected(visitor.form(lambda form: "file" in form.fields), "no form for the file")
            visitor.send(form, {}, files={"file": ("ket-qua.pdf", content, "application/pdf")})
            if ("SHA-256" in visitor.text) is not is_whole:
                raise SmokeError(f"the {'signed' if is_whole else 'changed'} file: {visitor.text[:300]}")


def _blank_paper() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def _expected(found: Given | None, complaint: str) -> Given:
    if found is None:
        raise SmokeError(complaint)
    return found


def _has_button(form: Any, name: str) -> bool:
    return bool(form.xpath(f".//button[@name='{name}']"))
