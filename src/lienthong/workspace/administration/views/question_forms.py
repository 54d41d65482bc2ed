"""Forms that applicants fill in: their versions, a preview of each step, and publishing one."""

from itertools import groupby
from operator import attrgetter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lienthong.accounts.api import principal_of
from lienthong.forms import api as forms
from lienthong.kernel import clock
from lienthong.kernel.errors import ConflictError
from lienthong.workspace.administration.forms.definitions import QuestionFormForm
from lienthong.workspace.administration.guards import publisher_required


@publisher_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the forms with their versions."""
    families = [(key, list(rows)) for key, rows in groupby(forms.list_form_versions(), key=attrgetter("key"))]
    return render(request, "administration/forms.html", {"families": families})


@publisher_required
@require_safe
def version(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show one version as an applicant would meet it, step by step, without sending anything."""
    shown = forms.get_form_by_uuid(uuid=uuid)
    steps = forms.outline(shown).steps
    asked = request.GET.get("buoc", "")
    step = next((item for item in steps if item.key == asked), steps[0])
    return render(
        request,
        "administration/form.html",
        {
            "form_version": shown,
            "steps": steps,
            "step": step,
            "preview": forms.render_step(request, form=shown, step=step.key, answers={}),
            "versions": forms.list_form_versions(key=shown.key),
        },
    )


@publisher_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Check a form's file, show each problem at its place, and publish what is sound when asked to."""
    form = QuestionFormForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        content = form.content()
        context["text"] = content.decode(errors="replace")
        try:
            told = forms.read_form_file(content)
            forms.check_form(schema=told.schema, layout=told.layout)
            if "publish" in request.POST:
                return _publish(request, told)
        except forms.FormInvalidError as refused:
            context["refusal"] = str(refused.message)
            context["problems"] = [
                (place, message) for place, found in refused.field_errors.items() for message in found
            ]
        except ConflictError as refused:
            context["refusal"] = str(refused.message)
        else:
            context["told"] = told
            context["earlier"] = forms.list_form_versions(key=told.key)[:1]
    status = 422 if form.errors or "refusal" in context else 200
    return render(request, "administration/form_upload.html", context, status=status)


def _publish(request: HttpRequest, told: forms.FormFile) -> HttpResponse:
    published = forms.publish_form(
        actor=principal_of(request).actor(),
        key=told.key,
        title=told.title,
        title_en=told.title_en,
        schema=told.schema,
        layout=told.layout,
        valid_from=told.valid_from,
        now=clock.now(),
    )
    messages.success(
        request, _("Biểu mẫu %(title)s, bản %(version)s.") % {"title": published.title, "version": published.version}
    )
    return redirect("administration:form", uuid=published.uuid)
