"""Work on many things at once, in threads that give way to whoever asks meanwhile."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

T = TypeVar("T")
R = TypeVar("R")

_NICENESS = 10
"""How far work that can wait stands back: of a core that both want, it gets a tenth."""


def side_by_side(
    work: Callable[[T], R], things: Sequence[T], lanes: int, *, patient: bool = False
) -> Generator[R]:
    """Yield what ``work`` makes of things, in their order, ``lanes`` of them at once.

    ``patient`` work is that for which nobody waits: it gives way. What ``work`` raises is raised;
    then, and where no more is asked for, what has not been begun is left.
    """
    if len(things) < 2 or (lanes < 2 and not patient):
        yield from map(work, things)
        return
    pool = ThreadPoolExecutor(lanes, "lane", give_way if patient else None)
    try:
        for made in [pool.submit(work, thing) for thing in things]:
            yield made.result()
    finally:
        pool.shutdown(cancel_futures=True)


def give_way() -> None:
    """Have this thread stand back behind others, where the system can tell threads apart."""
    if sys.platform == "linux":
        own = threading.get_native_id()
        with suppress(OSError):  # a system that does not let it has all threads alike
            if os.getpriority(os.PRIO_PROCESS, own) < _NICENESS:
                os.setpriority(os.PRIO_PROCESS, own, _NICENESS)


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
