"""Publishing definitions: checked, versioned, never altered."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from lxml import etree

from lienthong.kernel import audit
from lienthong.kernel.errors import InvalidError
from lienthong.workflows.decisions import DecisionTable, read_decisions
from lienthong.workflows.diagrams import Diagram, Problem, UnsafeXmlError, find_problems, read_diagram, read_xml
from lienthong.workflows.engine import compile_diagram
from lienthong.workflows.models import DecisionDefinition, ProcessDefinition


class InvalidDefinitionError(InvalidError):
    """A diagram or decision file cannot be published.

    :ivar problems: pairs of element id (empty for the whole file) and what is wrong.
    """

    code = "workflows.definition_invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        by_element: dict[str, list[str]] = {}
        for element_id, message in self.problems:
            by_element.setdefault(element_id, []).append(message)
        super().__init__(
            _("Quy trình có %(count)s chỗ sai, chưa công bố được.") % {"count": len(self.problems)},
            field_errors=by_element,
        )


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at files that are not yet published found.

    :ivar problems: pairs of element id (empty for the whole file) and what is wrong.
    :ivar elements: the id, kind and name of each element, in the order of the file.
    :ivar decisions: the keys of the decision tables.
    """

    key: str
    name: str
    problems: tuple[Problem, ...]
    elements: tuple[tuple[str, str, str], ...]
    decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did.

    :ivar is_new: false when the same files were already the newest version.
    """

    key: str
    version: int
    is_new: bool


def check_definition(*, bpmn: bytes, dmn: Sequence[bytes] = ()) -> Checked:
    """Look at a process and its decision tables as publishing would, without publishing.

    :raises UnsafeXmlError: the bytes are not safe XML of the right kind.
    """
    _root, diagram, tables, problems = _examine(bpmn, dmn)
    elements = tuple((element.id, element.kind, element.name) for element in diagram.elements.values())
    return Checked(diagram.key, diagram.name, tuple(problems), elements, tuple(tables))


@transaction.atomic
def publish_definition(
    *, actor: audit.Actor, bpmn: bytes, dmn: Sequence[bytes] = (), now: datetime, valid_from: date
) -> Published:
    """Publish a process and its decision tables as a new version, in force from a date.

    Publishing the same bytes again changes nothing. The version before ends where this one begins;
    running instances stay on theirs.

    :raises UnsafeXmlError: the bytes are not safe XML of the right kind.
    :raises InvalidDefinitionError: with every problem and its element.
    """
    root, diagram, tables, problems = _examine(bpmn, dmn)
    if problems:
        raise InvalidDefinitionError(problems)
    compile_diagram(root, diagram, tables)
    digest = hashlib.sha256(b"\x00".join([bpmn, *dmn])).hexdigest()
    newest = (
        ProcessDefinition.objects.select_for_update(no_key=True).filter(key=diagram.key).order_by("-version").first()
    )
    if newest is not None and newest.digest == digest:
        return Published(diagram.key, newest.version, is_new=False)
    _end_before(newest, valid_from)
    row = ProcessDefinition.objects.create(
        key=diagram.key,
        version=newest.version + 1 if newest else 1,
        name=diagram.name,
        name_en=diagram.name_en,
        bpmn=bpmn.decode(),
        dmn=[content.decode() for content in dmn],
        digest=digest,
        published_at=now,
        valid_from=valid_from,
    )
    for content in dmn:
        _publish_tables(content, valid_from)
    audit.record(
        actor=actor,
        action="workflows.definition.published",
        subject_type="workflows.definition",
        subject_id=row.uuid,
        at=now,
        facts={"key": row.key, "version": row.version, "sha256": digest},
    )
    return Published(row.key, row.version, is_new=True)


def _examine(
    bpmn: bytes, dmn: Sequence[bytes]
) -> tuple[etree._Element, Diagram, dict[str, DecisionTable], list[Problem]]:
    for content in (bpmn, *dmn):
        try:
            content.decode()
        except UnicodeDecodeError as error:
            raise UnsafeXmlError(_("Tệp phải ở bảng mã UTF-8.")) from error
    root = read_xml(bpmn)
    diagram = read_diagram(root)
    tables, problems = _read_tables(dmn)
    problems.extend(find_problems(diagram, decisions=tables))
    return root, diagram, tables, problems


def _read_tables(dmn: Sequence[bytes]) -> tuple[dict[str, DecisionTable], list[Problem]]:
    tables: dict[str, DecisionTable] = {}
    problems: list[Problem] = []
    for content in dmn:
        found, wrong = read_decisions(content)
        problems.extend(wrong)
        for table in found:
            if table.key in tables:
                problems.append((table.key, _("Mã bảng quyết định bị trùng.")))
            tables[table.key] = table
    return tables, problems


@transaction.atomic
def publish_decisions(*, actor: audit.Actor, dmn: bytes, now: datetime, valid_from: date) -> tuple[Published, ...]:
    """Publish the tables of a file that no process asks, such as those of fees; the same bytes again change nothing.

    :raises UnsafeXmlError: the bytes are not safe XML of the right kind.
    :raises InvalidDefinitionError: with every problem and its element.
    """
    tables, problems = read_decisions(dmn)
    if problems:
        raise InvalidDefinitionError(problems)
    fresh = {row.key: row for row in _publish_tables(dmn, valid_from)}
    for row in fresh.values():
        audit.record(
            actor=actor,
            action="workflows.decision.published",
            subject_type="workflows.decision",
            subject_id=row.uuid,
            at=now,
            facts={"key": row.key, "version": row.version},
        )
    newest = dict(
        DecisionDefinition.objects.filter(key__in=[table.key for table in tables])
        .order_by("version")
        .values_list("key", "version")
    )
    return tuple(Published(table.key, newest[table.key], is_new=table.key in fresh) for table in tables)


def _publish_tables(content: bytes, valid_from: date) -> list[DecisionDefinition]:
    text = content.decode()
    made = []
    for table in read_decisions(content)[0]:
        newest = DecisionDefinition.objects.filter(key=table.key).order_by("-version").first()
        if newest is not None and newest.dmn == text:
            continue
        _end_before(newest, valid_from)
        made.append(
            DecisionDefinition.objects.create(
                key=table.key,
                version=newest.version + 1 if newest else 1,
                name=table.name,
                dmn=text,
                valid_from=valid_from,
            )
        )
    return made


def _end_before(row: ProcessDefinition | DecisionDefinition | None, valid_from: date) -> None:
    """Close the version before; one that starts on the same day or later stays and is outranked."""
    if row is not None and row.valid_to is None and row.valid_from < valid_from:
        row.valid_to = valid_from
        row.save(update_fields=["valid_to"])
