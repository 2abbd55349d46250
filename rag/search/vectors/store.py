"""The vector store: Chroma, through langchain-chroma, following the library.

The library is the record and commits first; Chroma holds the same vectors for search and
can at any time be made anew from it, without encoding anything. Each state of Chroma
carries the *state* of the library that it was made from; where the two differ, Chroma is
brought up to date, and where it is broken or missing, rebuilt.

All books lie in one collection, told apart by the metadata ``book_id``: one question to
all books is one search, and other people's LangChain chains see one vector store. (A
search narrowed to some books of 20,000 passages takes some 40 ms, of 5,000 some 10; of
all books 5.) Vectors are always our own, and no embedding function is ever stored.

Embedded, Chroma is not crash-safe, and two processes cannot share its folder. So
processes work on private copies of a published folder (see ``snapshots``): what is
opened is byte for byte what was closed in good order, and a process killed at any
moment spoils nothing but its own copy. At start a copy may also be probed in a
subprocess, which protects the server from a folder that would bring its process down.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from rag.search.vectors.places import COLLECTION, Folder, Memory, Place, Server, open_chroma
from rag.search.vectors.snapshots import FOLDER
from rag.search.vectors.state import (
    Change,
    Rows,
    State,
    agrees,
    books_asked,
    cosine_of,
    metadata_of,
    sample_of,
)
from rag.types import (
    EncoderError,
    LibraryBusyError,
    LibraryError,
    LibraryReadOnlyError,
    RagError,
    VectorStoreError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from chromadb import Collection
    from langchain_chroma import Chroma
    from numpy.typing import NDArray

    from rag.library import Library

Result = TypeVar("Result")

_log = logging.getLogger(__name__)

STALE = 1.5  # how many times as much may have been written as is there


@dataclass(frozen=True, slots=True)
class _Session:
    """An open collection, and the library's generation that it holds."""

    collection: Collection
    chroma: Chroma
    generation: int


