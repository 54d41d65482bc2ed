"""Start a PostgreSQL program that ends with its parent and never runs as root.

Run as a script by :mod:`lienthong.kernel.embedded`, isolated and with the standard library only:
``launch.py PARENT_PID MODE PROGRAM ARGUMENT…``. It replaces itself by the program.

PostgreSQL refuses to run as root. ``MODE`` says how root steps down: ``namespace`` enters a user
namespace in which our uid 0 is called ``nobody`` (files keep their owner, nothing is chowned),
``nobody`` changes the user for good (for machines that forbid namespaces), ``plain`` changes nothing.
"""

import ctypes
import os
import pwd
import signal
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
CANNOT_STEP_DOWN = 97


def enter_namespace(libc: ctypes.CDLL) -> None:
    """Call our own uid and gid ``nobody`` inside a fresh user namespace."""
    nobody = pwd.getpwnam("nobody")
    uid, gid = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{nobody.pw_gid} {gid} 1", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{nobody.pw_uid} {uid} 1", encoding="ascii")
    os.setresgid(nobody.pw_gid, nobody.pw_gid, nobody.pw_gid)
    os.setresuid(nobody.pw_uid, nobody.pw_uid, nobody.pw_uid)


def become_nobody() -> None:
    """Drop root for good."""
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setresgid(nobody.pw_gid, nobody.pw_gid, nobody.pw_gid)
    os.setresuid(nobody.pw_uid, nobody.pw_uid, nobody.pw_uid)


def main(parent: int, mode: str, program: list[str]) -> None:
    """Step down, bind our life to the parent's, become the program."""
    os.umask(0o077)
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        if mode == "namespace":
            enter_namespace(libc)
        elif mode == "nobody":
            become_nobody()
    except (OSError, KeyError) as error:
        sys.stderr.write(f"cannot step down from root by {mode}: {error}\n")
        sys.exit(CANNOT_STEP_DOWN)
    if sys.platform == "linux":
        libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
        if parent and os.getppid() != parent:
            sys.exit("the parent is gone")
    os.execv(program[0], program)  # noqa: S606 - the program is chosen by the supervisor, without a shell


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
