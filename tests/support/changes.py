"""Changes of a library as values: done to two libraries by a test, and sent to other processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.library import restore_library
from rag.settings import Settings
from rag.types import Correction, Edit, TextKind, Vocabulary
from tests.support.shelves import ENCODER, volume

if TYPE_CHECKING:
    from pathlib import Path

    from rag.library.ports import Library

BOOKS = ("jia", "yi", "bing")


@dataclass(frozen=True, slots=True)
class Put:
    """A book of so many random texts is put; no two books have a vector in common."""

    book: str
    texts: int
    seed: int
    kind: TextKind = TextKind.BOOK

    def do(self, library: Library) -> None:
        """Put it."""
        seed = self.seed * len(BOOKS) + BOOKS.index(self.book)
        digest = f"{self.book} {self.texts} {self.seed} {self.kind}"
        volume(self.book, self.texts, seed=seed, kind=self.kind).put(library, digest=digest)


@dataclass(frozen=True, slots=True)
class Correct:
    """The label of a page is corrected."""

    book: str
    page: int
    label: str | None

    def do(self, library: Library) -> None:
        """Correct it."""
        library.correct(self.book, [Correction(first=self.page, label=self.label)])


@dataclass(frozen=True, slots=True)
class Entitle:
    """The title in a book's record is edited."""

    book: str
    title: str

    def do(self, library: Library) -> None:
        """Edit it."""
        library.edit(self.book, [Edit("title", self.title)])


@dataclass(frozen=True, slots=True)
class Place:
    """It is kept where a book was read from."""

    book: str
    source: str

    def do(self, library: Library) -> None:
        """Keep it."""
        library.put_source(self.book, self.source)


@dataclass(frozen=True, slots=True)
class Learn:
    """The words of a book are kept."""

    book: str
    words: tuple[str, ...]

    def do(self, library: Library) -> None:
        """Keep them."""
        count = len(self.words)
        vectors = np.full((count, 4), 0.5, np.float32)
        library.put_vocabulary(self.book, Vocabulary(self.words, np.ones(count, np.int32), vectors))


@dataclass(frozen=True, slots=True)
class Encode:
    """Everything is encoded anew: each vector is turned round."""

    def do(self, library: Library) -> None:
        """Turn them round."""
        rows = []
        for book in library.changes():
            ids, vectors = library.vectors(book)
            for one, vector in zip(library.stored(ids), -vectors, strict=True):
                rows.append((one.passage.id, vector, -one.sentence_vectors))
        library.replace_vectors(rows, encoder=ENCODER)


@dataclass(frozen=True, slots=True)
class Remove:
    """A book is taken out, be it with what was said of it by hand."""

    book: str
    corrections: bool = False

    def do(self, library: Library) -> None:
        """Take it out."""
        library.remove(self.book, corrections=self.corrections)


@dataclass(frozen=True, slots=True)
class Copy:
    """The library is copied to a file."""

    path: Path

    def do(self, library: Library) -> None:
        """Copy it."""
        library.backup(self.path)


@dataclass(frozen=True, slots=True)
class PutBack:
    """A copy is put in the place of the library in a folder of data."""

    data: Path
    path: Path

    def do(self, library: Library) -> None:
        """Put it back under who has the library open."""
        del library
        restore_library(Settings(data=self.data), self.path)


Change = Put | Correct | Entitle | Place | Learn | Encode | Remove | Copy | PutBack
