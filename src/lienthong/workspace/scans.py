"""The checklist of papers at the counter, and the pictures and scans kept for each until the dossier is filed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from lienthong.accounts.api import Principal
from lienthong.dossiers import api as dossiers
from lienthong.files import api as files
from lienthong.forms import api as forms
from lienthong.kernel import clock
from lienthong.kernel.errors import DomainError
from lienthong.workspace.reception import Counted

_PICTURES = (files.JPEG, files.PNG, files.WEBP)
_COMBINES = (*_PICTURES, files.PDF)
_PURPOSE = "dossiers.document"


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One file kept for a paper, in its place.

    :ivar reading: how far the reading of its words has come.
    """

    file: dossiers.AttachedFile
    is_first: bool
    is_last: bool
    has_picture: bool
    reading: files.Reading | None


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """One paper of the procedure: what was counted, what was scanned, whether it is there."""

    paper: dossiers.PaperRow
    counted: Counted
    pages: tuple[ScannedPage, ...]
    may_combine: bool
    is_missing: bool
    is_ticked: bool

    @property
    def is_there(self) -> bool:
        """Say whether anything of the paper was handed over."""
        return self.counted.has_paper or bool(self.paper.files)


def checklist(
    rows: Iterable[dossiers.PaperRow], counted: Mapping[str, Counted], *, missing: Sequence[str]
) -> list[ChecklistRow]:
    """Put the papers together with what was counted and scanned; one statement for all their readings."""
    rows = tuple(rows)
    kept = [entry.file for row in rows for entry in row.files if entry.file is not None]
    readings = files.readings_of(files=kept)
    scanned = {row.key: [entry for entry in row.files if not entry.from_vault] for row in rows}
    return [
        ChecklistRow(
            paper=row,
            counted=counted[row.key],
            pages=tuple(
                ScannedPage(
                    file=entry,
                    is_first=at == 0,
                    is_last=at == len(scanned[row.key]) - 1,
                    has_picture=entry.file is not None and entry.file.blob.media_type in _COMBINES,
                    reading=readings.get(entry.file.uuid) if entry.file is not None else None,
                )
                for at, entry in enumerate(scanned[row.key])
            ),
            may_combine=len(scanned[row.key]) > 1 and all(_has_type(entry, _COMBINES) for entry in scanned[row.key]),
            is_missing=row.is_required and not counted[row.key].has_paper and not row.files,
            is_ticked=row.key in missing,
        )
        for row in rows
    ]


def keep(request: HttpRequest, *, principal: Principal, draft: forms.Draft, names: Mapping[str, str]) -> dict[str, str]:
    """Keep what was scanned, drop what was taken back, put pages in order, make one PDF; give what was wrong by paper.

    Fields: files ``document-<key>``; buttons ``remove``, ``up``, ``down`` (``<key>:<uuid>``) and ``combine``
    (``<key>``); ``order-<key>`` holds the uuids in the order in which pages were dragged.
    """
    now = clock.now()
    given = request.POST
    key, file_uuid = _pair(given.get("remove", ""))
    if key in names:
        forms.change_attachments(
            principal=principal, draft_uuid=draft.uuid, key=f"document:{key}", remove=[file_uuid], now=now
        )
    received, wrong = dossiers.receive_uploads(request, keys=set(names), principal=principal, now=now)
    for place, file in received:
        _add(principal, draft.uuid, place, [file])
        files.request_reading(blob_id=file.blob_id, now=now)
    for place in names:
        wanted = given.get(f"order-{place}", "")
        if wanted:
            _put_in_order(principal, draft.uuid, place, wanted.split(","))
    for way, step in (("up", -1), ("down", 1)):
        key, file_uuid = _pair(given.get(way, ""))
        if key in names:
            _move(principal, draft.uuid, key, file_uuid, step)
    place = given.get("combine", "")
    if place in names:
        try:
            combine(principal=principal, draft_uuid=draft.uuid, key=place, name=names[place])
        except DomainError as refused:
            wrong[place] = str(refused.message)
    return wrong


