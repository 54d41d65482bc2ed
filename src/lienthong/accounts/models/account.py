"""Logins and the attempts to use them."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from lienthong.accounts.models.people import Person
from lienthong.kernel import clock
from lienthong.kernel.models import Entity


class AccountManager(BaseUserManager["Account"]):
    """Creates accounts; addresses are compared without case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "Account":
        """Create an account with a hashed password (unusable when none is given)."""
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Find an account by its address, whatever the case typed."""
        return self.get(email__iexact=username)


class Account(AbstractBaseUser, Entity):
    """A login. It belongs to a citizen, to an official, or (rarely) to both.

    ``is_active`` is false while it is locked, with ``locked_why``; ``opened_at`` says since when it stands open.
    """

    email = models.EmailField(unique=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, blank=True, related_name="account")
    official = models.OneToOneField("organisations.Official", models.PROTECT, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=2, default="vi")
    password_set_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(default=clock.now)
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_why = models.CharField(max_length=255, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        return self.email


class UsedPassword(models.Model):
    """A password that an official's login had before, hashed as it was; it may not come back soon."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="used_passwords")
    encoded = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="accounts_used_password_latest")]

    def __str__(self) -> str:
        return str(self.account_id)


class SignInAttempt(models.Model):
    """One try at a password or a second factor that has not succeeded.

    Written before the secret is checked and removed when it proves right, so that parallel tries
    count too. The e-mail and the network address are kept only as keyed hashes.
    """

    account_key = models.CharField(max_length=64)
    address_key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account_key", "at"], name="accounts_attempt_account"),
            models.Index(fields=["address_key", "at"], name="accounts_attempt_address"),
            models.Index(fields=["at"], name="accounts_attempt_at"),
        ]

    def __str__(self) -> str:
        return self.account_key[:8]
