"""Racing what may happen in the same second."""

import threading
from collections.abc import Callable

from django.db import connections

from lienthong.kernel.errors import DomainError


def winners(**acts: Callable[[], object]) -> list[str]:
    """Let each act run in a thread of its own, all at once; name those that did something and were not refused."""
    gate = threading.Barrier(len(acts))
    won: list[str] = []

    def race(name: str, act: Callable[[], object]) -> None:
        try:
            gate.wait()
            if act():
                won.append(name)
        except DomainError:
            pass
        finally:
            connections.close_all()

    racers = [threading.Thread(target=race, args=pair) for pair in acts.items()]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    return won
