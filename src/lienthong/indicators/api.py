"""The door of indicators: figures of service, and their making after a load."""

from lienthong.indicators.services.loading import make_facts, newest
from lienthong.indicators.services.recounting import rebuild_figures

__all__ = ["make_facts", "newest", "rebuild_figures"]
