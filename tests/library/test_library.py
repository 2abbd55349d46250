"""The library: what is put comes back, whole, or nothing has changed."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from rag.language.text.folding import bigrams
from rag.types import EncoderError, LibraryBusyError, LibraryError, NotInLibraryError, TextKind
from tests.support.files import SqliteLibrary
from tests.support.shelves import DIMENSION, ENCODER, Volume, assert_holds, unit_vectors, volume

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqliteLibrary]:
    """Return an empty library."""
    with SqliteLibrary(tmp_path / "library.sqlite") as opened:
        yield opened


def test_a_book_comes_back_as_it_was_put(library: SqliteLibrary) -> None:
    """Book, passages, sentences and vectors are the same after a round through the file."""
    kept = volume("jia", 5)
    kept.put(library, digest="abc")
    assert_holds(library, kept)
    assert [summary.digest for summary in library.summaries()] == ["abc"]
    assert library.encoder == (ENCODER, DIMENSION)
    assert library.passage("jia:1") == kept.passages[1]
    assert library.check() == []


def test_what_was_put_is_there_after_opening_again(tmp_path: Path) -> None:
    """The record lives in the file, and so does the library's own name."""
    with SqliteLibrary(tmp_path / "library.sqlite") as first:
        volume("jia").put(first)
        uid, generation = first.uid, first.generation
    with SqliteLibrary(tmp_path / "library.sqlite") as second:
        assert_holds(second, volume("jia"))
        assert (second.uid, second.generation) == (uid, generation)


def test_the_summary_counts_pages_sections_passages_and_footnotes(library: SqliteLibrary) -> None:
    """Sections are the entries of the second level; books come before notes."""
    volume("yi", 4).put(library)
    volume("jia", 3, kind=TextKind.NOTES).put(library)
    first, second = library.summaries()
    assert (first.record.id, second.record.id) == ("yi", "jia")
    assert (first.pages, first.sections, first.passages, first.footnotes) == (3, 2, 4, 1)
    assert first.problems == volume("yi", 4).book.problems
    assert first.contents == volume("yi", 4).book.contents


def test_a_book_of_the_same_id_takes_the_place_of_the_old(library: SqliteLibrary) -> None:
    """Nothing of the old book is left, neither in passages nor in the index of words."""
    volume("jia", ["旧的文字在此", "旧注"]).put(library)
    new = volume("jia", ["新的内容在此", "新注"], seed=1)
    new.put(library)
    assert_holds(library, new)
    assert library.search_words(bigrams("旧的文字"), None, 9) == []
    assert library.check() == []


def test_the_book_object_is_the_same_until_the_book_changes(library: SqliteLibrary) -> None:
    """A book is read from the file once, and again after a change."""
    volume("jia").put(library)
    first = library.book("jia")
    assert library.book("jia") is first
    volume("jia", seed=1).put(library)
    assert library.book("jia") == volume("jia", seed=1).book


def test_each_change_is_a_generation(library: SqliteLibrary) -> None:
    """Putting and removing raise the generation; the book changed says in which."""
    assert library.generation == 0
    volume("jia").put(library)
    volume("yi", 4).put(library)
    assert library.changes() == {"jia": (1, 3), "yi": (2, 4)}
    library.remove("jia")
    assert library.generation == 3
    assert library.changes() == {"yi": (2, 4)}


def test_a_put_that_fails_in_the_middle_changes_nothing(library: SqliteLibrary) -> None:
    """A second passage of the same id is refused, and the old book is there whole."""
    old = volume("jia")
    old.put(library)
    new = volume("jia", 6, seed=1)
    new.passages[5] = type(new.passages[5])(
        **{
            field: getattr(new.passages[5], field)
            for field in ("book_id", "kind", "section", "start", "end", "text")
        },
        id="jia:0",
    )
    with pytest.raises(LibraryError):
        new.put(library)
    assert_holds(library, old)
    assert library.generation == 1
    assert library.check() == []


def test_a_full_disk_is_said_and_changes_nothing(library: SqliteLibrary) -> None:
    """Where the file cannot grow, the error says so and the library is as it was."""
    old = volume("jia")
    old.put(library)
    [pages] = library._file._writer.execute("PRAGMA page_count").fetchone()
    library._file._writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LibraryError, match="disk is full"):
        volume("yi", 500).put(library)
    assert_holds(library, old)
    assert library.check() == []


def test_passages_that_are_no_slices_are_refused(library: SqliteLibrary) -> None:
    """Text that differs from the book's at its offsets is never kept."""
    other = volume("jia", seed=1)
    kept = volume("jia")
    mixed = Volume(kept.book, other.passages, kept.vectors, kept.sentences, kept.sentence_vectors)
    with pytest.raises(LibraryError, match="not a slice"):
        mixed.put(library)


