"""What programs ask waits in the line of the readers' questions, and fails in one sentence."""

from __future__ import annotations

import secrets
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.to_thread

from rag.language.catalog import say
from rag.types import Language
from rag.web.gate import FullError, Line, Place
from rag.web.programs.tools import sentence_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator

    from rag.types import Answer
    from rag.web.gate import Ticket

T = TypeVar("T")


class Asking:
    """Work for programs, done in turn with the questions of readers; used in one event loop."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def told(self, address: str, work: Callable[[], T]) -> T:
        """Return what comes of some work when its turn has come; FullError, and what it raises."""
        async with self._turn(address) as ticket:
            async for _ in self._line.wait(ticket):
                pass
            return await anyio.to_thread.run_sync(work)

    async def growing(
        self, address: str, begin: Callable[[], Generator[Answer]]
    ) -> AsyncGenerator[Place | Answer]:
        """Yield a place in the line as it changes, then an answer as it grows; errors as above."""
        async with self._turn(address) as ticket:
            async for place in self._line.wait(ticket):
                yield place
            answers = begin()
            try:
                while answer := await anyio.to_thread.run_sync(next, answers, None):
                    yield answer
            finally:
                # Whoever has gone away ends the work too, a language model's included.
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(answers.close)

    @asynccontextmanager
    async def _turn(self, address: str) -> AsyncIterator[Ticket]:
        """Yield a place in the line, left in any case.

        Each call is a reader of its own: a program that asks many things at once is held back
        by its address alone.
        """
        ticket = self._line.join(secrets.token_hex(8), address)
        try:
            yield ticket
        finally:
            self._line.leave(ticket)


def said_of(error: Exception) -> str:
    """Return one sentence that tells a program of an error, without detail of the server."""
    if isinstance(error, FullError):
        return say("web.line_full", Language.EN, seconds=str(error.seconds))
    return sentence_of(error)
