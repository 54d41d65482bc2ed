"""Where a request comes from."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Give the network address of a visitor, trusting as many proxies as ``TRUSTED_PROXIES`` says."""
    return str(get_adapter(request).get_client_ip(request))
