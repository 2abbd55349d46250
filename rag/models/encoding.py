"""Texts to unit vectors, by a sentence-transformers model.

Whatever the model, and whoever serves its network, that ends in one vector a token. Pooling is
done here, so that a text of several windows is one vector, each window weighing as much as it
has tokens.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.models.base import Encoder, Kept, batches, speakable, unit
from rag.models.serving import side_by_side
from rag.models.sources import ADAPTER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rag.models.base import TokenModel, Vectors
    from rag.models.serving import Cutter, Tokens
    from rag.models.sources import Source


@dataclass(frozen=True, slots=True)
class Description(Kept):
    """What serving a model takes besides its graph and its tokenizer.

    ``name`` is a fingerprint of weights, tokenizer, pooling and precision. ``pooling`` is
    one of mean, cls, max, lasttoken. ``inputs`` are the names that the graph takes.
    """

    name: str
    dimension: int
    max_tokens: int
    pooling: str
    query_prompt: str
    passage_prompt: str
    pad_token: int
    inputs: tuple[str, ...]


BRIDGE = "bridge-{}.safetensors"
"""The file of a bridge beside the reader's adapter, by the language that it leads to."""


@dataclass(frozen=True, slots=True, eq=False)
class Bridge:
    """What brings the vectors of questions to texts in another language.

    It adds to a vector a linear map of it, of low rank (``down`` of shape (d, r), ``up`` of
    (r, d)), and a ``shift`` (d,). How it is learned: ``rag.models.making.training.bridging``.
    """

    down: Vectors
    up: Vectors
    shift: Vectors

    @classmethod
    def load(cls, path: Path) -> Bridge:
        """Return the bridge that a file holds."""
        from safetensors.numpy import load_file  # noqa: PLC0415 - only where a model is opened

        held = {name: value.astype(np.float32) for name, value in load_file(path).items()}
        return cls(held["down"], held["up"], held["shift"])

    def across(self, vectors: Vectors) -> Vectors:
        """Return unit vectors (n, d), brought over."""
        moved = vectors + (vectors @ self.down) @ self.up + self.shift
        return unit(moved.astype(np.float32))


def bridges_of(source: Source) -> dict[str, Bridge]:
    """Return the bridges that a source's encoder has: those learned for the bundled one."""
    if not source.is_bundled:
        return {}
    before, after = BRIDGE.split("{}")
    return {
        path.name.removeprefix(before).removesuffix(after): Bridge.load(path)
        for path in sorted(ADAPTER.parent.glob(BRIDGE.format("*")))
    }


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A text as tokens: ``prompt`` of them say what the text is for, the rest are its own."""

    ids: NDArray[np.int64]
    prompt: int


@dataclass(frozen=True, slots=True)
class _Window:
    """A pass over ``own`` of a text's own tokens, with everything around them."""

    text: int
    own: int
    ids: NDArray[np.int64]


