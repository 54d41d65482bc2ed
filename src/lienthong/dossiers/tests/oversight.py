"""What the tests of oversight share: the feedback rules that come with the program."""

import yaml
from django.conf import settings

from lienthong.dossiers.services.feedback_rules import load_feedback
from lienthong.dossiers.tests.factories import NOW
from lienthong.kernel import audit


def load_feedback_seed() -> int:
    """Load ``seeds/dossiers/feedback.yaml``; give how many rows changed."""
    rules = yaml.safe_load((settings.SEEDS / "dossiers" / "feedback.yaml").read_text(encoding="utf-8"))
    return load_feedback(rules=rules, actor=audit.SYSTEM, now=NOW)
