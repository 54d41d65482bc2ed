"""Processes: their versions and pictures, and publishing one after looking at what is wrong with it."""

from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lienthong.accounts.api import principal_of
from lienthong.kernel import clock
from lienthong.workflows import api as workflows
from lienthong.workspace.administration.forms.definitions import ProcessForm
from lienthong.workspace.administration.guards import publisher_required


@dataclass(frozen=True, slots=True)
class Drawing:
    """A diagram to be drawn, with the elements that are wrong."""

    xml: str
    wrong: tuple[str, ...] = ()
    current: tuple[str, ...] = field(default=())
    done: tuple[str, ...] = field(default=())


@publisher_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the processes with their versions and how many dossiers run on each."""
    versions = workflows.list_definitions()
    families = [(key, list(rows)) for key, rows in groupby(versions, key=attrgetter("key"))]
    context = {"families": families, "today": clock.local_date(clock.now())}
    return render(request, "administration/processes.html", context)


@publisher_required
@require_safe
def definition(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show one version: its picture, its elements as a list, and the other versions."""
    shown = workflows.get_definition(uuid=uuid)
    return render(
        request,
        "administration/process.html",
        {
            "definition": shown,
            "picture": Drawing(shown.bpmn),
            "elements": workflows.elements_of(definition_id=shown.pk),
            "versions": workflows.list_definitions(key=shown.key),
        },
    )


@publisher_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Check files, show each problem at its element, and publish what is sound when asked to."""
    form = ProcessForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        bpmn, dmn = form.read_files()
        checked: list[workflows.Checked] = []
        if form.carries_out(lambda: checked.append(workflows.check_definition(bpmn=bpmn, dmn=dmn))):
            found = checked[0]
            if not found.problems and "publish" in request.POST:
                return _publish(request, form, bpmn, dmn)
            context |= _shown(found, bpmn, dmn)
    status = 422 if form.errors or context.get("problems") else 200
    return render(request, "administration/process_upload.html", context, status=status)


def _publish(request: HttpRequest, form: ProcessForm, bpmn: bytes, dmn: list[bytes]) -> HttpResponse:
    done = workflows.publish_definition(
        actor=principal_of(request).actor(),
        bpmn=bpmn,
        dmn=dmn,
        now=clock.now(),
        valid_from=form.cleaned_data["valid_from"],
    )
    version = next(row for row in workflows.list_definitions(key=done.key) if row.version == done.version)
    if done.is_new:
        messages.success(
            request, _("Đã công bố %(name)s, bản %(version)s.") % {"name": version.name, "version": done.version}
        )
    else:
        messages.info(request, _("Tệp giống hệt bản mới nhất nên không có gì thay đổi."))
    return redirect("administration:process", uuid=version.uuid)


def _shown(found: workflows.Checked, bpmn: bytes, dmn: list[bytes]) -> dict[str, Any]:
    names = {element_id: name for element_id, _kind, name in found.elements}
    drawing = Drawing(bpmn.decode(), tuple(dict.fromkeys(element_id for element_id, _message in found.problems)))
    return {
        "checked": found,
        "problems": [(element_id, names.get(element_id, ""), message) for element_id, message in found.problems],
        "picture": drawing,
        "bpmn_text": bpmn.decode(),
        "dmn_texts": [content.decode() for content in dmn],
        "earlier": workflows.list_definitions(key=found.key)[:1] if found.key else (),
    }
