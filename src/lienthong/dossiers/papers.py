"""The data of the printed papers of a dossier, one typed dictionary per Typst template.

Dates are ISO 8601 on Vietnam's clock (``2026-11-20``, ``2026-11-20T15:40``): the templates write them out.
A key that may be left out is marked so; a value left empty prints a dotted line where the official form
has one. Numbers of the forms: TT 03/2025/TT-VPCP; layout: NĐ 30/2020/NĐ-CP, Phụ lục I.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal, NotRequired, TypedDict


class Heading(TypedDict):
    """What every paper carries at its head.

    ``number`` is left out where the clerk numbers the paper after it is signed: the paper then has the
    text fields ``so_ky_hieu`` and ``ngay_ban_hanh``, filled by ``files.sign_as_agency(fields=…)``.
    ``qr`` is the address that the square code holds.
    """

    agency: str
    parent_agency: NotRequired[str]
    number: NotRequired[str]
    place: str
    date: NotRequired[str]
    qr: NotRequired[str]


class Signature(TypedDict):
    """Who signs: ``signer_capacity`` is ``TM. ỦY BAN NHÂN DÂN``, ``KT. CHỦ TỊCH``… (NĐ 30/2020, Điều 13)."""

    signer_capacity: NotRequired[str]
    signer_title: str
    signer_name: str


class Applicant(TypedDict):
    """Whose dossier it is and what they ask for."""

    code: str
    applicant_name: str
    applicant_address: NotRequired[str]
    applicant_phone: NotRequired[str]
    applicant_email: NotRequired[str]
    procedure_name: str


class PaperLine(TypedDict):
    """One component paper of the dossier and how many of each form were handed in."""

    name: str
    originals: int
    certified: int
    copies: int


class Receipt(Heading, Applicant):
    """``dossiers/receipt``: form 01, receipt and appointment (A5)."""

    applicant_identity: NotRequired[str]
    owner_name: NotRequired[str]
    owner_address: NotRequired[str]
    reception_place: str
    papers: Sequence[PaperLine]
    sets: int
    time_limit: str
    fee: NotRequired[str]
    received_at: str
    due_at: NotRequired[str]
    due_explanation: NotRequired[str]
    result_delivery: str
    receiver_name: str


class SupplementRequest(Heading, Applicant):
    """``dossiers/supplement_request``: form 02, request to supplement (A5)."""

    requirements: Sequence[str]
    reason: str
    answer_by: NotRequired[str]
    contact_name: str
    contact_phone: NotRequired[str]
    signer_name: str


class Refusal(Heading, Applicant, Signature):
    """``dossiers/refusal``: form 03, refusal to receive or process (A5)."""

    reason: str
    legal_basis: NotRequired[str]
    guidance: NotRequired[str]
    contact_name: NotRequired[str]
    contact_phone: NotRequired[str]


class Apology(Heading, Signature):
    """``dossiers/apology``: form 04, apology and new appointment (A5)."""

    code: str
    applicant_name: str
    procedure_name: str
    received_at: str
    due_at: str
    is_overdue: bool
    reason: str
    responsible_unit: NotRequired[str]
    new_due_at: str


class StopNotice(Heading, Applicant, Signature):
    """``dossiers/stop_notice``: form 05, notice that processing stops (A5)."""

    received_at: str
    stopped_at: str
    reason: str
    legal_basis: NotRequired[str]
    resumes_when: NotRequired[str]
    contact_name: NotRequired[str]
    contact_phone: NotRequired[str]


class ControlRow(TypedDict):
    """One hand-over of the work: ``result`` is ``early``, ``on_time``, ``late``, ``open`` or empty."""

    giver: str
    receiver: str
    time_in: str
    time_out: str
    result: str
    note: str


class ControlSheet(Heading):
    """``dossiers/control_sheet``: form 06 (05 of 2018), process control sheet (A4), unsigned."""

    code: str
    applicant_name: str
    owner_name: NotRequired[str]
    procedure_name: str
    received_at: NotRequired[str]
    time_limit: NotRequired[str]
    due_at: NotRequired[str]
    papers: Sequence[str]
    rows: Sequence[ControlRow]
    printed_at: str
    form_note: NotRequired[str]


class BookRow(TypedDict):
    """One dossier in the tracking book; dates are written as read: ``20/11/2026``."""

    code: str
    procedure: str
    sets: int
    owner: str
    address: str
    phone: str
    agency: str
    received: str
    due: str
    done: str
    returned: str
    method: str


class TrackingBook(Heading):
    """``dossiers/tracking_book``: form 07 (06 of 2018), tracking book (A4, landscape)."""

    first_day: str
    last_day: str
    rows: Sequence[BookRow]
    form_note: NotRequired[str]


class HandOverRow(TypedDict):
    """One dossier of a hand-over list: ``received`` is ``yes``, ``no`` or empty while nobody has looked."""

    code: str
    procedure: str
    owner: str
    papers: int
    due: str
    received: str
    note: str


class HandOverList(Heading):
    """``dossiers/hand_over``: hand-over list between the one-stop desk and a unit (A4), signed by both."""

    subject: str
    giver: str
    given_by: str
    given_at: str
    receiver: str
    confirmed_by: NotRequired[str]
    confirmed_at: NotRequired[str]
    note: NotRequired[str]
    rows: Sequence[HandOverRow]
    differences: NotRequired[int]


class TacitResult(Heading, Applicant):
    """``dossiers/tacit_result``: that silence has decided, sealed by the agency (A4)."""

    owner_name: NotRequired[str]
    received_at: str
    due_at: str
    outcome: str
    legal_basis: str


class LabelledValue(TypedDict):
    """A line ``label: value``."""

    label: str
    value: str


class Paragraph(TypedDict):
    """A paragraph of the body."""

    kind: Literal["paragraph"]
    text: str


class Article(TypedDict):
    """An article of a decision: heading ``Điều 1``, then its text."""

    kind: Literal["article"]
    heading: str
    text: str


class Fields(TypedDict):
    """Labelled values, one a line."""

    kind: Literal["fields"]
    items: Sequence[LabelledValue]


class Table(TypedDict):
    """A table with a heading row."""

    kind: Literal["table"]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


class Result(Heading, Signature):
    """``dossiers/result``: any result without a form of its own (A4).

    :cvar type_name: ``Quyết định``, ``Giấy xác nhận``, ``Giấy phép``…
    :cvar authority: who decides, in a decision (``Chủ tịch Ủy ban nhân dân phường Hải Châu``).
    :cvar bases: the ``Căn cứ …`` lines.
    :cvar resolution: the word before the body: ``Quyết định:``, ``Xác nhận:``.
    """

    type_name: str
    about: NotRequired[str]
    authority: NotRequired[str]
    bases: NotRequired[Sequence[str]]
    resolution: NotRequired[str]
    parts: Sequence[Paragraph | Article | Fields | Table]
    recipients: NotRequired[Sequence[str]]


class Parent(TypedDict):
    """A parent as a birth certificate names them."""

    name: str
    birth_year: str
    ethnicity: str
    nationality: str
    residence: str


class BirthCertificate(Signature):
    """``dossiers/birth_certificate`` (A4). ``birth_date_words`` comes from :func:`date_in_words`."""

    number: NotRequired[str]
    qr: NotRequired[str]
    child_name: str
    birth_date: str
    birth_date_words: str
    sex: str
    ethnicity: str
    nationality: str
    birth_place: str
    native_place: NotRequired[str]
    personal_number: NotRequired[str]
    mother: NotRequired[Parent]
    father: NotRequired[Parent]
    declarant_name: str
    declarant_paper: NotRequired[str]
    registration_place: str
    registration_date: str


class MaritalStatus(Heading, Signature):
    """``dossiers/marital_status`` (A4). ``valid_until`` is at most six months after issue."""

    requester_name: str
    person_name: str
    birth_date: str
    sex: str
    ethnicity: str
    nationality: str
    identity_paper: str
    residence: str
    period_place: NotRequired[str]
    period_from: NotRequired[str]
    period_to: NotRequired[str]
    status: str
    purpose: str
    valid_until: NotRequired[str]


_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_TEN, _HUNDRED, _THOUSAND = 10, 100, 1000


def number_in_words(number: int) -> str:
    """Spell a number from 0 to 9,999 as Vietnamese people read it.

    :raises ValueError: outside that range.
    """
    if not 0 <= number < _THOUSAND * _TEN:
        raise ValueError(number)
    if number < _HUNDRED:
        return _below_hundred(number)
    thousands, rest = divmod(number, _THOUSAND)
    words = [f"{_DIGITS[thousands]} nghìn"] if thousands else []
    if rest:
        hundreds, rest = divmod(rest, _HUNDRED)
        words.append(f"{_DIGITS[hundreds]} trăm")
        if rest:
            words.append(f"linh {_DIGITS[rest]}" if rest < _TEN else _below_hundred(rest))
    return " ".join(words)


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, _TEN)
    if tens == 0:
        return _DIGITS[ones]
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    match ones:
        case 0:
            return head
        case 1 if tens > 1:
            return f"{head} mốt"
        case 5:
            return f"{head} lăm"
        case _:
            return f"{head} {_DIGITS[ones]}"


def date_in_words(day: date) -> str:
    """Spell a date as civil status papers do: ``Ngày mười hai tháng năm năm hai nghìn không trăm hai mươi sáu``.

    The fourth month is ``tháng tư``, the first ten days take ``mùng``.
    """
    number = number_in_words(day.day)
    day_words = f"mùng {number}" if day.day <= _TEN else number
    month_words = "tư" if day.month == 4 else number_in_words(day.month)  # noqa: PLR2004 - April has its own word
    return f"Ngày {day_words} tháng {month_words} năm {number_in_words(day.year)}"
