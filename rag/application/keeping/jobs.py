"""Books that are being added while others read: one at a time, each to be stopped at any moment.

A job belongs to the process, not to whoever began it: it goes on when his page is closed, and
whoever keeps the library sees it and may stop it.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import time
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from rag.types import LibraryBusyError, LikenessError, RagError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rag.types import Added

MOST = 8
"""Jobs that are there at one time; of those that are over, the oldest go first."""
_LOOK_AGAIN = 2.0
"""Seconds between two looks whether another process has done with the library."""
_PATIENCE = 20.0
"""Seconds that closing waits for a job that is stopped."""

_log = logging.getLogger(__name__)


class State(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    """Others are before it, or another process writes to the library."""
    WORKING = "working"
    ASKING = "asking"
    """The book may be one that is there: a person is to say whether it is."""
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


OVER = frozenset({State.DONE, State.STOPPED, State.FAILED})


@dataclass(frozen=True, slots=True)
class Job:
    """One book that is added, as it stands at a moment.

    ``before`` are the jobs before it in the line; ``stage`` is what is done just now, ``done``
    of ``total``, and ``seconds`` may be left of it, where that can be told. ``alike`` are the ids
    of the books that it may be, ``both`` whether it can be kept beside them.
    """

    id: str
    name: str
    state: State = State.WAITING
    before: int = 0
    stage: str = ""
    done: int = 0
    total: int = 0
    seconds: float | None = None
    stopping: bool = False
    alike: tuple[str, ...] = ()
    both: bool = True
    added: Added | None = None
    error: Exception | None = None


class Add(Protocol):
    """What adds a book: ``Shuzheng.add``."""

    def __call__(
        self,
        path: Path,
        record: Path | None = None,
        *,
        replace: str | None = None,
        sure: bool = True,
        on_progress: Callable[[str, int, int], None] | None = None,
    ) -> Added:
        """Return what came of adding a file."""


@dataclass(eq=False, slots=True)
class _Order:
    """What is to be added, and how far it is; ``own`` is a folder that goes with the job."""

    path: Path
    record: Path | None
    replace: str | None
    sure: bool
    own: Path | None
    job: Job
    stop: threading.Event = field(default_factory=threading.Event)
    began: tuple[str, int, float] = ("", 0, 0.0)


class _StoppedError(Exception):
    """A person has stopped the job that is being done."""


class FullError(RagError):
    """So many books wait to be added that no more is taken."""


class Jobs:
    """The books that one process adds, one after the other, in a thread of their own."""

    def __init__(self, add: Add) -> None:
        self._add = add
        self._orders: list[_Order] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def put(
        self,
        path: Path,
        record: Path | None = None,
        *,
        name: str = "",
        replace: str | None = None,
        own: Path | None = None,
    ) -> str:
        """Add a file as soon as those before it are done; return the id of the job.

        ``name`` is what it is called, ``replace`` the book that it takes the place of, and
        ``own`` a folder that is deleted when the job is over. FullError where too many wait.
        """
        with self._changed:
            self._make_room()
            job = Job(secrets.token_hex(6), name or path.name)
            self._orders.append(_Order(path, record, replace, sure=False, own=own, job=job))
            self._begin()
            return job.id

    def all(self) -> list[Job]:
        """Return the jobs, the first that was put first."""
        with self._changed:
            jobs, before = [], 0
            for order in self._orders:
                jobs.append(replace(order.job, before=before))
                before += order.job.state in {State.WAITING, State.WORKING}
            return jobs

    def stop(self, identifier: str) -> None:
        """Stop a job; the library is then as it was. One that is over is taken off the list."""
        with self._changed:
            order = self._found(identifier)
            if order is None:
                return
            order.stop.set()
            if order.job.state is State.WORKING:
                order.job = replace(order.job, stopping=True)
            elif order.job.state in OVER:
                self._orders.remove(order)
            else:
                self._end(order, replace(order.job, state=State.STOPPED))
            self._changed.notify_all()

    def answer(self, identifier: str, instead: str | None) -> None:
        """Say which book a job that asks takes the place of; None: of none, it is another book."""
        with self._changed:
            order = self._found(identifier)
            if order is None or order.job.state is not State.ASKING:
                return
            if instead is None and not order.job.both:
                return
            order.replace, order.sure = instead, True
            order.job = Job(order.job.id, order.job.name)
            self._begin()

    def close(self) -> None:
        """Stop what is being done, and wait a little for it to end."""
        with self._changed:
            self._closed = True
            for order in self._orders:
                order.stop.set()
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(_PATIENCE)
        with self._changed:
            for order in self._orders:
                _discard(order)

    def _found(self, identifier: str) -> _Order | None:
        return next((one for one in self._orders if one.job.id == identifier), None)

    def _make_room(self) -> None:
        """Forget jobs that are over, then those that nobody answers; FullError else."""
        for states in (OVER, {State.ASKING}):
            for order in [one for one in self._orders if one.job.state in states]:
                if len(self._orders) < MOST:
                    return
                _discard(order)
                self._orders.remove(order)
        if len(self._orders) >= MOST:
            raise FullError(f"{MOST} books wait to be added; wait until some are in.")

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="adding", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                while (order := self._next()) is None and not self._closed:
                    self._changed.wait()
                if order is None or self._closed:
                    return
            job = self._done(order)
            with self._changed:
                self._end(order, job)

    def _next(self) -> _Order | None:
        return next((one for one in self._orders if one.job.state is State.WAITING), None)

    def _done(self, order: _Order) -> Job:
        """Return a job as it is when it has been done, or could not be."""
        while True:
            try:
                added = self._add(
                    order.path,
                    order.record,
                    replace=order.replace,
                    sure=order.sure,
                    on_progress=lambda *told: self._hear(order, *told),
                )
            except _StoppedError:
                return replace(order.job, state=State.STOPPED)
            except LikenessError as error:
                return replace(order.job, state=State.ASKING, alike=error.alike, both=error.both)
            except LibraryBusyError:
                if order.stop.wait(_LOOK_AGAIN):
                    return replace(order.job, state=State.STOPPED)
            except RagError as error:
                return replace(order.job, state=State.FAILED, error=error)
            except Exception as error:  # noqa: BLE001 - one bad book ends no other job
                _log.exception("A book could not be added")
                return replace(order.job, state=State.FAILED, error=error)
            else:
                return replace(order.job, state=State.DONE, added=added)

    def _hear(self, order: _Order, stage: str, done: int, total: int) -> None:
        """Keep how far a job is; _StoppedError where it is to be stopped."""
        if order.stop.is_set():
            raise _StoppedError
        now = time.monotonic()
        if order.began[0] != stage:
            order.began = stage, done, now
        _, first, since = order.began
        left = (total - done) * (now - since) / (done - first) if done > first else None
        with self._changed:
            order.job = replace(
                order.job, state=State.WORKING, stage=stage, done=done, total=total, seconds=left
            )

    def _end(self, order: _Order, job: Job) -> None:
        order.job = replace(job, stopping=False)
        if job.state in OVER:
            _discard(order)


def _discard(order: _Order) -> None:
    """Delete what a job brought with it."""
    if order.own is not None:
        shutil.rmtree(order.own, ignore_errors=True)
