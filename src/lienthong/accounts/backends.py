"""Loads the account of a session together with the age of everybody's rights, in one statement."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Subquery

from lienthong.accounts.models import Account, RightsEpoch


class AccountBackend(AuthenticationBackend):
    """allauth's e-mail and password check, with our way of loading accounts."""

    def get_user(self, user_id: int) -> Account | None:
        """Load an active account, its person, and the present epoch of rights."""
        epoch = Subquery(RightsEpoch.objects.filter(pk=RightsEpoch.ONLY).values("value")[:1])
        rows = Account.objects.select_related("person").annotate(rights_epoch=epoch)
        account = rows.filter(pk=user_id).first()
        return account if account is not None and account.is_active else None