def test_vectors_of_two_encoders_are_never_mixed(library: SqliteLibrary) -> None:
    """A second encoder is refused with what to do, unless no vector of the first is left."""
    volume("jia").put(library)
    with pytest.raises(EncoderError, match="RAG_ENCODER"):
        volume("yi").put(library, encoder="other")
    with pytest.raises(EncoderError, match="dimensions"):
        volume("yi", dimension=8).put(library)
    assert list(library.changes()) == ["jia"]
    volume("jia", dimension=8).put(library, encoder="other")
    assert library.encoder == ("other", 8)
    library.remove("jia")
    assert library.encoder is None


def test_all_vectors_are_replaced_or_none(library: SqliteLibrary) -> None:
    """Re-encoding takes every passage; where one is left out the old vectors stay."""
    for book_id in ("jia", "yi"):
        volume(book_id).put(library)
    random = np.random.default_rng(5)
    new = {
        f"{book_id}:{number}": unit_vectors(random, 3, 8)
        for book_id in ("jia", "yi")
        for number in range(3)
    }

    def rows(count: int) -> Iterator[tuple[str, NDArray[np.float32], NDArray[np.float32]]]:
        for passage_id, vectors in list(new.items())[:count]:
            yield passage_id, vectors[0], vectors[1:]

    with pytest.raises(LibraryError, match="not encoded"):
        library.replace_vectors(rows(5), encoder="other")
    assert_holds(library, volume("yi"))
    library.replace_vectors(rows(6), encoder="other")
    assert library.encoder == ("other", 8)
    assert np.array_equal(library.vectors("yi")[1][2], new["yi:2"][0])
    assert library.check() == []


def test_words_are_found_by_pairs_of_characters(library: SqliteLibrary) -> None:
    """The passage with more, and rarer, of the pairs asked comes first; others do not come."""
    volume(
        "jia",
        ["铁路通到了山城", "铁路边下了夜雨", "河上有一座石桥", "铁路与石桥都好", *["别的"] * 5],
    ).put(library)
    found = library.search_words(bigrams("铁路石桥"), None, 9)
    assert [passage_id for passage_id, _ in found] == ["jia:3", "jia:2", "jia:0", "jia:1"]
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("會議於 1924 年 5 月 31 日結束", "1924年5月31日"),
        ("會議在舊都舉行", "会议"),
        ("The Railway Question", "railway"),
        ("Железная дорога", "ЖЕЛЕЗНАЯ"),
        ("𠀀𠀁在此", "𠀀𠀁"),
    ],
)
def test_words_match_across_scripts_widths_and_cases(
    library: SqliteLibrary, text: str, question: str
) -> None:
    """What folds to the same is found."""
    volume("jia", [text, "毫不相干", "别的"]).put(library)
    assert library.search_words(bigrams(question), None, 1)[0][0] == "jia:0"


def test_a_search_for_words_can_be_narrowed_to_books(library: SqliteLibrary) -> None:
    """Only passages of the books named are found; no book named finds none."""
    for book_id in ("jia", "yi"):
        volume(book_id, ["铁路通到了山城", "注"]).put(library)
    tokens = bigrams("铁路")
    assert {i for i, _ in library.search_words(tokens, None, 9)} == {"jia:0", "yi:0"}
    assert [i for i, _ in library.search_words(tokens, ["yi"], 9)] == ["yi:0"]
    assert library.search_words(tokens, [], 9) == []
    assert library.search_words([], None, 9) == []


def test_words_that_are_operators_are_words(library: SqliteLibrary) -> None:
    """What the index's own language means something by is searched like any word."""
    volume("jia", ["this and that OR near not", "注"]).put(library)
    assert library.search_words(["not"], None, 9)
    assert library.search_words(['"', "*"], None, 9) == []


def test_a_search_takes_thousands_of_tokens(library: SqliteLibrary) -> None:
    """A question of any length is searched."""
    volume("jia", ["铁路通到了山城", "注"]).put(library)
    tokens = [*(f"word{number}" for number in range(5000)), "铁路"]
    assert library.search_words(tokens, None, 9)


def test_what_is_not_there_is_said_with_what_is(library: SqliteLibrary) -> None:
    """An unknown book names the books there are; an unknown passage says to search again."""
    with pytest.raises(NotInLibraryError, match="empty"):
        library.book("jia")
    volume("jia").put(library)
    for call in (library.book, library.passages, library.vectors, library.remove):
        with pytest.raises(NotInLibraryError, match="jia"):
            call("bing")
    with pytest.raises(NotInLibraryError, match="search again"):
        library.passage("jia:99")
    assert [one.passage.id for one in library.stored(["jia:2", "bing:0", "jia:0"])] == [
        "jia:2",
        "jia:0",
    ]


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"\0" * 5000])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    """Foreign content is left alone, and the error says what to do."""
    path = tmp_path / "library.sqlite"
    path.write_bytes(content)
    with pytest.raises(LibraryError, match="no library"):
        SqliteLibrary(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    """An SQLite file that is not ours is not written to."""
    path = tmp_path / "library.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE other (x)")
    with pytest.raises(LibraryError, match="another program"):
        SqliteLibrary(path)


