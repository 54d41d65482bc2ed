"""Acts on several tasks at once: each in a transaction of its own, with a report of what failed and why."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lienthong.accounts.api import Principal, Right
from lienthong.dossiers import api as dossiers
from lienthong.kernel.errors import DomainError, InvalidError
from lienthong.workflows import api as workflows

CLAIM = "claim"
# Steps without a judgement: numbering what is signed, handing over what is issued.
SAFE_RIGHTS = frozenset({Right.ISSUE, Right.RETURN})


class BatchRefusedError(InvalidError):
    """The selected tasks do not all offer the same harmless outcome."""

    code = "workspace.batch_refused"


@dataclass(slots=True)
class Report:
    """What a batch did.

    :ivar failed: pairs of the task (None when it is gone) and the reason.
    """

    done: list[workflows.WorkItem] = field(default_factory=list)
    failed: list[tuple[workflows.WorkItem | None, str]] = field(default_factory=list)
    verb: str = ""

    def done_text(self) -> str:
        """Say how many succeeded."""
        return ngettext("%(verb)s: xong %(n)s việc.", "%(verb)s: xong %(n)s việc.", len(self.done)) % {
            "verb": self.verb,
            "n": len(self.done),
        }


def safe_outcome(item: workflows.WorkItem) -> workflows.Outcome | None:
    """Give the outcome a task may end with unread: its only one, without reason and without data."""
    if item.right not in SAFE_RIGHTS or len(item.outcomes) != 1 or item.form_key:
        return None
    only = item.outcomes[0]
    return only if only.reason != "required" else None


def safe_outcomes(items: Iterable[workflows.WorkItem]) -> tuple[workflows.Outcome, ...]:
    """List the different outcomes that several of the tasks shown could end with together."""
    found = [outcome for item in items if (outcome := safe_outcome(item)) is not None]
    return tuple({outcome.key: outcome for outcome in found}.values())


def run(*, principal: Principal, uuids: Sequence[UUID], wanted: str, now: datetime) -> Report:
    """Take the tasks (``claim``) or end them all with one outcome.

    :raises BatchRefusedError: when a selected task does not offer that outcome; then nothing is done.
    """
    if wanted == CLAIM:
        return _each(uuids, principal, _("Nhận việc"), lambda uuid: workflows.claim(
            principal=principal, task_uuid=uuid, now=now
        ))  # fmt: skip
    report = Report()
    items = []
    for uuid in uuids:
        try:
            items.append(workflows.get_task_for(principal=principal, uuid=uuid))
        except DomainError as error:
            report.failed.append((None, str(error.message)))
    outcomes = [safe_outcome(item) for item in items]
    if any(outcome is None or outcome.key != wanted for outcome in outcomes):
        raise BatchRefusedError(
            _("Các việc đã chọn không cùng một cách kết thúc. Hãy chọn các việc giống nhau rồi làm lại.")
        )
    label = outcomes[0].text if outcomes and outcomes[0] else ""

    def finish(uuid: UUID) -> Any:
        return dossiers.act(
            principal=principal, task_uuid=uuid, outcome=wanted, note="", data={}, task_version=None, now=now
        )

    done = _each([item.uuid for item in items], principal, label, finish)
    done.failed[:0] = report.failed
    return done


def _each(uuids: Sequence[UUID], principal: Principal, verb: str, do: Callable[[UUID], Any]) -> Report:
    report = Report(verb=verb)
    for uuid in uuids:
        item: workflows.WorkItem | None = None
        try:
            item = workflows.get_task_for(principal=principal, uuid=uuid)
            do(uuid)
        except DomainError as error:
            report.failed.append((item, str(error.message)))
        else:
            report.done.append(item)
    return report
