"""``lienthong seed``: reference data, from the floor up."""

import argparse
import time

from django.conf import settings
from django.core.management import call_command, get_commands

HELP = """Load the reference data in seeds/ (agencies, areas, holidays, procedures, forms, processes…).

Each context loads its own, in the order of the floors, through its management command <context>_seed.
Loading is idempotent: what is unchanged stays. With DEMO=1 the demo's fictional people and dossiers
(<context>_demo) come too."""


def seeders() -> tuple[str, ...]:
    """Name the loaders of the contexts that have one, in the order of the floors; the demo's last."""
    known = get_commands()
    contexts = [path.rpartition(".")[2] for path in settings.CONTEXTS]
    kinds = ("seed", "demo") if settings.DEMO else ("seed",)
    return tuple(f"{context}_{kind}" for kind in kinds for context in contexts if f"{context}_{kind}" in known)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--only", metavar="CONTEXT", help="load one context only")


def run(options: argparse.Namespace) -> int:
    """Load."""
    chosen = [name for name in seeders() if options.only in (None, name.rpartition("_")[0])]
    if not chosen:
        print(f"lienthong seed: {options.only} loads nothing")
        return 2
    for name in chosen:
        started = time.monotonic()
        call_command(name, verbosity=1)
        print(f"  {name.replace('_', ' '):<20} {time.monotonic() - started:5.1f} s", flush=True)
    return 0
