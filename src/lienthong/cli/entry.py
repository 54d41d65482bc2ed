"""From the words typed to the code that runs."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from types import ModuleType

import django
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandError

from lienthong import cli
from lienthong.cli import environment
from lienthong.kernel.postgres import EmbeddedError

OK, FAILED, USAGE, NOT_READY, INTERRUPTED = 0, 1, 2, 3, 130

#: Verbs of this package, in the order of an installation's life; each module has HELP, arguments() and run().
VERBS = ("demo", "demo_load", "serve", "worker", "migrate", "seed", "doctor", "backup", "restore", "settings")
#: These manage Django and the database themselves, or need neither.
ALONE = ("demo", "settings")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lienthong.settings")
    try:
        return _dispatch(words)
    except (EmbeddedError, environment.NotReadyError) as error:
        print(f"lienthong: {error}", file=sys.stderr)
        return NOT_READY
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else FAILED


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(_overview())
        return OK
    if words[0] in ("-V", "--version"):
        print(f"lienthong {cli_version()}")
        return OK
    verb = words[0].replace("-", "_")
    if verb in VERBS:
        return _run_verb(verb, words[1:])
    return _run_management(words)


def cli_version() -> str:
    """Give the program's version."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - read for one verb only

    try:
        return version("lienthong")
    except PackageNotFoundError:
        return "from source"


def _module(verb: str) -> ModuleType:
    return importlib.import_module(f"{cli.__name__}.{verb}")


def _run_verb(verb: str, words: list[str]) -> int:
    if verb not in ALONE:
        environment.prepare_folder()
        django.setup()
    module = _module(verb)
    parser = argparse.ArgumentParser(
        prog=f"lienthong {verb.replace('_', '-')}",
        description=module.HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.arguments(parser)
    options = parser.parse_args(words)
    if verb in ALONE:
        return _guarded(module, options)
    with environment.database() as url:
        _use_database(url)
        return _guarded(module, options)


def _guarded(module: ModuleType, options: argparse.Namespace) -> int:
    """Run a verb; tell anticipated failures in one line."""
    from django.db import Error as DatabaseError  # noqa: PLC0415 - needs settings only when a verb runs

    from lienthong.kernel.errors import DomainError  # noqa: PLC0415

    try:
        return int(module.run(options) or OK)
    except (DomainError, CommandError) as error:
        print(f"lienthong: {error}", file=sys.stderr)
        return FAILED
    except DatabaseError as error:
        print(f"lienthong: the database does not answer as it should: {error}".strip(), file=sys.stderr)
        return NOT_READY


def _run_management(words: list[str]) -> int:
    """Run ``<context>_<verb>``, or a command of one word."""
    django.setup()
    known = get_commands()
    joined = "_".join(word.replace("-", "_") for word in words[:2])
    name, rest = (joined, words[2:]) if joined in known else (words[0].replace("-", "_"), words[1:])
    if name not in known:
        verbs = sorted(command.removeprefix(f"{words[0]}_") for command in known if command.startswith(f"{words[0]}_"))
        if verbs and words[1:] in ([], ["-h"], ["--help"]):
            print("\n".join(f"lienthong {words[0]} {verb} --help" for verb in verbs))
            return OK if words[1:] else USAGE
        hint = f"; {words[0]} knows: {', '.join(verbs)}" if verbs else ""
        print(f"lienthong: no command {' '.join(words[:2])!r}{hint}. See lienthong --help.", file=sys.stderr)
        return USAGE
    command = _load(known[name], name)
    typed = " ".join(words[: len(words) - len(rest)])
    parser = command.create_parser("lienthong", typed)
    if {"-h", "--help"} & set(rest):
        parser.print_help()
        return OK
    options = vars(parser.parse_args(rest))
    environment.prepare_folder()
    with environment.database() as url:
        _use_database(url)
        return _execute(command, options)


def _use_database(url: str) -> None:
    """Point Django at a database that was started after the settings were read."""
    from django.conf import settings  # noqa: PLC0415

    from lienthong.settings import database_from  # noqa: PLC0415

    settings.DATABASES["default"].update(database_from(url))


def _execute(command: BaseCommand, options: dict[str, object]) -> int:
    from django.db import Error as DatabaseError  # noqa: PLC0415

    from lienthong.kernel.errors import DomainError  # noqa: PLC0415

    arguments = options.pop("args", ())
    try:
        command.execute(*arguments, **options)  # type: ignore[misc]
    except CommandError as error:
        print(f"lienthong: {error}", file=sys.stderr)
        return error.returncode
    except DomainError as error:
        print(f"lienthong: {error}", file=sys.stderr)
        return FAILED
    except DatabaseError as error:
        print(f"lienthong: the database does not answer as it should: {error}".strip(), file=sys.stderr)
        return NOT_READY
    return OK


def _load(app: str | BaseCommand, name: str) -> BaseCommand:
    return app if isinstance(app, BaseCommand) else load_command_class(app, name)


def _overview() -> str:
    """Compose the help page: this package's verbs, then the contexts'."""
    django.setup()
    lines = [(cli.__doc__ or "").strip(), "", "Verbs:"]
    lines += [f"  {verb.replace('_', '-'):<22} {_module(verb).HELP.splitlines()[0]}" for verb in VERBS]
    lines += ["", "Verbs of the contexts:"]
    for name, app in sorted(get_commands().items()):
        if isinstance(app, str) and app.startswith("lienthong."):
            context, _, verb = name.partition("_")
            lines.append(f"  {f'{context} {verb}'.strip():<22} {load_command_class(app, name).help.splitlines()[0]}")
    lines += ["", "lienthong VERB --help explains each."]
    return "\n".join(lines)
