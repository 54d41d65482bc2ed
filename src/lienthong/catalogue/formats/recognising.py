"""Tell which of the three formats a record has, and parse it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from lienthong.catalogue.content import Content
from lienthong.catalogue.formats import national, own, portal
from lienthong.catalogue.formats.fields import RecordError
from lienthong.catalogue.models import Origin


@dataclass(frozen=True, slots=True)
class Period:
    """A content and its period; ``valid_from`` None means from the day of the import."""

    content: Content
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record understood: its versions in order of time, the last one current.

    :ivar withdrawn: why the source marks the procedure as deleted; empty when it does not.
    """

    code: str
    origin: str
    sha256: str
    versions: Sequence[Period]
    withdrawn: str = ""


def parse(record: Any) -> Parsed:
    """Parse a record of any of the three formats.

    :raises RecordError: when the format is unknown or a value cannot be taken.
    """
    if not isinstance(record, dict):
        raise RecordError("", _("bản ghi phải là một đối tượng."))
    fingerprint = _fingerprint(record)
    if isinstance(record.get("detail"), dict):
        content = portal.parse(record)
        return Parsed(content.code, Origin.PORTAL, fingerprint, [Period(content)], national.withdrawal(content.code))
    if isinstance(record.get("name"), dict):
        versions = [Period(*version) for version in own.parse(record)]
        return Parsed(versions[-1].content.code, Origin.OWN, fingerprint, versions)
    if "code" in record and ("levels" in record or "methods" in record):
        content = national.parse(record)
        return Parsed(content.code, Origin.NATIONAL, fingerprint, [Period(content)], national.withdrawal(content.code))
    raise RecordError(
        "", _("không nhận ra định dạng: cần YAML của Liên Thông, bản ghi Cổng quốc gia hoặc dòng danh mục quốc gia.")
    )


def _fingerprint(record: Any) -> str:
    canonical = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
