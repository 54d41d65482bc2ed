"""The way through an application: the form's steps, the papers, the last look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from lienthong.accounts.api import Principal
from lienthong.catalogue import api as catalogue
from lienthong.dossiers.errors import SubmissionInvalidError
from lienthong.dossiers.models import Filing
from lienthong.dossiers.services.papers_in import declaration_key
from lienthong.files import api as files
from lienthong.forms import api as forms
from lienthong.kernel.errors import InvalidError
from lienthong.vault import api as vault


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file shown under the paper it was attached for."""

    uuid: str
    name: str
    file: files.File | None
    from_vault: bool = False


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper of the procedure with what is attached for it."""

    key: str
    name: str
    requirement: str
    condition: str
    hint: str
    files: tuple[AttachedFile, ...]
    error: str
    offers: tuple[vault.VaultDocument, ...] = ()

    @property
    def is_required(self) -> bool:
        """Say whether the paper must be there."""
        return self.requirement == "required"


class FilingSteps:
    """Where each step of one application is, and what comes before and after it.

    :param namespace: of the pages that lead the way: ``<namespace>:filing_step`` and ``<namespace>:filing_papers``.
    :param start_url: the page before the first step; without one ``<namespace>:apply`` of the procedure.
    """

    def __init__(
        self,
        filing: Filing,
        principal: Principal,
        *,
        draft: forms.Draft | None = None,
        namespace: str = "portal",
        start_url: str = "",
    ) -> None:
        self.filing = filing
        self.principal = principal
        self.start_url = start_url
        self.namespace = namespace
        draft = draft or forms.get_draft(principal=principal, uuid=filing.draft_uuid)
        self.outline = forms.outline(draft.form)

    @property
    def titles(self) -> list[str]:
        """Name every step, the form's and ours."""
        return [*(str(step.title) for step in self.outline.steps), _("Giấy tờ"), _("Xem lại và nộp")]

    @property
    def papers_index(self) -> int:
        """Give the place of the papers among the steps."""
        return len(self.outline.steps)

    def has(self, key: str) -> bool:
        """Say whether the form has a step."""
        return self.outline.step(key) is not None

    def index(self, key: str) -> int:
        """Give the place of a form's step."""
        return next(at for at, step in enumerate(self.outline.steps) if step.key == key)

    def title(self, key: str) -> str:
        """Name a form's step."""
        return str(self.outline.steps[self.index(key)].title)

    def url(self, key: str) -> str:
        """Give the address of a form's step."""
        return reverse(f"{self.namespace}:filing_step", args=[self.filing.uuid, key])

    def papers_url(self) -> str:
        """Give the address of the papers."""
        return reverse(f"{self.namespace}:filing_papers", args=[self.filing.uuid])

    def first_url(self) -> str:
        """Give the address where the way begins."""
        return self.url(self.outline.steps[0].key)

    def last_form_url(self) -> str:
        """Give the address of the form's last step."""
        return self.url(self.outline.steps[-1].key)

    def next_url(self, key: str) -> str:
        """Give the address after a form's step."""
        at = self.index(key) + 1
        return self.url(self.outline.steps[at].key) if at < len(self.outline.steps) else self.papers_url()

    def previous_url(self, key: str) -> str:
        """Give the address before a form's step; the first leads back to the start."""
        at = self.index(key) - 1
        if at >= 0:
            return self.url(self.outline.steps[at].key)
        if self.start_url:
            return self.start_url
        return reverse(f"{self.namespace}:apply", args=[self.filing.procedure_version.code])

    def parts(self) -> list[tuple[str, str]]:
        """List the form's steps as pairs of title and address, for going back to change something."""
        return [(str(step.title), self.url(step.key)) for step in self.outline.steps]

    def url_of_field(self, path: str) -> str:
        """Give the address of the step that asks a field."""
        name = path.split(".", maxsplit=1)[0]
        for step in self.outline.steps:
            if any(field.name == name for field in step.fields):
                return f"{self.url(step.key)}?xem-loi=1"
        return self.first_url()

    def paper_rows(
        self,
        wanted: Sequence[catalogue.RequiredDocument],
        draft: forms.Draft,
        errors: Mapping[str, str],
        *,
        with_declaration: bool = False,
        now: datetime | None = None,
    ) -> tuple[PaperRow, ...]:
        """Put the papers of the procedure together with the files attached so far.

        :param now: when given, each paper comes with those of the applicant's vault that satisfy it.
        :param with_declaration: whether the declaration itself is a paper: signed at the counter, filled in online.
        """
        attached: Mapping[str, Sequence[Mapping[str, Any]]] = draft.attachments
        uuids = [str(entry["file"]) for entries in attached.values() for entry in entries]
        known = {str(uuid): file for uuid, file in files.files_by_uuid(uuids=uuids).items()}  # type: ignore[arg-type]

        offered = self._offers(wanted, now) if now is not None else {}

        def row(key: str, name: str, requirement: str, condition: str, hint: str) -> PaperRow:
            entries = attached.get(f"document:{key}", ())
            return PaperRow(
                key=key,
                name=name,
                requirement=requirement,
                condition=condition,
                hint=hint,
                files=tuple(
                    AttachedFile(
                        str(entry["file"]), str(entry["name"]), known.get(str(entry["file"])), bool(entry.get("vault"))
                    )
                    for entry in entries
                ),
                error=errors.get(key, ""),
                offers=tuple(
                    held
                    for held in offered.get(key, ())
                    if str(held.uuid) not in {str(entry.get("vault", "")) for entry in entries}
                ),
            )

        form_itself = "" if with_declaration else declaration_key(version=self.filing.procedure_version)
        rows = [
            row(document.key, document.name, document.requirement, document.condition, document.form_code)
            for document in wanted
            if document.key != form_itself
        ]
        rows.append(row("other", _("Giấy tờ khác"), "optional", "", _("Nếu cần giải thích thêm.")))
        return tuple(rows)

    def _offers(
        self, wanted: Sequence[catalogue.RequiredDocument], now: datetime
    ) -> Mapping[str, tuple[vault.VaultDocument, ...]]:
        return vault.offers(
            owner=vault_owner(self.filing, self.principal),
            wanted=wanted_papers(wanted, procedure=self.filing.procedure_version.code),
            now=now,
        )


