"""What a collection holds of a library: its state, its rows, and a sample to judge it by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from rag.types import EncoderError, PageStatus, PassageKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chromadb import Collection
    from numpy.typing import NDArray

    from rag.library import Library
    from rag.types import Book, Passage

Result = TypeVar("Result")

SAMPLE = 5
SAME = 1e-3  # how far a cosine may be off, of a vector with itself


@dataclass(frozen=True, slots=True)
class State:
    """Which state of which library a collection holds.

    ``books`` gives for each book the generation of its last change and its number of
    passages; ``written`` is how many rows were ever written to the collection, also those
    deleted since, which Chroma keeps on disk.
    """

    uid: str
    encoder: tuple[str, int] | None
    books: dict[str, tuple[int, int]]
    generation: int
    chroma: str
    written: int

    @property
    def passages(self) -> int:
        """How many passages all books have together."""
        return sum(count for _, count in self.books.values())


@dataclass(frozen=True, slots=True)
class Rows:
    """What goes into a collection for one book, in equal lengths."""

    ids: list[str]
    vectors: NDArray[np.float32]
    texts: list[str]
    metadatas: list[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """What makes of a collection of state ``old`` (None: of nothing) one of state ``new``.

    ``drop`` are the books to delete; ``rows`` what is to be added, a book at a time.
    """

    old: State | None
    new: State
    drop: list[str]
    rows: Iterator[Rows]


def state_of(written: dict[str, Any] | None) -> State | None:
    """Return the state that ``asdict`` and JSON made this of; None where it is no such thing."""
    try:
        state = State(**(written or {}))
        return replace(
            state,
            encoder=None if state.encoder is None else (state.encoder[0], state.encoder[1]),
            books={book: (changed, count) for book, (changed, count) in state.books.items()},
        )
    except (TypeError, ValueError, AttributeError):
        return None


def metadata_of(book: Book, passage: Passage) -> dict[str, Any]:
    """Return what LangChain's documents carry of a passage; what is not known is left out."""
    section = book.sections[passage.section] if passage.section < len(book.sections) else None
    notes = [note.page for note in book.footnotes if note.start == passage.start]
    pages = [
        page.label
        for page in book.pages
        if page.label
        and page.status is not PageStatus.UNKNOWN
        and (
            page.index in notes
            if passage.kind is PassageKind.FOOTNOTE
            else page.start < passage.end and page.end > passage.start
        )
    ]
    known = {
        "book_id": book.id,
        "title": book.record.title,
        "kind": str(passage.kind),
        "start": passage.start,
        "end": passage.end,
        "part": section and section.part,
        "chapter": section and section.chapter,
        "section": section and section.section,
        "pages": ", ".join(pages),
    }
    return {key: value for key, value in known.items() if value not in (None, "")}


def sample_of(collection: Collection) -> dict[str, Any]:
    """Return some of a collection as JSON values: its size, and vectors that it finds again."""
    count = collection.count()
    kept = collection.get(limit=SAMPLE, include=["embeddings"])
    vectors = np.asarray(kept["embeddings"], dtype=np.float32)
    found = []
    if count:
        answer = collection.query(query_embeddings=vectors, n_results=1, include=["distances"])
        found = [distances[0] for distances in answer["distances"] or []]
    return {
        "count": count,
        "vectors": dict(zip(kept["ids"], vectors.tolist(), strict=True)),
        "distances": found,
    }


def agrees(report: dict[str, Any], library: Library) -> bool:
    """Return whether a sample of the collection is what the library has of it."""
    vectors = report["vectors"]
    stored = library.stored(list(vectors))
    return (
        len(stored) == len(vectors)
        and all(distance < SAME for distance in report["distances"])
        and all(_cosine(vectors[one.passage.id], one.vector) > 1 - SAME for one in stored)
    )


def cosine_of(distance: float) -> float:
    """Return the cosine that Chroma's distance stands for, less what rounding adds beyond 1."""
    return max(-1.0, min(1.0, 1.0 - distance))


def _cosine(one: Sequence[float], other: NDArray[np.float32]) -> float:
    first = np.asarray(one, dtype=np.float32)
    return float(first @ other / (np.linalg.norm(first) * np.linalg.norm(other) or 1.0))


def books_asked(
    library: Library, vector: NDArray[Any], book_ids: Sequence[str] | None
) -> list[str]:
    """Return the books that a search is of, those that are there; None is every book.

    Raises EncoderError where the vector is not of the library's dimension.
    """
    encoder = library.encoder
    books = library.changes()
    wanted = sorted(set(books if book_ids is None else book_ids) & books.keys())
    if encoder is None or not wanted:
        return []
    if len(vector) != encoder[1]:
        raise EncoderError(
            f"The library's vectors have {encoder[1]} numbers ({encoder[0]}), the question's "
            f"{len(vector)}; set RAG_ENCODER back or run 'rag doctor --repair'."
        )
    return wanted
