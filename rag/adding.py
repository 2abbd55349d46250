"""What is added to the library: files with their records, the bundled corpus, its vectors."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import RagError
from rag.indexing import Indexed, encode
from rag.reading import read_record, record_for
from rag.reading.kinds import PICTURES
from rag.splitting import sentences, split
from rag.types import TextKind
from rag.wording import vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rag.companion import Companion
    from rag.encoding import Encoder
    from rag.library import Library
    from rag.types import Book, BookRecord, Passage

READING_VERSION = b"2"
"""Part of a source's digest: a file that is read differently now is read again."""
RECORD_NAME = "book.toml"

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
    ``rag.indexing.encode``.
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
