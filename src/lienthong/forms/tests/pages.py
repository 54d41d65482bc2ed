"""A page around a form, as the portal makes one, for tests in a browser."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from lienthong import urls
from lienthong.accounts.api import principal_of
from lienthong.forms import api
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError

PAGE = """{% extends "ui/layouts/portal.html" %}
{% block title %}{{ step.title }} · Liên Thông{% endblock %}
{% block content %}<h1>{{ step.title }}</h1>
<form method="post" enctype="multipart/form-data" novalidate>{% csrf_token %}{{ fields }}
<div class="lt-buttons"><button class="usa-button" type="submit">Tiếp tục</button></div></form>{% endblock %}"""


def fill(request: HttpRequest, key: str, step: str) -> HttpResponse:
    now = clock.now()
    principal = principal_of(request)
    form = api.current_form(key=key, on=clock.local_date(now))
    draft = api.open_draft(principal=principal, form=form, context_key=key, now=now)
    errors = {}
    if request.method == "POST":
        saved = api.autosave(
            principal=principal,
            draft_uuid=draft.uuid,
            step=step,
            answers=api.parse_post(form=form, step=step, data=request.POST),
            version=api.posted_version(request.POST),
            now=now,
        )
        draft = saved.draft
        if not api.stays_on_step(request.POST):
            try:
                api.validate(form=form, answers=draft.answers, step=step)
            except InvalidError as error:
                errors = error.field_errors
    fields = api.render_step(request, form=form, step=step, draft=draft, errors=errors)
    found = api.outline(form).step(step)
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"fields": fields, "step": found, "principal": principal}, request))


urlpatterns = [path("thu/<str:key>/<slug:step>/", fill), path("", include(urls.urlpatterns))]
