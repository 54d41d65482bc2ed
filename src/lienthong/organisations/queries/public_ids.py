"""Public ids as they arrive in addresses and payloads."""

from uuid import UUID


def parse(uuid: UUID | str) -> UUID | None:
    """Read a public id; None when the text is not one, so that it is simply not found."""
    if isinstance(uuid, UUID):
        return uuid
    try:
        return UUID(uuid)
    except ValueError:
        return None
