"""Charges of very many loaded things, for demo installations that are measured."""

from typing import Any

#: What the caller fills: ``paid_by`` is a method, empty while nothing is paid.
TABLE = """
CREATE TEMP TABLE load_charge (subject_id uuid, subject_code text, agency_id bigint, person_id bigint, payer_name text,
    asked_at timestamptz, amount bigint, is_blocking boolean, paid_by text) ON COMMIT DROP
"""
_CHARGES = """
CREATE TEMP TABLE load_numbered ON COMMIT DROP AS
    SELECT *, nextval(pg_get_serial_sequence('payments_charge', 'id')) AS id FROM load_charge;
INSERT INTO payments_charge (id, uuid, created_at, subject_type, subject_id, subject_code, about, code, agency_id,
    collector, person_id, payer_name, stage, is_blocking, reason, asked_at, asked_by, amount, state, closed_at,
    closed_by, closing_reason)
SELECT id, gen_random_uuid(), asked_at, '{subject_type}', subject_id, subject_code, 'Lệ phí',
       'L' || lpad(id::text, 12, '0'),
       agency_id, 'receiving', person_id, payer_name, CASE WHEN is_blocking THEN 2 ELSE 1 END, is_blocking, 'Lệ phí',
       asked_at, '', amount, CASE paid_by WHEN '' THEN 'open' ELSE 'settled' END,
       CASE WHEN paid_by <> '' THEN asked_at END, '', ''
  FROM load_numbered;
INSERT INTO payments_chargeline (uuid, created_at, charge_id, kind, name, quantity, unit, unit_amount, reduction,
    reduction_reason, reduction_basis, amount, legal_basis)
SELECT gen_random_uuid(), asked_at, id, 'le_phi', 'Lệ phí', 1, '', amount, 0, '', '', amount, '' FROM load_numbered;
INSERT INTO payments_payment (uuid, created_at, charge_id, method, gateway, reference, transaction, amount, state,
    started_at, paid_at, received_by, reason)
SELECT gen_random_uuid(), asked_at, id, paid_by, '', 'L' || id, '', amount, 'paid', asked_at, asked_at, '', ''
  FROM load_numbered WHERE paid_by <> ''
"""


def load_charges(*, cursor: Any, subject_type: str) -> None:
    """Make the charges of the caller's temporary table (:data:`TABLE`), in its transaction.

    :param subject_type: of the caller's things, a constant of the program.
    """
    cursor.execute(_CHARGES.format(subject_type=subject_type))
