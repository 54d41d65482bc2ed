"""The marks of reference data: which transaction last changed each topic (see kernel/reference.py)."""

from django.db import migrations

FORWARD = """
CREATE TABLE kernel_referencemark (topic text PRIMARY KEY, transaction_id xid8 NOT NULL);

CREATE FUNCTION kernel_renew_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE kernel_referencemark SET transaction_id = pg_current_xact_id()
     WHERE topic = TG_ARGV[0] AND transaction_id <> pg_current_xact_id();
    RETURN NULL;
END $$;
"""

BACKWARD = """
DROP FUNCTION kernel_renew_mark();
DROP TABLE kernel_referencemark;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_audit_chain")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
