"""A page around a form, as the portal makes one, for tests in a browser."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from lienthong import urls
from lienthong.accounts.api import principal_of
from lienthong.forms import api
from lienthong.kernel import clock

PAGE = """{% extends "ui/layouts/portal.html" %}
{% block title %}{{ step.title }} · Liên Thông{% endblock %}
{% block content %}<h1>{{ step.title }}</h1><p data-moved="{{ moved }}"></p>
<form method="post" enctype="multipart/form-data" novalidate>{% csrf_token %}{{ fields }}
<div class="lt-buttons"><button class="usa-button" type="submit">Tiếp tục</button></div></form>{% endblock %}"""


def fill(request: HttpRequest, key: str, step: str) -> HttpResponse:
    now = clock.now()
    principal = principal_of(request)
    form = api.current_form(key=key, on=clock.local_date(now))
    draft = api.open_draft(principal=principal, form=form, context_key=key, now=now)
    posted = api.PostedStep(draft, "stay")
    if request.method == "POST":
        posted = api.post_step(
            principal=principal, draft_uuid=draft.uuid, step=step, data=request.POST, uploads=request.FILES, now=now
        )
    fields = api.render_step(
        request, form=form, step=step, draft=posted.draft, errors=posted.errors, conflict=posted.conflict
    )
    found = api.outline(form).step(step)
    template = engines["django"].from_string(PAGE)
    page = template.render({"fields": fields, "step": found, "moved": posted.move, "principal": principal}, request)
    return HttpResponse(page, status=posted.status)


urlpatterns = [path("thu/<str:key>/<slug:step>/", fill), path("", include(urls.urlpatterns))]
