"""What the rows of an older system's table mean: its columns, its words for a status, and each cell checked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lienthong.accounts import api as accounts
from lienthong.catalogue import api as catalogue
from lienthong.dossiers.models import DossierStatus, ImportBatch
from lienthong.kernel import clock
from lienthong.kernel.errors import NotFoundError
from lienthong.kernel.text import search_key

#: What the table may hold, with the words old systems use for the columns (without marks, lower case).
FIELDS: Mapping[str, tuple[Any, bool, tuple[str, ...]]] = {
    "code": (gettext_lazy("Mã hồ sơ cũ"), True, ("ma ho so", "so ho so", "ma hs", "so bien nhan")),
    "procedure": (gettext_lazy("Mã thủ tục"), True, ("ma thu tuc", "ma tthc", "tthc")),
    "applicant": (gettext_lazy("Họ tên người nộp"), True, ("nguoi nop", "ho ten", "ho va ten", "chu ho so")),
    "identity": (gettext_lazy("Số định danh"), False, ("so dinh danh", "cccd", "so cccd", "so giay to")),
    "phone": (gettext_lazy("Điện thoại"), False, ("dien thoai", "so dien thoai", "sdt")),
    "received": (gettext_lazy("Ngày tiếp nhận"), True, ("ngay tiep nhan", "ngay nhan")),
    "due": (gettext_lazy("Ngày hẹn trả"), False, ("ngay hen tra", "han tra", "ngay hen")),
    "status": (gettext_lazy("Trạng thái"), True, ("trang thai", "tinh trang")),
    "subject": (gettext_lazy("Nội dung"), False, ("noi dung", "trich yeu", "ve viec")),
    "amount": (
        gettext_lazy("Số tiền phải nộp"),
        False,
        ("so tien phai nop", "so tien", "phi le phi", "nghia vu tai chinh"),
    ),
}
S = DossierStatus
#: Statuses in which a dossier runs on, and the old words for them; a batch may add its own.
RUNNING = (S.SUBMITTED, S.PROCESSING, S.SUPPLEMENT, S.PAYMENT, S.STOPPED)
_WORDS: Mapping[str, DossierStatus] = {
    **dict.fromkeys(("1", "moi dang ky", "moi nop", "cho tiep nhan"), S.SUBMITTED),
    **dict.fromkeys(("2", "4", "duoc tiep nhan", "da tiep nhan", "dang xu ly", "dang giai quyet"), S.PROCESSING),
    **dict.fromkeys(("5", "yeu cau bo sung", "yeu cau bo sung giay to", "cho bo sung"), S.SUPPLEMENT),
    **dict.fromkeys(
        ("6", "yeu cau thuc hien nghia vu tai chinh", "cho nop tien", "cho nop phi", "cho thanh toan"), S.PAYMENT
    ),
    **dict.fromkeys(("8", "dung xu ly", "tam dung"), S.STOPPED),
}

#: As the form of the step that asks for money (``task-financial-duty``).
MOST_MONEY = 1_000_000_000_000
_MONEY = re.compile(
    r"(?P<digits>[0-9]{1,3}(?P<gap>[., ])[0-9]{3}(?:(?P=gap)[0-9]{3})*|[0-9]+) *(?:đ|₫|đồng|vnd|vnđ)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class LegacyRow:
    """One row, read and found right.

    :ivar amount: what is owed in đồng while the dossier waits for money; else 0.
    """

    code: str
    version: catalogue.ProcedureVersion
    applicant: str
    identity: str
    phone: str
    subject: str
    received_at: datetime
    due_at: datetime | None
    status: DossierStatus
    amount: int


class RowError(Exception):
    """A row that cannot be imported, with the field and the words of each problem."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("row")
        self.problems = problems


