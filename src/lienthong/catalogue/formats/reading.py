"""Read records from files and folders, one at a time, whatever their wrapping."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import yaml
from django.utils.translation import gettext as _

MAX_LINE = 8 * 1024 * 1024
MAX_DOCUMENT = 32 * 1024 * 1024
Stream = IO[bytes] | gzip.GzipFile
_GZIP = b"\x1f\x8b"
_SUFFIXES = (".yaml", ".yml", ".json", ".jsonl", ".ndjson", ".gz")
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Located:
    """A record as read, and where it stood.

    :ivar place: file name, with the line for line-wise files.
    :ivar body: the record's own text, kept as proof.
    :ivar position: bytes of the file consumed so far, for progress.
    """

    place: str
    body: str
    record: Any
    position: int = 0


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file or line that holds no record, and why."""

    place: str
    reason: str
    position: int = 0


def list_files(path: Path) -> list[Path]:
    """List the files an import of a file or folder reads, in order of name."""
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file() and file.name.endswith(_SUFFIXES))
    return [path]


def read_records(path: Path, *, root: Path | None = None) -> Iterator[Located | Unreadable]:
    """Read a file's records: JSON lines as a stream, a JSON or YAML document at once; gzip unpacked."""
    place = str(path.relative_to(root)) if root and root != path else path.name
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            if packed:
                with gzip.open(raw) as stream:
                    yield from _read_stream(stream, place, raw)
            else:
                yield from _read_stream(raw, place, raw)
    except (OSError, EOFError, zlib.error) as error:
        yield Unreadable(place, _("không đọc được tệp: %(error)s") % {"error": error})


def _read_stream(stream: Stream, place: str, raw: IO[bytes]) -> Iterator[Located | Unreadable]:
    first = stream.readline(MAX_LINE + 1)
    if not first.strip():
        first = stream.readline(MAX_LINE + 1)
    if not first.strip():
        yield Unreadable(place, _("tệp trống."))
        return
    if _is_json(first) and (second := stream.readline(MAX_LINE + 1)).strip():
        yield from _read_lines(first, second, stream, place, raw)
        return
    body = first + stream.read(MAX_DOCUMENT + 1)
    if len(body) > MAX_DOCUMENT:
        yield Unreadable(place, _("tài liệu lớn hơn %(max)s MB.") % {"max": MAX_DOCUMENT // 1024 // 1024})
        return
    yield from _read_document(body, place)


def _is_json(line: bytes) -> bool:
    if not line.lstrip().startswith(b"{"):
        return False
    if line.rstrip().endswith(b"}"):
        return True
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _read_lines(
    first: bytes, second: bytes, stream: Stream, place: str, raw: IO[bytes]
) -> Iterator[Located | Unreadable]:
    number = 0
    pending = [second, first]
    while True:
        line = pending.pop() if pending else stream.readline(MAX_LINE + 1)
        if not line:
            return
        number += 1
        if not line.strip():
            continue
        here = _("%(file)s, dòng %(line)s") % {"file": place, "line": number}
        if len(line) > MAX_LINE:
            yield Unreadable(here, _("dòng dài quá %(max)s MB.") % {"max": MAX_LINE // 1024 // 1024}, raw.tell())
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE + 1)
            continue
        yield _decode(line, here, raw.tell())


def _decode(line: bytes, place: str, position: int = 0) -> Located | Unreadable:
    try:
        body = line.decode("utf-8-sig").strip()
        return Located(place, body, json.loads(body, parse_constant=_refuse_constant), position)
    except UnicodeDecodeError:
        return Unreadable(place, _("không phải văn bản UTF-8."), position)
    except (ValueError, RecursionError) as error:
        return Unreadable(place, _("JSON sai cú pháp: %(error)s") % {"error": error}, position)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _read_document(body: bytes, place: str) -> Iterator[Located | Unreadable]:
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        found = _decode(body, place)
        if isinstance(found, Located) and isinstance(found.record, list):
            for index, record in enumerate(found.record, start=1):
                here = _("%(file)s, bản ghi %(number)s") % {"file": place, "number": index}
                yield Located(here, json.dumps(record, ensure_ascii=False), record)
            return
        yield found
        return
    try:
        text = body.decode("utf-8-sig")
        for record in yaml.load_all(text, Loader=_YAML):
            yield Located(place, text, record)
    except UnicodeDecodeError:
        yield Unreadable(place, _("không phải văn bản UTF-8."))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        yield Unreadable(place, _("YAML sai cú pháp: %(error)s") % {"error": " ".join(str(error).split())})
