"""Whose papers a person may see, and who certifies copies."""

from dataclasses import dataclass

from django.db.models import Q

from lienthong.accounts.api import Principal, Right


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose papers: a person's own, or a business's; exactly one is set."""

    person_id: int | None = None
    business_id: int | None = None

    @classmethod
    def of(cls, *, person_id: int | None, business_id: int | None) -> "Owner":
        """Give the owner behind an application: the business when one is acted for, else the person."""
        return cls(business_id=business_id) if business_id is not None else cls(person_id=person_id)

    @property
    def filter(self) -> Q:
        """Give the filter of the owner's papers; of nobody's when no owner is set."""
        if self.business_id is not None:
            return Q(business_id=self.business_id)
        return Q(person_id=self.person_id) if self.person_id is not None else Q(pk__in=[])


def owner_of(principal: Principal) -> Owner:
    """Say whose papers a signed-in citizen sees now: their own, or those of the business they act for."""
    if principal.kind != "citizen":
        return Owner()
    return Owner.of(person_id=principal.person_id, business_id=principal.business_id)


def visible(principal: Principal) -> Q:
    """Give the filter of the papers that a person may see."""
    return owner_of(principal).filter


def certifying_agencies(principal: Principal) -> frozenset[int]:
    """Give the agencies for which an official certifies copies: where they sign.

    Basis: NĐ 23/2015/NĐ-CP, Điều 5 and 9: whoever is competent to sign certifies in their own name.
    """
    return principal.agencies(Right.SIGN) if principal.is_official else frozenset()
