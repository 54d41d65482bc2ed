"""On what ground a program reads a dossier, written where the applicant will find it."""

from datetime import datetime

from django.utils.translation import gettext as _
from ninja import Query

from lienthong.accounts.api import Principal
from lienthong.dossiers import api as dossiers
from lienthong.kernel.rest import Text
from lienthong.workflows import api as workflows

PURPOSE: Text = Query(
    "",
    max_length=255,
    description="why an official reads a dossier that is none of their tasks; the applicant reads it word for word",
)


def opened(*, principal: Principal, dossier: dossiers.Dossier, purpose: str, now: datetime) -> dossiers.Reading:
    """Work out how a token reads a dossier, and write the reading; applicants leave no trace.

    An official's token needs a task or a purpose; an agency's token reads as its rights need: without one that
    works on the content, personal data come masked.

    :raises PurposeMissingError: when an official has neither a task nor given a purpose.
    """
    tasks = workflows.tasks_of(principal=principal, business_key=str(dossier.uuid)) if principal.is_official else ()
    stated = dossiers.Stated(purpose=purpose) if purpose else None
    reading = dossiers.reading_of(principal=principal, dossier=dossier, tasks=tasks, stated=stated, now=now)
    if reading.ground is None:
        raise dossiers.PurposeMissingError(
            _("Bạn không có nhiệm vụ ở hồ sơ này. Hãy nêu lý do xem bằng tham số purpose.")
        )
    if stated is not None and reading.purpose == purpose:
        dossiers.state_purpose(principal=principal, dossier=dossier, purpose=purpose, is_full=False, now=now)
    else:
        dossiers.record_reading(principal=principal, dossier=dossier, reading=reading, now=now)
    return reading
