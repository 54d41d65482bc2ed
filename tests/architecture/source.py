"""The program's source as the checks of the house read it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "src" / "lienthong"
#: The wiring that is an app for the sake of its templates, and no context.
WIRING = {"rest"}
CONTEXTS = tuple(sorted({path.parent.name for path in PROGRAM.glob("*/apps.py")} - WIRING))


@dataclass(frozen=True, slots=True)
class Source:
    """One module: where it lies and what it says."""

    path: Path
    tree: ast.Module

    @property
    def name(self) -> str:
        """Name the file from the root, as a message shows it."""
        return str(self.path.relative_to(ROOT))

    @property
    def context(self) -> str:
        """Name the context it belongs to, or the module of the wiring."""
        return self.path.relative_to(PROGRAM).parts[0]

    @property
    def rooms(self) -> tuple[str, ...]:
        """Name the folders and the module inside the context."""
        return self.path.relative_to(PROGRAM).with_suffix("").parts[1:]


@cache
def program() -> tuple[Source, ...]:
    """Read every module but tests and migrations."""
    paths = (path for path in sorted(PROGRAM.rglob("*.py")) if not {"tests", "migrations"} & set(path.parts))
    return tuple(Source(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths)


def in_rooms(*rooms: str) -> Iterator[Source]:
    """Give the modules of the contexts that lie in one of these rooms."""
    for source in program():
        if source.context in CONTEXTS and source.rooms and source.rooms[0] in rooms:
            yield source
