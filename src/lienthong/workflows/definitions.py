"""Published definitions, parsed once per server process."""

from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from lienthong.kernel.errors import NotFoundError
from lienthong.workflows.decisions import DecisionTable, read_decisions
from lienthong.workflows.diagrams import read_diagram, read_xml
from lienthong.workflows.engine import Compiled, compile_diagram
from lienthong.workflows.models import DecisionDefinition, ProcessDefinition


class ProcessNotFoundError(NotFoundError):
    """No version of this process is in force on that date."""

    code = "workflows.process_not_found"


class DecisionNotFoundError(NotFoundError):
    """No version of this decision table is in force on that date."""

    code = "workflows.decision_not_found"


@lru_cache(maxsize=256)
def compiled(definition_id: int) -> Compiled:
    """Parse a published definition; kept in memory because published definitions never change."""
    row = ProcessDefinition.objects.get(pk=definition_id)
    root = read_xml(row.bpmn.encode())
    tables: dict[str, DecisionTable] = {}
    for content in row.dmn:
        tables.update({table.key: table for table in read_decisions(content.encode())[0]})
    return compile_diagram(root, read_diagram(root), tables)


def decision_in_force(*, key: str, on: date) -> DecisionTable:
    """Give the decision table in force on a date.

    :raises DecisionNotFoundError: there is none.
    """
    row = DecisionDefinition.objects.in_force(on).filter(key=key).order_by("-version").values_list("pk").first()
    if row is None:
        raise DecisionNotFoundError(
            _("Không có bảng quyết định “%(key)s” đang có hiệu lực.") % {"key": key}, decision=key
        )
    return _decision(row[0])


@lru_cache(maxsize=256)
def _decision(decision_id: int) -> DecisionTable:
    row = DecisionDefinition.objects.get(pk=decision_id)
    tables, _problems = read_decisions(row.dmn.encode())
    return next(table for table in tables if table.key == row.key)
