"""The vector store: what Chroma finds is what the library holds, whatever befell Chroma."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.search.vectors.places import Folder
from rag.search.vectors.state import metadata_of
from rag.search.vectors.store import VectorStore
from rag.types import EncoderError, VectorStoreError
from tests.support.addressing import free_port
from tests.support.files import SqliteLibrary
from tests.support.shelves import DIMENSION, unit_vectors, volume

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rag.library.ports import Library

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqliteLibrary]:
    """Return a library of two books, 12 and 30 passages."""
    with SqliteLibrary(tmp_path / "library.sqlite") as opened:
        volume("jia", 12, seed=1).put(opened)
        volume("yi", 30, seed=2).put(opened)
        yield opened


@pytest.fixture
def store(library: SqliteLibrary) -> Iterator[VectorStore]:
    """Return the vector store of the library."""
    with open_store(library) as opened:
        yield opened


def open_store(
    library: SqliteLibrary, *, probe: bool = False, url: str | None = None
) -> VectorStore:
    """Return the vector store beside a library."""
    return VectorStore.open(library._file.path.parent, url, library, probe=probe)


def by_hand(
    library: Library, vector: NDArray[np.float32], book_ids: list[str], limit: int
) -> list[tuple[str, float]]:
    """Return what a search must find, by comparing every vector of the library."""
    scored: list[tuple[str, float]] = []
    for book_id in book_ids:
        ids, vectors = library.vectors(book_id)
        scored += zip(ids, (vectors @ vector / np.linalg.norm(vector)).tolist(), strict=True)
    return sorted(scored, key=lambda item: -item[1])[:limit]


def assert_right(store: VectorStore, seed: int = 0) -> None:
    """Assert that searches of all books and of each find what comparing by hand finds."""
    library = store.library
    books = sorted(library.changes())
    for vector in unit_vectors(np.random.default_rng(seed), 5, DIMENSION) * 3:
        for chosen in (None, *([book_id] for book_id in books)):
            found = store.search(vector, chosen, 7)
            wanted = by_hand(library, vector, chosen or books, 7)
            assert [passage_id for passage_id, _ in found] == [i for i, _ in wanted]
            assert np.allclose([c for _, c in found], [c for _, c in wanted], atol=1e-5)
    assert store.check() == []


def snapshot(library: SqliteLibrary) -> Path:
    """Return the published folder."""
    root = library._file.path.parent / "chroma"
    return root / (root / "current").read_text()


def test_search_gives_cosines_as_computed_by_hand(store: VectorStore) -> None:
    """All books and one book are searched exactly, a vector of any length."""
    assert_right(store)


def test_a_search_asks_for_no_more_than_there_is(store: VectorStore) -> None:
    """A limit beyond the number of passages, no limit and unknown books are no trouble."""
    vector = np.ones(DIMENSION, dtype=np.float32)
    assert len(store.search(vector, None, 500)) == 42
    assert store.search(vector, None, 0) == []
    assert store.search(vector, ["bing"], 5) == []
    assert store.search(vector, [], 5) == []


def test_an_empty_library_finds_nothing(tmp_path: Path) -> None:
    """A library without books is searched in vain, without an error."""
    with SqliteLibrary(tmp_path / "library.sqlite") as library, open_store(library) as store:
        assert store.search(np.ones(DIMENSION), None, 5) == []
        store.follow()
        assert store.check() == []


def test_chroma_follows_every_change_of_the_library(store: VectorStore) -> None:
    """Books added, replaced and removed are so in the next search."""
    assert_right(store)
    volume("bing", 9, seed=3).put(store.library)
    store.follow()
    assert_right(store)
    volume("jia", 4, seed=4).put(store.library)
    assert_right(store)
    store.library.remove("yi")
    store.follow()
    assert_right(store)
    assert len(store.search(np.ones(DIMENSION), None, 99)) == 13


def test_following_again_changes_nothing(library: SqliteLibrary, store: VectorStore) -> None:
    """Where Chroma agrees with the library, no folder is made."""
    store.follow()
    before = snapshot(library)
    store.follow()
    assert snapshot(library) == before


def test_vectors_of_another_encoder_are_taken_over(store: VectorStore) -> None:
    """After re-encoding, Chroma holds the new vectors, of whatever dimension."""
    assert_right(store)
    library = store.library
    random = np.random.default_rng(9)
    library.replace_vectors(
        (
            (passage.id, vectors[0], vectors[1:])
            for book_id in ("jia", "yi")
            for passage in library.passages(book_id)
            for vectors in [unit_vectors(random, 3, 8)]
        ),
        encoder="other",
    )
    vector = np.ones(8, dtype=np.float32)
    wanted = by_hand(library, vector, ["jia", "yi"], 5)
    assert [i for i, _ in store.search(vector, None, 5)] == [i for i, _ in wanted]
    with pytest.raises(EncoderError, match="RAG_ENCODER"):
        store.search(np.ones(DIMENSION), None, 5)


def overwrite(folder: Path) -> None:
    """Spoil bytes in the middle of every file of Chroma."""
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "manifest.json" and path.stat().st_size:
            with path.open("r+b") as written:
                written.seek(path.stat().st_size // 2)
                written.write(b"\xff" * 64)


def truncate(folder: Path) -> None:
    """Cut Chroma's database in half."""
    database = folder / "chroma.sqlite3"
    with database.open("r+b") as written:
        written.truncate(database.stat().st_size // 2)


def empty(folder: Path) -> None:
    """Delete every file of the published folder but the manifest."""
    (folder / "chroma.sqlite3").unlink()


def forget(folder: Path) -> None:
    """Delete the whole folder of Chroma."""
    shutil.rmtree(folder.parent)


def garble(folder: Path) -> None:
    """Make nonsense of the manifest and of its name."""
    (folder / "manifest.json").write_text("{")
    (folder.parent / "current").write_bytes(b"\xff\xfe")


def age(folder: Path) -> None:
    """Give the folder the state of another generation of a book."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["state"]["books"]["jia"][0] = 0
    manifest["state"]["generation"] = 0
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def estrange(folder: Path) -> None:
    """Give the folder the name of another library."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["state"]["uid"] = "0" * 32
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize("harm", [overwrite, truncate, empty, forget, garble, age, estrange])
def test_a_damaged_or_strange_chroma_is_made_anew(library: SqliteLibrary, harm: object) -> None:
    """Whatever happened to Chroma's folder, the next search is right."""
    assert callable(harm)
    with open_store(library) as first:
        first.follow()
    harm(snapshot(library))
    with open_store(library) as second:
        assert_right(second)


def spoil(library: SqliteLibrary) -> Path:
    """Cut Chroma's database in half as if it had been published so; return its folder."""
    folder = snapshot(library)
    truncate(folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    content = (folder / "chroma.sqlite3").read_bytes()
    manifest["files"]["chroma.sqlite3"] = blake2b(content, digest_size=16).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.mark.slow
def test_a_folder_that_chroma_cannot_open_fails_its_probe(library: SqliteLibrary) -> None:
    """A published folder that is whole, and yet no use, is found out in a subprocess."""
    with open_store(library) as first:
        first.follow()
    folder = spoil(library)
    with open_store(library, probe=True) as second:
        assert_right(second)
        assert isinstance(second._place, Folder)
        assert second._place._distrusted == folder.name
    assert snapshot(library) != folder


@pytest.mark.slow
def test_a_change_does_not_build_on_a_folder_that_fails_its_probe(library: SqliteLibrary) -> None:
    """A book added before the first search waits for the probe, and starts afresh."""
    with open_store(library) as first:
        first.follow()
    spoil(library)
    with open_store(library, probe=True) as second:
        volume("bing", 9, seed=3).put(library)
        second.follow()
        assert_right(second)


def test_a_sound_folder_passes_its_probe_and_stays(library: SqliteLibrary) -> None:
    """Probing changes nothing that is kept."""
    with open_store(library) as first:
        first.follow()
    folder = snapshot(library)
    with open_store(library, probe=True) as second:
        assert_right(second)
    assert snapshot(library) == folder


def test_closing_leaves_no_copies(library: SqliteLibrary) -> None:
    """What is left is one published folder; a probe not waited for is ended."""
    with open_store(library) as first:
        assert_right(first)
    open_store(library, probe=True).close()
    left = sorted(path.name for path in (library._file.path.parent / "chroma").iterdir())
    assert left == ["current", snapshot(library).name]


def test_two_stores_of_one_folder_do_not_disturb_each_other(library: SqliteLibrary) -> None:
    """What one publishes the other finds at its next search, and both are right."""
    with open_store(library) as one, open_store(library) as two:
        assert_right(one)
        assert_right(two)
        volume("bing", 9, seed=3).put(library)
        one.follow()
        assert_right(two)
        assert_right(one)


SEARCH = """
import sys
from pathlib import Path
import numpy as np
from tests.support.files import SqliteLibrary
from rag.search.vectors.store import VectorStore
data = Path(sys.argv[1])
with SqliteLibrary(data / "library.sqlite") as library:
    with VectorStore.open(data, None, library, probe=False) as store:
        print(len(store.search(np.ones(16), None, 99)))
"""


def search_elsewhere(folder: Path) -> int:
    """Return how many passages another process finds."""
    done = subprocess.run(
        [sys.executable, "-c", SEARCH, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@pytest.mark.slow
def test_another_process_reads_beside_an_open_store(store: VectorStore, tmp_path: Path) -> None:
    """A second process searches the same folder, also while this one holds it for writing."""
    assert_right(store)
    with store.library.writing():
        assert search_elsewhere(tmp_path) == 42
        # The library goes ahead; the other process must do with the folder there is.
        volume("bing", 9, seed=3).put(store.library)
        assert search_elsewhere(tmp_path) == 42
        store.follow()
    assert search_elsewhere(tmp_path) == 51
    assert_right(store)


def test_searches_go_on_while_books_come_and_go(store: VectorStore) -> None:
    """Threads that search meet no error and only passages that the library had."""
    failures: list[Exception] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            try:
                assert store.search(np.ones(DIMENSION), ["yi"], 5)
            except Exception as error:  # noqa: BLE001 -- it is what the test asks about
                failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for seed in range(3):
        volume("jia", 6, seed=seed).put(store.library)
        store.follow()
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert_right(store)


@pytest.mark.slow
def test_deleted_rows_do_not_pile_up(library: SqliteLibrary) -> None:
    """A book replaced again and again does not make Chroma's folder grow without end."""
    with open_store(library) as store:
        sizes = []
        for seed in range(6):
            volume("yi", 300, seed=seed).put(library)
            store.follow()
            sizes.append(sum(p.stat().st_size for p in snapshot(library).rglob("*")))
        assert max(sizes[2:]) < 2 * sizes[0]
        assert_right(store)


def test_an_entry_says_where_its_passage_stands(store: VectorStore) -> None:
    """Beside a passage's words lie its book, chapter and pages, for who reads Chroma himself."""
    passage = store.library.passages("jia")[3]
    assert metadata_of(store.library.book("jia"), passage) == {
        "book_id": "jia",
        "title": "书名 jia",
        "kind": "text",
        "start": passage.start,
        "end": passage.end,
        "chapter": "第一章 起头",
        "pages": "4",
    }


def test_a_store_that_cannot_be_written_says_so(library: SqliteLibrary) -> None:
    """A file in the place of Chroma's folder gives one clear sentence."""
    (library._file.path.parent / "chroma").write_text("in the way")
    with open_store(library) as store, pytest.raises(VectorStoreError, match="cannot be written"):
        store.follow()


HOLD = """
import sys
from pathlib import Path
from tests.support.files import SqliteLibrary
with SqliteLibrary(Path(sys.argv[1])) as library, library.writing():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_an_index_that_another_process_makes_is_not_waited_for(library: SqliteLibrary) -> None:
    """Without any index, and with another process writing, a search says to try again."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(library._file.path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with open_store(library) as store:
            with pytest.raises(VectorStoreError, match="try again"):
                store.search(np.ones(DIMENSION), None, 5)
            other.communicate("")
            assert_right(store)


@pytest.mark.slow
def test_a_large_book_is_added_in_parts(tmp_path: Path) -> None:
    """A book of more rows than one batch is searched like any other."""
    with SqliteLibrary(tmp_path / "library.sqlite") as library, open_store(library) as store:
        volume("da", ["字"] * 1500).put(library)
        assert len(store.search(np.ones(DIMENSION), None, 50)) == 50
        assert store.check() == []


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Return the address of a Chroma server that runs for one test."""
    port = free_port()
    command = Path(sys.executable).with_name("chroma")
    folder = str(tmp_path / "server")
    with subprocess.Popen(
        [command, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        for _ in range(200):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        process.kill()


@pytest.mark.slow
def test_a_chroma_server_serves_as_well(library: SqliteLibrary, server: str) -> None:
    """By address, the store follows, is searched and rebuilt as the embedded one is."""
    with open_store(library, url=server) as store:
        assert_right(store)
        volume("bing", 9, seed=3).put(library)
        library.remove("jia")
        store.follow()
        assert_right(store)
        with open_store(library, url=server) as other:
            other.rebuild()
        assert_right(store)
    assert not (library._file.path.parent / "chroma").exists()


@pytest.mark.slow
def test_a_change_broken_off_on_a_server_is_made_good(library: SqliteLibrary, server: str) -> None:
    """A collection without a state, or gone, is rebuilt from the library."""
    with open_store(library, url=server) as store:
        assert_right(store)
        [collection] = store._place.connect().list_collections()
        collection.delete(ids=["jia:0", "yi:0"])
        collection.modify(metadata={"state": ""})
    with open_store(library, url=server) as store:
        assert_right(store)
        store._place.connect().delete_collection(store._place.collection)
        store.follow()
        assert_right(store)


def test_a_server_that_does_not_answer_is_said(library: SqliteLibrary) -> None:
    """No server at the address gives one sentence that names the setting."""
    with (
        open_store(library, url="http://127.0.0.1:9") as store,
        pytest.raises(VectorStoreError, match="RAG_CHROMA_URL"),
    ):
        store.search(np.ones(DIMENSION), None, 5)
