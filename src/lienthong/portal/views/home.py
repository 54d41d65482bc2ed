"""The first page: one question, then where is my dossier, is this paper genuine, and life's occasions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lienthong.catalogue import api as catalogue
from lienthong.kernel import clock


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the portal's first page, with the life events under which procedures are in force today."""
    today = timezone.localtime(clock.now()).date()
    events = [event for event in catalogue.life_events(on=today) if event.procedure_count]
    return render(request, "portal/home.html", {"events": events})
