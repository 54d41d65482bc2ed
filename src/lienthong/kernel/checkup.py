"""Is this installation well? Asked by ``lienthong doctor`` and shown to operators."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lienthong.kernel import chain, clock, jobs, outbox

MINIMUM_VERSION = 150_000
EXTENSIONS = ("unaccent", "pg_trgm", "btree_gist")
HEARTBEAT_LIMIT = timedelta(minutes=1)
CLOCK_LIMIT = timedelta(seconds=2)
FREE_SPACE_LIMIT = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: ``ok``, ``warning`` or ``broken``, with what to do."""

    subject: str
    state: str
    detail: str


def _database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
        number = connection.pg_version  # type: ignore[attr-defined]
        good = number >= MINIMUM_VERSION
        yield Finding("database", "ok" if good else "broken", f"PostgreSQL {version}, 15 or later needed")
        cursor.execute("SELECT name FROM pg_available_extensions WHERE name = ANY(%s)", [list(EXTENSIONS)])
        missing = sorted(set(EXTENSIONS) - {row[0] for row in cursor.fetchall()})
        detail = f"missing: {', '.join(missing)} (install the contrib package)" if missing else "all there"
        yield Finding("extensions", "broken" if missing else "ok", detail)


def _migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    detail = f"{len(plan)} not applied: run lienthong migrate" if plan else "all applied"
    yield Finding("migrations", "broken" if plan else "ok", detail)


def _folder() -> Iterator[Finding]:
    try:
        with tempfile.NamedTemporaryFile(dir=settings.DATA):
            free = shutil.disk_usage(settings.DATA).free
    except OSError as error:
        yield Finding("data folder", "broken", f"{settings.DATA}: {error.strerror}")
        return
    state = "ok" if free > FREE_SPACE_LIMIT else "warning"
    yield Finding("data folder", state, f"{settings.DATA} is writable, {free // (1 << 20)} MB free")


def _secret() -> Iterator[Finding]:
    known = bool(os.environ.get("SECRET_KEY")) or (settings.DATA / "secret-key").exists()
    yield Finding("secret key", "ok" if known else "broken", "set" if known else "set SECRET_KEY")


def _worker() -> Iterator[Finding]:
    beat = jobs.last_heartbeat()
    if beat is None:
        yield Finding("worker", "warning", "none is running: start lienthong worker")
        return
    age = clock.now() - beat
    state = "ok" if age <= HEARTBEAT_LIMIT else "warning"
    yield Finding("worker", state, f"last heard of {age.total_seconds():.0f} s ago")


def _outbox() -> Iterator[Finding]:
    counts = outbox.counts()
    state = "broken" if counts.dead else "ok"
    hint = "; see lienthong outbox list" if counts.dead else ""
    yield Finding("outbox", state, f"{counts.queued} queued, {counts.dead} dead, {counts.parked} parked{hint}")


def _audit() -> Iterator[Finding]:
    check = chain.last_check()
    if check is not None and check.broken:
        yield Finding("audit trail", "broken", f"{check.broken} (found {check.at:%Y-%m-%d %H:%M} UTC)")
        return
    told = f", held at {check.at:%Y-%m-%d %H:%M} UTC" if check else "; prove it with lienthong audit verify"
    yield Finding("audit trail", "ok", f"head {chain.head()}{told}")


def _clock() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        before = clock.now()
        cursor.execute("SELECT clock_timestamp()")
        difference = abs(cursor.fetchone()[0] - before)
    state = "ok" if difference <= CLOCK_LIMIT else "broken"
    yield Finding("clock", state, f"{difference.total_seconds():.3f} s from the database's; keep NTP running")


def _programs() -> Iterator[Finding]:
    found = shutil.which("clamdscan") or shutil.which("clamd")
    detail = "ClamAV found" if found else "no ClamAV: uploads are kept as not scanned"
    yield Finding("virus scanner", "ok" if found else "warning", detail)
    reader = shutil.which("tesseract")
    detail = reader or "no tesseract: scanned pages are not read (install tesseract-ocr and tesseract-ocr-vie)"
    yield Finding("page reader", "ok" if reader else "warning", detail)
    built = (settings.STATIC_ROOT / "staticfiles.json").exists()
    detail = "collected" if built else "not collected: run make assets, then lienthong demo or collectstatic"
    yield Finding("static files", "ok" if built else "broken", detail)


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _database,
    _migrations,
    _folder,
    _secret,
    _worker,
    _outbox,
    _audit,
    _clock,
    _programs,
)

_REGISTERED: list[Callable[[], Iterator[Finding]]] = []


def register(check: Callable[[], Iterator[Finding]]) -> None:
    """Let a context look after its own things; it is asked only when every table is there."""
    if check not in _REGISTERED:
        _REGISTERED.append(check)


def examine() -> tuple[Finding, ...]:
    """Look at everything; without its tables the database's own checks come alone."""
    findings = list(_database()) + list(_migrations())
    if any(finding.subject == "migrations" and finding.state == "broken" for finding in findings):
        checks: tuple[Callable[[], Iterator[Finding]], ...] = (_folder, _secret, _clock, _programs)
    else:
        checks = CHECKS[2:]
        checks = (*checks, *_REGISTERED)
    return tuple(findings + [finding for check in checks for finding in check()])
