"""The figures as a page people read."""

from typing import Any

_TARGETS = {  # statements, CPU milliseconds
    "file a dossier": (15, 10),
    "receive it (due date)": (12, 8),
    "a step behind the desk": (12, 8),
    "read a dossier": (8, 8),
    "list 100 dossiers": (6, 25),
}


def markdown(figures: dict[str, Any]) -> str:
    """Write the report."""
    parts = [_head(figures)]
    for name, write in (
        ("requests", _requests),
        ("crowd", _crowd),
        ("database", _database),
        ("start", _start),
        ("steps", _steps),
        ("import", _import),
        ("takeover", _takeover),
        ("statistics", _statistics),
    ):
        if name in figures:
            parts.append(write(figures))
    return "\n".join(parts) + "\n"


def _table(head: list[str], rows: list[list[Any]]) -> str:
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def _head(figures: dict[str, Any]) -> str:
    facts = figures["machine"]
    told = "; ".join(f"{name}: {value}" for name, value in facts.items())
    return (
        "# Benchmarks\n\n"
        "Written by `make bench ARGS=--write`. "
        "CPU is what counts; on a busy machine wall times mean little, and CPU times grow too (shared caches).\n\n"
        f"Machine: {told}. Load before and after: {figures['load_before']:.1f}, {figures['load_after']:.1f}.\n"
    )


def _requests(figures: dict[str, Any]) -> str:
    rows = []
    for cost in figures["requests"]:
        target = _TARGETS.get(cost["name"])
        rows.append(
            [
                cost["name"],
                f"{cost['statements']} + {cost['savepoints']}",
                cost["web_ms"],
                cost["thread_ms"],
                cost["database_ms"],
                cost["per_second"],
                cost["p95_ms"],
                f"{target[0]}, {target[1]} ms" if target else "",
            ]
        )
    head = ["Request", "Statements", "CPU web", "in Django", "CPU database", "Requests/s", "p95", "To reach"]
    return (
        "## Requests\n\nThrough HTTP with a bearer token, one after the other on one connection, one web process. "
        "Milliseconds a request. Statements: SQL + savepoints; BEGIN and COMMIT come on top.\n\n"
        + _table(head, rows)
        + f"\nMemory of the web process afterwards: {figures['web_memory_mb']} MB.\n"
    )


def _crowd(figures: dict[str, Any]) -> str:
    crowd = figures["crowd"]
    return (
        f"## 64 people filing at once\n\n{crowd['filed']} dossiers filed, {crowd['duplicate_codes']} duplicate codes, "
        f"{crowd['missing_numbers']} numbers left out, {crowd['per_second']} dossiers/s (two web processes).\n"
    )


def _database(figures: dict[str, Any]) -> str:
    rates = figures["database"]
    raw = rates[0]["per_second"]
    rows = [
        [rate["name"], rate["connections"], rate["per_second"], f"{rate['per_second'] / raw:.2f}"] for rate in rates
    ]
    text = "## The database by itself\n\nOne row a transaction, plain psycopg, same disk, same run.\n\n"
    text += _table(["Row", "Connections", "Commits/s", "Ratio"], rows)
    filing = next((cost for cost in figures.get("requests", ()) if cost["name"] == "file a dossier"), None)
    if filing:
        text += f"\nA filed dossier costs as much wall time as {raw / filing['per_second']:.0f} plain rows.\n"
    return text


def _start(figures: dict[str, Any]) -> str:
    start = figures["start"]
    return f"## Start\n\nLoading the platform: {start['cpu_seconds']} s CPU, {start['memory_mb']} MB.\n"


def _steps(figures: dict[str, Any]) -> str:
    rows = [[step["process"], step["steps"], step["cpu_ms"], step["statements"]] for step in figures["steps"]]
    return "## The process engine\n\nOne `workflows.complete`, without the dossier around it.\n\n" + _table(
        ["Process", "Steps", "CPU ms", "Statements"], rows
    )


def _import(figures: dict[str, Any]) -> str:
    found = figures["import"]
    return (
        f"## Catalogue\n\nImporting {found['records']} procedures again: {found['seconds']} s, "
        f"{found['cpu_seconds']} s CPU.\n"
    )


def _takeover(figures: dict[str, Any]) -> str:
    found = figures["takeover"]
    rows = [
        [one["name"], one["rows"], one["jobs"], one["longest"], one["seconds"], one["cpu_seconds"], one["statements"]]
        for one in found["passes"]
    ]
    head = ["Pass", "Rows", "Jobs", "Longest job, s", "Seconds", "CPU s", "Statements a row"]
    return (
        f"## A register of an older system\n\n{found['rows']} rows, row {found['wrong_row']} wrong: the report names "
        f"that row, the rest is imported. The table given again, mended, imports that row alone: {found['dossiers']} "
        "dossiers in all.\n\n" + _table(head, rows) + f"\nMemory grew by {found['grown_mb']} MB at its most.\n"
    )


def _statistics(figures: dict[str, Any]) -> str:
    found = figures["statistics"]
    export, keeping = found["export"], found["keeping"]
    rows = [[page["name"], page["statements"], page["web_ms"], page["database_ms"]] for page in found["pages"]]
    text = f"## Figures of service\n\nAt {found['dossiers']} dossiers ({found['cells']} cells).\n\n"
    text += _table(["Page", "Statements", "CPU web ms", "CPU database ms"], rows)
    text += (
        f"\nTo reach: 100 ms of CPU. Export of {export['rows']} dossiers as CSV: {export['seconds']} s "
        f"({export['cpu_seconds']} s CPU), peak {export['peak_mb']} MB (to reach: 60 s, 200 MB).\n"
        f"\nKeeping the figures after one change of a dossier: {keeping['statements']} statements, "
        f"{keeping['cpu_ms']} ms CPU in the worker, {keeping['database_ms']} ms in the database.\n"
    )
    if found["loaded"]:
        text += (
            f"\n`lienthong demo-load` made {found['loaded']} dossiers in {found['load_seconds']} s "
            f"({found['load_cpu_seconds']} s CPU outside the database).\n"
        )
    return text
