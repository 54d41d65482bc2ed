"""The epoch of rights: one row, raised at most once in each transaction that changes anybody's rights."""

from django.db import migrations

TABLES = (
    "accounts_positionright",
    "accounts_delegation",
    "organisations_agency",
    "organisations_agencyparent",
    "organisations_position",
    "organisations_assignment",
    "organisations_absence",
    "organisations_official",
)
FUNCTION = """
create function accounts_raise_rights_epoch() returns trigger language plpgsql as $$
begin
    update accounts_rightsepoch
       set value = value + 1, transaction_id = txid_current()
     where id = 1 and transaction_id <> txid_current();
    return null;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "insert into accounts_rightsepoch (id, value, transaction_id) values (1, 0, 0)",
            "delete from accounts_rightsepoch",
        ),
        migrations.RunSQL(FUNCTION, "drop function accounts_raise_rights_epoch"),
        *(
            migrations.RunSQL(
                f"create trigger accounts_rights_epoch after insert or update or delete on {table} "
                "for each statement execute function accounts_raise_rights_epoch()",
                f"drop trigger accounts_rights_epoch on {table}",
            )
            for table in TABLES
        ),
    ]
