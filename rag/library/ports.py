"""What a store of books and conversations does for those who use it, whatever it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from rag.types import (
        Book,
        BookRecord,
        BookSummary,
        Correction,
        Edit,
        Passage,
        Span,
        Turn,
        Vocabulary,
    )

LATEST = 20
"""Conversations that are listed where nobody says how many."""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its vectors.

    ``vector`` has shape (d,), float32; ``sentences`` are offsets in ``passage.text``;
    ``sentence_vectors`` has shape (number of sentences, e), float16; e need not be d.
    """

    passage: Passage
    vector: NDArray[np.float32]
    sentences: tuple[Span, ...]
    sentence_vectors: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation as it is listed: its id, its name, how long, and since when.

    It is named by its first question, until its owner names it otherwise.

    ``changed`` is the moment of its last turn, as ISO 8601 in UTC.
    """

    id: str
    title: str
    turns: int
    changed: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was put: whose, when (ISO 8601, UTC), and what came of it.

    ``status`` is that of its answer; ``book`` (its title) and ``chapter`` are those of the first
    place that it cites, empty where it cites none.
    """

    owner: str
    at: str
    question: str
    status: str
    book: str
    chapter: str


class Library(Protocol):
    """The books of one data folder with their passages and vectors: the record of everything.

    It is safe to use from several threads. Every change of a book is kept whole, or not at
    all, before the call returns; what one call returns is of one state of the library, whoever
    writes meanwhile. Any call may raise LibraryError where the store cannot be read or
    written, and each that changes something LibraryBusyError where another process writes.
    """

    @property
    def uid(self) -> str:
        """A name of this library that no other has."""

    @property
    def generation(self) -> int:
        """A number that grows with each change of passages or vectors; 0 at first."""

    @property
    def encoder(self) -> tuple[str, int] | None:
        """The name and dimension of the encoder that made the vectors; None without vectors."""

    def close(self) -> None:
        """Close the library; it cannot be used afterwards."""

    def writing(
        self, *, wait: bool = True, on_wait: Callable[[], None] | None = None
    ) -> AbstractContextManager[None]:
        """Hold the library for writing; may be entered again by the thread that holds it.

        Other threads of this process queue, or with ``wait=False`` are refused like
        another process: LibraryBusyError. With ``on_wait`` another process is waited for, and
        it is called when that begins. LibraryReadOnlyError where nothing can be written.
        """

    def backup(self, target: Path) -> None:
        """Write a copy of the library, whole and checked, as one file; whoever writes goes on.

        LibraryError where the copy cannot be written, or the library is not sound.
        """

    def changes(self) -> dict[str, tuple[int, int]]:
        """Return for each book the generation that last changed it, and how many passages it has.

        What follows the library (a vector index) sees by this what it must bring up to date.
        """

    def summaries(self) -> list[BookSummary]:
        """Return what the library holds, books before notes, by id."""

    def book(self, book_id: str) -> Book:
        """Return a book with its pages as corrected and its record as edited; NotInLibraryError.

        The same object is given again as long as the book does not change.
        """

    def books(self, book_ids: Sequence[str]) -> list[Book]:
        """Return several books, each as ``book`` gives it."""

    def records(self) -> list[BookRecord]:
        """Return the records of all books as edited, books before notes, by id."""

    def book_as_read(self, book_id: str) -> Book:
        """Return a book without corrections made by hand or in its record; NotInLibraryError."""

    def corrections(self, book_id: str) -> tuple[Correction, ...]:
        """Return what was said of a book's pages by hand, as it was said, in order.

        They outlive the book; of one that was never there, there are none.
        """

    def pictures(self) -> frozenset[str]:
        """Return the files of all pages' pictures, relative to the folder of pictures."""

    def removed(self) -> frozenset[str]:
        """Return the digests of sources that were taken out and not put back since."""

    def former_id(self, digest: str, source: str) -> str | None:
        """Return the id that a removed book had, known by its digest or else by its file."""

    def passage(self, passage_id: str) -> Passage:
        """Return a passage; NotInLibraryError where it is not there."""

    def passages(self, book_id: str) -> list[Passage]:
        """Return the passages of a book as they were put; NotInLibraryError as for ``book``."""

    def stored(self, passage_ids: Sequence[str]) -> list[StoredPassage]:
        """Return passages with their vectors, in the order asked.

        An id that the library does not hold is left out: while another process replaces a
        book, a search may for a moment give passages that are gone.
        """

    def vectors(self, book_id: str) -> tuple[list[str], NDArray[np.float32]]:
        """Return the ids of a book's passages and their vectors, shape (n, d), float32.

        NotInLibraryError as for ``book``.
        """

    def sentence_vectors(self, book_ids: Sequence[str], limit: int) -> NDArray[np.float32]:
        """Return vectors of books' sentences, shape (n, e), about ``limit`` of each at most.

        Of a book with more sentences they are taken from every k-th passage. The same object is
        given again as long as none of them changes. NotInLibraryError as for ``book``.
        """

    def search_words(
        self, tokens: Sequence[str], book_ids: Sequence[str] | None, limit: int
    ) -> list[tuple[str, float]]:
        """Return the ids of passages that hold any of the tokens, with their scores, best first.

        ``tokens`` are of ``rag.language.text.bigrams``; each counts once. The score is BM25
        with k1 = 1.2 and b = 0.75 over the whole library, higher is better, no token counting
        for less than nothing. ``book_ids`` narrows the search; None is every book.
        """

    def word_counts(self, tokens: Iterable[str]) -> dict[str, int]:
        """Return in how many passages of the whole library each token stands, 0 included."""

    def vocabulary(self, book_id: str) -> Vocabulary | None:
        """Return the words of a book with their vectors; None where they were not kept.

        The same object is given again as long as the book does not change.
        NotInLibraryError as for ``book``.
        """

    def words(self, book_ids: Sequence[str]) -> Vocabulary:
        """Return the words of books together, each once, in how many passages of all it stands.

        The same object is given again as long as none of them changes. NotInLibraryError as for
        ``book``.
        """

    def wordless(self) -> list[str]:
        """Return the ids of the books whose words were not kept."""

    def check(self) -> list[str]:
        """Return what is wrong with the library, a sentence each; empty where it is sound."""

    def put(
        self,
        book: Book,
        passages: Sequence[Passage],
        vectors: NDArray[Any],
        sentences: Sequence[Sequence[Span]],
        sentence_vectors: Sequence[NDArray[Any]],
        *,
        digest: str,
        encoder: str,
        vocabulary: Vocabulary | None = None,
        source: str | None = None,
    ) -> None:
        """Keep a book whole, in place of an earlier one of its id; on return it is safe.

        ``source`` is the URI of the file that it was read from, which is then no other's.
        Corrections that were made by hand stay, but those of notes are not their book's.
        ``vectors`` has shape (number of passages, d); ``sentences`` and
        ``sentence_vectors`` hold for each passage its sentences' spans and vectors
        (shape (m, e)). Raises EncoderError where the other books' vectors are of another
        encoder, LibraryError where passages, sentences and vectors do not match.
        """

    def put_source(self, book_id: str, source: str) -> None:
        """Keep where a book was read from, the URI of a file; NotInLibraryError."""

    def put_vocabulary(self, book_id: str, vocabulary: Vocabulary) -> None:
        """Keep the words of a book that is there without them; NotInLibraryError.

        Where they are there, they stay as they are.
        """

    def remove(self, book_id: str, *, corrections: bool = False) -> None:
        """Take a book out, whole; NotInLibraryError where it is not there.

        What was said by hand of its pages and its record stays, unless ``corrections`` says that
        it goes as well.
        """

    def correct(self, book_id: str, corrections: Sequence[Correction]) -> None:
        """Keep these corrections of a book's pages in place of those made by hand before.

        The book counts as changed; passages and vectors stay as they are. Raises
        NotInLibraryError where the book is not there.
        """

    def edits(self, book_id: str) -> tuple[Edit, ...]:
        """Return what was said of a book's record by hand, a field each; see ``corrections``."""

    def edit(self, book_id: str, edits: Sequence[Edit]) -> None:
        """Keep these edits of a book's record in place of those made by hand before.

        As with ``correct``; a field stands in one of them at most.
        """

    def replace_vectors(
        self,
        vectors: Iterable[tuple[str, NDArray[Any], NDArray[Any]]],
        *,
        encoder: str,
    ) -> None:
        """Put another encoder's vectors in place of all there are, or change nothing.

        ``vectors`` gives for every passage of the library its id, its vector (d,) and its
        sentences' vectors (m, e), in any order; it may encode as it goes. Raises
        LibraryError where a passage is left out or does not fit.
        """


