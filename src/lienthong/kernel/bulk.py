"""Loading very many rows that are known to fit together."""

from typing import Any


def trust_rows(cursor: Any) -> bool:
    """Let the rest of this transaction write rows without asking the database whether what they point to exists.

    Only for rows made of what was just read from the same database, and only where the database lets us: its owner
    may, which the embedded server's user is; elsewhere every row is checked, which takes longer.

    :returns: whether rows are trusted now.
    """
    cursor.execute("SELECT current_setting('is_superuser') = 'on'")
    is_owner = bool(cursor.fetchone()[0])
    if is_owner:
        cursor.execute("SET LOCAL session_replication_role = replica")
    return is_owner
