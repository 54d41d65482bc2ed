"""Refusals that people meet when they file or handle dossiers."""

from lienthong.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class DossierNotFoundError(NotFoundError):
    """No such dossier, or not one that this person may know of."""

    code = "dossiers.not_found"


class HandOverNotFoundError(NotFoundError):
    """No such hand-over list, or not one of this person's agencies."""

    code = "dossiers.hand_over_not_found"


class DossierStateError(ConflictError):
    """The dossier's status does not allow this act."""

    code = "dossiers.wrong_status"


class StaleDossierError(ConflictError):
    """Somebody changed the dossier since the page was opened."""

    code = "dossiers.stale"


class SubmissionInvalidError(InvalidError):
    """The application is not complete; ``field_errors`` says where."""

    code = "dossiers.incomplete"


class FormNotInForceError(InvalidError):
    """The law of that day has no form for this paper."""

    code = "dossiers.no_form"


class NotCompetentError(InvalidError):
    """No agency is competent for this procedure at the place chosen."""

    code = "dossiers.no_competent_agency"


class PurposeMissingError(ForbiddenError):
    """The official has no task at the dossier and has not said why they read it."""

    code = "dossiers.purpose_missing"


class NotAllowedError(ForbiddenError):
    """The person may see the dossier but not do this."""

    code = "dossiers.not_allowed"


class ComplaintNotFoundError(NotFoundError):
    """No such complaint, or not one that this person may know of."""

    code = "dossiers.complaint_not_found"
