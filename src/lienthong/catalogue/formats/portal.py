"""The national portal's record format, as its public interface gives one procedure.

The record is first told in the words of the national catalogue, so that both are read alike; what
only the portal knows (steps, conditions, titles of laws) is added.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from lienthong.catalogue.content import BasisContent, Content, StepContent
from lienthong.catalogue.formats import national
from lienthong.catalogue.formats.fields import RecordError, flag, items, mapping, mappings, text

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
    return replace(
        content,
        legal_basis=tuple({basis.symbol: basis for basis in bases}.values()),
        steps=tuple(step for step in steps if step.action_vi),
        conditions=text(detail, "requirementsAndConditions", at="detail."),
        note=text(detail, "note", at="detail."),
        source=_("Cổng Dịch vụ công quốc gia"),
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
