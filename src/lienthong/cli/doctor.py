"""``lienthong doctor``: is this installation well?"""

import argparse
import json
from dataclasses import asdict

from lienthong.kernel.checkup import examine

HELP = """Check the installation: database, tables, folder, worker, outbox, audit trail, clock, programs.

Exit code 0 when nothing is broken (warnings allowed), 1 otherwise."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(options: argparse.Namespace) -> int:
    """Examine and tell."""
    findings = examine()
    if options.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(f"{finding.state:<8} {finding.subject:<14} {finding.detail}")
    return 1 if any(finding.state == "broken" for finding in findings) else 0
