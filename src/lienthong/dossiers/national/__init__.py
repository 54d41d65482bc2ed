"""The national portal's side: what a portal must offer, the HTTP client, and the payloads."""

from lienthong.dossiers.national.client import HttpPortal, get_portal
from lienthong.dossiers.national.protocol import NationalPortal, RefusedError, Remote, UnreachableError

__all__ = ["HttpPortal", "NationalPortal", "RefusedError", "Remote", "UnreachableError", "get_portal"]
