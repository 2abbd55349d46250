"""What was encoded of a book that is not in the library yet, so that encoding can be broken off."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

CHUNK = 256
"""Texts whose vectors are kept together: what is encoded twice at most after a kill."""


class Unfinished:
    """Vectors in a folder, by what they are the vectors of; ``encoders`` names what made them.

    One process uses it at a time: the one that holds the library for writing.
    """

    def __init__(self, folder: Path, encoders: str) -> None:
        self._folder = folder
        self._encoders = encoders

    def encoded(
        self,
        texts: Sequence[str],
        encode: Callable[[Sequence[str]], NDArray[np.float32]],
        step: Callable[[int], None],
    ) -> NDArray[np.float32]:
        """Return the vectors of texts, those that are kept or else as ``encode`` gives them.

        ``step`` is called with the number of texts whose vectors were kept; of others
        ``encode`` tells itself. Where nothing can be kept, all goes on without.
        """
        rows = []
        for start in range(0, len(texts), CHUNK):
            part = texts[start : start + CHUNK]
            path = self._folder / f"{self._key(part)}.npy"
            found = _load(path, len(part))
            if found is None:
                found = encode(part)
                with suppress(OSError):
                    _save(path, found)
            else:
                step(len(part))
            rows.append(found)
        return np.concatenate(rows) if rows else encode(texts)

    def discard(self) -> None:
        """Delete what is kept, of whatever book: one is in the library now."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _key(self, texts: Sequence[str]) -> str:
        digest = hashlib.sha256(self._encoders.encode())
        for text in texts:
            digest.update(b"\0" + text.encode("utf-8", "backslashreplace"))
        return digest.hexdigest()[:32]


def _load(path: Path, count: int) -> NDArray[np.float32] | None:
    """Return the vectors in a file; None where there is none, or it is not whole."""
    try:
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    sound = found.dtype == np.float32 and found.ndim == 2 and len(found) == count
    return found if sound and np.isfinite(found).all() else None


def _save(path: Path, vectors: NDArray[np.float32]) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as written:
            np.save(written, vectors)
            written.flush()
            os.fsync(written.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
