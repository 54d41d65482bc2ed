"""``lienthong worker``: the jobs."""

import argparse
import asyncio

HELP = """Execute queued jobs and the periodic ones (procrastinate).

Any number of workers may run, on any machine that reaches the database. One that is killed loses
nothing: its jobs are given back within about a minute and a half."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--concurrency", type=int, default=4, help="jobs at the same time (4)")
    parser.add_argument("--until-empty", action="store_true", help="end when no job is left")


def run(options: argparse.Namespace) -> int:
    """Work until stopped."""
    from lienthong.kernel import jobs  # noqa: PLC0415

    asyncio.run(jobs.run_worker(wait=not options.until_empty, concurrency=options.concurrency))
    return 0
