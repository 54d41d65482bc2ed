"""Public ids as they arrive in addresses and payloads."""

from uuid import UUID

_NOBODY = UUID(int=0)


def parse(uuid: UUID | str) -> UUID:
    """Read a public id; a text that is none gives the nil UUID, which no row bears."""
    if isinstance(uuid, UUID):
        return uuid
    try:
        return UUID(uuid)
    except ValueError:
        return _NOBODY
