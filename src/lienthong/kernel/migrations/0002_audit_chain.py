"""The audit trail guards itself: no change, no removal, one hash chain written at commit."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION kernel_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER kernel_auditentry_append_only BEFORE UPDATE OR DELETE ON kernel_auditentry
    FOR EACH ROW EXECUTE FUNCTION kernel_audit_refuse();
CREATE TRIGGER kernel_auditentry_no_truncate BEFORE TRUNCATE ON kernel_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_audit_refuse();
CREATE TRIGGER kernel_auditlink_append_only BEFORE UPDATE OR DELETE ON kernel_auditlink
    FOR EACH ROW EXECUTE FUNCTION kernel_audit_refuse();
CREATE TRIGGER kernel_auditlink_no_truncate BEFORE TRUNCATE ON kernel_auditlink
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_audit_refuse();

-- Runs once per entry while its transaction commits: writers meet only here, for the length of a commit.
-- The lock's two numbers name the chain ('audi', 't').
CREATE FUNCTION kernel_audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head_sequence bigint;
    head_hash bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(1635083369, 116);
    SELECT sequence, hash INTO head_sequence, head_hash
        FROM kernel_auditlink ORDER BY sequence DESC LIMIT 1;
    IF NOT FOUND THEN
        head_sequence := 0;
        head_hash := sha256(''::bytea);
    END IF;
    INSERT INTO kernel_auditlink (sequence, entry_id, previous_hash, hash) VALUES (
        head_sequence + 1,
        NEW.id,
        head_hash,
        sha256(head_hash || int8send(head_sequence + 1) || convert_to(NEW.content, 'UTF8'))
    );
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER kernel_auditentry_chain AFTER INSERT ON kernel_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kernel_audit_chain();

ALTER TABLE kernel_ratewindow SET UNLOGGED;
"""

BACKWARD = """
ALTER TABLE kernel_ratewindow SET LOGGED;
DROP TRIGGER kernel_auditentry_chain ON kernel_auditentry;
DROP FUNCTION kernel_audit_chain();
DROP TRIGGER kernel_auditentry_append_only ON kernel_auditentry;
DROP TRIGGER kernel_auditentry_no_truncate ON kernel_auditentry;
DROP TRIGGER kernel_auditlink_append_only ON kernel_auditlink;
DROP TRIGGER kernel_auditlink_no_truncate ON kernel_auditlink;
DROP FUNCTION kernel_audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