class Conversations(Protocol):
    """The conversations that readers have had, each its owner's own; safe for several threads.

    An owner is a random key that a reader's browser keeps. Who holds the library (the command
    line) may read all of them; over the web a conversation is gone on with by its owner alone.
    A turn is kept whole before the call returns, and waits for no book that is being added.
    Any call may raise LibraryError.
    """

    def close(self) -> None:
        """Close the conversations; they cannot be used afterwards."""

    def add(self, turn: Turn, owner: str, conversation: str | None = None) -> str:
        """Keep a turn and return its conversation's id: a new one, or the one it goes on.

        Raises NotInLibraryError where the owner has no such conversation.
        """

    def turns(self, conversation: str, owner: str | None = None) -> list[Turn]:
        """Return the turns of a conversation, oldest first; NotInLibraryError.

        With an owner, another's conversation is as one that is not there.
        """

    def rename(self, conversation: str, owner: str, title: str) -> None:
        """Name a conversation; nothing is no name, and changes none. Raises NotInLibraryError."""

    def forget(self, conversation: str, owner: str) -> None:
        """Delete a conversation with all its turns; NotInLibraryError as for ``add``."""

    def of(self, owner: str, words: str = "", limit: int = LATEST) -> list[Kept]:
        """Return an owner's conversations, the one last gone on with first.

        With ``words``, only those whose name or one of whose questions holds them, in small or
        capital letters.
        """

    def asked(self, owners: Collection[str], limit: int) -> list[Asked]:
        """Return what these owners asked and kept, the newest first."""

    def latest(self, limit: int = LATEST) -> list[Kept]:
        """Return the conversations that were last gone on with, the newest first."""
