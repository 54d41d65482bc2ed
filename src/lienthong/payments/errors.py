"""What payments refuse, and how each refusal is called."""

from lienthong.kernel.errors import ConflictError, DomainError, ForbiddenError, InvalidError, NotFoundError


class ChargeNotFoundError(NotFoundError):
    """No such charge, payment or receipt for this person."""

    code = "payments.not_found"


class NotAllowedError(ForbiddenError):
    """The person may see the charge but not do this to it."""

    code = "payments.not_allowed"


class ChargeStateError(ConflictError):
    """The charge is paid, exempt or cancelled already."""

    code = "payments.state"


class PaymentInvalidError(InvalidError):
    """What was given breaks a rule; ``field_errors`` says where."""

    code = "payments.invalid"


class StatementInvalidError(InvalidError):
    """A statement cannot be read."""

    code = "payments.statement_invalid"


class GatewayUnavailableError(DomainError):
    """The gateway is not configured here, or does not answer."""

    status = 503
    code = "payments.gateway_unavailable"
