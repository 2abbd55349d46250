"""What is added to the library: files with their records, the bundled corpus, its vectors."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from rag.language.text import letters_of, sentences
from rag.reading.source import PICTURES, read_record, record_for
from rag.search import Indexed, encode, split, vocabulary
from rag.types import Problem, RagError, TextKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rag.library.sqlite import Library
    from rag.models import Companion, Encoder
    from rag.types import Book, BookRecord, BookSummary, Passage

READING_VERSION = b"2"
"""Part of a source's digest: a file that is read differently now is read again."""
RECORD_NAME = "book.toml"
LONGEST_STEM = 70
"""Of an id that gets a number, so that a record may name it too."""

_log = logging.getLogger(__name__)


def digest_of(path: Path, record: Path | None) -> str | None:
    """Return the digest of a file, or of the pictures in a folder, with its record.

    None where any of it cannot be read.
    """
    digest = hashlib.sha256(READING_VERSION)
    try:
        for source in (path, record):
            digest.update(b"\0")
            if source is None:
                continue
            if source.is_dir():
                for one in sorted(source.iterdir()):
                    if one.suffix.lower() in PICTURES:
                        digest.update(one.name.encode() + b"\0" + _digest_of_file(one))
            elif source.is_file():
                digest.update(_digest_of_file(source))
            else:
                return None
    except OSError:
        return None
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Identified:
    """A book under the id that it is to be kept by.

    ``replaced`` is the book of the library that it takes the place of, ``told`` what a
    person should hear of it.
    """

    book: Book
    replaced: BookSummary | None
    told: tuple[Problem, ...]


def identify(
    library: Library,
    book: Book,
    named: str | None,
    known: Sequence[BookRecord],
    *,
    digest: str,
    source: str,
) -> Identified:
    """Return a book that was read under the id of the book that it is, or under a new one.

    It is the book that a person ``named`` (the id in a record, or the book to be
    replaced), else the one last read from the same ``source``. What it calls itself makes
    it no book of the library, except that notes on a ``known`` book give way to it. A new
    book whose id is taken gets the next number behind it: ``shi-ji-2``. So it does where
    corrections of a removed book are kept under the id, unless it is that book by
    ``digest`` or ``source``.
    """
    held = {summary.record.id: summary for summary in library.summaries()}
    book_id = named or next((key for key, one in held.items() if one.source == source), None)
    if book_id is None:
        book_id = _new_id(library, book, held, known, library.former_id(digest, source))
    replaced = held.get(book_id)
    own, book = book.record, replace(book, record=replace(book.record, id=book_id))
    if replaced is None:
        alike = [
            one
            for key, one in held.items()
            if key == own.id
            or one.source == source
            or letters_of(one.record.title) == letters_of(own.title)
        ]
        return Identified(book, None, tuple(_likeness(library, own.id, book_id, alike)))
    told = []
    if replaced.record.kind is TextKind.NOTES and book.record.kind is TextKind.BOOK:
        lost = len(library.corrections(book_id))
        if lost:
            said = f"Corrections made by hand to the pages of the notes went with them: {lost}."
            told.append(Problem("corrections_of_notes", said))
    return Identified(book, replaced, tuple(told))


def _new_id(
    library: Library,
    book: Book,
    held: Mapping[str, BookSummary],
    known: Sequence[BookRecord],
    former: str | None,
) -> str:
    """Return the id of a book that nobody named: its former one, its own, or that with a number."""
    if former is not None and former not in held:
        return former
    own = book.id
    notes = own in held and held[own].record.kind is TextKind.NOTES
    if notes and any(_are_one(book.record, record) for record in known):
        return own

    def is_free(book_id: str) -> bool:
        return book_id not in held and not library.corrections(book_id)

    numbered = (f"{own[:LONGEST_STEM].rstrip('-')}-{number}" for number in count(2))
    return own if is_free(own) else next(filter(is_free, numbered))


def _are_one(record: BookRecord, known: BookRecord) -> bool:
    """Return whether a record was taken from a known one, and not made with the same id."""
    return (record.id, record.title, record.authors) == (known.id, known.title, known.authors)


def _likeness(
    library: Library, own: str, given: str, alike: Sequence[BookSummary]
) -> Iterator[Problem]:
    """Yield what a person should hear of a new book that may be one they have."""
    for one in alike:
        yield Problem(
            "likeness",
            f"The library holds {one.record.title} ({one.record.id}), which this may be; both are "
            f"kept. If they are one book, run 'rag remove {given}' and add this file again "
            f"with --replace {one.record.id}.",
        )
    if own != given and not alike and library.corrections(own):
        yield Problem(
            "likeness",
            f"A book with the id {own} was removed, and corrections of its pages are kept, so "
            f"this one is {given}. If they are one book, give it the id {own} in a book.toml.",
        )


def index(
    library: Library,
    book: Book,
    encoder: Encoder,
    companion: Companion,
    *,
    fingerprint: str,
    progress: Callable[[int, int], None] | None = None,
) -> Indexed:
    """Return the passages of a book with their vectors.

    Where the library has the same passages of it under the same headings, made by the
    encoders of this ``fingerprint``, its vectors are taken and nothing is encoded: so it is
    when no more than pages or the record were corrected. ``progress`` as for
    ``rag.search.indexing.encode``.
    """
    passages = split(book, encoder.count_tokens)
    kept = _kept(library, book, passages, companion, fingerprint)
    return kept or encode(book, passages, encoder, companion, progress)


def _kept(
    library: Library,
    book: Book,
    passages: Sequence[Passage],
    companion: Companion,
    fingerprint: str,
) -> Indexed | None:
    """Return what the library has of these passages, if it has just these."""
    if book.id not in library.changes() or (library.encoder or ("",))[0] != fingerprint:
        return None
    old = library.book_as_read(book.id)
    if _headings(old) != _headings(book) or library.passages(book.id) != list(passages):
        return None
    stored = library.stored([passage.id for passage in passages])
    if any(one.sentences != tuple(sentences(one.passage.text)) for one in stored):
        return None
    return Indexed(
        passages=tuple(passages),
        vectors=library.vectors(book.id)[1],
        sentences=tuple(one.sentences for one in stored),
        sentence_vectors=tuple(one.sentence_vectors.astype(np.float32) for one in stored),
        vocabulary=library.vocabulary(book.id)
        or vocabulary((passage.text for passage in passages), companion),
    )


def _headings(book: Book) -> tuple[object, ...]:
    """Return all of a book that is encoded with its passages."""
    return book.sections, [(entry.heading, entry.title) for entry in book.contents]


def known_records(corpus: Path) -> list[BookRecord]:
    """Return the records of the bundled corpus, for books to be known by their title pages.

    What they say of the pages of their own files holds for no other.
    """
    records = []
    for path in sorted(corpus.glob(f"*/{RECORD_NAME}")):
        try:
            records.append(replace(read_record(path), corrections=()))
        except RagError as error:
            _log.warning("%s: %s", path.parent.name, error)
    return records


def bundled(corpus: Path) -> Iterator[tuple[Path, Path]]:
    """Yield (record, text) of each book folder: full texts before notes on them."""
    for record in sorted(corpus.glob(f"*/{RECORD_NAME}")):
        texts = [path for path in sorted(record.parent.iterdir()) if path.suffix in {".md", ".txt"}]
        texts.sort(key=lambda path: _is_notes(record, path))
        for text in texts:
            yield record, text


def _is_notes(record: Path, text: Path) -> bool:
    try:
        return record_for(record, text).kind is TextKind.NOTES
    except RagError:
        return False


def _digest_of_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
