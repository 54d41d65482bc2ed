"""Sums that a check constraint cannot see, looked at when the transaction commits."""

from django.db import migrations

SUMS = """
CREATE FUNCTION payments_check_charge(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    owed payments_charge%ROWTYPE;
    total numeric;
    paid numeric;
BEGIN
    SELECT * INTO owed FROM payments_charge WHERE id = wanted;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT COALESCE(sum(amount), 0) INTO total FROM payments_chargeline WHERE charge_id = wanted;
    IF total <> owed.amount THEN
        RAISE EXCEPTION 'charge % asks % but its lines sum to %', owed.code, owed.amount, total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_charge_sum';
    END IF;
    SELECT sum(amount) INTO paid FROM payments_payment WHERE charge_id = wanted AND state = 'paid';
    IF (owed.state = 'settled') <> (paid IS NOT NULL) OR paid <> owed.amount THEN
        RAISE EXCEPTION 'charge % is % but % is paid', owed.code, owed.state, paid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_charge_paid';
    END IF;
END $$;
CREATE FUNCTION payments_charge_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM payments_check_charge(NEW.id); RETURN NULL; END $$;
CREATE FUNCTION payments_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM payments_check_charge(OLD.charge_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM payments_check_charge(NEW.charge_id); END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION payments_refund_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given numeric;
    came numeric;
BEGIN
    SELECT amount INTO came FROM payments_payment WHERE id = NEW.payment_id AND state IN ('paid', 'surplus');
    SELECT sum(amount) INTO given FROM payments_refund
        WHERE payment_id = NEW.payment_id AND state IN ('asked', 'approved', 'done');
    IF given > COALESCE(came, 0) THEN
        RAISE EXCEPTION 'refunds of % exceed the payment of %', given, came
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_refund_sum';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_charge_agrees AFTER INSERT OR UPDATE ON payments_charge
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_charge_changed();
CREATE CONSTRAINT TRIGGER payments_line_agrees AFTER INSERT OR UPDATE OR DELETE ON payments_chargeline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_part_changed();
CREATE CONSTRAINT TRIGGER payments_payment_agrees AFTER INSERT OR UPDATE OR DELETE ON payments_payment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_part_changed();
CREATE CONSTRAINT TRIGGER payments_refund_agrees AFTER INSERT OR UPDATE ON payments_refund
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_refund_changed();
"""
NO_SUMS = """
DROP TRIGGER payments_charge_agrees ON payments_charge;
DROP TRIGGER payments_line_agrees ON payments_chargeline;
DROP TRIGGER payments_payment_agrees ON payments_payment;
DROP TRIGGER payments_refund_agrees ON payments_refund;
DROP FUNCTION payments_charge_changed, payments_part_changed, payments_refund_changed, payments_check_charge;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [migrations.RunSQL(SUMS, NO_SUMS)]
