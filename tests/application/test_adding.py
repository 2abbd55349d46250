"""What is added: nothing is encoded that is encoded already."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.application.keeping.adding import digest_of, index, known_records
from rag.reading.formats.reader import read_book
from rag.reading.source.record import read_record
from rag.reading.source.source import Source
from rag.types import Correction
from tests.support.fakes import HashEncoder
from tests.support.files import SqliteLibrary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rag.models.base import Vectors
    from rag.models.ready import Companion
    from rag.types import Book

CASES = Path(__file__).resolve().parents[1] / "cases"
FINGERPRINT = "hash + companion"


class SpentEncoder(HashEncoder):
    """An encoder that counts tokens and encodes nothing any more."""

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Fail."""
        raise AssertionError(f"{len(texts)} texts were to be encoded", progress)


@pytest.fixture(scope="module")
def book() -> Book:
    """Return the small book."""
    return read_book(Source(CASES / "small-book.md", read_record(CASES / "small-book.toml")))


@pytest.fixture
def library(book: Book, companion: Companion, tmp_path: Path) -> Iterator[SqliteLibrary]:
    """Return a library that holds the small book."""
    with SqliteLibrary(tmp_path / "library.sqlite") as opened:
        put(opened, book, HashEncoder(), companion)
        yield opened


def put(library: SqliteLibrary, book: Book, encoder: HashEncoder, companion: Companion) -> None:
    """Index a book and put it into a library."""
    indexed = index(library, book, encoder, companion, fingerprint=FINGERPRINT)
    vectors = (indexed.vectors, indexed.sentences, indexed.sentence_vectors)
    library.put(book, indexed.passages, *vectors, digest="d", encoder=FINGERPRINT)


def test_a_book_of_which_only_pages_are_corrected_is_not_encoded_again(
    book: Book, library: SqliteLibrary, companion: Companion
) -> None:
    """A record with corrections gives the new labels and leaves every vector as it was."""
    ids, before = library.vectors(book.id)
    stored = library.stored(ids)
    record = replace(book.record, corrections=(Correction(first=1, shift=4),), year="1999")
    put(library, replace(book, record=record), SpentEncoder(), companion)
    assert library.book(book.id).pages[1].label != book.pages[1].label
    assert np.array_equal(library.vectors(book.id)[1], before)
    for one, other in zip(library.stored(ids), stored, strict=True):
        assert one.passage == other.passage
        assert one.sentences == other.sentences
        assert np.array_equal(one.sentence_vectors, other.sentence_vectors)


def test_another_text_heading_or_encoder_is_encoded(
    book: Book, library: SqliteLibrary, companion: Companion
) -> None:
    """Vectors are taken only for the very same words, under the same headings."""
    text = book.text.replace("沈砚之", "沈砚台")
    sections = tuple(replace(section, section="改名") for section in book.sections)
    for changed in (replace(book, text=text), replace(book, sections=sections)):
        with pytest.raises(AssertionError, match="were to be encoded"):
            put(library, changed, SpentEncoder(), companion)
    with pytest.raises(AssertionError, match="were to be encoded"):
        index(library, book, SpentEncoder(), companion, fingerprint="another")


def test_a_digest_is_of_all_that_is_read(tmp_path: Path) -> None:
    """File, record and each picture of a folder count; what cannot be read has none."""
    text, record, folder = tmp_path / "a.txt", tmp_path / "book.toml", tmp_path / "scans"
    folder.mkdir()
    for path in (text, record, folder / "1.png"):
        path.write_bytes(b"one")
    digests = {digest_of(text, None), digest_of(text, record), digest_of(folder, None)}
    (folder / "notes.db").write_bytes(b"no picture")
    assert digest_of(folder, None) in digests
    for path in (text, record, folder / "1.png"):
        path.write_bytes(b"two")
    digests |= {digest_of(text, None), digest_of(text, record), digest_of(folder, None)}
    assert len(digests) == 6
    assert digest_of(tmp_path / "missing.txt", None) is None


def test_what_a_record_says_of_its_own_file_holds_for_no_other(tmp_path: Path) -> None:
    """Records by which books are recognised bring no corrections of pages."""
    folder = tmp_path / "lamps"
    folder.mkdir()
    lines = '[book]\nid = "lamps"\ntitle = "灯"\n[[pages]]\nindex = 1\nlabel = "2"\n'
    (folder / "book.toml").write_text(lines, encoding="utf-8")
    [record] = known_records(tmp_path)
    assert (record.id, record.corrections) == ("lamps", ())
