"""``vault_demo``: a paper that a fictional citizen added, for the demo only."""

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError

from lienthong.accounts import api as accounts
from lienthong.files import api as files
from lienthong.kernel import clock
from lienthong.vault import queries
from lienthong.vault.services.keeping import add_upload

_EMAIL, _TITLE = "lan@lienthong.example", "Bằng tốt nghiệp đại học"


class Command(BaseCommand):
    """Add one paper to the vault of the demo's citizen; results come in by themselves. Repeating changes nothing."""

    help = "Thêm một giấy tờ mẫu vào kho của công dân trong bản trình diễn (chỉ khi DEMO=1)."

    def handle(self, *args: object, **options: object) -> None:
        """Add it, and say whether it was new."""
        if not settings.DEMO:
            raise CommandError("only with DEMO=1")
        now = clock.now()
        account = accounts.find_account_by_email(email=_EMAIL)
        if account is None:
            raise CommandError(f"no account {_EMAIL}")
        lan = accounts.principal_for_account(account, now)
        known = queries.list_documents(principal=lan, group="own", cursor=None, size=1, now=now)
        if not known.items:
            scan = files.render_pdf(template="vault/demo_paper", data={"name": _TITLE, "holder": lan.name}, now=now)
            upload = SimpleUploadedFile("bang-tot-nghiep.pdf", scan, "application/pdf")
            add_upload(principal=lan, title=_TITLE, upload=upload, now=now)
        self.stdout.write(f"vault: {0 if known.items else 1} demo papers added")
