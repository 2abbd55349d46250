"""What a port promises, every store does: the one in a file, and the fakes that tests use."""

from __future__ import annotations

import inspect
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.application.shuzheng import Shuzheng
from rag.language.text import bigrams
from rag.library.keeping import Notes, Reports
from rag.library.ports import Conversations, Library
from rag.library.shelves import Shelves
from rag.search.vectors.port import VectorIndex
from rag.search.vectors.store import VectorStore
from rag.settings import Settings
from rag.types import (
    Correction,
    Edit,
    EncoderError,
    LibraryError,
    NotInLibraryError,
    Person,
    TextKind,
    Vocabulary,
)
from tests.conftest import CASES
from tests.support.fakes import MemoryConversations, MemoryLibrary, MemoryShelves, MemoryVectors
from tests.support.files import (
    SqliteConversations,
    SqliteLibrary,
    SqliteNotes,
    SqliteReports,
    SqliteShelves,
)
from tests.support.shelves import DIMENSION, unit_vectors, volume

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STORES = [
    (Library, SqliteLibrary),
    (Library, MemoryLibrary),
    (Conversations, SqliteConversations),
    (Conversations, MemoryConversations),
    (Notes, SqliteNotes),
    (Reports, SqliteReports),
    (Shelves, SqliteShelves),
    (Shelves, MemoryShelves),
    (VectorIndex, VectorStore),
    (VectorIndex, MemoryVectors),
]
QUESTIONS = ("运河是什么时候通水的？", "When was the canal opened?", "火星上有水吗？")


def promised(port: type) -> set[str]:
    """Return the names that a port has."""
    return {name for name in vars(port) if not name.startswith("_")}


@pytest.mark.parametrize(("port", "store"), STORES)
def test_a_store_has_what_its_port_promises(port: type, store: type, tmp_path: Path) -> None:
    """Every name of a port is there, and each method takes what the port says."""
    with ExitStack() as stack:
        made = opened(store, tmp_path, stack)
        assert [name for name in promised(port) if not hasattr(made, name)] == []
        for name in promised(port):
            method = vars(port)[name]
            if inspect.isfunction(method):
                wanted = list(inspect.signature(method).parameters)[1:]
                assert list(inspect.signature(getattr(made, name)).parameters) == wanted, name


def opened(store: type, folder: Path, stack: ExitStack) -> object:
    """Return a store of a class, made as it is made."""
    kept, fake = stores(folder, stack)
    made: dict[type, Callable[[], object]] = {
        SqliteLibrary: lambda: kept,
        MemoryLibrary: lambda: fake,
        SqliteConversations: lambda: stack.enter_context(
            SqliteConversations(folder / "library.sqlite")
        ),
        MemoryConversations: MemoryConversations,
        SqliteNotes: lambda: stack.enter_context(SqliteNotes(folder / "library.sqlite")),
        SqliteReports: lambda: stack.enter_context(SqliteReports(folder / "library.sqlite")),
        SqliteShelves: lambda: stack.enter_context(
            closing(SqliteShelves(folder / "library.sqlite"))
        ),
        MemoryShelves: MemoryShelves,
        VectorStore: lambda: stack.enter_context(VectorStore.open(folder, None, kept, probe=False)),
        MemoryVectors: lambda: MemoryVectors(fake),
    }
    return made[store]()


def stores(folder: Path, stack: ExitStack) -> tuple[Library, Library]:
    """Return an empty library in a file, and one in memory."""
    kept = stack.enter_context(closing(SqliteLibrary(folder / "library.sqlite")))
    return kept, MemoryLibrary()


def seen(library: Library, sample: int = 4) -> list[object]:
    """Return all that a library says of what it holds, vectors as lists.

    ``sample`` is the number of sentences' vectors; which those are hangs on passages' numbers.
    """
    books = [replace(one, added=None) for one in library.summaries()]
    said: list[object] = [library.changes(), books, library.encoder]
    said += [library.generation, library.pictures(), library.removed(), library.check()]
    said += [library.records(), library.books(list(library.changes())), library.wordless()]
    together = library.words(list(library.changes()))
    said += [together.words, together.counts.tolist(), together.vectors.tolist()]
    said += [library.sentence_vectors(list(library.changes()), sample).tolist()]
    for book_id in library.changes():
        ids, vectors = library.vectors(book_id)
        words = library.vocabulary(book_id)
        said += [library.book(book_id), library.book_as_read(book_id), library.passages(book_id)]
        said += [library.corrections(book_id), library.edits(book_id), ids, vectors.tolist()]
        said += [library.passage(ids[0]), library.sentence_vectors([book_id], sample).tolist()]
        said += [words and (words.words, words.counts.tolist(), words.vectors.tolist())]
        for one in library.stored([*reversed(ids), "none"]):
            said += [one.passage, one.vector.tolist(), one.sentences, one.sentence_vectors.tolist()]
    return said


