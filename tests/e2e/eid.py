"""A national eID beside the town: a certified OpenID Connect provider (npm ``oidc-provider``)."""

import json
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.test import override_settings

from tests.e2e.town import Town

CLIENT = "lienthong"
SECRET = "bi-mat-cua-kiem-thu"
NAME = "Định danh điện tử"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def open_provider(*, node: str, town: Town, people: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    """Start the provider for some people, and point the platform at it."""
    port = _free_port()
    issuer = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [
            node,
            str(settings.PACKAGE / "accounts" / "tests" / "oidc_provider.mjs"),
            str(port),
            f"{town.url}/dang-nhap/dinh-danh/eid/login/callback/",
            str(settings.ROOT / "node_modules" / "oidc-provider" / "lib" / "index.js"),
            json.dumps(people),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert any(line.startswith("ready") for line in process.stdout), "the eID does not start"
        with override_settings(**_settings(issuer)):
            yield
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _settings(issuer: str) -> dict[str, Any]:
    app = {
        "provider_id": "eid",
        "name": NAME,
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True, "scope": settings.EID_SCOPES},
    }
    rules = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return {
        "EID_ISSUER": issuer,
        "EID_NAME": NAME,
        "EID_CLIENT_ID": CLIENT,
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}},
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": {**rules, "form-action": [*rules["form-action"], issuer]}},
    }
