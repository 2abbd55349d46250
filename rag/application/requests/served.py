"""What is told of a question that was answered, or not, and who hears of it while it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import Answer


@dataclass(frozen=True, slots=True)
class Served:
    """A question that was answered, or not, in so many seconds.

    ``answer`` is the last that was given. ``error`` is the kind of what went wrong, ``left`` where
    the reader had gone.
    """

    seconds: float
    answer: Answer | None
    error: str | None


class Trace(Protocol):
    """What follows one question."""

    def enter(self) -> None:
        """Let what is done here from now on belong to this question."""

    def end(self, served: Served) -> None:
        """End with what came of it."""


class Tracing(Protocol):
    """What follows questions; ``callbacks`` are LangChain's, for calls of a language model."""

    @property
    def callbacks(self) -> Sequence[Any]:
        """What hears of each call of a language model."""

    def begin(self, question: str | None) -> Trace:
        """Return the trace of a question that is asked now, with its words where they are given."""

    def close(self) -> None:
        """Send what has not been sent."""
