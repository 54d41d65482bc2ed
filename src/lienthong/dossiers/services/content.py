"""What stands on the printed papers of a dossier; the shapes are those of :mod:`lienthong.dossiers.papers`.

Papers are in Vietnamese, whatever language the screen of the person who signs them speaks.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy

from lienthong.dossiers import papers
from lienthong.dossiers.models import Dossier, Result
from lienthong.forms import api as forms
from lienthong.kernel import clock
from lienthong.kernel.text import search_key
from lienthong.organisations import api as organisations

BIRTH_REGISTRATION = "1.001193"
MARITAL_STATUS = "1.004873"
_LINES, _BASES = 16, 4
_UNITS = {
    "immediate": gettext_lazy("trong ngày"),
    "hours": gettext_lazy("%(amount)s giờ làm việc"),
    "days": gettext_lazy("%(amount)s ngày"),
    "working_days": gettext_lazy("%(amount)s ngày làm việc"),
}


def limit_text(*, amount: int, unit: str) -> str:
    """Write a time limit in words: ``03 ngày làm việc``; empty when the law sets none."""
    return str(_UNITS[unit]) % {"amount": f"{amount:02d}"} if unit in _UNITS else ""


def acronym(agency_name: str) -> str:
    """Shorten an agency's name for a document symbol: ``UBND``, ``SXD``.

    Basis: NĐ 30/2020/NĐ-CP, Phụ lục I: the symbol carries the agency's abbreviated name.
    """
    if search_key(agency_name).startswith(("uy ban nhan dan", "ubnd")):
        return "UBND"
    return "".join(word[0] for word in agency_name.replace(",", " ").split() if word[0].isalpha()).upper()[:10]


def result_symbol(result: Result, *, at: datetime) -> str:
    """Give the symbol behind the number: ``GXN-UBND``.

    Basis: NĐ 30/2020/NĐ-CP, Phụ lục III (abbreviations of document types). A birth certificate carries the
    number of the year's register instead (TT 04/2020/TT-BTP, form of Giấy khai sinh): ``02/2026``.
    """
    if result.dossier.procedure_version.code == BIRTH_REGISTRATION:
        return str(clock.local_date(at).year)
    return f"GXN-{acronym(result.agency.name)}"


@dataclass(frozen=True, slots=True)
class Signer:
    """In what capacity somebody signs.

    :ivar capacity: printed above the title, one line below the other: ``TM. ỦY BAN NHÂN DÂN``, ``KT. CHỦ TỊCH``.
    """

    title: str
    capacity: str


def signer_of(*, official_id: int, agency: organisations.Agency, at: datetime) -> Signer:
    """Say how an official signs for an agency: for a collective (TM.), for the head (KT.), or by authority (TUQ.).

    Basis: NĐ 30/2020/NĐ-CP, Điều 13.
    """
    posts = organisations.assignments_of(official_id=official_id, on=clock.local_date(at))
    own = next((post.position for post in posts if post.position.agency_id == agency.pk), None)
    position = own or (posts[0].position if posts else None)
    title = position.title.removesuffix(agency.name).strip() if position is not None else ""
    is_collective = acronym(agency.name) == "UBND"
    head = "Chủ tịch" if is_collective else "Giám đốc"
    for_whom = ["TM. Ủy ban nhân dân"] if is_collective else []
    if own is None:
        for_whom = [f"TUQ. {head}"]
    elif own.kind == organisations.PositionKind.DEPUTY:
        for_whom.append(f"KT. {head}")
    elif own.kind != organisations.PositionKind.LEADER:
        for_whom = [f"TUQ. {head}"]
    return Signer(title=title, capacity="\n".join(for_whom))


def address(path: str) -> str:
    """Give the public address of a page, for square codes."""
    return f"{settings.SITE_URL}{path}"


def moment(at: datetime | None) -> str:
    """Write an instant as the templates read it: ISO 8601 on Vietnam's clock, without zone."""
    return clock.local(at).replace(tzinfo=None).isoformat(timespec="seconds") if at is not None else ""


def heading(agency: organisations.Agency, *, at: datetime, number: str = "", path: str = "") -> dict[str, Any]:
    """Give the head of a paper dated now."""
    return {
        **undated_heading(agency, on=clock.local_date(at), path=path),
        "date": clock.local_date(at).isoformat(),
        **({"number": number} if number else {}),
    }


def undated_heading(agency: organisations.Agency, *, on: date, path: str = "") -> dict[str, Any]:
    """Give the head of a paper that the clerk numbers and dates after it is signed."""
    parent = organisations.parent_of(agency_id=agency.pk, on=on)
    return {
        "agency": agency.name,
        "parent_agency": parent.name if parent is not None else "",
        "place": agency.area.name if agency.area is not None else "",
        "qr": address(path) if path else "",
    }


def applicant(dossier: Dossier) -> dict[str, Any]:
    """Give what a paper says of the applicant."""
    return {
        "code": dossier.code,
        "applicant_name": dossier.applicant_name,
        "applicant_address": address_text(dossier.applicant.address),
        "applicant_phone": dossier.phone,
        "applicant_email": dossier.email,
        "procedure_name": dossier.procedure_version.name_vi,
    }


