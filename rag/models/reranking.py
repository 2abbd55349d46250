"""Passages in the order in which a cross-encoder, reading question and passage together, has them.

Any sentence-transformers CrossEncoder with one label (how well they go together) or two
(no, yes) will do. As for an encoder, it is made into a graph once and ONNX Runtime serves it;
on a GPU sentence-transformers serves it.

Source: Nogueira and Cho, "Passage Re-ranking with BERT", arXiv 1901.04085.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.models.base import INPUTS, Kept, batches, speakable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

    from rag.models.base import TokenModel

_OVERLAP = 0.25
"""Share of a window that the next one holds too, so that most sentences stand in one whole."""
_QUESTION = 0.5
"""Share of a pass that a question may take: what a longer one has more is not read."""


@dataclass(frozen=True, slots=True)
class Pairing(Kept):
    """What serving a reranker takes besides its graph and its tokenizer.

    ``labels`` are 1 or 2; ``inputs`` are the names that the graph takes.
    """

    name: str
    max_tokens: int
    labels: int
    pad_token: int
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Pass:
    """A question with a window of a text, as tokens; ``kinds`` says which of the two each is of."""

    text: int
    ids: NDArray[np.int64]
    kinds: NDArray[np.int64]


class Reranker:
    """Scores texts by how well they answer a question; safe to use from several threads.

    ``name`` is that of the model with a fingerprint.
    """

    def __init__(self, pairing: Pairing, tokenizer: Tokenizer, model: TokenModel) -> None:
        self.name = pairing.name
        self._pairing = pairing
        self._model = model
        self._paired = INPUTS[2] in pairing.inputs
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a score for each text, (n,), higher where it answers better; no unit.

        It is the logit of the one label, or how far the logit of the second of two stands
        above that of the first. A text that is longer than the model reads in one pass is
        read in windows that overlap, and has the score of its best.
        """
        asked = speakable(question)
        pairs = self._tokenizer.encode_batch([(asked, speakable(text)) for text in texts])
        passes = [one for number, pair in enumerate(pairs) for one in self._passes(number, pair)]
        best = np.full(len(texts), -np.inf, dtype=np.float32)
        for batch in batches(passes, self._model.batch_tokens):
            ids = np.full((len(batch), max(len(one.ids) for one in batch)), self._pairing.pad_token)
            kinds, mask = np.zeros_like(ids), np.zeros_like(ids)
            for row, one in enumerate(batch):
                ids[row, : len(one.ids)] = one.ids
                kinds[row, : len(one.ids)] = one.kinds
                mask[row, : len(one.ids)] = 1
            logits = self._model.run(ids, mask, kinds if self._paired else None)
            found = logits[:, -1] - logits[:, 0] if self._pairing.labels == 2 else logits[:, 0]
            np.maximum.at(best, [one.text for one in batch], found)
        return best

    def _passes(self, number: int, pair: Encoding) -> Iterator[_Pass]:
        """Yield what is read of a question with a text, window by window; at least one."""
        ids = np.asarray(pair.ids, dtype=np.int64)
        kinds = np.asarray(pair.type_ids, dtype=np.int64)
        owners = np.asarray([-1 if of is None else of for of in pair.sequence_ids])
        asked = np.flatnonzero(owners == 0)[: int(self._pairing.max_tokens * _QUESTION)]
        around = np.union1d(np.flatnonzero(owners == -1), asked)
        own = np.flatnonzero(owners == 1)
        room = max(1, self._pairing.max_tokens - len(around))
        step = max(1, int(room * (1 - _OVERLAP)))
        more = max(0, len(own) - room)
        for start in np.linspace(0, more, 1 + -(-more // step)).astype(int):
            kept = np.union1d(around, own[start : start + room])
            yield _Pass(number, ids[kept], kinds[kept])
