"""Load the kinds of papers."""

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand

from lienthong.kernel import audit, clock
from lienthong.vault.services.types import load_types


class Command(BaseCommand):
    """Load ``seeds/vault/document_types.yaml``."""

    help = "Nạp danh mục loại giấy tờ của kho dữ liệu điện tử."

    def handle(self, *args: object, **options: object) -> None:
        """Load the file; repeating it changes nothing."""
        rows = yaml.safe_load((settings.SEEDS / "vault" / "document_types.yaml").read_text(encoding="utf-8"))
        changed = load_types(rows=rows, actor=audit.SYSTEM, now=clock.now())
        self.stdout.write(f"vault: {changed} loại giấy tờ thay đổi")
