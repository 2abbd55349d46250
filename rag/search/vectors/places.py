"""Where a collection lies: in a published folder, or on a Chroma server."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import urlsplit
from uuid import uuid4

from rag.search.vectors.snapshots import Private, Snapshots
from rag.search.vectors.state import Change, State, agrees, sample_of, state_of
from rag.types import VectorStoreError

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.client import Client
    from chromadb.config import Settings
    from langchain_chroma import Chroma

    from rag.library import Library


ROOT = Path(__file__).resolve().parents[3]
COLLECTION = "shuzheng"
PROBE_SECONDS = 60.0
BATCH = 1000
CONFIGURATION: Any = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}}
"""More thorough than Chroma's own: all of the first 20 of 20,000 vectors are found."""


class Place(Protocol):
    """Where the collection lies: in a folder, or on a server."""

    collection: str

    def state(self) -> State | None:
        """Return the state of what is there; None where there is nothing of use."""

    def outdated(self) -> bool:
        """Return whether what ``connect`` last gave is no longer what is there."""

    def connect(self) -> Client:
        """Return a client on what is there, in place of the last; raises VectorStoreError."""

    def disconnect(self) -> None:
        """Close what ``connect`` gave."""

    def change(self, change: Change) -> None:
        """Bring what is there to a new state."""

    def tidy(self, *, alone: bool) -> None:
        """Delete what processes that are gone left behind; ``alone``: nobody else writes."""

    def close(self) -> None:
        """Let go of everything."""


class Folder:
    """The collection in a published folder, of which every process uses its own copy."""

    collection = COLLECTION

    def __init__(self, root: Path, library: Library, *, probe: bool) -> None:
        self._snapshots = Snapshots(root)
        self._library = library
        self._private: Private | None = None
        self._client: Client | None = None
        self._distrusted: str | None = None
        self._probing = threading.Lock()
        self._probe: subprocess.Popen[str] | None = None
        self.tidy(alone=False)
        if probe and self._snapshots.current():
            try:
                self._private = self._snapshots.checkout()
            except (OSError, VectorStoreError):
                return  # there is nothing to try, and the first use will find out why
            self._probe = subprocess.Popen(  # noqa: S603 -- ourselves, on our own folder
                [
                    sys.executable,
                    "-m",
                    "rag.search.vectors.places",
                    str(self._private.folder.absolute()),
                ],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )

    def state(self) -> State | None:
        """Return the state written down beside the published folder."""
        trusted = self._snapshots.current() != self._distrusted
        return state_of(self._snapshots.state()) if trusted else None

    def outdated(self) -> bool:
        """Return whether another folder has been published since."""
        return self._private is None or self._private.snapshot != self._snapshots.current()

    def connect(self) -> Client:
        """Return a client on a copy, which has passed its probe if there was to be one."""
        self._heed_probe()
        if self._client or self._private is None or self.outdated():
            self.disconnect()
            self._private = self._snapshots.checkout()
        self._client = _folder_client(self._private.folder)
        return self._client

    def disconnect(self) -> None:
        """Close the client and delete its copy."""
        if self._client:
            self._client.close()
            self._client = None
        if self._private:
            self._private.discard()
            self._private = None

    def change(self, change: Change) -> None:
        """Make the new state in a copy or an empty folder, and publish it."""
        if change.old:
            self._heed_probe()
            private = self._snapshots.checkout()
        else:
            private = self._snapshots.private()
        try:
            client = _folder_client(private.folder)
            try:
                _fill(client, self.collection, change)
            finally:
                client.close()
            self._snapshots.publish(private, asdict(change.new))
        finally:
            private.discard()

    def tidy(self, *, alone: bool) -> None:
        """Delete the copies of processes that are gone, and ``alone`` what none of them reads."""
        self._snapshots.sweep(copies_only=not alone)

    def close(self) -> None:
        """Delete the copies."""
        if self._probe:
            self._probe.kill()
            self._probe.communicate()
            self._probe = None
        self.disconnect()

    def _heed_probe(self) -> None:
        """Wait for the probe; raise VectorStoreError where the copy failed it."""
        with self._probing:
            if self._probe is None or self._private is None:
                return
            try:
                report, _ = self._probe.communicate(timeout=PROBE_SECONDS)
            except subprocess.TimeoutExpired:
                self._probe.kill()
                report, _ = self._probe.communicate()
            failed = self._probe.returncode != 0
            self._probe = None
            if failed or not agrees(json.loads(report), self._library):
                self._distrusted = self._private.snapshot
                self.disconnect()
                raise VectorStoreError("The vector index cannot be opened; it must be rebuilt.")


