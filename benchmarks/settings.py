"""The platform's settings, with a count of statements and CPU time in every answer."""

from lienthong.settings import *  # noqa: F403
from lienthong.settings import MIDDLEWARE as PLATFORM

MIDDLEWARE = ["benchmarks.counting.CountingMiddleware", *PLATFORM]