def address_text(value: object) -> str:
    """Read an address of a form or a profile as one line."""
    if isinstance(value, Mapping):
        return str(value.get("text") or value.get("street") or "")
    return str(value or "")


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper ready to print.

    :ivar fields: names of the text fields that are filled when the clerk numbers and seals the paper.
    """

    template: str
    data: Mapping[str, Any]
    fields: tuple[str, ...]


def result_paper(dossier: Dossier, result: Result, *, signer: Signer, at: datetime) -> Printed:
    """Choose and fill the template of a result: its own form where the law has one, else the general one.

    A replacement prints the answers as they were corrected (``corrections`` of its content).
    """
    dossier = _corrected(dossier, result)
    signature = {
        "signer_capacity": signer.capacity,
        "signer_title": signer.title,
        "signer_name": result.signer_name,
    }
    path = f"/kiem-tra/{result.verification_code}/" if result.verification_code else ""
    code = dossier.procedure_version.code
    if code == BIRTH_REGISTRATION and dossier.answers.get("child_name"):
        return Printed(
            template="dossiers/birth_certificate",
            data={
                **_birth(dossier, at),
                **signature,
                "agency": result.agency.name,
                "qr": address(path) if path else "",
            },
            fields=("so_ky_hieu",),
        )
    head = undated_heading(result.agency, on=clock.local_date(at), path=path)
    if code == MARITAL_STATUS and dossier.answers.get("subject_name"):
        return Printed(
            template="dossiers/marital_status",
            data={**head, **signature, **_marital(dossier)},
            fields=("so_ky_hieu", "ngay_ban_hanh"),
        )
    return Printed(
        template="dossiers/result",
        data={**head, **signature, **_general(dossier, result)},
        fields=("so_ky_hieu", "ngay_ban_hanh"),
    )


def _corrected(dossier: Dossier, result: Result) -> Dossier:
    corrections = result.content.get("corrections")
    if not corrections:
        return dossier
    corrected = copy(dossier)
    corrected.answers = {**dossier.answers, **corrections}
    return corrected


def _general(dossier: Dossier, result: Result) -> dict[str, Any]:
    lines = forms.answer_lines(form=dossier.form, answers=dossier.answers) if dossier.form is not None else ()
    text = str(result.content.get("text", ""))
    told = [{"kind": "paragraph", "text": text}] if text else []
    items = [{"label": line.label, "value": line.text} for line in lines if not line.is_long][:_LINES]
    opening = (
        f"{result.agency.name} xác nhận kết quả giải quyết hồ sơ {dossier.code} "
        f"của ông (bà) {dossier.owner_name} như sau:"
    )
    bases = [basis.symbol for basis in dossier.procedure_version.legal_basis.all()[:_BASES]]
    return {
        "type_name": result.title,
        "about": dossier.procedure_version.name_vi,
        "bases": [f"Căn cứ {basis};" for basis in bases],
        "parts": [
            {"kind": "paragraph", "text": opening},
            *told,
            *([{"kind": "fields", "items": items}] if items else []),
        ],
        "recipients": [f"Ông (bà) {dossier.applicant_name};", "Lưu: VT."],
    }


def _marital(dossier: Dossier) -> dict[str, Any]:
    """Give the certificate's lines; the period is the last place of residence declared."""
    answers = dossier.answers
    lines = {line.path: line.text for line in forms.answer_lines(form=dossier.form, answers=answers)}  # type: ignore[arg-type]
    places = [row for row in answers.get("residence_history", ()) if isinstance(row, Mapping)]
    last = places[-1] if places else {}
    residence = lines.get(f"residence_history.{len(places) - 1}.place") or address_text(last.get("place"))
    return {
        "requester_name": str(answers.get("req_name") or dossier.applicant_name),
        "person_name": str(answers["subject_name"]),
        "birth_date": str(answers.get("subject_dob", "")),
        "sex": lines.get("subject_gender", ""),
        "ethnicity": lines.get("subject_ethnic", ""),
        "nationality": lines.get("subject_nationality", ""),
        "identity_paper": lines.get("subject_id", ""),
        "residence": residence,
        "period_place": residence,
        "period_from": str(last.get("from") or ""),
        "period_to": str(last.get("to") or ""),
        "status": lines.get("marital_status", ""),
        "purpose": str(answers.get("purpose_other") or lines.get("purpose", "")),
    }


def _birth(dossier: Dossier, at: datetime) -> dict[str, Any]:
    answers = dossier.answers
    lines = {line.path: line.text for line in forms.answer_lines(form=dossier.form, answers=answers)}  # type: ignore[arg-type]
    born = str(answers.get("child_dob", ""))

    def parent(prefix: str) -> papers.Parent | None:
        if not answers.get(f"{prefix}_name"):
            return None
        return {
            "name": str(answers[f"{prefix}_name"]),
            "birth_year": str(answers.get(f"{prefix}_dob", ""))[:4],
            "ethnicity": lines.get(f"{prefix}_ethnic", ""),
            "nationality": lines.get(f"{prefix}_nationality", ""),
            "residence": lines.get(f"{prefix}_residence") or address_text(answers.get(f"{prefix}_residence")),
        }

    mother, father = parent("mother"), parent("father")
    return {
        "child_name": str(answers["child_name"]),
        "birth_date": born,
        "birth_date_words": lines.get("child_dob_words", ""),
        "sex": lines.get("child_gender", ""),
        "ethnicity": lines.get("child_ethnic", ""),
        "nationality": lines.get("child_nationality", ""),
        "birth_place": str(answers.get("birth_place", "")),
        "native_place": lines.get("home_town") or address_text(answers.get("home_town")),
        **({"mother": mother} if mother else {}),
        **({"father": father} if father else {}),
        "declarant_name": str(answers.get("req_name") or dossier.applicant_name),
        "declarant_paper": lines.get("req_id", ""),
        "registration_place": dossier.competent_agency.name,
        "registration_date": clock.local_date(at).isoformat(),
    }
