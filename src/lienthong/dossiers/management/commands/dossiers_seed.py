"""Load the dated rules of dossiers."""

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand

from lienthong.dossiers.services.feedback_rules import load_feedback
from lienthong.dossiers.services.retention import load_retention
from lienthong.dossiers.services.rules import load_rules
from lienthong.kernel import audit, clock


class Command(BaseCommand):
    """Load ``rules.yaml``, ``feedback.yaml`` and ``retention.yaml`` of ``seeds/dossiers``."""

    help = "Nạp quy tắc mã hồ sơ và tạm dừng thời hạn."

    def handle(self, *args: object, **options: object) -> None:
        """Load the file; repeating it changes nothing."""
        rules = yaml.safe_load((settings.SEEDS / "dossiers" / "rules.yaml").read_text(encoding="utf-8"))
        changed = load_rules(rules=rules, actor=audit.SYSTEM, now=clock.now())
        feedback = yaml.safe_load((settings.SEEDS / "dossiers" / "feedback.yaml").read_text(encoding="utf-8"))
        changed += load_feedback(rules=feedback, actor=audit.SYSTEM, now=clock.now())
        keeping = yaml.safe_load((settings.SEEDS / "dossiers" / "retention.yaml").read_text(encoding="utf-8"))
        changed += load_retention(rules=keeping, actor=audit.SYSTEM, now=clock.now())
        self.stdout.write(f"dossiers: {changed} quy tắc thay đổi")