class Server:
    """The collection on a Chroma server, with its state in the collection's metadata.

    The server is trusted to survive a crash of its own; a change that was broken off
    leaves the collection without a state, and is made good by a rebuild.
    """

    def __init__(self, url: str, collection: str) -> None:
        self.url = url
        self.collection = collection
        self._lock = threading.Lock()
        self._client: Client | None = None

    def state(self) -> State | None:
        """Return the state in the collection's metadata."""
        from chromadb.errors import NotFoundError  # noqa: PLC0415 -- heavy

        try:
            collection = self.connect().get_collection(self.collection, embedding_function=None)
            return state_of(json.loads(str((collection.metadata or {}).get("state", ""))))
        except (NotFoundError, ValueError):
            return None

    def outdated(self) -> bool:
        """Return False: a server shows its present state to every client."""
        return False

    def connect(self) -> Client:
        """Return the client; VectorStoreError where the server does not answer."""
        import chromadb  # noqa: PLC0415 -- heavy

        with self._lock:
            try:
                if self._client is None:
                    parts = urlsplit(self.url)
                    secure = parts.scheme == "https"
                    client = chromadb.HttpClient(
                        host=parts.hostname or "localhost",
                        port=parts.port or (443 if secure else 8000),
                        ssl=secure,
                        settings=_settings(),
                    )
                    self._client = cast("Client", client)
                self._client.heartbeat()
            except Exception as error:
                raise VectorStoreError(
                    f"The Chroma server {self.url} cannot be reached; start it, or unset "
                    "RAG_CHROMA_URL to use the embedded one."
                ) from error
            return self._client

    def disconnect(self) -> None:
        """Do nothing: one client serves until ``close``."""

    def change(self, change: Change) -> None:
        """Make the new state in place."""
        from chromadb.errors import NotFoundError  # noqa: PLC0415 -- heavy

        client = self.connect()
        if change.old:
            collection = client.get_collection(self.collection, embedding_function=None)
            collection.modify(metadata={"state": ""})
        else:
            with suppress(NotFoundError):
                client.delete_collection(self.collection)
        collection = _fill(client, self.collection, change)
        collection.modify(metadata={"state": json.dumps(asdict(change.new))})

    def tidy(self, *, alone: bool) -> None:
        """Do nothing: the server keeps its own house."""

    def close(self) -> None:
        """Close the client."""
        with self._lock:
            if self._client:
                # Chroma's own close leaves its connections open: the client's, and those
                # of a second client that it keeps for itself.
                for part in (self._client, self._client._admin_client):  # noqa: SLF001
                    connections = getattr(getattr(part, "_server", None), "_session", None)
                    if connections:
                        connections.close()
                self._client.close()
                self._client = None


class Memory:
    """The collection in this process's memory, for where no disk takes a copy of it.

    It holds what ``change`` gave it and ends with the process.
    """

    def __init__(self) -> None:
        self.collection = f"{COLLECTION}-{uuid4().hex}"
        self._state: State | None = None
        self._client: Client | None = None

    def state(self) -> State | None:
        """Return what it was last filled with."""
        return self._state

    def outdated(self) -> bool:
        """Return False: nobody else fills it."""
        return False

    def connect(self) -> Client:
        """Return the client."""
        if self._client is None:
            import chromadb  # noqa: PLC0415 -- heavy

            self._client = cast("Client", chromadb.EphemeralClient(settings=_settings()))
        return self._client

    def disconnect(self) -> None:
        """Do nothing: one client serves until ``close``."""

    def change(self, change: Change) -> None:
        """Hold the new state; it is made of nothing."""
        self._drop()
        _fill(self.connect(), self.collection, change)
        self._state = change.new

    def tidy(self, *, alone: bool) -> None:
        """Do nothing: nothing outlives the process."""

    def close(self) -> None:
        """Forget everything."""
        if self._client:
            self._drop()
            self._client.close()
            self._client = None

    def _drop(self) -> None:
        if self._state:
            self.connect().delete_collection(self.collection)
            self._state = None


def _settings() -> Settings:
    from chromadb.config import Settings  # noqa: PLC0415 -- heavy

    return Settings(anonymized_telemetry=False)


def _folder_client(folder: Path) -> Client:
    import chromadb  # noqa: PLC0415 -- heavy

    return cast("Client", chromadb.PersistentClient(folder, settings=_settings()))


def open_chroma(client: Client, collection: str) -> Chroma:
    """Return LangChain's view of a collection, to be asked by vectors alone."""
    from langchain_chroma import Chroma  # noqa: PLC0415 -- heavy

    return Chroma(client=client, collection_name=collection)


def _fill(client: Client, name: str, change: Change) -> Collection:
    """Make a change in a collection, which is created where there is no old state."""
    if change.old:
        collection = client.get_collection(name, embedding_function=None)
    else:
        collection = client.create_collection(
            name, embedding_function=None, configuration=CONFIGURATION
        )
    for book_id in change.drop:
        collection.delete(where={"book_id": book_id})
    for rows in change.rows:
        for start in range(0, len(rows.ids), BATCH):
            part = slice(start, start + BATCH)
            collection.add(
                ids=rows.ids[part],
                embeddings=rows.vectors[part],
                documents=rows.texts[part],
                metadatas=rows.metadatas[part],
            )
    if collection.count() != change.new.passages:
        raise VectorStoreError("Chroma did not keep what it was given.")
    return collection


def _probe(folder: str) -> None:
    """Write a sample of the collection in a folder to standard output, or die of it."""
    client = _folder_client(Path(folder))
    try:
        report = sample_of(client.get_collection(COLLECTION, embedding_function=None))
    finally:
        client.close()
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    _probe(sys.argv[1])
