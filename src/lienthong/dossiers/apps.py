from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """A dossier from filing to the returned result."""

    name = "lienthong.dossiers"
    label = "dossiers"
    verbose_name = "Hồ sơ"

    def ready(self) -> None:
        """Subscribe to events and open dossiers' files to those who may read the dossier."""
        from lienthong.dossiers import followers, handlers, messages, queries  # noqa: PLC0415 - models are not loaded before ready()
        from lienthong.dossiers.events import DossierChanged  # noqa: PLC0415
        from lienthong.dossiers.models import DossierStatus as State  # noqa: PLC0415
        from lienthong.dossiers.services import commands  # noqa: F401, PLC0415 - registers what each command does
        from lienthong.files import api as files  # noqa: PLC0415
        from lienthong.forms.events import DraftExpiring  # noqa: PLC0415
        from lienthong.kernel import events  # noqa: PLC0415
        from lienthong.ui import status  # noqa: PLC0415
        from lienthong.workflows.events import ProcessAdvanced  # noqa: PLC0415

        events.subscribe(DossierChanged, key="dossiers.issue_papers", handler=handlers.issue_papers)
        events.subscribe(DossierChanged, key="dossiers.tell_people", handler=handlers.tell_people)
        events.subscribe(DraftExpiring, key="dossiers.tell_of_draft", handler=handlers.tell_of_draft)
        events.subscribe(ProcessAdvanced, key="dossiers.follow_timer", handler=handlers.follow_timer)
        files.register_access("dossiers.dossier", queries.may_read_files)
        messages.register_kinds()
        followers.subscribe()
        tones: dict[State, status.Tone] = {
            State.SUBMITTED: "info",
            State.RECEIVED: "info",
            State.NOT_RECEIVED: "wrong",
            State.PROCESSING: "now",
            State.SUPPLEMENT: "soon",
            State.PAYMENT: "soon",
            State.WITHDRAWN: "plain",
            State.STOPPED: "paused",
            State.DONE: "done",
            State.RETURNED: "done",
        }
        for state, tone in tones.items():
            status.register(f"dossiers.{state.name}", state.label, tone)
