"""Secrets of second factors are stored encrypted under a key derived from SECRET_KEY."""

import base64
from hashlib import sha256

from cryptography.fernet import Fernet
from django.conf import settings


def _box() -> Fernet:
    key = sha256(b"lienthong.accounts.mfa:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def seal(text: str) -> str:
    """Encrypt a secret for storing."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt a stored secret.

    :raises InvalidToken: when the key changed or the text was altered.
    """
    return _box().decrypt(sealed.encode()).decode()
