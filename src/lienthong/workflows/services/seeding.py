"""Publishing the processes that come with the program."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from lienthong.kernel import audit, clock
from lienthong.workflows.decisions import read_decisions
from lienthong.workflows.diagrams import read_diagram, read_xml
from lienthong.workflows.models import DecisionDefinition, ProcessDefinition
from lienthong.workflows.services.publishing import Published, publish_decisions, publish_definition

FIRST_DAY = date(2020, 1, 1)


def publish_folder(*, folder: Path, now: datetime) -> Sequence[Published]:
    """Publish every ``*.bpmn`` of a folder with the ``*.dmn`` tables it asks for, then the tables that none asks for.

    The first version of a process or such a table is in force from 2020; a changed file is in force from today.

    :raises UnsafeXmlError: a file is not safe XML of the right kind.
    :raises InvalidDefinitionError: a file breaks a rule.
    """
    tables = {
        table.key: path.read_bytes()
        for path in sorted(folder.glob("*.dmn"))
        for table in read_decisions(path.read_bytes())[0]
    }
    published = set(ProcessDefinition.objects.values_list("key", flat=True))
    results: list[Published] = []
    used: set[str] = set()
    for path in sorted(folder.glob("*.bpmn")):
        bpmn = path.read_bytes()
        diagram = read_diagram(read_xml(bpmn))
        asked = sorted({element.decision for element in diagram.elements.values() if element.decision})
        used.update(asked)
        results.append(
            publish_definition(
                actor=audit.SYSTEM,
                bpmn=bpmn,
                dmn=[tables[key] for key in asked if key in tables],
                now=now,
                valid_from=clock.local_date(now) if diagram.key in published else FIRST_DAY,
            )
        )
    known = set(DecisionDefinition.objects.values_list("key", flat=True))
    for key in sorted(tables.keys() - used):
        results.extend(
            publish_decisions(
                actor=audit.SYSTEM,
                dmn=tables[key],
                now=now,
                valid_from=clock.local_date(now) if key in known else FIRST_DAY,
            )
        )
    return results
