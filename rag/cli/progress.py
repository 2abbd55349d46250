"""A progress bar on standard error, where that is a terminal; otherwise silence."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

from tqdm import tqdm

if TYPE_CHECKING:
    from types import TracebackType


class ProgressBar:
    """Called with ``(stage, done, total)``; shows one bar a stage. A context manager."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stage: str | None = None
        self._bar: tqdm | None = None

    def __enter__(self) -> Self:
        """Return the bar itself, not yet shown."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the bar off the screen."""
        self._close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` are done; a new stage begins a new bar."""
        if stage != self._stage or self._bar is None:
            self._close()
            self._stage = stage
            # disable=None: tqdm itself looks whether the stream is a terminal.
            self._bar = tqdm(
                total=total,
                desc=f"{self._name}: {stage}",
                file=sys.stderr,
                disable=None,
                leave=False,
                dynamic_ncols=True,
            )
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
