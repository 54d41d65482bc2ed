"""Measure the platform on this machine.

``python -m benchmarks [NAME …] [--json] [--write]``: starts the platform as in production on the embedded PostgreSQL
(or on DATABASE_URL) with the demo's people, asks it through HTTP, and prints what each request costs
beside what the database does by itself on the same disk. It leaves its dossiers in that database:
point DATA or DATABASE_URL at one kept for measuring.
"""

import argparse
import json
import os
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

NAMES = ("requests", "crowd", "database", "start", "steps", "import", "takeover", "statistics")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(NAMES)} (all)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--write", action="store_true", help="write the report to docs/benchmarks.md")
    parser.add_argument("--count", type=int, default=200, help="requests of each kind (200)")
    parser.add_argument("--dossiers", type=int, default=1_000_000, help="size to measure statistics at (1000000)")
    parser.add_argument("--rows", type=int, default=10_000, help="rows of the register to take over (10000)")
    options = parser.parse_args()
    if unknown := sorted(set(options.names) - set(NAMES)):
        parser.error(f"unknown: {', '.join(unknown)}; choose from {', '.join(NAMES)}")
    return options


def main() -> int:
    """Measure what was asked for."""
    options = _arguments()
    root = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(root / "src")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lienthong.settings")
    os.environ.setdefault("DATA", str(root / ".data" / "benchmarks"))
    os.environ["DEMO"] = "1"
    from lienthong.cli import environment  # noqa: PLC0415 - reads the environment set above

    environment.prepare_folder()
    with environment.database():
        figures = _measure(set(options.names) or set(NAMES), options)
    from benchmarks import report  # noqa: PLC0415 - after the environment

    text = report.markdown(figures)
    print(json.dumps(figures, indent=2, ensure_ascii=False) if options.json else text)
    if options.write:
        (root / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")
    return 0


def _measure(names: set[str], options: argparse.Namespace) -> dict[str, Any]:
    import django  # noqa: PLC0415 - the database's address is known only now

    django.setup()
    from benchmarks import database, inner, machine, requests, server, statistics, takeover  # noqa: PLC0415
    from lienthong.cli import prepare  # noqa: PLC0415

    prepare.prepare_database()
    prepare.prepare_static()
    figures: dict[str, Any] = {"machine": machine.facts(), "load_before": machine.load()}
    if "database" in names:
        figures["database"] = [asdict(rate) for rate in database.rates()]
    if "requests" in names:
        with server.running(port=_free_port()) as running:
            figures["requests"] = [asdict(cost) for cost in requests.costs(running, options.count)]
            figures["web_memory_mb"] = round(running.memory(), 1)
    if "crowd" in names:
        with server.running(port=_free_port(), workers=2) as running:
            figures["crowd"] = asdict(requests.crowd(running))
    if "start" in names:
        figures["start"] = asdict(inner.start_up())
    if "steps" in names:
        figures["steps"] = [asdict(step) for step in inner.steps()]
    if "import" in names:
        figures["import"] = asdict(inner.catalogue_import())
    if "takeover" in names:
        figures["takeover"] = asdict(takeover.measure(options.rows))
    if "statistics" in names:
        loaded = statistics.load(options.dossiers)
        with server.running(port=_free_port()) as running:
            figures["statistics"] = asdict(statistics.measure(running, loaded=loaded, count=min(options.count, 20)))
    return {**figures, "load_after": machine.load()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