def test_a_fake_says_what_a_file_says(tmp_path: Path) -> None:
    """Whatever is put, corrected, removed or encoded anew, both libraries tell the same."""
    words = Vocabulary(("铁路",), np.array([2], np.int32), np.full((1, 512), 0.1, np.float32))
    with ExitStack() as stack:
        both = stores(tmp_path, stack)
        for library in both:
            volume("jia", ["铁路通到了山城。", "山城有铁路，铁路很长。", "注"], seed=1).put(library)
            volume("yi", 5, seed=2, kind=TextKind.NOTES).put(library, digest="second")
            volume("bing", 4, seed=3).put(library, digest="third")
            library.put_vocabulary("jia", words)
            library.put_source("jia", "file:///a.txt")
            library.put_source("bing", "file:///b.txt")
        assert seen(both[0]) == seen(both[1])
        for library in both:
            library.correct("yi", [Correction(first=0, label="9")])
            library.remove("bing")
            volume("yi", 3, seed=4).put(library, digest="second")
            library.correct("jia", [Correction(first=1, label="7")])
            library.edit("jia", [Edit("year", "1991"), Edit("authors", (Person("王平"),))])
        assert seen(both[0]) == seen(both[1])
        assert [one.former_id("third", "") for one in both] == ["bing"] * 2
        assert [one.former_id("", "file:///b.txt") for one in both] == ["bing"] * 2
        for library in both:
            library.replace_vectors(
                [
                    (passage.id, np.ones(3), np.ones((2, 3)))
                    for book_id in library.changes()
                    for passage in library.passages(book_id)
                ],
                encoder="other",
            )
        assert seen(both[0]) == seen(both[1])
        for library in both:
            with pytest.raises(EncoderError):
                volume("ding").put(library)
            with pytest.raises(LibraryError):
                library.replace_vectors([], encoder="none")
            with pytest.raises(NotInLibraryError):
                library.book("bing")
            with pytest.raises(NotInLibraryError):
                library.passage("bing:1")
        assert seen(both[0]) == seen(both[1])


def test_words_are_found_alike(tmp_path: Path) -> None:
    """A fake finds the passages that a file finds, with the same scores."""
    with ExitStack() as stack:
        both = stores(tmp_path, stack)
        texts = [
            "铁路通到了山城。",
            "山城有铁路，铁路很长。",
            "河里有鱼。",
            "山城的鱼很长，很长。",
            "注",
        ]
        for library in both:
            volume("jia", texts, seed=1).put(library)
            volume("yi", texts[::-1], seed=2).put(library)
        tokens = [*bigrams("山城的铁路很长"), "none"]
        assert both[0].word_counts(tokens) == both[1].word_counts(tokens)
        for book_ids in (None, ["yi"], []):
            kept, fake = (library.search_words(tokens, book_ids, 6) for library in both)
            assert [one for one, _ in kept] == [one for one, _ in fake]
            assert [score for _, score in fake] == pytest.approx([score for _, score in kept])


def test_vectors_are_found_alike(tmp_path: Path) -> None:
    """A fake index finds what Chroma finds, with the same cosines."""
    with ExitStack() as stack:
        library, _ = stores(tmp_path, stack)
        volume("jia", 9, seed=1).put(library)
        volume("yi", 9, seed=2).put(library, digest="second")
        chroma = stack.enter_context(VectorStore.open(tmp_path, None, library, probe=False))
        chroma.follow()
        for vector in unit_vectors(np.random.default_rng(5), 3, DIMENSION):
            for book_ids in (None, ["yi"]):
                kept = chroma.search(vector, book_ids, 5)
                fake = MemoryVectors(library).search(vector, book_ids, 5)
                assert [one for one, _ in kept] == [one for one, _ in fake]
                assert [cosine for _, cosine in fake] == pytest.approx(
                    [cosine for _, cosine in kept], abs=1e-5
                )


def test_the_product_answers_from_any_store(small: Shuzheng, tmp_path: Path) -> None:
    """Over stores in memory a book is added, asked and corrected as over a file and Chroma."""
    small.find("盐引")
    whole = Shuzheng(Settings(data=tmp_path, corpus=tmp_path / "none"))
    library = MemoryLibrary()
    whole._parts.made |= {
        "library": library,
        "vectors": MemoryVectors(library),
        "shelves": MemoryShelves(),
        "encoder": small._parts.encoder,
        "companion": small._parts.companion,
        "reader": small._parts.reader,
    }
    with whole:
        whole.add(CASES / "small-book.md", CASES / "small-book.toml")
        for question in QUESTIONS:
            asked, wanted = whole.ask(question), small.ask(question)
            assert asked.status == wanted.status
            assert asked.text == wanted.text
            assert asked.citations == wanted.citations
        assert {whole.ask(question).status for question in QUESTIONS} == {"answered", "not_found"}
        cited = whole.ask(QUESTIONS[0]).citations[0].record.id
        whole.correct(cited, [Correction(shift=100)])
        [label] = whole.ask(QUESTIONS[0]).citations[0].place.pages
        assert int(label) > 100
        assert not list(tmp_path.glob("library.sqlite"))
