from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from lienthong.kernel.checkup import Finding


class DossiersConfig(AppConfig):
    """A dossier from filing to the returned result."""

    name = "lienthong.dossiers"
    label = "dossiers"
    verbose_name = "Hồ sơ"

    def ready(self) -> None:
        """Subscribe to events and open dossiers' files to those who may read the dossier."""
        from lienthong.dossiers import badges, followers, handlers, message_kinds, messages_branches, queries  # noqa: PLC0415 - models are not loaded before ready()
        from lienthong.dossiers.events import DossierChanged  # noqa: PLC0415
        from lienthong.dossiers.services import branches, commands, reading  # noqa: F401, PLC0415 - register what each command does
        from lienthong.files import api as files  # noqa: PLC0415
        from lienthong.forms.events import DraftExpiring  # noqa: PLC0415
        from lienthong.kernel import checkup, events  # noqa: PLC0415
        from lienthong.payments.events import ChargeRefunded, ChargeSettled  # noqa: PLC0415
        from lienthong.workflows.events import ProcessAdvanced  # noqa: PLC0415

        events.subscribe(DossierChanged, key="dossiers.issue_papers", handler=handlers.issue_papers)
        events.subscribe(DossierChanged, key="dossiers.tell_people", handler=handlers.tell_people)
        events.subscribe(DossierChanged, key="dossiers.tell_superiors", handler=handlers.tell_superiors)
        events.subscribe(DossierChanged, key="dossiers.ask_fees", handler=handlers.ask_fees)
        events.subscribe(ChargeSettled, key="dossiers.go_on_after_charge", handler=handlers.go_on_after_charge)
        events.subscribe(ChargeRefunded, key="dossiers.note_refund", handler=handlers.note_refund)
        events.subscribe(DraftExpiring, key="dossiers.tell_of_draft", handler=handlers.tell_of_draft)
        events.subscribe(ProcessAdvanced, key="dossiers.follow_timer", handler=handlers.follow_timer)
        files.register_access("dossiers.dossier", queries.may_read_files, on_opening=reading.file_opened)
        files.register_access("dossiers.book", queries.may_read_book)
        checkup.register(_alarms)
        events.subscribe(DossierChanged, key="dossiers.keep_results", handler=handlers.keep_results)
        message_kinds.register_kinds()
        messages_branches.register_kinds()
        badges.register()
        followers.subscribe()


def _alarms() -> "Iterator[Finding]":
    """Tell the doctor of dossiers without an owner or a next date."""
    from lienthong.dossiers import queries  # noqa: PLC0415 - models are not loaded before ready()
    from lienthong.kernel.checkup import Finding  # noqa: PLC0415

    found = queries.alarms_in_all()
    detail = f"{found} found: see /lam-viec/canh-bao/" if found else "each open dossier has an owner and a next date"
    yield Finding("stale dossiers", "warning" if found else "ok", detail)