def vault_owner(filing: Filing, principal: Principal) -> vault.Owner:
    """Say whose vault an application draws from: the person at the counter, or who is signed in."""
    if filing.applicant_id is not None:
        return vault.Owner(person_id=filing.applicant_id)
    return vault.Owner.of(person_id=principal.person_id, business_id=principal.business_id)


def wanted_papers(wanted: Sequence[catalogue.RequiredDocument], *, procedure: str) -> list[vault.WantedPaper]:
    """Name the papers of a procedure as the vault looks for them, the free one last."""
    named = [vault.WantedPaper(key=paper.key, name=paper.name, procedure=procedure) for paper in wanted]
    return [*named, vault.WantedPaper(key="other", name="")]


def vault_entry(*, document_uuid: str, owner: vault.Owner, now: datetime) -> dict[str, str]:
    """Make the draft's entry for a paper of the vault that is used again.

    :raises SubmissionInvalidError: when it is not the applicant's, or holds no more.
    """
    try:
        uuid = UUID(document_uuid)
    except ValueError:
        uuid = None
    held = vault.usable_by_uuid(owner=owner, uuids=[uuid] if uuid else [], now=now)
    if uuid is None or uuid not in held:
        raise SubmissionInvalidError(_("Giấy tờ này không còn dùng được. Hãy chọn giấy tờ khác hoặc tải lên."))
    document = held[uuid]
    return {"file": str(document.file.uuid), "name": document.title, "vault": str(document.uuid)}


def error_pairs(error: InvalidError, steps: FilingSteps) -> list[tuple[str, str]]:
    """Turn field errors into pairs of address and message, so that each leads to where it is mended."""
    pairs: list[tuple[str, str]] = []
    for path, texts in error.field_errors.items():
        if path.startswith("documents."):
            target = steps.papers_url() + f"#document-{path.removeprefix('documents.')}"
        elif path in ("return_method", "return_address", "area"):
            target = f"#f-{path}"
        else:
            target = steps.url_of_field(path)
        pairs.extend((target, text) for text in texts)
    return pairs or [("", str(error.message))]