def propose(header: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """Guess which column means what: as chosen last time, else by its name."""
    by_words = {search_key(name): name for name in header if name}
    chosen = {field: name for field, name in known.items() if name in header}
    for field, (_label, _required, words) in FIELDS.items():
        if field not in chosen:
            found = next((by_words[word] for word in words if word in by_words), None)
            if found is not None and found not in chosen.values():
                chosen[field] = found
    return chosen


class Reader:
    """Reads rows by the columns chosen, remembering the procedures it has met."""

    def __init__(self, batch: ImportBatch, now: datetime) -> None:
        self._at = {field: batch.header.index(name) for field, name in batch.columns.items() if name in batch.header}
        self._statuses = {**_WORDS, **{word: DossierStatus(value) for word, value in batch.statuses.items()}}
        self._versions: dict[tuple[str, object], catalogue.ProcedureVersion | None] = {}
        self._now = now

    def value(self, cells: tuple[str, ...], field: str) -> str:
        """Give a cell by what it means; empty where the table has none."""
        at = self._at.get(field)
        return cells[at] if at is not None and at < len(cells) else ""

    def read(self, cells: tuple[str, ...]) -> LegacyRow:
        """Read a row.

        :raises RowError: with everything that is wrong in it.
        """
        problems: list[tuple[str, str]] = []
        given = {field: self.value(cells, field) for field in FIELDS}
        for field, (_label, required, _words) in FIELDS.items():
            if required and not given[field]:
                problems.append((field, _("Thiếu giá trị.")))
        received, due = self._day(given, "received", problems), self._day(given, "due", problems)
        if received is not None and received > self._now:
            problems.append(("received", _("Ngày tiếp nhận ở tương lai.")))
        if received is not None and due is not None and due < received:
            problems.append(("due", _("Ngày hẹn trả trước ngày tiếp nhận.")))
        status = self._statuses.get(search_key(given["status"]))
        if given["status"] and status is None:
            problems.append(
                (
                    "status",
                    _("Không biết trạng thái “%(word)s”. Chỉ nhập hồ sơ đang giải quyết.")
                    % {"word": given["status"][:80]},
                )
            )
        amount = _amount(given["amount"], problems) if status == S.PAYMENT else 0
        version = self._version(given["procedure"], received, problems)
        for field, check in (("identity", accounts.check_identity_number), ("phone", accounts.check_phone)):
            text = accounts.compact(given[field]) if field == "identity" else accounts.normalise_phone(given[field])
            if text and check(text).errors:
                problems.append((field, " ".join(str(error) for error in check(text).errors)))
            given[field] = text
        if len(given["code"]) > 80:  # noqa: PLR2004 - the column
            problems.append(("code", _("Mã dài quá 80 ký tự.")))
        if problems or received is None or status is None or version is None:
            raise RowError(problems)
        return LegacyRow(
            code=given["code"],
            version=version,
            applicant=given["applicant"][:120],
            identity=given["identity"],
            phone=given["phone"],
            subject=given["subject"][:255],
            received_at=received,
            due_at=due,
            status=status,
            amount=amount,
        )

    def _day(self, given: Mapping[str, str], field: str, problems: list[tuple[str, str]]) -> datetime | None:
        """Read a day, with or without a time; a due day without one ends with the day's work."""
        text = given[field]
        if not text:
            return None
        zone = clock.local(self._now).tzinfo
        for pattern in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"):
            try:
                found = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone follows
            except ValueError:
                continue
            if "%H" not in pattern:
                found = datetime.combine(found.date(), time(17) if field == "due" else time(8))
            return found.replace(tzinfo=zone)
        problems.append((field, _("“%(text)s” không phải ngày dạng 31/12/2026.") % {"text": text[:40]}))
        return None

    def _version(
        self, code: str, received: datetime | None, problems: list[tuple[str, str]]
    ) -> catalogue.ProcedureVersion | None:
        if not code:
            return None
        on = clock.local_date(received or self._now)
        key = (code, on)
        if key not in self._versions:
            today = clock.local_date(self._now)
            self._versions[key] = _procedure(code, on) or _procedure(code, today)
        version = self._versions[key]
        if version is None:
            problems.append(("procedure", _("Không có thủ tục mã %(code)s.") % {"code": code[:40]}))
        return version


def _amount(text: str, problems: list[tuple[str, str]]) -> int:
    """Read whole đồng, thousands apart by dots, commas or spaces or not at all."""
    found = _MONEY.fullmatch(text)
    amount = int(re.sub("[., ]", "", found["digits"])) if found else 0
    if not 0 < amount <= MOST_MONEY:
        problems.append(("amount", _("Hồ sơ chờ nộp tiền cần số tiền là số nguyên đồng, lớn hơn 0.")))
    return amount


def _procedure(code: str, on: date) -> catalogue.ProcedureVersion | None:
    try:
        return catalogue.get_procedure(code=catalogue.split_code(code)[0], on=on)
    except NotFoundError:
        return None
