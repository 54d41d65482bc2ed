"""The national portal's record format, as its public interface gives one procedure.

The record is first told in the words of the national catalogue, so that both are read alike; what
only the portal knows (steps, conditions, titles of laws) is added.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from lienthong.catalogue.content import BasisContent, Content, StepContent
from lienthong.catalogue.formats import national
from lienthong.catalogue.formats.fields import RecordError, flag, items, mapping, mappings, moment, text
from lienthong.kernel import clock

LEVEL_FLAGS = {"isWard": "commune", "isProvince": "province", "isMinistry": "ministry", "isOtherAgency": "other"}


def parse(record: Mapping[str, Any]) -> Content:
    """Turn a portal record into a content.

    :raises RecordError: naming the field that cannot be taken.
    """
    detail = mapping(record.get("detail"), "detail")
    outer, inner = text(record, "code"), text(detail, "code", required=True, at="detail.")
    if outer and outer != inner:
        raise RecordError("code", _("hai mã thủ tục trong bản ghi khác nhau."))
    content = national.parse(_as_national(detail))
    bases = tuple(
        BasisContent(text(one, "code", required=True, at=f"detail.legalBasisesDetails.{i}.")[:255], text(one, "name"))
        for i, one in enumerate(mappings(detail, "legalBasisesDetails", at="detail."))
    )
    steps = tuple(
        StepContent(action_vi=": ".join(part for part in (text(step, "name"), text(step, "description")) if part))
        for step in mappings(detail, "executionSteps", at="detail.")
    )
    decided_on, publicised_on = _days(detail)
    return replace(
        content,
        legal_basis=tuple({basis.symbol: basis for basis in bases}.values()),
        steps=tuple(step for step in steps if step.action_vi),
        conditions=text(detail, "requirementsAndConditions", at="detail."),
        note=text(detail, "note", at="detail."),
        source=_("Cổng Dịch vụ công quốc gia"),
        decided_on=decided_on,
        publicised_on=publicised_on,
    )


def _days(detail: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """Read when the procedure was decided on and put on the portal.

    In spring 2026 the portal entered its records anew and gave each the moment of its entry as publication date; a
    date within a day of the entry therefore tells nothing, and is left out.
    """
    proposal = mapping(detail.get("procedureProposal"), "detail.procedureProposal")
    at = "detail.procedureProposal."
    decided, shown = moment(proposal, "decisionDate", at=at), moment(proposal, "publicationDate", at=at)
    entered = moment(detail, "createdAt", at="detail.")
    if shown is not None and entered is not None and abs(shown - entered) < timedelta(days=1):
        shown = None
    return (
        clock.local_date(decided) if decided is not None else None,
        clock.local_date(shown) if shown is not None else None,
    )


def _as_national(detail: Mapping[str, Any]) -> dict[str, Any]:
    proposal = mapping(detail.get("procedureProposal"), "detail.procedureProposal")
    return {
        "code": detail.get("code"),
        "name": detail.get("name"),
        "sector": detail.get("category"),
        "promulgated_by": {
            "code": detail.get("departmentPromulgateCode"),
            "name": detail.get("departmentPromulgateName"),
        },
        "decision": detail.get("decisionNo") or proposal.get("proposalNumber"),
        "levels": [level for key, level in LEVEL_FLAGS.items() if flag(detail, key, at="detail.")],
        "full_process": detail.get("isFullProcess"),
        "non_territorial": detail.get("isNonTerritorial"),
        "executing": [
            text(one, "name")
            for key in ("unitGroupsExecuting", "departmentsExecuting")
            for one in mappings(detail, key, at="detail.")
        ],
        "applicants": items(detail, "subjectTypesDetails", at="detail."),
        "results": items(detail, "resultsDetails", at="detail."),
        "methods": [
            {
                "channel": method.get("submissionMethod"),
                "time": method.get("processingTime"),
                "unit": method.get("processingTimeUnit"),
                "fees": [
                    {"type": fee.get("type"), "vnd": fee.get("value"), "note": fee.get("description")}
                    for fee in mappings(method, "fees", at="detail.executionMethods.")
                ],
            }
            for method in mappings(detail, "executionMethods", at="detail.")
        ],
        "cases": [
            {"name": case.get("name"), "days": span.get("qty"), "unit": span.get("type")}
            for case in mappings(detail, "cases", at="detail.")
            if (span := mapping(case.get("processingDay"), "detail.cases.processingDay"))
        ],
        "documents": [
            {
                "case": case.get("name"),
                "name": document.get("name"),
                "code": document.get("code"),
                "original": document.get("originalQty"),
                "copy": document.get("copyQty"),
                "required": document.get("required"),
            }
            for case in mappings(detail, "executionCases", at="detail.")
            for document in mappings(case, "profileComponents", at="detail.executionCases.")
        ],
    }