class VectorStore:
    """A ``VectorIndex`` in Chroma; safe to use from several threads.

    Made by ``VectorStore.open``. Nothing heavy is loaded, and no server asked, before the
    first search or change.
    """

    def __init__(self, place: Place, library: Library) -> None:
        self.library = library
        self._home = place
        self._place = place
        self._lock = threading.RLock()
        self._session: _Session | None = None

    @classmethod
    def open(
        cls, data: Path, url: str | None, library: Library, *, probe: bool = True
    ) -> VectorStore:
        """Return the vector store of a library, in ``data/chroma`` or on a Chroma server.

        With ``probe`` an embedded one is tried in a subprocess, which runs beside whatever
        the caller does next and is waited for at the first search. Without, it is compared
        byte for byte with what was published in good order, and not tried: enough for a
        short command, which may as well fail and needs the processors for itself.
        """
        place: Place
        if url:
            place = Server(url, f"{COLLECTION}-{library.uid}")
        else:
            place = Folder(data / FOLDER, library, probe=probe)
        return cls(place, library)

    def __enter__(self) -> Self:
        """Return the vector store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the vector store."""
        self.close()

    def close(self) -> None:
        """See ``VectorIndex.close``; the store can still be used, and then opens Chroma again."""
        with self._lock:
            self._end_session()
            self._place.close()
            self._home.close()

    def prepare(self) -> None:
        """See ``VectorIndex.prepare``."""
        import chromadb  # noqa: F401, PLC0415 -- heavy

    def warm(self) -> None:
        """See ``VectorIndex.warm``."""
        if any(count for _, count in self.library.changes().values()):
            self._cured(self._open_up)

    def search(
        self, vector: NDArray[Any], book_ids: Sequence[str] | None, limit: int
    ) -> list[tuple[str, float]]:
        """See ``VectorIndex.search``; the cosine is 1 minus the distance that Chroma gives.

        Where Chroma fails it is opened anew, and then rebuilt.
        """
        wanted = books_asked(self.library, vector, book_ids)
        if not wanted or limit < 1:
            return []
        query = np.asarray(vector, dtype=np.float32).tolist()
        narrowed = (
            None if len(wanted) == len(self.library.changes()) else {"book_id": {"$in": wanted}}
        )
        return self._cured(lambda: self._ask(query, narrowed, limit))

    def follow(self) -> None:
        """See ``VectorIndex.follow``."""
        with self.library.writing():
            self._go_home()
            old, new = self._place.state(), self._target()
            if old and (old.uid, old.encoder, old.chroma) != (new.uid, new.encoder, new.chroma):
                if old.uid != new.uid:
                    _log.warning("The vector index was of another library; it is made anew.")
                old = None
            if old is None or old != replace(new, written=old.written):
                self._change(old, new)

    def rebuild(self) -> None:
        """See ``VectorIndex.rebuild``."""
        with self.library.writing():
            self._go_home()
            self._change(None, self._target())

    def tidy(self) -> None:
        """See ``VectorIndex.tidy``."""
        try:
            with self.library.writing(wait=False):
                self._home.tidy(alone=True)
        except LibraryError:
            self._home.tidy(alone=False)

    def check(self) -> list[str]:
        """See ``VectorIndex.check``."""
        try:
            state = self._place.state()
            if state is None and not self.library.changes():
                return []
            if state is None:
                return ["There is no vector index that can be read; it can be rebuilt."]
            if state != replace(self._target(), written=state.written):
                return ["The vector index is behind the library; it can be rebuilt."]
            with self._lock:
                collection = self._open_session().collection
                held = set(collection.get(include=[])["ids"])
                report = sample_of(collection)
        except OSError as error:
            wrong = (
                f"The vector index cannot be looked at ({error.strerror}); free some space, or let "
                "the data folder be written to. Questions are answered from memory meanwhile."
            )
            return [wrong]
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is what is wrong
            return [f"The vector index cannot be used ({error}); it can be rebuilt."]
        kept = {i for book_id in state.books for i in self.library.vectors(book_id)[0]}
        if held != kept:
            number = len(held ^ kept)
            return [f"The vector index and the library differ in {number} passages; rebuild it."]
        if not agrees(report, self.library):
            return ["The vector index holds other vectors than the library; it can be rebuilt."]
        return []

    def _cured(self, use: Callable[[], Result]) -> Result:
        """Return what ``use`` gives, after a new connection, a rebuild, or without a disk."""
        for cure in (self._reconnect, self._rebuild_unless_busy):
            try:
                return use()
            except (EncoderError, LibraryError):
                raise
            except Exception:  # noqa: BLE001 -- whatever Chroma fails with, this is the cure
                try:
                    cure()
                except (OSError, VectorStoreError, LibraryReadOnlyError) as error:
                    self._do_without_disk(error)
        try:
            return use()
        except RagError:
            raise
        except Exception as error:
            raise VectorStoreError(
                f"Chroma cannot be used ({error}); run 'rag doctor --repair'."
            ) from error

    def _ask(
        self, query: list[float], narrowed: dict[str, Any] | None, limit: int
    ) -> list[tuple[str, float]]:
        self._catch_up()
        with self._lock:
            found = self._open_session().chroma.similarity_search_by_vector_with_relevance_scores(
                query, k=limit, filter=narrowed
            )
        return [(str(document.id), cosine_of(distance)) for document, distance in found]

    def _open_up(self) -> None:
        self._catch_up()
        with self._lock:
            self._open_session()

    def _catch_up(self) -> None:
        """See to it that Chroma follows the library, as far as that can be done now."""
        session = self._session
        if session and session.generation == self.library.generation:
            return
        state = self._place.state()
        if state and state == replace(self._target(), written=state.written):
            return
        try:
            with self.library.writing(wait=False):
                self.follow()
        except (OSError, VectorStoreError, LibraryReadOnlyError) as error:
            self._do_without_disk(error)
        except LibraryBusyError:
            state = self._place.state()
            if state and state.uid == self.library.uid:
                return
            self._wait_for_the_first()

    def _wait_for_the_first(self) -> None:
        """Bring Chroma up to date once the other threads of this process have written."""
        try:
            self.follow()
        except LibraryBusyError as error:
            raise VectorStoreError(
                "Another process is making the vector index; try again in a moment."
            ) from error

    def _do_without_disk(self, error: Exception) -> None:
        """Hold the vectors in memory, as the disk takes no index; raise what is no such trouble."""
        if not isinstance(self._home, Folder) or self._place is not self._home:
            raise error
        _log.warning("%s Until then the index is held in memory.", _sentence(error))
        with self._lock:
            self._end_session()
            self._place = Memory()
            self._change(None, self._target())

    def _go_home(self) -> None:
        """Write to the disk again, if it takes something now."""
        with self._lock:
            if self._place is not self._home:
                self._end_session()
                self._place.close()
                self._place = self._home

    def _reconnect(self) -> None:
        with self._lock:
            self._end_session()

    def _rebuild_unless_busy(self) -> None:
        """Rebuild; but where another process writes, it may be doing just that."""
        try:
            with self.library.writing(wait=False):
                self.rebuild()
        except LibraryBusyError:
            self._reconnect()

    def _open_session(self) -> _Session:
        """Return the session on what is there now; the lock must be held."""
        if self._session and not self._place.outdated():
            return self._session
        self._end_session()
        state = self._place.state()
        client = self._place.connect()
        collection = client.get_collection(self._place.collection, embedding_function=None)
        if state is None or collection.count() != state.passages:
            raise VectorStoreError("The vector index does not hold what it should.")
        chroma = open_chroma(client, self._place.collection)
        self._session = _Session(collection, chroma, state.generation)
        return self._session

    def _end_session(self) -> None:
        if self._session:
            self._session = None
            self._place.disconnect()

    def _target(self) -> State:
        """Return the state that the library asks for, as if written in one go."""
        books = self.library.changes()
        return State(
            uid=self.library.uid,
            encoder=self.library.encoder,
            books=books,
            generation=self.library.generation,
            chroma=version("chromadb"),
            written=sum(count for _, count in books.values()),
        )

    def _change(self, old: State | None, new: State) -> None:
        """Have the place make the new state of the old, or of nothing where that is better."""
        same = {book for book in new.books if old and old.books.get(book) == new.books[book]}
        add = [book for book in new.books if book not in same]
        drop = [book for book in old.books if book not in same] if old else []
        rows = (self._rows(book) for book in add)
        try:
            if old is None:
                self._place.change(Change(None, new, [], rows))
                return
            written = old.written + sum(new.books[book][1] for book in add)
            # Chroma keeps what is deleted on its disk, so now and then it starts afresh.
            if written <= STALE * new.passages:
                self._place.change(Change(old, replace(new, written=written), drop, rows))
                return
        except OSError as error:
            raise VectorStoreError(
                f"The vector index cannot be written ({error.strerror}); free some space, or "
                "let the data folder be written to."
            ) from error
        except LibraryError:
            raise
        except Exception as error:
            if old is None:
                raise VectorStoreError(f"Chroma cannot be filled ({error}).") from error
        self._change(None, new)

    def _rows(self, book_id: str) -> Rows:
        book = self.library.book(book_id)
        passages = self.library.passages(book_id)
        ids, vectors = self.library.vectors(book_id)
        texts = [passage.text for passage in passages]
        return Rows(ids, vectors, texts, [metadata_of(book, passage) for passage in passages])


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        return (
            f"The vector index cannot be copied ({error.strerror}); free some space, or let the "
            "data folder be written to."
        )
    return str(error)
