"""How well the agencies serve, in a few numbers anyone may see."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, F, Q

from lienthong.dossiers.models import Channel, Dossier, DossierStatus
from lienthong.kernel import clock

_KEEP_SECONDS = 300
_RUNNING = (DossierStatus.RECEIVED, DossierStatus.PROCESSING)


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """The current month, all agencies together.

    :ivar filed: dossiers filed this month; ``online`` those of them filed online.
    :ivar finished: dossiers decided this month; ``on_time`` those of them not after their due date.
    :ivar overdue: dossiers past their due date now, paused ones left out.
    """

    filed: int
    online: int
    finished: int
    on_time: int
    overdue: int


def service_figures(*, now: datetime) -> ServiceFigures:
    """Count the month's service; one statement, kept for five minutes."""
    start = clock.local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    key = f"dossiers.figures:{start:%Y%m}"
    kept = cache.get(key)
    if kept is None:
        filed, finished = Q(submitted_at__gte=start), Q(done_at__gte=start, due_at__isnull=False)
        kept = Dossier.objects.aggregate(
            filed=Count("pk", filter=filed),
            online=Count("pk", filter=filed & Q(channel=Channel.ONLINE)),
            finished=Count("pk", filter=finished),
            on_time=Count("pk", filter=finished & Q(done_at__lte=F("due_at"))),
            overdue=Count("pk", filter=Q(status__in=_RUNNING, due_at__lt=now, paused_at__isnull=True)),
        )
        cache.set(key, kept, _KEEP_SECONDS)
    return ServiceFigures(**kept)
