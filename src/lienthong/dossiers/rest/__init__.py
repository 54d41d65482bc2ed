"""REST operations on dossiers, tasks and tracking; each parses, calls one service or query, and shapes the answer."""

from lienthong.dossiers.rest.charges import router as charges_router
from lienthong.dossiers.rest.operations import router
from lienthong.dossiers.rest.tasks import router as tasks_router
from lienthong.dossiers.rest.tracking import router as tracking_router

__all__ = ["charges_router", "router", "tasks_router", "tracking_router"]
