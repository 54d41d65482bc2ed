"""``lienthong migrate``: the database's tables."""

import argparse

from django.core.management import call_command

HELP = """Bring the database's tables to this version of the program.

Safe to repeat; run it at every upgrade before the new servers start."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--quiet", action="store_true", help="say nothing when all goes well")


def run(options: argparse.Namespace) -> int:
    """Migrate, and make the cache's table."""
    verbosity = 0 if options.quiet else 1
    call_command("migrate", interactive=False, verbosity=verbosity)
    call_command("createcachetable", verbosity=verbosity)
    return 0
