"""``lienthong settings``: what the environment says."""

import argparse
import os
import re

from lienthong.cli import environment

HELP = """Show the environment variables the program reads and what they are set to, secrets hidden.

docs/settings.md explains each."""
_SECRET = re.compile(r"SECRET|PASSWORD|PIN|TOKEN|KEY")
_PASSWORD_IN_URL = re.compile(r"(://[^:/@]*:)[^@]*@")


def names() -> tuple[str, ...]:
    """List the variables read by settings.py and by the command line itself."""
    source = (environment.PACKAGE / "settings.py").read_text(encoding="utf-8")
    found = set(re.findall(r"\benv(?:_flag|_list)?\(\s*\"([A-Z0-9_]+)\"", source)) | {"DATA", "POSTGRES_BIN"}
    return tuple(sorted(found))


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--set-only", action="store_true", help="only what is set")


def run(options: argparse.Namespace) -> int:
    """Print the variables."""
    for name in names():
        value = os.environ.get(name)
        if value is None:
            if not options.set_only:
                print(f"{name}  (not set)")
        else:
            hidden = "(hidden)" if _SECRET.search(name) else _PASSWORD_IN_URL.sub(r"\1…@", value)
            print(f"{name}={hidden}")
    return 0
