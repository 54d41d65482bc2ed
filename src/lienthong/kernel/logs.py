"""Logs: one line an event, a constant English event name, ids as keys, never personal data.

Use ``log = structlog.get_logger(__name__)`` and ``log.info("dossier_received", dossier=str(uuid))``.
The request's id is on every line, and follows into events and jobs.
"""

import sys
from typing import Any

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure() -> None:
    """Send structlog's lines through the standard library's logging."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_config(*, level: str, as_json: bool) -> dict[str, Any]:
    """Give Django's ``LOGGING``: JSON lines for machines, plain lines for people."""
    renderer: list[Any] = (
        [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        if as_json
        # A traceback names lines, never the values of variables: those hold what people typed.
        else [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    )
    quiet = {"level": "WARNING", "handlers": ["console"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # These repeat what the request line says, or print addresses that may carry codes of dossiers.
            "django.request": {"level": "CRITICAL", "handlers": ["console"], "propagate": False},
            "django.server": quiet,
            "procrastinate": quiet,
            "httpx": quiet,
            "fontTools": quiet,
            "pyhanko": quiet,
            "pyhanko_certvalidator": quiet,
            "_granian": quiet,
        },
    }


def bind(**values: str) -> None:
    """Put ids on every following line of this request or job."""
    bind_contextvars(**values)


def clear() -> None:
    """Forget what the last request or job put on its lines."""
    clear_contextvars()


def request_id() -> str:
    """Give the id of the request being served, empty outside one."""
    return str(get_contextvars().get("request_id", ""))
