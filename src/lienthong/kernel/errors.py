"""Anticipated failures, told once and shown everywhere.

Services raise a subclass of :class:`DomainError`; the middleware turns it into a page and the REST
layer into ``application/problem+json`` (RFC 9457). Nobody else formats errors.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class DomainError(Exception):
    """An anticipated refusal with a stable code and a message for the person who caused it.

    :ivar code: stable, machine-readable, ``context.reason`` in lower snake case.
    :ivar message: Vietnamese text (lazy translation allowed), naming what to do next.
    :ivar field_errors: messages per field path (``"parents.0.name"``), for forms and REST.
    :ivar facts: plain values for the log and for ``problem+json``; never personal data.
    """

    status = 400
    code = "kernel.refused"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        field_errors: Mapping[str, Sequence[str]] | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.field_errors = {key: tuple(value) for key, value in (field_errors or {}).items()}
        self.facts = facts

    def under(self, prefix: str) -> "DomainError":
        """Give the same refusal with every field path below another path (``answers``)."""
        self.field_errors = {
            f"{prefix}.{path}" if path else prefix: messages for path, messages in self.field_errors.items()
        }
        return self


class NotFoundError(DomainError):
    """The thing does not exist, or this person may not know that it does."""

    status = 404
    code = "kernel.not_found"


class ForbiddenError(DomainError):
    """The person may see the thing but not do this to it."""

    status = 403
    code = "kernel.forbidden"


class ConflictError(DomainError):
    """The thing has changed, or its state does not allow the act."""

    status = 409
    code = "kernel.conflict"


class InvalidError(DomainError):
    """The input breaks a rule; ``field_errors`` says where."""

    status = 422
    code = "kernel.invalid"


class TooManyError(DomainError):
    """The caller asks too often; ``facts['retry_after']`` is in seconds."""

    status = 429
    code = "kernel.too_many"
