"""Load the catalogue's reference data and the procedures written in our own form."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lienthong.catalogue import api
from lienthong.kernel import clock


class Command(BaseCommand):
    """Load seeds/catalogue: sectors, life events, everyday words and procedures; may be repeated."""

    help = "Nạp danh mục: lĩnh vực, sự kiện đời sống, từ thông dụng và các thủ tục biên soạn sẵn."

    def handle(self, *args, **options):
        """Load everything and say what changed; exit 1 when a seed is refused."""
        report = api.load_reference(folder=Path(settings.SEEDS) / "catalogue", now=clock.now())
        for rejection in report.rejected:
            self.stderr.write(f"{rejection.place} {rejection.code}: {rejection.reason}")
        self.stdout.write(
            f"Thủ tục: {report.created} mới, {report.updated} cập nhật, {report.unchanged} giữ nguyên, "
            f"{len(report.rejected)} bị từ chối."
        )
        if report.rejected:
            raise CommandError("Có thủ tục không nạp được.")
