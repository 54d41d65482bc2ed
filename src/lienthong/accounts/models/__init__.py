"""People, businesses, accounts, and who may do what."""

from lienthong.accounts.models.access import AccessGround, AccessRecord
from lienthong.accounts.models.account import Account, AccountManager, SignInAttempt, UsedPassword
from lienthong.accounts.models.people import Business, Person, Representation, Sex
from lienthong.accounts.models.rights import ApiToken, Delegation, PositionRight, Right, RightsEpoch

__all__ = [
    "AccessGround",
    "AccessRecord",
    "Account",
    "AccountManager",
    "ApiToken",
    "Business",
    "Delegation",
    "Person",
    "PositionRight",
    "Representation",
    "Right",
    "RightsEpoch",
    "Sex",
    "SignInAttempt",
    "UsedPassword",
]
