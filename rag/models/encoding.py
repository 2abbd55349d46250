"""Texts to unit vectors, by a sentence-transformers model.

Whatever the model, and whoever serves its network, that ends in one vector a token. Pooling is
done here, so that a text of several windows is one vector, each window weighing as much as it
has tokens.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from rag.models.base import Encoder, Kept, batches, speakable, unit
from rag.models.serving import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from rag.models.base import TokenModel, Vectors
    from rag.models.serving import Cutter, Tokens


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

    ``asking`` opens, by the language of the texts, another that has learned to encode questions put
    to them so that they come near to what answers; texts are encoded by this one.
    """

    def __init__(
        self,
        description: Description,
        tokenizer: Cutter,
        model: TokenModel,
        asking: Mapping[str, Callable[[], ModelEncoder]] | None = None,
    ) -> None:
        self.name = description.name
        self.dimension = description.dimension
        self.max_tokens = description.max_tokens
        self.query_prompt = description.query_prompt
        self._description = description
        self._model = model
        self._asking = {language: cache(opening) for language, opening in (asking or {}).items()}
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

    def encode_asked(self, texts: Sequence[str], language: str) -> Vectors:
        """Vectors of questions to texts in a language; see ``Encoder.encode_asked``."""
        opening = self._asking.get(language)
        return (opening() if opening else self).encode_queries(texts)

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
