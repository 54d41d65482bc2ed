"""The package of one dossier (gói hồ sơ): what is in it, and how anybody checks it without this program's database.

A ZIP with the files under ``tep/``, ``ho-so.json`` (register line, answers, papers), ``dien-bien.json`` (history),
``metadata.xml`` with its schema ``metadata.xsd`` (what an archive's program reads; ``docs/dossier-package.md``),
``muc-luc.json`` (the SHA-256 of every other entry) and ``muc-luc.p7s`` (the agency's detached signature of it).
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any

from lienthong.files import api as files

MANIFEST, SIGNATURE = "muc-luc.json", "muc-luc.p7s"
FORMAT = "lienthong-goi-ho-so/1"
_CHUNK = 1 << 20
_MAX_ENTRIES = 10_000
_MAX_MANIFEST = 10_000_000


@dataclass(frozen=True, slots=True)
class PackageReport:
    """What a check of a package found; it is genuine when ``problems`` is empty."""

    code: str
    signer: str
    signed_at: datetime | None
    entries: int
    problems: tuple[str, ...]


def write_entry(archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> dict[str, Any]:
    """Write one entry piece by piece and give its line of the manifest."""
    digest, size = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as target:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return {"name": name, "sha256": digest.hexdigest(), "size": size}


def chunks_of(source: IO[bytes]) -> Iterable[bytes]:
    """Read a file piece by piece."""
    while chunk := source.read(_CHUNK):
        yield chunk


def as_json(value: Any) -> bytes:
    """Write a value so that the same value always gives the same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode()


def verify_package(*, source: IO[bytes], now: datetime) -> PackageReport:
    """Check a package: its signature, and every entry against the manifest; never fails, whatever the file is."""
    try:
        with zipfile.ZipFile(source) as archive:
            return _verify(archive, now)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        return PackageReport("", "", None, 0, (f"the file is no readable package ({type(error).__name__})",))


def _verify(archive: zipfile.ZipFile, now: datetime) -> PackageReport:
    names = archive.namelist()
    if len(names) > _MAX_ENTRIES or archive.getinfo(MANIFEST).file_size > _MAX_MANIFEST:
        return PackageReport("", "", None, len(names), ("the package is too large",))
    content = archive.read(MANIFEST)
    report = files.verify_detached(content=content, signature=archive.read(SIGNATURE), now=now)
    manifest = json.loads(content)
    listed = {entry["name"]: entry for entry in manifest["entries"]}
    problems = [report.problem] if report.problem else []
    if manifest.get("format") != FORMAT:
        problems.append("the manifest is of another format")
    if len(names) != len(set(names)):
        problems.append("an entry stands there twice")
    problems += [f"{name}: not in the manifest" for name in names if name not in {*listed, MANIFEST, SIGNATURE}]
    for name, entry in listed.items():
        if name not in names:
            problems.append(f"{name}: missing")
        elif _digest(archive, name) != entry["sha256"]:
            problems.append(f"{name}: changed")
    return PackageReport(str(manifest.get("code", "")), report.signer, report.signed_at, len(listed), tuple(problems))


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as source:
        for chunk in chunks_of(source):
            digest.update(chunk)
    return digest.hexdigest()


def safe_name(number: int, name: str) -> str:
    """Name a file inside the package: numbered, without folders."""
    return f"tep/{number:03d}-{PurePosixPath(name.replace(chr(92), '/')).name[:120]}"
