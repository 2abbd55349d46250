"""What a reader is given: a file, and what is known of the book in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rag.types import BookRecord

    OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A file (or a folder of page images) to read as a book.

    ``record`` is what is known of the book, ``known`` are records it may be one of.
    ``pictures`` is the folder in which pictures of pages, and what was read on them, are
    kept from one run to the next; without one nothing is kept. ``on_progress`` hears of
    (stage, done, of all), where reading takes long enough for it.
    """

    path: Path
    record: BookRecord | None = None
    known: Sequence[BookRecord] = ()
    pictures: Path | None = None
    on_progress: OnProgress | None = None

    @property
    def stem(self) -> str:
        """The title of a book whose title pages name none."""
        return self.path.stem
