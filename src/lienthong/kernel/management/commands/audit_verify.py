"""``lienthong audit verify``."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lienthong.kernel import chain


class Command(BaseCommand):
    """Prove the audit trail."""

    help = "Recompute the audit trail's hash chain and name the first link that does not hold (exit code 1)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--expect-head",
            metavar="SEQUENCE:HASH",
            default="",
            help="a head noted earlier, elsewhere; proves that nothing before it was cut off or written anew",
        )
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and tell."""
        proof = chain.verify(expected=_head(options["expect_head"]))
        if options["json"]:
            broken = proof.broken and {
                "sequence": proof.broken.sequence,
                "entry": proof.broken.entry_id,
                "reason": proof.broken.reason,
            }
            self.stdout.write(json.dumps({"verified": proof.verified, "head": str(proof.head), "broken": broken}))
        else:
            self.stdout.write(f"{proof.verified} links hold; head {proof.head}")
        if proof.broken is not None:
            raise CommandError(
                f"the chain breaks after link {proof.verified}: entry {proof.broken.entry_id}: {proof.broken.reason}"
            )


def _head(text: str) -> chain.Head | None:
    if not text:
        return None
    sequence, separator, value = text.partition(":")
    if not separator or not sequence.isdigit() or len(value) != 64:  # noqa: PLR2004 - SHA-256 in hexadecimal
        raise CommandError("--expect-head needs SEQUENCE:HASH as printed by this command")
    return chain.Head(int(sequence), value.lower())
