"""What comes into the library, file by file, and what goes out of it again.

A file is read, taken for the book that it is, encoded, and kept whole or not at all. The
bundled corpus comes the same way.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rag.application.identifying import (
    identify,
    refuse_notes,
    see_that_it_is_told,
    to_replace,
)
from rag.language.text import abbreviations, sentences
from rag.library import discard_pictures
from rag.reading.sandbox import Limits, read_apart
from rag.reading.source import (
    PICTURES,
    Source,
    read_record,
    record_for,
    see_that_pictures_are_files,
)
from rag.search import Indexed, Unfinished, encode, split, vocabulary
from rag.types import Added, Problem, RagError, ReadingError, TextKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from rag.application.identifying import Identified
    from rag.application.wiring import Parts
    from rag.library import Library
    from rag.models import Companion, Encoder
    from rag.types import Book, BookRecord, BookSummary, Passage

    OnProgress = Callable[[str, int, int], None]

READING_VERSION = b"2"
"""Part of a source's digest: a file that is read differently now is read again."""
RECORD_NAME = "book.toml"
UNFINISHED = "unfinished"
"""In the folder of data: what was encoded of a book that is not in the library yet."""

_log = logging.getLogger(__name__)


def add(
    parts: Parts,
    path: Path,
    record: Path | None = None,
    *,
    instead: str | None = None,
    sure: bool = True,
    on_progress: OnProgress | None = None,
    on_wait: Callable[[], None] | None = None,
) -> Added:
    """Return what came of reading a file and keeping it as a book.

    ``instead`` is the id or title of the book that it is to replace; all else, and the
    errors, as of ``Shuzheng.add``.
    """
    started = time.perf_counter()
    library = parts.library
    given = record_for(record, path) if record else None
    digest = digest_of(path, record)
    with library.writing(on_wait=on_wait):
        named = None if instead is None else to_replace(library, instead, given)
        there = _held(library, digest)
        if there is not None:
            _see_again(library, there, path, named)
            return _added(there, "unchanged", started)
        # While another process reads the file, this one has a core to spare.
        threading.Thread(target=parts.vectors.prepare, name="preparing", daemon=True).start()
        known = known_records(parts.settings.corpus)
        book = _read(parts, path, given, known, on_progress)
        named = named or (given.id if given else None)
        source = path.resolve().as_uri()
        found = identify(library, book, named, known, digest=digest or "", source=source)
        refuse_notes(library, found.book)
        if not sure:
            see_that_it_is_told(found, instead)
        parts.see_that_vectors_agree()
        behind = _keep(parts, found.book, digest or "", source, on_progress)
        [kept] = [one for one in library.summaries() if one.record.id == found.book.id]
        added = _added(kept, "replaced" if found.replaced else "added", started)
        return _told(added, found, behind)


def remove(
    parts: Parts,
    book_id: str,
    *,
    corrections: bool = False,
    on_wait: Callable[[], None] | None = None,
) -> int:
    """Take a book out, and what was said of it by hand too; return how much of this stays.

    ``corrections`` says that those of its pages and the edits of its record go with it.

    NotInLibraryError where it is not there.
    """
    library = parts.library
    with library.writing(on_wait=on_wait):
        pictures = library.pictures()
        library.remove(book_id, corrections=corrections)
        _discard(parts, pictures)
        follow(parts)
        return len(library.corrections(book_id))


def follow(parts: Parts) -> str | None:
    """Bring the index up to a change that the library has kept; return what was in the way, if any.

    The library is the record: what it has kept is done, and the index is made good by the next
    question or by the doctor.
    """
    try:
        parts.vectors.follow()
    except (RagError, OSError) as error:
        _log.warning("What was changed is kept, but: %s", error)
        return str(error)
    return None


def add_bundled(parts: Parts) -> None:
    """Add the texts in the corpus folder that are not there; one bad one stops no other.

    Notes on a book give way to the book, and a text that was removed stays removed.
    """
    for record, text in _bundled(parts.settings.corpus):
        try:
            _add_one_bundled(parts, record, text)
        except RagError as error:
            _log.warning("%s: %s", text.name, error)


def digest_of(path: Path, record: Path | None) -> str | None:
    """Return the digest of a file, or of the pictures in a folder, with its record.

    None where any of it cannot be read, or is no ordinary file: its reader says so.
    """
    digest = hashlib.sha256(READING_VERSION)
    try:
        for source in (path, record):
            digest.update(b"\0")
            if source is None:
                continue
            if source.is_dir():
                see_that_pictures_are_files(source)
                for one in sorted(source.iterdir()):
                    if one.suffix.lower() in PICTURES:
                        digest.update(one.name.encode() + b"\0" + _digest_of_file(one))
            elif source.is_file():
                digest.update(_digest_of_file(source))
            else:
                return None
    except (OSError, ReadingError):
        return None
    return digest.hexdigest()


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