def test_a_library_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """A schema from the future is not touched."""
    path = tmp_path / "library.sqlite"
    with SqliteLibrary(path) as library:
        library._file._writer.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryError, match="newer version"):
        SqliteLibrary(path)


@pytest.mark.parametrize("place", ["folder", "file/library.sqlite"])
def test_a_place_that_cannot_hold_a_library_is_said(tmp_path: Path, place: str) -> None:
    """A folder in the library's place, and a file in its folder's, are errors of ours."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="RAG_DATA"):
        SqliteLibrary(tmp_path / place)


def test_damage_and_gaps_are_found(library: SqliteLibrary) -> None:
    """What is missing from the tables is said in a sentence each."""
    volume("jia").put(library)
    library._file._writer.execute("DELETE FROM vectors WHERE passage = 1")
    library._file._writer.execute("DELETE FROM words WHERE rowid = 2")
    found = library.check()
    assert len(found) == 2
    assert "no vector" in found[0]
    assert "index of words" in found[1]


HOLD = """
import sys
from pathlib import Path
from tests.support.files import SqliteLibrary
with SqliteLibrary(Path(sys.argv[1])) as library, library.writing():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_told_that_the_library_is_busy(library: SqliteLibrary) -> None:
    """While another process writes, writing is refused and reading goes on."""
    volume("jia").put(library)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(library._file.path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(LibraryBusyError, match="Another process is writing"):
            volume("yi").put(library)
        assert_holds(library, volume("jia"))
        other.communicate("")
    volume("yi").put(library)
    assert list(library.changes()) == ["jia", "yi"]


def test_threads_queue_to_write(tmp_path: Path) -> None:
    """Threads of one process, even with a library object each, write one after another."""
    path = tmp_path / "library.sqlite"

    def put(book_id: str) -> None:
        with SqliteLibrary(path) as library:
            volume(book_id, 20).put(library)

    threads = [threading.Thread(target=put, args=[f"b{number}"]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with SqliteLibrary(path) as library:
        assert len(library.changes()) == 8
        assert library.check() == []


def test_readers_are_not_kept_waiting_by_a_writer(library: SqliteLibrary) -> None:
    """Inside another's unfinished writing, the old state is read at once."""
    volume("jia").put(library)
    seen = []
    with library._file.write() as connection:
        connection.execute("DELETE FROM books")
        thread = threading.Thread(target=lambda: seen.append(library.book("jia")))
        thread.start()
        thread.join(timeout=5)
        connection.rollback()
    assert seen == [volume("jia").book]


class Shelf(RuleBasedStateMachine):
    """A library does what a dictionary of books would, over any course of events."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.mkdtemp()
        self.library = SqliteLibrary(Path(self.folder) / "library.sqlite")
        self.model: dict[str, Volume] = {}

    @rule(
        book_id=st.sampled_from(["a", "b", "书"]),
        count=st.integers(1, 4),
        seed=st.integers(0, 3),
    )
    def put(self, book_id: str, count: int, seed: int) -> None:
        """Add or replace a book."""
        self.model[book_id] = volume(book_id, count, seed=seed)
        self.model[book_id].put(self.library)

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        """Take a book out."""
        book_id = data.draw(st.sampled_from(sorted(self.model)))
        self.library.remove(book_id)
        del self.model[book_id]

    @rule()
    def reopen(self) -> None:
        """Close the library and open it again."""
        self.library.close()
        self.library = SqliteLibrary(Path(self.folder) / "library.sqlite")

    @invariant()
    def agrees(self) -> None:
        """See that the library holds the model's books, and finds every passage by its words."""
        assert library_ids(self.library) == sorted(self.model)
        for kept in self.model.values():
            assert_holds(self.library, kept)
            passage = kept.passages[-1]
            found = self.library.search_words(bigrams(passage.text), [kept.book.id], 9)
            assert passage.id in [passage_id for passage_id, _ in found]
        assert self.library.check() == []

    def teardown(self) -> None:
        """Delete the files."""
        self.library.close()
        shutil.rmtree(self.folder)


def library_ids(library: SqliteLibrary) -> list[str]:
    """Return the ids of the books, in order."""
    return sorted(summary.record.id for summary in library.summaries())


TestShelf = Shelf.TestCase
TestShelf.settings = settings(max_examples=10, stateful_step_count=12, deadline=None)
