"""The library on a PostgreSQL server does what the one in a file does."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from rag.application.shuzheng import Shuzheng
from rag.language.text import bigrams
from rag.library import (
    holds_library,
    open_conversations,
    open_library,
    open_notes,
    open_readers,
    open_reports,
    open_shelves,
)
from rag.library.postgres import Server
from rag.library.postgres.server import LOCK
from rag.library.tables import TableConversations, TableLibrary
from rag.settings import Settings
from rag.types import (
    Correction,
    EncoderError,
    LibraryBusyError,
    LibraryError,
    NotInLibraryError,
    TextKind,
    Turn,
)
from tests.conftest import CASES
from tests.library.test_ports import seen
from tests.support.exported import quoted
from tests.support.files import SqliteConversations, SqliteLibrary
from tests.support.postgres import database
from tests.support.shelves import volume

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rag.library.ports import Library

pytestmark = pytest.mark.slow

OWNER = "a" * 40
OPENED: tuple[Callable[[Settings], Any], ...] = (
    open_library,
    open_conversations,
    open_notes,
    open_readers,
    open_reports,
    open_shelves,
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a server's files."""
    return tmp_path_factory.mktemp("postgres")


@pytest.fixture
def url(files: Path) -> Iterator[str]:
    """Yield the address of an empty database."""
    with database(files) as address:
        yield address


def furnish(library: Library) -> None:
    """Put books in, replace, correct and take out."""
    volume("jia", ["铁路通到了山城。", "山城有铁路，铁路很长。", "注"], seed=1).put(library)
    volume("yi", 5, seed=2, kind=TextKind.NOTES).put(library, digest="second")
    volume("bing", 4, seed=3).put(library, digest="third")
    library.put_source("jia", "file:///a.txt")
    library.correct("yi", [Correction(first=0, label="9")])
    library.remove("bing")
    volume("yi", 3, seed=4, kind=TextKind.NOTES).put(library, digest="second")
    library.correct("jia", [Correction(first=1, label="7")])


def test_it_says_what_a_file_says(url: str, tmp_path: Path) -> None:
    """Whatever is put, corrected and removed, both tell the same, ranking by words included."""
    words = [*bigrams("山城的铁路"), "none", 'a"b', "%", "?"]
    with TableLibrary(Server(url)) as there, SqliteLibrary(tmp_path / "library.sqlite") as here:
        for library in (there, here):
            furnish(library)
        assert seen(there, 1000) == seen(here, 1000)
        assert there.check() == []
        for books in (None, ["jia"], ["yi"], []):
            [ours, theirs] = [one.search_words(words, books, 5) for one in (there, here)]
            assert [name for name, _ in ours] == [name for name, _ in theirs]
            assert [score for _, score in ours] == pytest.approx([score for _, score in theirs])
        assert there.word_counts(bigrams("山城铁路")) == here.word_counts(bigrams("山城铁路"))
        with pytest.raises(NotInLibraryError):
            there.book("bing")
        with pytest.raises(EncoderError):
            volume("ding", 2, seed=5, dimension=8).put(there, digest="fourth")
        assert seen(there, 1000) == seen(here, 1000)


def test_conversations_are_kept_there(url: str, tmp_path: Path) -> None:
    """They are listed, found, named and deleted as in a file."""
    said = []
    with (
        TableConversations(Server(url)) as there,
        SqliteConversations(tmp_path / "l.sqlite") as here,
    ):
        for talks in (there, here):
            first = talks.add(Turn("河灯从哪里放起？", quoted()), OWNER)
            talks.add(Turn("然后呢？", quoted()), OWNER, first)
            second = talks.add(Turn("Where?", quoted()), OWNER)
            talks.add(Turn("谁？", quoted()), "b" * 40)
            talks.rename(second, OWNER, "Lamps")
            listed = [(one.title, one.turns) for one in talks.of(OWNER)]
            found = [one.title for one in talks.of(OWNER, "LAMPS")]
            said.append((listed, found, talks.turns(first), len(talks.latest())))
            with pytest.raises(NotInLibraryError):
                talks.turns(first, "b" * 40)
            talks.forget(first, OWNER)
            assert [one.title for one in talks.of(OWNER)] == ["Lamps"]
    assert said[0] == said[1]


