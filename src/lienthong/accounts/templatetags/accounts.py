"""What templates ask about sign-in."""

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.urls import reverse

from lienthong.accounts.plugins import eid

register = template.Library()


@dataclass(frozen=True, slots=True)
class EidSignIn:
    """Where the national eID's sign-in starts, and what it is called here."""

    url: str
    name: str


@register.simple_tag
def eid_sign_in() -> EidSignIn | None:
    """Give the eID's sign-in when this installation offers it."""
    if not eid.is_configured():
        return None
    return EidSignIn(url=reverse("openid_connect_login", args=[eid.PROVIDER]), name=settings.EID_NAME)
