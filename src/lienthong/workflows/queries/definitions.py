"""Published definitions, for those who keep them."""

from datetime import date
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from lienthong.workflows.definitions import ProcessNotFoundError, compiled
from lienthong.workflows.models import Instance, ProcessDefinition


def list_definitions(*, key: str = "") -> tuple[ProcessDefinition, ...]:
    """List every version of every process (or of one), the newest first, each with ``running_count``."""
    rows = ProcessDefinition.objects.defer("bpmn", "dmn")
    if key:
        rows = rows.filter(key=key)
    running = Count("instances", filter=Q(instances__status=Instance.State.RUNNING))
    return tuple(rows.annotate(running_count=running).order_by("key", "-version"))


def get_definition(*, uuid: UUID | str) -> ProcessDefinition:
    """Find one version of a process by its public id.

    :raises ProcessNotFoundError: when there is none.
    """
    found: ProcessDefinition | None = ProcessDefinition.objects.filter(uuid=uuid).first()
    if found is None:
        raise ProcessNotFoundError(_("Không tìm thấy quy trình này."))
    return found


def elements_of(*, definition_id: int) -> tuple[tuple[str, str, str], ...]:
    """Give the id, kind and name of each element of a published process, in the order of the file."""
    diagram = compiled(definition_id).diagram
    return tuple((element.id, element.kind, element.name) for element in diagram.elements.values())


def process_keys(*, on: date) -> tuple[tuple[str, str], ...]:
    """Give the key and name of each process in force on a date."""
    rows = ProcessDefinition.objects.in_force(on).order_by("key", "-version").distinct("key")
    return tuple(rows.values_list("key", "name"))
