"""People, businesses, accounts, and who may do what."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from lienthong.kernel.models import Dated, DatedQuerySet, Entity


class Person(Entity):
    """A citizen as known to the platform; ``verified_at`` is set only by the national eID."""

    full_name = models.CharField(max_length=120)
    search_key = models.CharField(max_length=160)
    sort_key = models.CharField(max_length=260)
    identity_number = models.CharField(max_length=12, blank=True)
    birth_date = models.CharField(max_length=10, blank=True, help_text="YYYY, YYYY-MM hoặc YYYY-MM-DD")
    sex = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=24, blank=True)
    email = models.EmailField(blank=True)
    address = models.JSONField(default=dict, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity_number"],
                condition=~Q(identity_number="") & Q(verified_at__isnull=False),
                name="accounts_person_identity_once",
            )
        ]
        indexes = [models.Index(fields=["identity_number"], name="accounts_person_identity")]

    def __str__(self) -> str:
        return self.full_name


class Business(Entity):
    """An enterprise, household business or other organisation that applies for procedures."""

    name = models.CharField(max_length=255)
    search_key = models.CharField(max_length=300)
    tax_code = models.CharField(max_length=14, unique=True)
    address = models.JSONField(default=dict, blank=True)


class Representation(Entity, Dated):
    """A person who may act for a business during a period."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="representations")
    business = models.ForeignKey(Business, models.PROTECT, related_name="representations")
    title = models.CharField(max_length=120, blank=True)

    objects = DatedQuerySet.as_manager()


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
    """A login. It belongs to a citizen, to an official, or (rarely) to both."""

    email = models.EmailField(unique=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, blank=True, related_name="account")
    official = models.OneToOneField(
        "organisations.Official", models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=2, default="vi")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects = AccountManager()

    def __str__(self) -> str:
        return self.email
