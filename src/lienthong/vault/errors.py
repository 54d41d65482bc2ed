"""Refusals that people meet with their papers."""

from lienthong.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class DocumentMissingError(NotFoundError):
    """No such paper, or not one of this person's."""

    code = "vault.not_found"


class DocumentNotUsableError(InvalidError):
    """The paper has run out, was revoked or replaced, or is not the applicant's."""

    code = "vault.not_usable"


class ShareClosedError(NotFoundError):
    """The link has run out, was used up or taken back; all look the same from outside."""

    code = "vault.share_closed"


class VaultInvalidError(InvalidError):
    """What was given is not complete; ``field_errors`` says where."""

    code = "vault.invalid"


class NotCertifierError(ForbiddenError):
    """The official may not certify copies at this agency."""

    code = "vault.not_certifier"


class AlreadyVerifiedError(ConflictError):
    """The paper was compared with its original before."""

    code = "vault.already_verified"