def _held(library: Library, digest: str | None) -> BookSummary | None:
    """Return the book that was made of a source, if it is there."""
    return next(
        (one for one in library.summaries() if digest is not None and one.digest == digest), None
    )


def _see_again(library: Library, summary: BookSummary, path: Path, named: str | None) -> None:
    """Remember where a book that is there is now; ReadingError if it was to replace another."""
    book_id = summary.record.id
    if named not in (None, book_id):
        raise ReadingError(
            f"The library holds {path.name} already, as {book_id}; to have it in place of "
            f"{named}, run 'rag remove {book_id}' first."
        )
    source = path.resolve().as_uri()
    if summary.source != source:
        library.put_source(book_id, source)


def _read(
    parts: Parts,
    path: Path,
    given: BookRecord | None,
    known: Sequence[BookRecord],
    on_progress: OnProgress | None,
) -> Book:
    """Return the book that a file holds; ReadingError."""
    settings = parts.settings
    if on_progress:
        on_progress("reading", 0, 1)
    source = Source(path, given, known, settings.data / "scans", on_progress)
    return read_apart(source, limits=Limits(settings.read_seconds, settings.read_memory))


def _keep(
    parts: Parts, book: Book, digest: str, source: str, on_progress: OnProgress | None
) -> str | None:
    """Encode a book and keep it, in the library and in the index; return as ``follow``.

    Broken off, encoding goes on from where it was the next time.
    """
    unfinished = Unfinished(parts.settings.data / UNFINISHED, parts.fingerprint)

    def encoding(done: int, total: int) -> None:
        if on_progress:
            on_progress("encoding", done, total)

    indexed = index(
        parts.library,
        book,
        parts.encoder,
        parts.companion,
        fingerprint=parts.fingerprint,
        progress=encoding,
        unfinished=unfinished,
    )
    pictures = parts.library.pictures()
    parts.library.put(
        book,
        indexed.passages,
        indexed.vectors,
        indexed.sentences,
        indexed.sentence_vectors,
        digest=digest,
        encoder=parts.fingerprint,
        vocabulary=indexed.vocabulary,
        source=source,
    )
    unfinished.discard()
    _discard(parts, pictures)
    return follow(parts)


def index(
    library: Library,
    book: Book,
    encoder: Encoder,
    companion: Companion,
    *,
    fingerprint: str,
    progress: Callable[[int, int], None] | None = None,
    unfinished: Unfinished | None = None,
) -> Indexed:
    """Return the passages of a book with their vectors.

    Where the library has the same passages of it under the same headings, made by the
    encoders of this ``fingerprint``, its vectors are taken and nothing is encoded: so it is
    when no more than pages or the record were corrected. ``progress`` and ``unfinished`` as for
    ``rag.search.indexing.encode``.
    """
    passages = split(book, encoder.count_tokens)
    there = _indexed(library, book, passages, companion, fingerprint)
    return there or encode(book, passages, encoder, companion, progress, unfinished=unfinished)


def _indexed(
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
    known = abbreviations(book.text)
    if any(one.sentences != tuple(sentences(one.passage.text, known)) for one in stored):
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


def _discard(parts: Parts, before: AbstractSet[str]) -> None:
    """Delete the pictures of pages that are no longer in the library."""
    discard_pictures(parts.settings.data / "scans", before, parts.library.pictures())


def _added(summary: BookSummary, status: str, started: float) -> Added:
    """Return what is said of a book that is there after an addition that began then."""
    return Added(
        id=summary.record.id,
        title=summary.record.title,
        status=status,
        pages=summary.pages,
        sections=summary.sections,
        passages=summary.passages,
        footnotes=summary.footnotes,
        problems=summary.problems,
        seconds=time.perf_counter() - started,
    )


def _told(added: Added, found: Identified, behind: str | None) -> Added:
    """Return what came of adding, with what a person should hear of which book it is.

    And whether the index is ``behind`` the library, for what reason.
    """
    told = found.told
    if behind is not None:
        text = (
            "The book is in the library, but the index could not follow; the next question or "
            f"'rag doctor --repair' brings it up to date. {behind}"
        )
        told = (Problem("index_behind", text), *told)
    return replace(
        added,
        problems=(*told, *added.problems),
        replaced_title=found.replaced.record.title if found.replaced else None,
    )


def _bundled(corpus: Path) -> Iterator[tuple[Path, Path]]:
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


def _add_one_bundled(parts: Parts, record: Path, text: Path) -> None:
    library = parts.library
    digest = digest_of(text, record)
    if digest is None or digest in library.removed():
        return
    known = record_for(record, text)
    for summary in library.summaries():
        gives_way = known.kind is TextKind.NOTES and summary.record.kind is TextKind.BOOK
        if summary.record.id == known.id and (gives_way or summary.digest == digest):
            return
    added = add(parts, text, record)
    if added.replaced_title is not None:
        _log.warning("%s took the place of %s.", text.name, added.replaced_title)


def _digest_of_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
