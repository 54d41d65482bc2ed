"""Name the person or agency of a signature as organisations know them on the day."""

from datetime import datetime

from django.utils.translation import gettext as _

from lienthong.files.models import SignerKind
from lienthong.files.signing.keys import Holder, NoSigningKeyError
from lienthong.kernel import clock
from lienthong.organisations import api as organisations


def agency_holder(*, agency_id: int, now: datetime) -> Holder:
    """Name an agency as a signer.

    :raises NoSigningKeyError: unknown, or an inner unit, which has no seal of its own.
    """
    agency = organisations.get_agencies(ids=[agency_id]).get(agency_id)
    if agency is None or agency.is_unit or not agency.is_in_force(clock.local_date(now)):
        raise NoSigningKeyError(_("Cơ quan này không có chữ ký số vào ngày ký."))
    return Holder(
        kind=SignerKind.AGENCY.value,
        uuid=str(agency.uuid),
        name=agency.name,
        organisation=agency.name,
        organisation_uuid=str(agency.uuid),
        title="",
        agency_id=agency.pk,
        official_id=None,
    )


def person_holder(*, official_id: int, agency_id: int | None, now: datetime) -> Holder:
    """Name an official as a signer, in the post they hold on the day.

    :param agency_id: which of their agencies they sign for; their main post when it is not given.
    :raises NoSigningKeyError: the official holds no post there on the day.
    """
    posts = organisations.assignments_of(official_id=official_id, on=clock.local_date(now))
    post = next((post for post in posts if agency_id in (None, post.position.agency_id)), None)
    official = organisations.get_officials(ids=[official_id]).get(official_id)
    if post is None or official is None:
        raise NoSigningKeyError(_("Người ký không giữ chức vụ nào ở cơ quan này vào ngày ký."))
    agency = post.position.agency
    return Holder(
        kind=SignerKind.PERSON.value,
        uuid=str(official.uuid),
        name=official.full_name,
        organisation=agency.name,
        organisation_uuid=str(agency.uuid),
        title=post.position.title,
        agency_id=agency.pk,
        official_id=official.pk,
    )
