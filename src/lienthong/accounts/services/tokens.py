"""Bearer tokens for programs: issued once, kept only as a hash."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lienthong.accounts.models import Account, ApiToken, Person, Right, RightsEpoch
from lienthong.accounts.principal import NEEDS_MFA, Grant, Principal
from lienthong.accounts.queries.principals import principal_for_account
from lienthong.kernel import audit, clock, text
from lienthong.kernel.errors import ForbiddenError, InvalidError, NotFoundError
from lienthong.organisations.api import units_under

PERSON_SCOPES = frozenset(
    {"dossiers:read", "dossiers:write", "procedures:read", "tasks:read", "tasks:write", "vault:read"}
)
_LONGEST = timedelta(days=366)
_USED_AGAIN = timedelta(minutes=1)
_MARK = "lt_"


@transaction.atomic
def issue_token(
    *,
    principal: Principal,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime,
    now: datetime,
    agency_id: int | None = None,
) -> tuple[ApiToken, str]:
    """Issue a token for oneself, or for an agency one administers.

    :param scopes: for a person, of ``PERSON_SCOPES``; for an agency, of :class:`Right`, never signing or
        administering, which need a person with a second factor.
    :returns: the row, and the secret text, shown this once.
    :raises InvalidError: when a value breaks a rule.
    :raises ForbiddenError: when the principal does not administer the agency.
    """
    wanted = sorted(set(scopes))
    allowed = PERSON_SCOPES if agency_id is None else _agency_scopes()
    errors: dict[str, list[str]] = {}
    if not text.normalise(name):
        errors["name"] = [_("Đặt tên để nhận ra khóa này.")]
    if not wanted or not set(wanted) <= allowed:
        errors["scopes"] = [_("Chọn phạm vi trong danh sách.")]
    if not now < expires_at <= now + _LONGEST:
        errors["expires_at"] = [_("Khóa có hạn từ hôm nay đến không quá một năm.")]
    if errors:
        raise InvalidError(_("Chưa cấp được khóa."), field_errors=errors)
    if principal.account_id is None or principal.kind not in ("citizen", "official"):
        raise ForbiddenError(_("Chỉ người đăng nhập được cấp khóa."))
    if agency_id is not None and not principal.may(Right.ADMINISTER, agency_id):
        raise ForbiddenError(_("Chỉ quản trị của cơ quan được cấp khóa cho cơ quan."))
    prefix = _MARK + secrets.token_hex(4)
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(
        name=text.normalise(name),
        prefix=prefix,
        digest=_digest(secret),
        account_id=principal.account_id,
        agency_id=agency_id,
        scopes=wanted,
        expires_at=expires_at,
    )
    audit.record(
        actor=principal.actor(agency_id),
        action="accounts.token.issued",
        subject_type="accounts.token",
        subject_id=row.uuid,
        at=now,
        facts={"prefix": prefix, "scopes": wanted, "expires_at": expires_at.isoformat()},
    )
    return row, secret


@transaction.atomic
def revoke_token(*, principal: Principal, uuid: str, now: datetime) -> ApiToken:
    """End a token at once; its owner and the administrators of its agency may.

    :raises NotFoundError: when there is none, or it is somebody else's.
    """
    row = ApiToken.objects.select_for_update(no_key=True).filter(uuid=uuid, revoked_at__isnull=True).first()
    if row is None or not (
        row.account_id == principal.account_id
        or (row.agency_id is not None and principal.may(Right.ADMINISTER, row.agency_id))
    ):
        raise NotFoundError(_("Không tìm thấy khóa này."), code="accounts.token_not_found")
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    audit.record(
        actor=principal.actor(row.agency_id),
        action="accounts.token.revoked",
        subject_type="accounts.token",
        subject_id=row.uuid,
        at=now,
    )
    return row


def principal_for_token(token: str, now: datetime) -> Principal | None:
    """Give the principal of a bearer token, or nothing when it is unknown, expired or revoked.

    A person's token acts as that person with their rights of the day and the token's ``scopes``; an agency's
    token is a ``client`` with exactly its scopes as rights at the agency and its inner units.
    The time of use is written at most once a minute.
    """
    row = _bearer(digest=_digest(token), now=now)
    if row is None:
        return None
    if row.last_used_at is None or now - row.last_used_at >= _USED_AGAIN:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now)
        ApiToken.objects.filter(stale, pk=row.token_id).update(last_used_at=now)
    if row.agency_id is None:
        person = principal_for_account(row.account(), now)
        return Principal(
            account_id=person.account_id,
            account_uuid=person.account_uuid,
            kind=person.kind,
            name=person.name,
            person_id=person.person_id,
            official_id=person.official_id,
            grants=_without_signing(person.grants),
            scopes=frozenset(row.scopes),
        )
    units = units_under(agency_ids=[row.agency_id], on=clock.local_date(now))[row.agency_id]
    return Principal(
        account_id=row.account_id,
        account_uuid=str(row.account_uuid),
        kind="client",
        name=row.name,
        grants=tuple(Grant(right, unit, f"token:{row.prefix}") for right in row.scopes for unit in sorted(units)),
        scopes=frozenset(row.scopes),
    )


@dataclass(frozen=True, slots=True)
class _Bearer:
    """What one statement says of a good token and its account."""

    token_id: int
    name: str
    prefix: str
    scopes: list[str]
    agency_id: int | None
    last_used_at: datetime | None
    account_id: int
    account_uuid: UUID
    email: str
    official_id: int | None
    person_id: int | None
    person_name: str | None
    rights_epoch: int | None

    def account(self) -> Account:
        """Give the account with what a principal is worked out from, as sessions load it."""
        account = Account(
            pk=self.account_id,
            uuid=self.account_uuid,
            email=self.email,
            official_id=self.official_id,
            person=Person(pk=self.person_id, full_name=self.person_name or "") if self.person_id is not None else None,
        )
        account.rights_epoch = self.rights_epoch  # type: ignore[attr-defined]
        return account


_BEARER = """
    SELECT token.id, token.name, token.prefix, token.scopes, token.agency_id, token.last_used_at,
           account.id, account.uuid, account.email, account.official_id, account.person_id, person.full_name,
           (SELECT value FROM accounts_rightsepoch WHERE id = %(only)s)
      FROM accounts_apitoken token
      JOIN accounts_account account ON account.id = token.account_id AND account.is_active
      LEFT JOIN accounts_person person ON person.id = account.person_id
     WHERE token.digest = %(digest)s AND token.revoked_at IS NULL AND token.expires_at > %(now)s
"""


def _bearer(*, digest: str, now: datetime) -> _Bearer | None:
    """Look a token up: every request of a program begins here, so the statement is written out."""
    with connection.cursor() as cursor:
        cursor.execute(_BEARER, {"only": RightsEpoch.ONLY, "digest": digest, "now": now})
        row = cursor.fetchone()
    return _Bearer(*row) if row is not None else None


def _without_signing(grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
    """Leave out what needs a second factor: a token has none."""
    allowed = _agency_scopes()
    return tuple(grant for grant in grants if grant.right in allowed)


def _agency_scopes() -> frozenset[str]:
    return frozenset(str(right) for right in Right if right not in NEEDS_MFA)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
