"""Find businesses, and who may act for them."""

from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from lienthong.accounts import identity
from lienthong.accounts.models import Business, Representation
from lienthong.kernel import text
from lienthong.kernel.errors import NotFoundError
from lienthong.kernel.paging import Page, keyset


class BusinessNotFoundError(NotFoundError):
    """There is no such business."""

    code = "accounts.business_not_found"


class RepresentationNotFoundError(NotFoundError):
    """Nobody acts for a business under this identifier."""

    code = "accounts.representation_not_found"


def search_businesses(*, query: str, cursor: str | None = None, size: int = 20) -> Page[Business]:
    """Find businesses by name, accents or not, or by the beginning of the tax code; each with who acts for it.

    Two statements, whatever is found. Without words it gives all, by name.
    """
    rows = Business.objects.all()
    digits = identity.compact(query)
    if digits.isdigit():
        rows = rows.filter(tax_code__startswith=identity.format_tax_code(digits))
    elif key := text.search_key(query):
        rows = rows.filter(*(Q(search_key__contains=word) for word in key.split()))
    people = Representation.objects.select_related("person").order_by("id")
    rows = rows.prefetch_related(Prefetch("representations", queryset=people))
    return keyset(rows, order=("search_key", "id"), cursor=cursor, size=size)


def get_business(*, uuid: UUID) -> Business:
    """Get a business.

    :raises BusinessNotFoundError: when there is none.
    """
    business = Business.objects.filter(uuid=uuid).first()
    if business is None:
        raise BusinessNotFoundError(_("Không tìm thấy doanh nghiệp, tổ chức này."))
    return business


def representatives_of(*, business: Business) -> tuple[Representation, ...]:
    """List who acts for a business and who did, the latest first."""
    rows = Representation.objects.filter(business=business).select_related("person")
    return tuple(rows.order_by("-valid_from", "-id"))


def get_representation(*, uuid: UUID) -> Representation:
    """Get one representation with its person and business.

    :raises RepresentationNotFoundError: when there is none.
    """
    row: Representation | None = Representation.objects.select_related("person", "business").filter(uuid=uuid).first()
    if row is None:
        raise RepresentationNotFoundError(_("Không tìm thấy người đại diện này."))
    return row
