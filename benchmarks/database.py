"""What the database does by itself on the same disk: the yardstick for everything above it."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
from django.db import connection
from psycopg.types.json import Jsonb

_TABLE = """
CREATE TABLE IF NOT EXISTS bench_row (
    id bigserial PRIMARY KEY, uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(), code text NOT NULL,
    name text NOT NULL, status int NOT NULL, answers jsonb NOT NULL, at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS bench_row_code ON bench_row (code);
"""
_ROW = "INSERT INTO bench_row (code, name, status, answers) VALUES (%s, %s, 1, %s)"
_ENTRY = """
INSERT INTO kernel_auditentry (at, action, actor_kind, actor_id, subject_type, subject_id, content)
VALUES (now(), 'bench.row.written', 'system', '', 'bench.row', '1', %s)
"""
_ANSWERS = {f"field_{number}": f"Giá trị thứ {number}" for number in range(30)}


@dataclass(frozen=True)
class Rate:
    """Commits a second, of one row each."""

    name: str
    connections: int
    per_second: float


def rates(seconds: float = 2.0) -> list[Rate]:
    """Measure plain inserts, and audit entries with their hash chain, each row in a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
    try:
        return [
            *(_rate("plain row", count, _insert_row, seconds) for count in (1, 4)),
            *(_rate("audit entry in the chain", count, _insert_entry, seconds) for count in (1, 4, 16)),
        ]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_row")


def _insert_row(cursor: psycopg.Cursor, number: int) -> None:
    cursor.execute(_ROW, [f"H48-{number}", "Nguyễn Thị Lan", Jsonb(_ANSWERS)])


def _insert_entry(cursor: psycopg.Cursor, number: int) -> None:
    cursor.execute(_ENTRY, [json.dumps({"action": "bench.row.written", "number": number, "padding": "x" * 300})])


def _rate(name: str, connections: int, insert, seconds: float) -> Rate:
    parameters = {key: value for key, value in connection.get_connection_params().items() if key != "cursor_factory"}
    parameters.pop("context", None)

    def work(_number: int) -> int:
        done, until = 0, time.perf_counter() + seconds
        with psycopg.connect(**parameters, autocommit=True) as own, own.cursor() as cursor:
            while time.perf_counter() < until:
                insert(cursor, done)
                done += 1
        return done

    with ThreadPoolExecutor(connections) as pool:
        done = sum(pool.map(work, range(connections)))
    return Rate(name, connections, round(done / seconds, 1))
