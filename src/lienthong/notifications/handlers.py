"""What people are told of their accounts; the accounts' own context stands below and cannot tell."""

from uuid import UUID

from lienthong.accounts import api as accounts
from lienthong.accounts.events import RepresentationChanged
from lienthong.kernel import clock
from lienthong.notifications import kinds
from lienthong.notifications.services.messages import Recipient, notify


def tell_of_representation(event: RepresentationChanged) -> None:
    """Tell somebody that they may act for a business, or no longer may."""
    contact = accounts.contact_of(person_id=event.person_id)
    if contact is None:
        return
    business = accounts.get_business(uuid=UUID(event.aggregate_id))
    kind = kinds.REPRESENTS if event.is_granted else kinds.REPRESENTS_NO_MORE
    notify(
        kind=kind.key,
        recipients=[Recipient(contact.account_id, contact.person_id, contact.email, contact.language)],
        facts={"business": business.name},
        link="/tai-khoan/lam-viec-cho/",
        occasion=event.representation,
        now=clock.now(),
    )
