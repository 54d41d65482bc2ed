"""Audit entries for what allauth does by itself; it tells of its acts by signals only."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals as mfa_signals
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.http import HttpRequest

from lienthong.accounts.models import Account
from lienthong.kernel import audit, clock
from lienthong.kernel.audit import Actor


def record(account: Account, action: str, **facts: Any) -> None:
    """Write an audit entry about an account's own security."""
    kind = "official" if account.official_id is not None else "citizen"
    with transaction.atomic():
        audit.record(
            actor=Actor(kind=kind, id=str(account.uuid)),
            action=action,
            subject_type="accounts.account",
            subject_id=account.uuid,
            at=clock.now(),
            facts=facts,
        )


def _signed_in(*, request: HttpRequest, user: Account, **_: Any) -> None:
    methods = [entry.get("method", "") for entry in request.session.get("account_authentication_methods", [])]
    record(user, "accounts.account.signed_in", methods=methods)


def _signed_out(*, user: Account | None, **_: Any) -> None:
    if user is not None:
        record(user, "accounts.account.signed_out")


def _signed_up(*, user: Account, **_: Any) -> None:
    record(user, "accounts.account.signed_up")


def _password_changed(*, user: Account, **_: Any) -> None:
    record(user, "accounts.password.changed")


def _password_reset(*, user: Account, **_: Any) -> None:
    record(user, "accounts.password.reset")


def _email_confirmed(*, email_address: Any, **_: Any) -> None:
    record(email_address.user, "accounts.email.confirmed")


def _mfa_added(*, request: HttpRequest, user: Account, authenticator: Any, **_: Any) -> None:
    record(user, "accounts.mfa.added", kind=str(authenticator.type))
    if str(authenticator.type) != "recovery_codes":
        # Whoever enrols has just proved that they hold the factor.
        record_authentication(request, user, method="mfa", id=authenticator.pk, type=str(authenticator.type))


def _mfa_removed(*, user: Account, authenticator: Any, **_: Any) -> None:
    record(user, "accounts.mfa.removed", kind=str(authenticator.type))


def _mfa_reset(*, user: Account, authenticator: Any, **_: Any) -> None:
    record(user, "accounts.mfa.reset", kind=str(authenticator.type))


def _mfa_failed(*, user: Account, authenticator: Any, **_: Any) -> None:
    record(user, "accounts.mfa.failed", kind=str(authenticator.type))


def connect() -> None:
    """Listen; called once when the application is ready."""
    for signal, receiver in (
        (account_signals.user_logged_in, _signed_in),
        (user_logged_out, _signed_out),
        (account_signals.user_signed_up, _signed_up),
        (account_signals.password_changed, _password_changed),
        (account_signals.password_set, _password_changed),
        (account_signals.password_reset, _password_reset),
        (account_signals.email_confirmed, _email_confirmed),
        (mfa_signals.authenticator_added, _mfa_added),
        (mfa_signals.authenticator_removed, _mfa_removed),
        (mfa_signals.authenticator_reset, _mfa_reset),
        (mfa_signals.authentication_failed, _mfa_failed),
    ):
        signal.connect(receiver, dispatch_uid=f"accounts.{receiver.__name__}")
