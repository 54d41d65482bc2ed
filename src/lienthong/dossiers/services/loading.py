"""Filling a demo installation with very many plausible dossiers, set by set inside the database.

They fill lists and figures and measure them: three years of filing in working hours, all ten statuses, supplements,
fees, results and histories that agree with each other. They have no running process, so nobody can work on them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from lienthong.dossiers.models import Result
from lienthong.dossiers.queries.detail import CHARGED
from lienthong.kernel import bulk
from lienthong.kernel.errors import ForbiddenError, InvalidError
from lienthong.payments import api as payments

BATCH = 50_000
YEARS = 3


@dataclass(frozen=True, slots=True)
class LoadedProcedure:
    """A procedure that dossiers are made of, pinned to a version."""

    version_id: int
    form_id: int | None
    limit_days: int


@dataclass(frozen=True, slots=True)
class LoadedAgency:
    """An agency that receives and decides, with the code that dossiers bear."""

    agency_id: int
    code: str


@dataclass(frozen=True, slots=True)
class LoadedPerson:
    """A fictional person who applies."""

    person_id: int
    name: str
    search_key: str


def load_demo(
    *,
    count: int,
    procedures: Sequence[LoadedProcedure],
    agencies: Sequence[LoadedAgency],
    people: Sequence[LoadedPerson],
    now: datetime,
) -> Iterator[int]:
    """Make dossiers batch by batch, a transaction each; give after each how many are there now.

    :raises ForbiddenError: outside a demo installation.
    :raises InvalidError: without procedures, agencies or people to make them of.
    """
    if not settings.DEMO:
        raise ForbiddenError(_("Hồ sơ mẫu chỉ dùng cho bản trình diễn (DEMO=1)."))
    if not (procedures and agencies and people):
        raise InvalidError(_("Chưa có thủ tục, cơ quan hoặc người nộp mẫu. Hãy chạy lienthong seed trước."))
    file_id = Result.objects.filter(file__isnull=False).values_list("file_id", flat=True).first()
    made = 0
    while made < count:
        size = min(BATCH, count - made)
        with transaction.atomic(), connection.cursor() as cursor:
            bulk.trust_rows(cursor)
            _prepare(cursor, procedures, agencies, people)
            given: dict[str, Any] = {
                "size": size,
                "now": now,
                "start": now - timedelta(days=365 * YEARS),
                "file": file_id,
            }
            for statement in _STATEMENTS:
                cursor.execute(statement, given)
            payments.load_charges(cursor=cursor, subject_type=CHARGED)
        made += size
        yield made
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dossiers_dossier, dossiers_historyentry, dossiers_dossierdocument, dossiers_result")


def _prepare(cursor, procedures, agencies, people) -> None:  # type: ignore[no-untyped-def]  # psycopg's cursor
    """Put what dossiers are made of into tables of this transaction, numbered from 0."""
    cursor.execute(
        "CREATE TEMP TABLE load_procedure (n int, version_id bigint, form_id bigint, days int) ON COMMIT DROP;"
        "CREATE TEMP TABLE load_agency (n int, agency_id bigint, code text) ON COMMIT DROP;"
        "CREATE TEMP TABLE load_person (n int, person_id bigint, name text, search_key text) ON COMMIT DROP"
    )
    cursor.executemany(
        "INSERT INTO load_procedure VALUES (%s, %s, %s, %s)",
        [(n, row.version_id, row.form_id, row.limit_days) for n, row in enumerate(procedures)],
    )
    cursor.executemany(
        "INSERT INTO load_agency VALUES (%s, %s, %s)", [(n, row.agency_id, row.code) for n, row in enumerate(agencies)]
    )
    cursor.executemany(
        "INSERT INTO load_person VALUES (%s, %s, %s, %s)",
        [(n, row.person_id, row.name, row.search_key) for n, row in enumerate(people)],
    )


# One draw a dossier: when, who, where, what, and how it goes. Few procedures and agencies get most dossiers.
_DRAW = """
CREATE TEMP TABLE load_draw ON COMMIT DROP AS
WITH dice AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('dossiers_dossier', 'id')) AS id, gen_random_uuid() AS uuid,
           floor(power(random(), 2) * (SELECT count(*) FROM load_procedure))::int AS procedure_n,
           floor(power(random(), 1.6) * (SELECT count(*) FROM load_agency))::int AS agency_n,
           floor(random() * (SELECT count(*) FROM load_person))::int AS person_n,
           date_trunc('day', %(start)s::timestamptz + random() * (%(now)s::timestamptz - %(start)s::timestamptz),
                      'Asia/Ho_Chi_Minh') + interval '7 hours 30 minutes' + random() * interval '9 hours' AS filed_at,
           random() AS fate, random() AS pace, random() AS slow, random() AS way, random() AS extra,
           random() AS fee, random() AS paper, random() AS answer
      FROM generate_series(1, %(size)s)
), weekdays AS (
    SELECT *, filed_at - CASE extract(isodow FROM filed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')
                         WHEN 6 THEN interval '1 day' WHEN 7 THEN interval '2 days' ELSE interval '0' END AS filed
      FROM dice
), named AS (
    SELECT d.*, p.version_id, p.form_id, p.days, a.agency_id, a.code AS agency_code, o.person_id, o.name, o.search_key,
           least(d.filed, %(now)s::timestamptz) AS submitted_at,
           CASE WHEN d.way < 0.62 THEN 2 WHEN d.way < 0.95 THEN 1 ELSE 3 END AS channel
      FROM weekdays d JOIN load_procedure p ON p.n = d.procedure_n JOIN load_agency a ON a.n = d.agency_n
      JOIN load_person o ON o.n = d.person_n
), begun AS (
    SELECT *, CASE WHEN fate < 0.02 THEN NULL
                   WHEN channel = 2 THEN submitted_at + random() * interval '8 hours' ELSE submitted_at END AS taken_at
      FROM named
), asked AS (
    SELECT *, taken_at + days * interval '1 day' * 1.4 AS first_due,
           CASE WHEN extra < 0.08 THEN taken_at + days * interval '4 hours' END AS asked_at,
           CASE WHEN extra < 0.08 THEN random() * interval '4 days' + interval '2 hours' ELSE interval '0' END AS waited
      FROM begun
)
SELECT *, first_due + waited AS due_on,
       taken_at + waited + days * interval '1 day' * 1.4
           * CASE WHEN slow < 0.94 THEN 0.15 + pace * 0.83 WHEN slow < 0.99 THEN 1 + pace * 0.6 ELSE 1.5 + pace * 4 END
           AS ends_at
  FROM asked
"""
# What has come to pass by now: who is not received or withdraws, who waits, who is done, who has the result.
_LIFE = """
CREATE TEMP TABLE load_life ON COMMIT DROP AS
WITH seen AS (
    SELECT *, CASE WHEN taken_at <= %(now)s THEN taken_at END AS received_at,
           CASE WHEN fate < 0.02 AND submitted_at + interval '6 hours' <= %(now)s
                THEN submitted_at + interval '6 hours' END AS turned_away_at,
           CASE WHEN fate BETWEEN 0.02 AND 0.035 AND ends_at <= %(now)s THEN ends_at END AS withdrawn_at,
           CASE WHEN fate > 0.035 AND ends_at <= %(now)s THEN ends_at END AS done_at, fate < 0.045 AS refuses,
           asked_at IS NOT NULL AND asked_at <= %(now)s AND asked_at + waited > %(now)s AS is_waiting
      FROM load_draw
)
SELECT *, done_at IS NOT NULL AND refuses AS is_refused,
       CASE WHEN turned_away_at IS NOT NULL THEN 3 WHEN withdrawn_at IS NOT NULL THEN 7
            WHEN returned_at IS NOT NULL THEN 10 WHEN done_at IS NOT NULL THEN 9 WHEN received_at IS NULL THEN 1
            WHEN is_waiting THEN 5
            WHEN received_at > %(now)s::timestamptz - interval '4 hours' THEN 2
            WHEN fee < 0.02 THEN 6 WHEN fee > 0.995 THEN 8 ELSE 4 END AS status
  FROM (SELECT *, CASE WHEN refuses THEN done_at
                       WHEN done_at + answer * interval '3 days' <= %(now)s THEN done_at + answer * interval '3 days'
                  END AS returned_at FROM seen) handed
"""
_DOSSIERS = """
INSERT INTO dossiers_dossier (id, uuid, created_at, code, procedure_version_id, form_id, answers, applicant_id,
    applicant_kind, applicant_name, owner_name, subject, phone, email, search_key, supporting_agency_id,
    receiving_agency_id, competent_agency_id, agency_ids, channel, return_method, return_address, submission_key,
    status, stage, version, submitted_at, received_at, counted_from, due_at, paused_at, done_at, returned_at,
    limit_amount, limit_unit, extension_count, waits_for)
SELECT id, uuid, submitted_at, code, version_id, form_id, '{}', person_id, 0, name, name, '', '', '',
       lower(code) || ' ' || search_key, agency_id, agency_id, agency_id, ARRAY[agency_id], channel,
       CASE channel WHEN 2 THEN 'electronic' ELSE 'counter' END, '', gen_random_uuid(), status, '', 1, submitted_at,
       received_at, received_at, due_at,
       CASE WHEN status = 5 THEN asked_at
            WHEN status IN (6, 8) THEN least(received_at + days * interval '10 hours', %(now)s) END,
       done_at, returned_at, days, CASE WHEN received_at IS NULL THEN '' ELSE 'working_days' END, 0, ''
  FROM (SELECT *, agency_code || '-' || to_char(submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYYMMDD') || '-9'
                  || lpad(id::text, 8, '0') AS code,
               CASE WHEN received_at IS NOT NULL THEN CASE WHEN is_waiting THEN first_due ELSE due_on END END AS due_at
          FROM load_life) coded
"""
_HISTORY = """
INSERT INTO dossiers_historyentry (uuid, created_at, dossier_id, at, kind, title, note, actor_kind, actor_name, status,
    element_id, is_public, facts)
SELECT gen_random_uuid(), e.at, l.id, e.at, e.kind, e.title, '', e.actor, '', e.status, '', true, '{}'
  FROM load_life l CROSS JOIN LATERAL (VALUES
       (l.submitted_at, 'submitted', 'Đã nộp hồ sơ', 'citizen', 1),
       (l.received_at, 'received', 'Đã tiếp nhận', 'official', 2),
       (l.turned_away_at, 'not_received', 'Từ chối tiếp nhận', 'official', 3),
       (CASE WHEN l.asked_at <= %(now)s THEN l.asked_at END, 'supplement_requested', 'Yêu cầu bổ sung', 'official', 5),
       (CASE WHEN l.asked_at + l.waited <= %(now)s THEN l.asked_at + l.waited END, 'supplemented', 'Đã bổ sung',
        'citizen', 4),
       (CASE WHEN l.status = 8 THEN least(l.received_at + l.days * interval '10 hours', %(now)s) END, 'stopped',
        'Dừng xử lý', 'official', 8),
       (l.withdrawn_at, 'withdrawn', 'Người nộp rút hồ sơ', 'citizen', 7),
       (CASE WHEN l.is_refused THEN l.done_at END, 'refused', 'Từ chối giải quyết', 'official', 10),
       (CASE WHEN NOT l.is_refused THEN l.done_at END, 'done', 'Đã có kết quả', 'official', 9),
       (CASE WHEN NOT l.is_refused THEN l.returned_at END, 'returned', 'Đã trả kết quả', 'official', 10)
  ) e (at, kind, title, actor, status) WHERE e.at IS NOT NULL
"""
_SUPPLEMENTS = """
INSERT INTO dossiers_supplementrequest (uuid, created_at, dossier_id, round, requested_at, requested_by, agency_id,
    reason, document_keys, answered_at)
SELECT gen_random_uuid(), asked_at, id, 1, asked_at, '', agency_id, 'Thiếu giấy tờ', '[]',
       CASE WHEN asked_at + waited <= %(now)s THEN asked_at + waited END
  FROM load_life WHERE asked_at <= %(now)s AND received_at IS NOT NULL
"""
_CHARGES = """
INSERT INTO load_charge
SELECT uuid, code, agency_id, person_id, name, at, 15000 + 5000 * floor(answer * 20)::int, status = 6,
       CASE WHEN status = 6 THEN '' WHEN pace < 0.6 THEN 'transfer' ELSE 'cash' END
  FROM (SELECT l.*, d.code, CASE WHEN l.status = 6 THEN least(l.received_at + l.days * interval '10 hours', %(now)s)
                                 ELSE l.received_at END AS at
          FROM load_life l JOIN dossiers_dossier d USING (id)) charged
 WHERE received_at IS NOT NULL AND fee < 0.2
"""
_PAPERS = """
INSERT INTO dossiers_dossierdocument (uuid, created_at, dossier_id, document_key, name, copy_kind, quantity, file_id,
    round, origin, is_verified, is_certified)
SELECT gen_random_uuid(), submitted_at, id, 'application', 'Đơn đề nghị', 2, 1,
       CASE WHEN paper < 0.86 THEN %(file)s::bigint END, 0, CASE WHEN paper < 0.86 THEN 'upload' ELSE 'paper' END,
       false, false
  FROM load_life
"""
_RESULTS = """
INSERT INTO dossiers_result (uuid, created_at, dossier_id, state, title, number, verification_code, content,
    signer_name, signer_title, signed_at, agency_id, issued_at, file_id, ended_why, ended_by_decision)
SELECT gen_random_uuid(), done_at, id, 'issued', 'Kết quả', id || '/KQ', 'L' || lpad(id::text, 12, '0'), '{}', '', '',
       done_at, agency_id, done_at, %(file)s::bigint, '', ''
  FROM load_life WHERE done_at IS NOT NULL AND NOT is_refused AND answer < 0.8 AND %(file)s::bigint IS NOT NULL
"""
_STATEMENTS = (_DRAW, _LIFE, _DOSSIERS, _HISTORY, _SUPPLEMENTS, payments.LOAD_TABLE, _CHARGES, _PAPERS, _RESULTS)
