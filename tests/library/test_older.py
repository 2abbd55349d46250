"""A library that an earlier program made opens, and says what was put into it."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.language.text import bigrams
from rag.library.tables.schema import VERSION
from rag.types import Correction, TextKind, Turn
from tests.conftest import CASES
from tests.support.exported import composed, not_found, quoted, translated
from tests.support.files import SqliteConversations, SqliteLibrary
from tests.support.shelves import ENCODER, volume

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ["河灯自东门放起。至三更方散。", "守塔人每夜点灯三次。", "见旧县志。"]
CONVERSATION = "2c01f913adf2"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a copy of a library file of version 4."""
    return older(4, tmp_path)


def older(version: int, folder: Path) -> Path:
    """Return a copy of the library file of a version."""
    packed = (CASES / "library" / f"version-{version}.sqlite.gz").read_bytes()
    file = folder / "library.sqlite"
    file.write_bytes(gzip.decompress(packed))
    return file


def _rows(library: SqliteLibrary, query: str) -> list[tuple[str, ...]]:
    with library._file.read() as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_library_of_every_version_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    """Whatever version wrote it, nothing of a library is lost, and a copy of it is left."""
    file = older(version, tmp_path)
    before = file.read_bytes()
    lamps = volume("lamps", TEXTS, seed=1, dimension=8)
    tides = volume("tides", 3, seed=2, dimension=8, kind=TextKind.NOTES)
    with SqliteLibrary(file) as library:
        assert library.check() == []
        assert library.encoder == (ENCODER, 8)
        assert sorted(library.changes()) == ["lamps", "tides"]
        for one in (lamps, tides):
            assert library.book_as_read(one.book.id).text == one.book.text
            assert library.book_as_read(one.book.id).record == one.book.record
            assert library.passages(one.book.id) == one.passages
            assert np.array_equal(library.vectors(one.book.id)[1], one.vectors)
        assert "d3" in library.removed()
        assert library.book("lamps").pages[1].label == ("7" if version > 1 else "2")
        volume("new", 2, seed=4, dimension=8).put(library, digest="d4")
        assert library.check() == []
    with SqliteLibrary(tmp_path / "new.sqlite") as new, SqliteLibrary(file) as library:
        kinds = "SELECT type, name, tbl_name FROM sqlite_schema ORDER BY name"
        assert _rows(library, kinds) == _rows(new, kinds)
    copies = list(tmp_path.glob("library-version-*.sqlite"))
    assert len(copies) == (version < VERSION)
    for copy in copies:
        assert copy.name.startswith(f"library-version-{version}-")
        with closing(sqlite3.connect(copy)) as kept, closing(sqlite3.connect(":memory:")) as was:
            was.deserialize(before)
            assert list(kept.iterdump()) == list(was.iterdump())


def test_books_of_an_older_library_are_there_whole(path: Path) -> None:
    """Text, pages, corrections, passages, vectors and words are those that were put."""
    lamps = volume("lamps", TEXTS, seed=1, dimension=8)
    tides = volume("tides", 3, seed=2, dimension=8, kind=TextKind.NOTES)
    with SqliteLibrary(path) as library:
        assert library.check() == []
        assert library.encoder == (ENCODER, 8)
        assert library.generation == 5
        assert library.changes() == {"lamps": (4, 3), "tides": (2, 3)}
        for one in (lamps, tides):
            assert library.book_as_read(one.book.id) == one.book
            assert library.passages(one.book.id) == one.passages
            ids, vectors = library.vectors(one.book.id)
            assert np.array_equal(vectors, one.vectors)
            kept = library.stored(ids)
            assert [item.sentences for item in kept] == list(one.sentences)
            for item, matrix in zip(kept, one.sentence_vectors, strict=True):
                assert np.array_equal(item.sentence_vectors, matrix)
        [correction] = library.corrections("lamps")
        assert (correction.first, correction.label, correction.shift) == (1, "7", None)
        assert library.book("lamps").pages[1].label == "7"
        words = library.vocabulary("lamps")
        assert words is not None
        assert words.words == ("河灯", "东门")
        assert [one for one, _ in library.search_words(bigrams("点灯"), None, 5)] == ["lamps:1"]
        assert library.former_id("d3", "") == "gone"
        [first, second] = library.summaries()
        assert (first.source, second.record.kind) == ("file:///books/lamps.txt", TextKind.NOTES)


def test_an_older_library_goes_on(path: Path) -> None:
    """It takes books, corrections and removals as a new one does."""
    with SqliteLibrary(path) as library:
        volume("lamps", TEXTS, seed=1, dimension=8).put(library, digest="d1")
        library.correct("tides", [Correction(first=0, label="3")])
        library.remove("tides")
        volume("gone", 2, seed=3, dimension=8).put(library, digest="d3")
        assert library.check() == []
        assert list(library.changes()) == ["gone", "lamps"]
        assert library.book("lamps").pages[1].label == "7"


def test_conversations_of_an_older_library_are_read(path: Path) -> None:
    """Answers that were kept come back equal, and the conversation goes on."""
    turns = [
        Turn("河灯从哪里放起？", quoted()),
        Turn("How?", translated(composed())),
        Turn("谁？", not_found()),
    ]
    with SqliteConversations(path) as conversations:
        assert conversations.turns(CONVERSATION) == turns
        [kept] = conversations.latest()
        assert (kept.id, kept.title, kept.turns) == (CONVERSATION, "河灯从哪里放起？", 3)
        conversations.add(turns[0], "a" * 40, CONVERSATION)
        assert conversations.turns(CONVERSATION) == [*turns, turns[0]]
