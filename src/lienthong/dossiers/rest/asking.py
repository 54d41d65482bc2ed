"""What the operations that change something share: keys against repetition, and errors at their place."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Header

from lienthong.accounts.api import Principal
from lienthong.dossiers import api as dossiers
from lienthong.dossiers.rest.shapes import DocumentIn
from lienthong.forms import api as forms
from lienthong.kernel import clock, idempotency
from lienthong.kernel.errors import InvalidError
from lienthong.kernel.rest import Text

_NAMESPACE = UUID("5b7c3f8e-6b0a-5d0e-9a57-1f1b6f0f7c11")
_ABOUT = "chosen by the caller, one for each intended act; a repeat within 24 hours gives the same answer"
KEY = Header(alias="Idempotency-Key", min_length=8, max_length=idempotency.MAX_KEY, description=_ABOUT)
KEY_IF_WANTED = Header(None, alias="Idempotency-Key", min_length=8, max_length=idempotency.MAX_KEY, description=_ABOUT)
KeyIfWanted = Text | None


def fingerprint(request: HttpRequest, principal: Principal) -> str:
    """Give the hash by which a key is tied to one request of one kind of caller."""
    parts = (request.method or "", request.path, principal.kind, hashlib.sha256(request.body).hexdigest())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def submission_key(principal: Principal, key: str) -> UUID:
    """Make the key under which an account files once, from the key it chose."""
    return uuid5(_NAMESPACE, f"{principal.account_uuid}:{key}")


def once(
    request: HttpRequest, principal: Principal, key: str | None, run: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Run once for a key within 24 hours; without a key, run."""
    if key is None:
        return run()
    answer: dict[str, Any] = idempotency.once(
        key=key,
        actor_id=principal.account_uuid,
        fn=run,
        now=clock.now(),
        fingerprint=fingerprint(request, principal),
    ).value
    return answer


def documents(given: Sequence[DocumentIn]) -> list[dossiers.DocumentInput]:
    """Turn the papers of a body into those of the services.

    :raises SubmissionInvalidError: when a paper is neither or both of a file and a paper of the vault.
    """
    wrong = {
        f"documents.{at}.{'file' if item.file is None else 'vault_document'}": [
            _("Gửi đúng một trong hai: tệp (file) hoặc giấy tờ trong kho (vault_document).")
        ]
        for at, item in enumerate(given)
        if (item.file is None) == (item.vault_document is None)
    }
    if wrong:
        raise dossiers.SubmissionInvalidError(_("Giấy tờ gửi kèm chưa đúng."), field_errors=wrong)
    return [
        dossiers.DocumentInput(key=item.key, file_uuid=item.file, vault_uuid=item.vault_document, name=item.name)
        for item in given
    ]


def _field(item: DocumentIn) -> str:
    return "vault_document" if item.vault_document is not None else "file"


def placed(error: InvalidError, given: Sequence[DocumentIn]) -> InvalidError:
    """Move field errors to where the body has the field: answers below ``answers``, papers by their place."""
    if isinstance(error, forms.AnswersInvalidError):
        error.under("answers")
        return error
    places = {item.key: index for index, item in enumerate(given)}
    moved: dict[str, tuple[str, ...]] = {}
    for path, messages in error.field_errors.items():
        key = path.removeprefix("documents.")
        target = path
        if key != path:
            target = f"documents.{places[key]}.{_field(given[places[key]])}" if key in places else "documents"
        moved[target] = (*moved.get(target, ()), *messages)
    error.field_errors = moved
    return error
