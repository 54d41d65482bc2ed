"""The first page: one question, then where is my dossier, is this paper genuine, life's occasions, and how we serve."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lienthong.catalogue import api as catalogue
from lienthong.dossiers import api as dossiers
from lienthong.kernel import clock
from lienthong.ui import formats


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the portal's first page, with the life events under which procedures are in force today."""
    now = clock.now()
    today = clock.local_date(now)
    events = [event for event in catalogue.life_events(on=today) if getattr(event, "procedure_count", 0)]
    figures = _figures(dossiers.service_figures(now=now))
    return render(request, "portal/home.html", {"events": events, "figures": figures, "month": today.month})


def _figures(found: dossiers.ServiceFigures) -> list[tuple[str, str]]:
    """Say the figures that rest on something: number and what it is."""
    shown = []
    if found.finished:
        shown.append((_percent(found.on_time, found.finished), _("hồ sơ trả đúng hoặc trước hẹn")))
    if found.filed:
        shown.append((formats.number(found.filed), _("hồ sơ đã nộp")))
        shown.append((_percent(found.online, found.filed), _("nộp trực tuyến")))
        shown.append((formats.number(found.overdue), _("hồ sơ đang quá hẹn")))
    return shown


def _percent(part: int, whole: int) -> str:
    share = 100 * part / whole
    return f"{formats.number(share, 0 if share == int(share) else 1)} %"
