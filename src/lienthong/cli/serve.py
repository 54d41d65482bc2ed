"""``lienthong serve``: the web server."""

import argparse
import os
import socket
import sys

HELP = """Serve the platform over HTTP (granian, WSGI, few threads, persistent connections).

Put a TLS proxy in front and set SITE_URL, ALLOWED_HOSTS and CSRF_TRUSTED_ORIGINS."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    parser.add_argument("--workers", type=int, default=max(1, min(4, os.cpu_count() or 1)), help="processes")
    parser.add_argument("--threads", type=int, default=2, help="threads a process (2; more do not help Python)")


def port_is_free(host: str, port: int) -> bool:
    """Say whether a server could listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str) -> int:
    """Find a port that nothing listens on now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def run(options: argparse.Namespace) -> int:
    """Serve until stopped."""
    from django.conf import settings  # noqa: PLC0415
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415

    if not port_is_free(options.host, options.port):
        print(f"lienthong serve: port {options.port} of {options.host} is in use", file=sys.stderr)
        return 3
    Granian(
        "lienthong.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=options.threads,
        websockets=False,
        respawn_failed_workers=True,
        log_enabled=True,
        log_dictconfig=settings.LOGGING,
    ).serve()
    return 0