class ModelEncoder(Encoder):
    """An encoder made of a tokenizer, a network and pooling.

    ``bridges`` are what it has learned of questions across languages, by that of the texts.
    """

    def __init__(
        self,
        description: Description,
        tokenizer: Cutter,
        model: TokenModel,
        bridges: Mapping[str, Bridge] | None = None,
    ) -> None:
        self.name = description.name
        self.dimension = description.dimension
        self.max_tokens = description.max_tokens
        self.query_prompt = description.query_prompt
        self._description = description
        self._model = model
        self._bridges = bridges or {}
        self._tokenizer = tokenizer
        known = tokenizer.encode("a")
        special = known.special_tokens_mask
        ids = np.asarray(known.ids, dtype=np.int64)
        self._before = ids[: special.index(0)]
        self._after = ids[len(special) - special[::-1].index(0) :]

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of passages; see ``Encoder.encode_passages``."""
        tokens = self._tokenise(texts, self._description.passage_prompt)
        return self._encode(tokens, progress, patient=True)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions: (n, dimension), unit rows."""
        return self._encode(self._tokenise(texts, self._description.query_prompt))

    def encode_across(self, texts: Sequence[str], language: str) -> Vectors:
        """Vectors of questions to texts in another language; see ``Encoder.encode_across``."""
        vectors = self.encode_queries(texts)
        bridge = self._bridges.get(language)
        return bridge.across(vectors) if bridge else vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage, prompt and special tokens included."""
        around = len(self._before) + len(self._after)
        prompt = self._description.passage_prompt
        return [len(encoding.ids) + around for encoding in self._read(texts, prompt)]

    def _read(self, texts: Sequence[str], prompt: str) -> Sequence[Tokens]:
        """Return the tokens of each text behind its prompt, without the special ones."""
        clean = [prompt + speakable(text) for text in texts]
        return self._tokenizer.encode_batch(clean, add_special_tokens=False)

    def _tokenise(self, texts: Sequence[str], prompt: str) -> list[_Tokens]:
        """Return the texts as tokens."""
        length = len(prompt.rstrip())
        return [
            _Tokens(
                np.asarray(encoding.ids, dtype=np.int64),
                sum(end <= length for _, end in encoding.offsets),
            )
            for encoding in self._read(texts, prompt)
        ]

    def _windows(self, number: int, tokens: _Tokens) -> Iterator[_Window]:
        """Return the passes that a text takes, as even in length as can be; at least one."""
        prompt, own = tokens.ids[: tokens.prompt], tokens.ids[tokens.prompt :]
        around = len(self._before) + len(prompt) + len(self._after)
        count = max(1, -(-len(own) // max(1, self.max_tokens - around)))
        borders = [len(own) * i // count for i in range(count + 1)]
        for start, end in itertools.pairwise(borders):
            ids = np.concatenate([self._before, prompt, own[start:end], self._after])
            yield _Window(number, end - start, ids)

    def _encode(
        self,
        tokens: Sequence[_Tokens],
        progress: Callable[[int], None] | None = None,
        *,
        patient: bool = False,
    ) -> Vectors:
        """Vectors of texts; a text of several windows is their weighted mean."""
        passages = np.zeros((len(tokens), self.dimension), dtype=np.float32)
        windows = [w for number, text in enumerate(tokens) for w in self._windows(number, text)]
        waiting = np.bincount([window.text for window in windows], minlength=len(tokens))
        # The longest first, so that all lanes end at about the same time.
        longest = list(batches(windows, self._model.batch_tokens))[::-1]
        for batch in side_by_side(self._pooled, longest, self._model.lanes, patient=patient):
            for window, pooled in batch:
                passages[window.text] += pooled * max(1, window.own)
                waiting[window.text] -= 1
            if progress is not None:
                done = sum(1 for text in {w.text for w, _ in batch} if waiting[text] == 0)
                if done:
                    progress(done)
        return unit(passages)

    def _pooled(self, batch: Sequence[_Window]) -> list[tuple[_Window, Vectors]]:
        """Return the windows of a batch, each with its vector, (d,)."""
        ids = np.full((len(batch), max(len(w.ids) for w in batch)), self._description.pad_token)
        mask = np.zeros_like(ids)
        for row, window in enumerate(batch):
            ids[row, : len(window.ids)] = window.ids
            mask[row, : len(window.ids)] = 1
        hidden = self._model.run(ids, mask)
        return [
            (window, self._pool(row[: len(window.ids)]))
            for window, row in zip(batch, hidden, strict=True)
        ]

    def _pool(self, vectors: Vectors) -> Vectors:
        """One vector from those of all tokens, as the model was trained to do."""
        pooled: Vectors
        match self._description.pooling:
            case "mean":
                pooled = vectors.mean(axis=0)
            case "cls":
                pooled = vectors[0]
            case "max":
                pooled = vectors.max(axis=0)
            case _:
                pooled = vectors[-1]
        return pooled