def combine_all(*, principal: Principal, draft_uuid: UUID, names: Mapping[str, str]) -> None:
    """Make one PDF of the pictures of each paper that has several, before the dossier is filed.

    :raises UploadRefusedError: the whole of one paper grows too large.
    """
    draft = forms.get_draft(principal=principal, uuid=draft_uuid)
    for key, name in names.items():
        entries = _scanned(draft, key)
        if len(entries) > 1 and all(_is_picture(file) for file in _files(entries)):
            combine(principal=principal, draft_uuid=draft_uuid, key=key, name=name)


def combine(*, principal: Principal, draft_uuid: UUID, key: str, name: str) -> None:
    """Make one PDF of the files of a paper, in their order, in their place.

    :raises UploadRefusedError: a file is neither picture nor PDF, or the whole grows too large.
    """
    draft = forms.get_draft(principal=principal, uuid=draft_uuid)
    uuids = _uuids(draft, key)
    if len(uuids) < 2:  # noqa: PLR2004 - one file is one already
        return
    made = files.combine(
        principal=principal, uuids=[UUID(uuid) for uuid in uuids], name=name[:120], purpose=_PURPOSE, now=clock.now()
    )
    forms.change_attachments(
        principal=principal, draft_uuid=draft_uuid, key=f"document:{key}", remove=uuids,
        add=[{"file": str(made.uuid), "name": made.name}], now=clock.now(),
    )  # fmt: skip


def _add(principal: Principal, draft_uuid: UUID, key: str, added: Sequence[files.File]) -> None:
    forms.change_attachments(
        principal=principal,
        draft_uuid=draft_uuid,
        key=f"document:{key}",
        add=[{"file": str(file.uuid), "name": file.name} for file in added],
        now=clock.now(),
    )


def _move(principal: Principal, draft_uuid: UUID, key: str, file_uuid: str, step: int) -> None:
    order = _uuids(forms.get_draft(principal=principal, uuid=draft_uuid), key)
    if file_uuid not in order:
        return
    at = order.index(file_uuid)
    to = max(0, min(len(order) - 1, at + step))
    order.insert(to, order.pop(at))
    _put_in_order(principal, draft_uuid, key, order)


def _put_in_order(principal: Principal, draft_uuid: UUID, key: str, wanted: Sequence[str]) -> None:
    """Put the files of a paper in an order; what is not named stays behind, what is not there is left out."""
    draft = forms.get_draft(principal=principal, uuid=draft_uuid)
    entries = {entry["file"]: entry for entry in draft.attachments.get(f"document:{key}", [])}
    order = [uuid for uuid in dict.fromkeys(wanted) if uuid in entries]
    order += [uuid for uuid in entries if uuid not in order]
    if order == list(entries):
        return
    forms.change_attachments(
        principal=principal, draft_uuid=draft_uuid, key=f"document:{key}", remove=list(entries),
        add=[entries[uuid] for uuid in order], now=clock.now(),
    )  # fmt: skip


def _uuids(draft: forms.Draft, key: str) -> list[str]:
    return [str(entry["file"]) for entry in _scanned(draft, key)]


def _scanned(draft: forms.Draft, key: str) -> list[Mapping[str, str]]:
    """Give what was scanned for a paper; a paper of the applicant's vault is used as it is."""
    return [entry for entry in draft.attachments.get(f"document:{key}", []) if "vault" not in entry]


def _files(entries: Sequence[Mapping[str, object]]) -> tuple[files.File | None, ...]:
    known = files.files_by_uuid(uuids=[UUID(str(entry["file"])) for entry in entries])
    return tuple(known.get(UUID(str(entry["file"]))) for entry in entries)


def _is_picture(file: files.File | None) -> bool:
    return file is not None and file.blob.media_type in _PICTURES


def _has_type(entry: dossiers.AttachedFile, types: Sequence[str]) -> bool:
    return entry.file is not None and entry.file.blob.media_type in types


def _pair(text: str) -> tuple[str, str]:
    key, _sep, file_uuid = text.partition(":")
    return key, file_uuid
