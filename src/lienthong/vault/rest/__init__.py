"""REST operations on a person's papers."""

from lienthong.vault.rest.documents import router

__all__ = ["router"]
