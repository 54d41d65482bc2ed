"""The value that says who acts, for whom, and what they may do where."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from lienthong.accounts.models import Right
from lienthong.kernel.audit import SYSTEM, Actor

PrincipalKind = Literal["anonymous", "citizen", "official", "client", "system"]


@dataclass(frozen=True, slots=True)
class Grant:
    """One right at one agency.

    :ivar via: ``position``, ``substitute:<official id>``, ``delegation:<uuid>`` or ``token:<prefix>``.
    """

    right: str
    agency_id: int
    via: str


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts in a request, a job or a program, with every right already worked out.

    :ivar name: as shown in histories.
    :ivar business_id: the business a citizen acts for at the moment, if any.
    :ivar grants: rights per agency, inner units included.
    :ivar mfa: whether this session passed a second factor.
    :ivar scopes: what a REST token allows; empty for people.
    """

    account_id: int | None = None
    account_uuid: str = ""
    kind: PrincipalKind = "anonymous"
    name: str = ""
    person_id: int | None = None
    business_id: int | None = None
    official_id: int | None = None
    grants: tuple[Grant, ...] = ()
    mfa: bool = False
    scopes: frozenset[str] = frozenset()
    _reach: dict[str, frozenset[int]] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        reach: dict[str, set[int]] = {}
        for grant in self.grants:
            reach.setdefault(str(grant.right), set()).add(grant.agency_id)
        object.__setattr__(self, "_reach", {right: frozenset(ids) for right, ids in reach.items()})

    @property
    def is_authenticated(self) -> bool:
        """Say whether somebody is signed in."""
        return self.kind != "anonymous"

    @property
    def is_official(self) -> bool:
        """Say whether an official acts."""
        return self.kind == "official"

    def may(self, right: str, agency_id: int | None = None) -> bool:
        """Say whether the principal holds a right at an agency, or at any agency when none is named.

        The system may do everything.
        """
        if self.kind == "system":
            return True
        reach = self._reach.get(str(right), frozenset())
        return bool(reach) if agency_id is None else agency_id in reach

    def may_any(self, rights: Iterable[str], agency_id: int | None = None) -> bool:
        """Say whether the principal holds at least one of the rights."""
        return any(self.may(right, agency_id) for right in rights)

    def agencies(self, right: str) -> frozenset[int]:
        """Give the agencies and inner units where the principal holds a right."""
        return self._reach.get(str(right), frozenset())

    def all_agencies(self) -> frozenset[int]:
        """Give every agency and inner unit where the principal holds any right."""
        return frozenset().union(*self._reach.values())

    def actor(self, agency_id: int | None = None) -> Actor:
        """Name the principal for the audit trail, acting for an agency when one is given."""
        if self.kind == "system":
            return SYSTEM
        return Actor(kind=self.kind, id=self.account_uuid, name=self.name, agency_id=agency_id)


ANONYMOUS = Principal()
SYSTEM_PRINCIPAL = Principal(kind="system", name=SYSTEM.name)

# Basis: NĐ 30/2020/NĐ-CP, Điều 13: signing for somebody needs a written authorisation, so standing in
# for an absent colleague carries their daily work but never their signature.
SUBSTITUTABLE = frozenset(
    {Right.RECEIVE, Right.PROCESS, Right.ASSIGN, Right.APPROVE, Right.ISSUE, Right.COLLECT, Right.RETURN}
)
# Running the system is personal: nobody hands it on by a form.
NOT_DELEGABLE = frozenset({Right.ADMINISTER, Right.OPERATE})
# Basis: TCVN 14423:2026, clause 5.6: administrators change their password every two months.
ADMINISTERS = frozenset({Right.ADMINISTER, Right.OPERATE})
# Basis: TCVN 14423:2026, clause 5.6: a second factor for who signs and for who administers.
NEEDS_MFA = frozenset({Right.SIGN, Right.ADMINISTER, Right.OPERATE})
