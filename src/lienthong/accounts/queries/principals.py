"""Work out a principal in a constant number of statements."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.db.models import Q

from lienthong.accounts.models import Account, Delegation, PositionRight, Representation
from lienthong.accounts.principal import SUBSTITUTABLE, Grant, Principal
from lienthong.kernel import clock
from lienthong.organisations import api as organisations
from lienthong.organisations.api import Post, posts_for, units_under

_MOST_KNOWN = 5_000
_KNOWN: dict[tuple[int, int, date, int], Principal] = {}


def principal_for_account(
    account: Account, now: datetime, *, mfa: bool = False, business_id: int | None = None
) -> Principal:
    """Work out what an account may do at an instant.

    Takes four statements for an official (delegations, posts, rights, units) and one or two for a
    citizen (person, representation), whatever the number of posts. An account that carries
    ``rights_epoch`` (loaded with the session) costs an official none while nobody's rights change.

    :param business_id: the business the person wants to act for; dropped when they may not.
    """
    on = clock.local_date(now)
    if account.official_id is not None:
        return replace(_known_official(account, account.official_id, on), mfa=mfa)
    return _citizen(account, on, mfa=mfa, business_id=business_id)


def _citizen(account: Account, on: date, *, mfa: bool, business_id: int | None) -> Principal:
    acting_for = None
    if business_id is not None and account.person_id is not None:
        acting_for = (
            Representation.objects.in_force(on)
            .filter(person_id=account.person_id, business_id=business_id)
            .values_list("business_id", flat=True)
            .first()
        )
    return Principal(
        account_id=account.pk,
        account_uuid=str(account.uuid),
        kind="citizen",
        name=account.person.full_name if account.person else account.email,
        person_id=account.person_id,
        business_id=acting_for,
        mfa=mfa,
    )


def _known_official(account: Account, official_id: int, on: date) -> Principal:
    epoch: int | None = getattr(account, "rights_epoch", None)
    if epoch is None:
        return _official(account, official_id, on)
    key = (account.pk, official_id, on, epoch)
    known = _KNOWN.get(key)
    if known is None:
        known = _official(account, official_id, on)
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[key] = known
    return known


def _official(account: Account, official_id: int, on: date) -> Principal:
    delegations = list(
        Delegation.objects.in_force(on).filter(to_official_id=official_id, revoked_at__isnull=True).order_by("id")
    )
    posts = posts_for(official_id=official_id, others={row.from_official_id for row in delegations}, on=on)
    rights = rights_of_posts(posts, on)
    units = units_under(agency_ids={post.agency_id for post in posts}, on=on)
    direct: list[Grant] = []
    for post in posts:
        allowed = rights.get(post.position_id, frozenset())
        if post.holder_id == official_id:
            direct += _grants(allowed, units[post.agency_id], "position")
        elif post.is_substituted:
            direct += _grants(allowed & SUBSTITUTABLE, units[post.agency_id], f"substitute:{post.holder_id}")
    for row in delegations:
        direct += _delegated(row, posts, rights, units)
    own = [post for post in posts if post.holder_id == official_id]
    name = own[0].holder_name if own else (account.official.full_name if account.official else account.email)
    return Principal(
        account_id=account.pk,
        account_uuid=str(account.uuid),
        kind="official",
        name=name,
        person_id=account.person_id,
        official_id=official_id,
        grants=tuple(dict.fromkeys(direct)),
    )


def _grants(rights: Iterable[str], agencies: Iterable[int], via: str) -> list[Grant]:
    return [Grant(right, agency, via) for right in sorted(rights) for agency in sorted(agencies)]


def _delegated(
    row: Delegation,
    posts: tuple[Post, ...],
    rights: dict[int, frozenset[str]],
    units: dict[int, frozenset[int]],
) -> list[Grant]:
    """Grant what the giver still holds by post at the delegated agency, in the units of that agency."""
    result: list[Grant] = []
    for post in posts:
        if post.holder_id != row.from_official_id or row.agency_id not in units[post.agency_id]:
            continue
        held = rights.get(post.position_id, frozenset()) & frozenset(row.rights)
        reach = units[post.agency_id] if row.agency_id == post.agency_id else frozenset({row.agency_id})
        result += _grants(held, reach, f"delegation:{row.uuid}")
    return result


def rights_of_posts(posts: tuple[Post, ...], on: date) -> dict[int, frozenset[str]]:
    """Give the rights of each post on a date: those of its kind, with the exceptions of the post itself."""
    kinds = {post.kind for post in posts}
    positions = {post.position_id for post in posts}
    by_kind: dict[str, set[str]] = {}
    granted: dict[int, set[str]] = {}
    taken: dict[int, set[str]] = {}
    rows = PositionRight.objects.in_force(on).filter(Q(kind__in=kinds) | Q(position_id__in=positions))
    for row in rows.order_by("id"):
        if row.position_id is None:
            by_kind.setdefault(row.kind, set()).add(row.right)
        else:
            (granted if row.is_granted else taken).setdefault(row.position_id, set()).add(row.right)
    return {
        post.position_id: frozenset(
            (by_kind.get(post.kind, set()) | granted.get(post.position_id, set())) - taken.get(post.position_id, set())
        )
        for post in posts
    }


def accounts_with_right(*, right: str, agency_id: int, on: date) -> tuple[Account, ...]:
    """List the active accounts whose own post at an agency carries a right on a date, for telling them.

    Four statements; delegations and substitutions are left out, they add people for a few days only.
    """
    posts = organisations.list_positions(agency_id=agency_id, on=on)
    rows = PositionRight.objects.in_force(on).filter(
        Q(kind__in={position.kind for position, _holders in posts})
        | Q(position_id__in=[position.pk for position, _holders in posts]),
        right=right,
    )
    kinds: set[str] = set()
    granted: dict[int, bool] = {}
    for row in rows.order_by("id"):
        if row.position_id is None:
            kinds.add(row.kind)
        else:
            granted[row.position_id] = row.is_granted
    officials = {
        official.pk
        for position, holders in posts
        if granted.get(position.pk, position.kind in kinds)
        for official in holders
    }
    found = Account.objects.filter(official_id__in=officials, is_active=True).select_related("official").order_by("id")
    return tuple(found)