def test_copies_go_both_ways(url: str, tmp_path: Path) -> None:
    """A copy of a server's library is a file's, and is put back; what was there is kept aside."""
    settings = Settings(data=tmp_path / "data", library_url=url)
    assert not holds_library(settings)
    copy = tmp_path / "copy.sqlite"
    with TableLibrary(Server(url)) as library, TableConversations(Server(url)) as talks:
        furnish(library)
        talks.add(Turn("谁？", quoted()), OWNER)
        before = seen(library)[1:]
        library.backup(copy)
        volume("new", 2, seed=9).put(library, digest="new")
        uid, generation = library.uid, library.generation
    assert holds_library(settings)
    with SqliteLibrary(copy) as copied:
        assert seen(copied)[1:] == before
        assert copied.check() == []
    left = Shuzheng(settings).restore(copy)
    assert left is not None
    assert left.parent == settings.data
    with TableLibrary(Server(url)) as library, TableConversations(Server(url)) as talks:
        assert library.uid != uid
        assert library.generation > generation
        assert [one.turns for one in talks.of(OWNER)] == [1]
        assert sorted(library.changes()) == ["jia", "yi"]
        volume("more", 2, seed=10).put(library, digest="more")
        assert library.check() == []
    with SqliteLibrary(left) as kept:
        assert sorted(kept.changes()) == ["jia", "new", "yi"]
    with pytest.raises(LibraryError, match="no copy of a library"):
        Shuzheng(settings).restore(_rubbish(tmp_path))


def _rubbish(folder: Path) -> Path:
    path = folder / "rubbish.sqlite"
    path.write_bytes(b"nothing" * 1000)
    return path


def test_one_process_writes_and_the_next_waits(url: str) -> None:
    """Another is told so, or waits until the first is done or dead; readers go on meanwhile."""
    with TableLibrary(Server(url)) as library, closing(psycopg.connect(url)) as writer:
        furnish(library)
        writer.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with pytest.raises(LibraryBusyError):
            volume("mine", 2, seed=8).put(library, digest="mine")
        assert sorted(library.changes()) == ["jia", "yi"]
        with library.writing(on_wait=writer.close):
            volume("mine", 2, seed=8).put(library, digest="mine")
        assert sorted(library.changes()) == ["jia", "mine", "yi"]
        assert library.check() == []


def test_the_stores_of_a_process_share_its_connections(url: str, tmp_path: Path) -> None:
    """Six stores hold what one holds at rest; who closes takes nothing from the others."""
    settings = Settings(data=tmp_path, library_url=url)
    with closing(psycopg.connect(url, autocommit=True)) as onlooker:
        stores = [opened(settings) for opened in OPENED]
        assert len(_others(onlooker)) <= 2
        for store in stores[1:]:
            store.close()
            store.close()
        library = stores[0]
        assert library.changes() == {}
        library.close()
        while _others(onlooker):
            time.sleep(0.01)


def test_a_server_that_was_started_anew_is_asked_again(url: str) -> None:
    """Connections that the server has closed are not used: nobody is told of an error."""
    with (
        TableLibrary(Server(url)) as library,
        closing(psycopg.connect(url, autocommit=True)) as onlooker,
    ):
        furnish(library)
        for process in _others(onlooker):
            onlooker.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
        assert sorted(library.changes()) == ["jia", "yi"]
        volume("mine", 2, seed=8).put(library, digest="mine")


def _others(onlooker: psycopg.Connection[Any]) -> list[int]:
    """Return the processes of the server for others' connections to this database."""
    rows = onlooker.execute(
        "SELECT pid FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    return [process for [process] in rows]


def test_what_is_wrong_with_the_server_is_one_sentence(url: str, tmp_path: Path) -> None:
    """Unreachable, strange or newer: said without the address, which holds a password."""
    with pytest.raises(LibraryError) as unreachable:
        TableLibrary(Server("postgresql://reader:geheimnis@127.0.0.1:1/library"))
    assert "geheimnis" not in str(unreachable.value)
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute("CREATE TABLE meta (key TEXT, value TEXT)")
        with pytest.raises(LibraryError, match="another program"):
            TableLibrary(Server(url))
        connection.execute("INSERT INTO meta VALUES ('version', '99')")
        with pytest.raises(LibraryError, match="newer version"):
            TableLibrary(Server(url))
    assert not (tmp_path / "library.sqlite").exists()


def test_a_question_is_answered_from_a_server(url: str, tmp_path: Path, models: Path) -> None:
    """The whole product stands on it: a book is read, asked with its page, and asked by another."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "models").symlink_to(models)
    settings = Settings(data=data, corpus=data / "none", library_url=url)
    question = "When was the canal opened?"
    with Shuzheng(settings) as one:
        one.add(CASES / "small-book.md", CASES / "small-book.toml")
        answer = one.ask(question)
        assert answer.status == "answered"
    with Shuzheng(settings) as other:
        assert other.ask(question).sentences == answer.sentences
    assert not (data / "library.sqlite").exists()
