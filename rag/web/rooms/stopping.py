"""Work in threads that a reader may stop: he is answered at once, and the work is closed after."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

import anyio.to_thread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

T = TypeVar("T")


class Stops:
    """The readers who are being answered, and what is left of work that was stopped."""

    def __init__(self) -> None:
        self._wishes: dict[str, asyncio.Event] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def begin(self, reader: str) -> asyncio.Event:
        """Return what is set when this reader wants to stop."""
        wish = self._wishes[reader] = asyncio.Event()
        return wish

    def stop(self, reader: str) -> None:
        """Say that a reader wants no more of his answer; nothing where none is being given."""
        if reader in self._wishes:
            self._wishes[reader].set()

    def end(self, reader: str, wish: asyncio.Event, closing: Awaitable[None]) -> None:
        """Forget a reader's wish, and see to it that his work is closed, however long it takes."""
        if self._wishes.get(reader) is wish:
            del self._wishes[reader]
        task = asyncio.ensure_future(closing)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


class Work(Generic[T]):
    """A generator whose values are made in threads, one at a time."""

    def __init__(self, generator: Generator[T]) -> None:
        self._generator = generator
        self._pending: asyncio.Future[T | None] | None = None

    async def next(self, wish: asyncio.Event) -> T | None:
        """Return the next value; None after the last, or once a stop is wished for."""
        if wish.is_set():
            return None
        self._pending = asyncio.ensure_future(anyio.to_thread.run_sync(next, self._generator, None))
        wished = asyncio.ensure_future(wish.wait())
        try:
            await asyncio.wait({self._pending, wished}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            wished.cancel()
        return None if wish.is_set() else self._pending.result()

    async def close(self, after: Callable[[], None]) -> None:
        """Close the generator as soon as no thread is in it, and call ``after`` then."""
        try:
            if self._pending is not None:
                await asyncio.wait({self._pending})
            await anyio.to_thread.run_sync(self._generator.close)
        finally:
            after()
