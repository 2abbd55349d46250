"""Folders that are written once, and copied by whoever uses them.

Chroma writes to a folder even when it is only read, and spoils it for good when it is
killed while it writes. So nothing that is kept is ever opened: a finished folder is
published as a *snapshot*, and every process works on a private copy of the newest one,
checked byte by byte against the digests written down when it was published. Copying
costs some milliseconds a book.

::

    current              the name of the newest snapshot, replaced in one step
    snapshot-…/          what was published: manifest.json and the files it names
    private-…/           the copy that one process works on
    private-….lock       held as long as that process lives
"""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import uuid4

from filelock import FileLock, Timeout

from rag.types import VectorStoreError

FOLDER = "chroma"
"""In the folder of data: where the snapshots lie."""
CURRENT = "current"
MANIFEST = "manifest.json"
CHUNK = 1 << 20
AGED = 60.0
"""Seconds after which a lock without a folder is of nobody who is about to make one."""


@dataclass(frozen=True, slots=True)
class Private:
    """A folder that this process alone uses, and the snapshot it is a copy of (or None)."""

    folder: Path
    snapshot: str | None
    lock: FileLock

    def discard(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.lock.release()
        # On Windows another process may just be trying the lock; the file is empty.
        with suppress(OSError):
            Path(self.lock.lock_file).unlink()


class Snapshots:
    """The snapshots in one folder, of which the newest counts."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> str | None:
        """Return the name of the newest snapshot; None where there is none."""
        try:
            return (self.root / CURRENT).read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError):
            return None

    def state(self) -> dict[str, Any] | None:
        """Return what was said of the newest snapshot when it was published.

        None where there is none, or what is there cannot be understood.
        """
        name = self.current()
        manifest = None if name is None else self._manifest(name)
        return None if manifest is None else dict(manifest["state"])

    def checkout(self) -> Private:
        """Return a private copy of the newest snapshot.

        Raises VectorStoreError where there is none or it is not, byte for byte, what was
        published.
        """
        while True:
            name = self.current()
            manifest = None if name is None else self._manifest(name)
            if name is None or manifest is None:
                raise VectorStoreError("There is no complete vector index; it must be rebuilt.")
            private = self.private(name)
            try:
                _checked_copy(self.root / name, private.folder, manifest["files"])
            except (OSError, VectorStoreError) as error:
                private.discard()
                if self.current() != name:
                    # A newer one has taken its place meanwhile, and it was deleted.
                    continue
                if isinstance(error, FileNotFoundError):
                    raise VectorStoreError("A part of the vector index is missing.") from error
                raise
            return private

    def private(self, snapshot: str | None = None) -> Private:
        """Return an empty private folder."""
        self.root.mkdir(parents=True, exist_ok=True)
        folder = self.root / f"private-{uuid4().hex[:16]}"
        # The lock is held before the folder is there: a folder whose lock is free belongs
        # to nobody alive.
        lock = FileLock(_lock_file(folder), thread_local=False)
        lock.acquire(timeout=0)
        folder.mkdir()
        return Private(folder, snapshot, lock)

    def publish(self, private: Private, state: dict[str, Any]) -> None:
        """Make a copy of a private folder the newest snapshot, described by ``state``.

        To be called by one process at a time. Older snapshots are deleted, and the private
        folders of processes that are gone.
        """
        name = f"snapshot-{uuid4().hex[:16]}"
        folder = self.root / name
        files = {}
        for path in sorted(private.folder.rglob("*")):
            if path.is_file():
                relative = path.relative_to(private.folder)
                files[relative.as_posix()] = _copy(path, folder / relative)
        _write(folder / MANIFEST, json.dumps({"state": state, "files": files}, ensure_ascii=False))
        _write(self.root / CURRENT, name)
        self.sweep()

    def _manifest(self, name: str) -> dict[str, Any] | None:
        try:
            manifest = json.loads((self.root / name / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        whole = isinstance(manifest, dict) and manifest.keys() == {"state", "files"}
        return manifest if whole else None

    def sweep(self, *, copies_only: bool = False) -> None:
        """Delete the private folders of processes that are gone, and older snapshots.

        The snapshots are left with ``copies_only``: another process may be publishing one.
        """
        current = self.current()
        for folder in self.root.glob("snapshot-*"):
            if folder.name != current and not copies_only:
                shutil.rmtree(folder, ignore_errors=True)
        # A process may have been killed when it had made the lock and not yet the folder; while
        # it is alive, that takes no time.
        left = {path.with_suffix("") for path in self.root.glob("private-*.lock") if _aged(path)}
        for folder in left.union(filter(Path.is_dir, self.root.glob("private-*"))):
            lock = FileLock(_lock_file(folder), thread_local=False)
            # On a disk that takes nothing the lock cannot be had, nor the folder deleted.
            with suppress(Timeout, OSError):
                lock.acquire(timeout=0)
                Private(folder, None, lock).discard()


def _lock_file(folder: Path) -> Path:
    return folder.with_name(folder.name + ".lock")


def _aged(path: Path) -> bool:
    with suppress(OSError):
        return time.time() - path.stat().st_mtime > AGED
    return False


def _checked_copy(source: Path, target: Path, files: dict[str, str]) -> None:
    """Copy the files of a snapshot; raise VectorStoreError where one is not as published."""
    for path, digest in files.items():
        if _copy(source / path, target / path) != digest:
            raise VectorStoreError(f"The vector index is damaged in {path}.")


def _copy(source: Path, target: Path) -> str:
    """Copy a file and return the digest of what was copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = blake2b(digest_size=16)
    with source.open("rb") as read, target.open("wb") as written:
        while chunk := read.read(CHUNK):
            digest.update(chunk)
            written.write(chunk)
    return digest.hexdigest()


def _write(path: Path, text: str) -> None:
    """Write a small file so that it is at all times the old one or the new one."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w", encoding="utf-8") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
    temporary.replace(path)
