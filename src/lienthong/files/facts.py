"""Facts about this installation's files for ``lienthong doctor``."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Count

from lienthong.files import clamd
from lienthong.files.models import Blob, PageState, PageText, ScanState

_LITTLE_ROOM = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the doctor's report.

    :ivar state: ``ok``, ``warning`` (works, but an operator should know) or ``broken``.
    """

    name: str
    state: str
    text: str


def doctor_facts() -> tuple[Fact, ...]:
    """Look at the store, the scanner, the signing keys and the fonts."""
    return (_room(), _scanner(), _waiting(), _reader(), _signing(), _fonts())


def _room() -> Fact:
    folder = Path(settings.DATA)
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    state = "ok" if free > _LITTLE_ROOM else "broken"
    return Fact("files.room", state, f"{free / 1e9:.1f} GB free at {folder}")


def _scanner() -> Fact:
    if not settings.CLAMD:
        return Fact("files.scanner", "warning", "CLAMD is not set: uploads are kept as not scanned")
    try:
        version = clamd.version(settings.CLAMD)
    except clamd.ScannerError as error:
        return Fact("files.scanner", "broken", f"clamd at {settings.CLAMD} does not answer: {error}")
    return Fact("files.scanner", "ok", version)


def _waiting() -> Fact:
    waiting = Blob.objects.filter(scan_state=ScanState.PENDING).count()
    infected = Blob.objects.filter(scan_state=ScanState.INFECTED).count()
    return Fact("files.scan", "ok", f"{waiting} waiting for the scanner, {infected} in quarantine")


def _reader() -> Fact:
    open_pages = dict(
        PageText.objects.exclude(state=PageState.DONE).values_list("state").annotate(Count("id")).order_by()
    )
    told = ", ".join(f"{count} {state}" for state, count in sorted(open_pages.items())) or "no page waits"
    program = shutil.which("tesseract")
    if program is None:
        return Fact("files.reader", "warning", f"tesseract is not installed: scans cannot be searched ({told})")
    return Fact("files.reader", "ok", f"{program}: {told}")


def _signing() -> Fact:
    if settings.SIGNING_PROVIDER == "demo":
        return Fact("files.signing", "warning", "signs with the demo authority: not for production")
    from lienthong.files.signing.verify import trusted_roots  # noqa: PLC0415 - loads the libraries of signing

    roots = len(trusted_roots())
    return Fact("files.signing", "ok" if roots else "broken", f"{settings.SIGNING_PROVIDER}, {roots} trusted roots")


def _fonts() -> Fact:
    from lienthong.files.printing import font_folders  # noqa: PLC0415 - loads the printer

    try:
        folders = font_folders()
    except ImproperlyConfigured as error:
        return Fact("files.fonts", "broken", str(error))
    return Fact("files.fonts", "ok", ", ".join(str(folder) for folder in folders))
