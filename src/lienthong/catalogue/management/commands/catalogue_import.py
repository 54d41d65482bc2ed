"""Import procedures from a file or a folder."""

import json
import sys
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from lienthong.catalogue import api
from lienthong.kernel import clock
from lienthong.kernel.errors import DomainError

BAR = 30
SHOWN = 50


class Command(BaseCommand):
    """Read our own YAML, national portal records (JSON) or the national catalogue (JSON lines, gzip)."""

    help = (
        "Nhập thủ tục từ tệp hoặc thư mục: YAML của Liên Thông, bản ghi Cổng Dịch vụ công quốc gia (JSON) "
        "hoặc danh mục quốc gia (JSONL, JSONL.GZ). Chạy lại không tạo bản trùng."
    )

    def add_arguments(self, parser):
        """Take the path and the form of the report."""
        parser.add_argument("path", type=Path, help="tệp hoặc thư mục")
        parser.add_argument("--json", action="store_true", dest="as_json", help="in báo cáo dạng JSON")

    def handle(self, *args, **options):
        """Import and report; exit 1 when every record was refused, 2 when the path could not be read."""
        path: Path = options["path"]
        started = time.monotonic()
        show = sys.stderr.isatty() and not options["as_json"]
        try:
            report = api.import_file(path=path, now=clock.now(), progress=self._bar(path) if show else None)
        except DomainError as error:
            raise CommandError(str(error.message), returncode=2) from error
        if show:
            self.stderr.write("")
        if options["as_json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
        else:
            self._print(report, time.monotonic() - started)
        if report.rejected and len(report.rejected) == report.total:
            raise CommandError("Không nhập được bản ghi nào.", returncode=1)

    def _print(self, report, seconds):
        self.stdout.write(
            f"{report.total} bản ghi: {report.created} mới, {report.updated} cập nhật, {report.unchanged} giữ nguyên "
            f"(trong đó {report.kept} đã có nguồn tốt hơn), {len(report.rejected)} bị từ chối; {seconds:.1f} giây."
        )
        for rejection in report.rejected[:SHOWN]:
            self.stdout.write(f"  {rejection.place} [{rejection.code or '?'}] {rejection.reason}")
        if len(report.rejected) > SHOWN:
            self.stdout.write(f"  … và {len(report.rejected) - SHOWN} bản ghi khác; dùng --json để xem đủ.")

    def _bar(self, path: Path):
        size = path.stat().st_size if path.is_file() else 0

        def show(count: int, name: str, position: int) -> None:
            part = min(position / size, 1.0) if size and position else 0.0
            filled = int(part * BAR)
            bar = f"[{'█' * filled}{'·' * (BAR - filled)}] {part:4.0%} " if size else ""
            self.stderr.write(f"\r{bar}{count} bản ghi  {name[:40]}\x1b[K", ending="")
            self.stderr.flush()

        return show
