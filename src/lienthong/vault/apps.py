from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VaultConfig(AppConfig):
    """A person's electronic papers, kept to be used again."""

    name = "lienthong.vault"
    label = "vault"
    verbose_name = "Kho dữ liệu điện tử"

    def ready(self) -> None:
        """Open the papers' files to their owners, and put the vault into the portal's menu."""
        from lienthong.files import api as files  # noqa: PLC0415 - models are not loaded before ready()
        from lienthong.ui import navigation, status  # noqa: PLC0415
        from lienthong.vault import queries  # noqa: PLC0415
        from lienthong.vault.models import DocumentState as State  # noqa: PLC0415

        files.register_access("vault.document", queries.may_read_files)
        files.register_access("vault.certification", queries.may_read_scan)
        navigation.register(area="account", route="vault:documents", label=_("Kho giấy tờ"), order=4, signed_in=True)
        tones: dict[State, status.Tone] = {
            State.IN_FORCE: "done",
            State.REVOKED: "wrong",
            State.REPLACED: "paused",
        }
        for state, tone in tones.items():
            status.register(f"vault.{state.name}", state.label, tone)
        status.register("vault.EXPIRED", _("Hết hạn"), "late")
        status.register("vault.OWN", _("Chưa xác minh"), "plain")
        status.register("vault.COMPARED", _("Đã đối chiếu bản chính"), "done")
