"""The national portal over HTTPS; personal data travel in bodies only, and nothing of a body is logged."""

import re
import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import httpx
from django.conf import settings

from lienthong.dossiers.national.protocol import NationalPortal, RefusedError, Remote, UnreachableError

_LONG_NUMBER = re.compile(r"\d{6,}")
_REASON_LENGTH = 200
#: Answers after which the same request may succeed later.
_PASSING = frozenset({408, 425, 429})
_UNAUTHORISED = 401
_BAD_REQUEST, _SERVER_ERROR = 400, 500


class HttpPortal:
    """Speaks JSON with a portal: answers are ``{"error_code": 0, "message": "", "result": …}``.

    A connection serves one request: a reply that comes twice or late can then never be taken for the next one's.

    :param url: the address below which the operations lie.
    :param key: our name there.
    :param secret: what proves it.
    """

    def __init__(self, *, url: str, key: str, secret: str, timeout: float) -> None:
        self._key, self._secret = key, secret
        self._token = ""
        self._guard = threading.Lock()
        self._http = httpx.Client(
            base_url=url.rstrip("/") + "/",
            timeout=timeout,
            limits=httpx.Limits(max_keepalive_connections=0),
            headers={"Connection": "close"},
            trust_env=False,
        )

    def next_value(self, *, request_id: str) -> str:
        return self._text(self._ask("GetNextValue", request_id, json={}), "MaHoSo")

    def upload(self, *, request_id: str, code: str, file_id: str, digest: str, name: str, content: bytes) -> None:
        self._ask(
            "UploadFile",
            request_id,
            data={"MaHoSo": code, "IdTepTin": file_id, "HashTepTin": digest},
            files={"TepTin": (name, content, "application/octet-stream")},
        )

    def create(self, *, request_id: str, payload: Mapping[str, Any]) -> str:
        return self._text(self._ask("NoiHoSo", request_id, json=payload), "IDHoSo")

    def tell_progress(self, *, request_id: str, payload: Mapping[str, Any]) -> None:
        self._ask("CapNhatTienTrinh", request_id, json=payload)

    def set_status(self, *, request_id: str, payload: Mapping[str, Any]) -> None:
        self._ask("CapNhatTrangThai", request_id, json=payload)

    def set_rating(self, *, request_id: str, payload: Mapping[str, Any]) -> None:
        self._ask("CapNhatDanhGia", request_id, json=payload)

    def find(self, *, code: str) -> Remote | None:
        found = self._ask("TraCuuHoSo", "", json={"MaHoSo": code})
        if found is None:
            return None
        try:
            return Remote(
                remote_id=self._text(found, "IDHoSo"),
                status=int(found["TrangThai"]),
                progress=int(found["SoTienTrinh"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise UnreachableError("TraCuuHoSo: an answer that cannot be read") from error

    def _ask(self, operation: str, request_id: str, **body: Any) -> Any:
        headers = {"X-Request-ID": request_id} if request_id else {}
        response = self._post(operation, {**headers, "Authorization": f"Bearer {self._current_token()}"}, **body)
        if response.status_code == _UNAUTHORISED:
            with self._guard:
                self._token = ""
            response = self._post(operation, {**headers, "Authorization": f"Bearer {self._current_token()}"}, **body)
        return _result(operation, response)

    def _current_token(self) -> str:
        with self._guard:
            if not self._token:
                answer = self._post("GetToken", {}, json={"AccessKey": self._key, "SecretKey": self._secret})
                self._token = self._text(_result("GetToken", answer), "Token")
            return self._token

    def _post(self, operation: str, headers: Mapping[str, str], **body: Any) -> httpx.Response:
        try:
            return self._http.post(operation, headers=dict(headers), **body)
        except httpx.HTTPError as error:
            raise UnreachableError(f"{operation}: {type(error).__name__}") from error

    @staticmethod
    def _text(found: Any, name: str) -> str:
        value = found.get(name) if isinstance(found, Mapping) else None
        if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
            raise UnreachableError(f"{name}: an answer that cannot be read")
        return str(value)


def _result(operation: str, response: httpx.Response) -> Any:
    status = response.status_code
    if status >= _SERVER_ERROR or status in _PASSING:
        raise UnreachableError(f"{operation}: HTTP {status}")
    try:
        answer = response.json()
    except ValueError as error:
        if status >= _BAD_REQUEST:
            raise RefusedError(f"{operation}: HTTP {status}") from error
        raise UnreachableError(f"{operation}: an answer that is no JSON") from error
    code = answer.get("error_code") if isinstance(answer, Mapping) else None
    if code is None and status < _BAD_REQUEST:
        raise UnreachableError(f"{operation}: an answer that cannot be read")
    if status >= _BAD_REQUEST or code not in (0, "0"):
        words = str(answer.get("message", "")) if isinstance(answer, Mapping) else ""
        raise RefusedError(f"{operation}: {code or status}: {_LONG_NUMBER.sub('…', words)}"[:_REASON_LENGTH])
    return answer.get("result")


def get_portal() -> NationalPortal | None:
    """Give the portal this installation reports to; None where ``NATIONAL_PORTAL_URL`` is not set."""
    if not settings.NATIONAL_PORTAL_URL:
        return None
    return _portal(
        settings.NATIONAL_PORTAL_URL,
        settings.NATIONAL_PORTAL_KEY,
        settings.NATIONAL_PORTAL_SECRET,
        settings.NATIONAL_PORTAL_TIMEOUT,
    )


@lru_cache(maxsize=4)
def _portal(url: str, key: str, secret: str, timeout: float) -> HttpPortal:
    return HttpPortal(url=url, key=key, secret=secret, timeout=timeout)
