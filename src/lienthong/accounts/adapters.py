"""What allauth asks of us: sign-up, lock-out, second factors, the national eID."""

from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lienthong.accounts import idle, signals
from lienthong.accounts.models import Account
from lienthong.accounts.plugins import eid
from lienthong.accounts.principal import NEEDS_MFA
from lienthong.accounts.queries.people import account_of_person, find_verified_person
from lienthong.accounts.queries.principals import principal_for_account
from lienthong.accounts.sealing import seal, unseal
from lienthong.accounts.services.attempts import LockedError, attempt_key, begin_attempt, end_attempt
from lienthong.accounts.services.passwords import set_password
from lienthong.accounts.services.people import register_person
from lienthong.accounts.services.profiles import apply_verified_identity
from lienthong.kernel import audit, clock
from lienthong.kernel.audit import Actor
from lienthong.kernel.errors import DomainError


class AccountAdapter(DefaultAccountAdapter):
    """E-mail and password."""

    def save_user(self, request: HttpRequest, user: Account, form: forms.Form, commit: bool = True) -> Account:
        """Save a new account, with the person who gave their name."""
        with transaction.atomic():
            saved: Account = super().save_user(request, user, form, commit=commit)
            name = form.cleaned_data.get("full_name", "")
            if commit and name:
                saved.person = register_person(
                    actor=Actor(kind="citizen", id=str(saved.uuid), name=name),
                    full_name=name,
                    email=saved.email,
                    now=clock.now(),
                )
                saved.save(update_fields=["person"])
        return saved

    def set_password(self, user: Account, password: str) -> None:
        """Set a new password, and remember an official's old one."""
        set_password(account=user, password=password, now=clock.now())

    def login(self, request: HttpRequest, user: Account) -> None:
        """Open the session and start its idle clock."""
        super().login(request, user)
        idle.start(request.session, user, clock.now().timestamp())

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again before a sensitive change, unless this session proved somebody in the last five minutes."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        moments = [entry.get("at", 0) for entry in context.request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])]
        return clock.now().timestamp() - max(moments, default=0) > account_settings.REAUTHENTICATION_TIMEOUT

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse while the account or the address is locked."""
        try:
            self._attempt = begin_attempt(
                account=_typed(credentials), address=self.get_client_ip(request), now=clock.now()
            )
        except LockedError as locked:
            _record_failure("accounts.account.sign_in_locked", credentials)
            raise ValidationError(locked.message, code="locked") from locked

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        """Check e-mail and password; the right ones forget the wrong tries."""
        account: Account | None = super().authenticate(request, **credentials)
        if account is not None:
            end_attempt(attempt_id=self._attempt, account=_typed(credentials))
        return account

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002 - allauth's hook
        """Record a wrong password, without the password and without what was typed."""
        _record_failure("accounts.account.sign_in_failed", credentials)


def _typed(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "")


def _record_failure(action: str, credentials: dict[str, Any]) -> None:
    account = Account.objects.filter(email__iexact=_typed(credentials)).first()
    if account is not None:
        signals.record(account, action)
        return
    with transaction.atomic():
        audit.record(
            actor=Actor(kind="anonymous"),
            action=action,
            subject_type="accounts.unknown",
            subject_id=attempt_key("account", _typed(credentials))[:32],
            at=clock.now(),
        )


class MfaAdapter(DefaultMFAAdapter):
    """Second factors: secrets sealed, and the last one kept by those who must have one."""

    def get_totp_issuer(self) -> str:
        """Name the platform in authenticator apps."""
        return "Liên Thông"

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is stored."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Unseal a stored secret."""
        return unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Keep the last second factor of officials who sign, administer or operate."""
        account: Account = authenticator.user
        if not principal_for_account(account, clock.now()).may_any(NEEDS_MFA):
            return True
        others = Authenticator.objects.filter(user=account).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Sign-in through the national eID; see ``plugins/eid.py`` for the claims."""

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Ask for an e-mail address when the eID gives none that is verified."""
        return any(address.verified for address in sociallogin.email_addresses) and super().is_auto_signup_allowed(
            request, sociallogin
        )

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Link the eID to the verified person it vouches for, and refresh what it says."""
        if sociallogin.account.provider != eid.PROVIDER:
            return
        try:
            self._link(request, sociallogin)
        except DomainError as refused:
            messages.error(request, refused.message)
            raise ImmediateHttpResponse(redirect("account_login")) from refused

    def _link(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        verified = eid.read_claims(_claims(sociallogin))
        if sociallogin.is_existing:
            account = sociallogin.user
        elif sociallogin.state.get("process") == AuthProcess.CONNECT:
            account = request.user
        else:
            person = find_verified_person(identity_number=verified.identity_number)
            account = account_of_person(person_id=person.pk) if person is not None else None
        if account is None:
            return
        apply_verified_identity(account=account, verified=verified, now=clock.now())
        _forget_claims(sociallogin)
        if sociallogin.is_existing:
            sociallogin.account.save(update_fields=["extra_data"])
        elif sociallogin.state.get("process") != AuthProcess.CONNECT:
            sociallogin.connect(request, account)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: forms.Form | None = None) -> Account:
        """Save the account of somebody new together with the person the eID vouches for."""
        with transaction.atomic():
            if sociallogin.account.provider != eid.PROVIDER:
                return super().save_user(request, sociallogin, form)
            verified = eid.read_claims(_claims(sociallogin))
            _forget_claims(sociallogin)
            account: Account = super().save_user(request, sociallogin, form)
            apply_verified_identity(account=account, verified=verified, now=clock.now())
        return account

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:  # noqa: ARG002 - its hook
        """Show the profile, where the verified data now stands."""
        messages.success(request, _("Đã xác thực bằng định danh điện tử."))
        return redirect("accounts:profile").url


def _claims(sociallogin: SocialLogin) -> dict[str, Any]:
    """Give the claims of the userinfo answer over those of the id token."""
    data = sociallogin.account.extra_data
    return {**data.get("id_token", {}), **data.get("userinfo", {})}


def _forget_claims(sociallogin: SocialLogin) -> None:
    """Keep only the provider's key: the person's data has its own place."""
    sociallogin.account.extra_data = {"id_token": {"sub": sociallogin.account.uid}}
