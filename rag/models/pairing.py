"""Two texts that a cross-encoder reads together: question and passage, passage and sentence.

Any sentence-transformers CrossEncoder will do. As for an encoder, it is made into a graph once
and ONNX Runtime serves it; on a GPU sentence-transformers serves it. A reranker has one label
(how well the two go together) or two (no, yes); a judge has one (how likely the one bears the
other out), two or three, of which its configuration names the one for that.

Sources: Nogueira and Cho, "Passage Re-ranking with BERT", arXiv 1901.04085; Bowman et al., "A
large annotated corpus for learning natural language inference", arXiv 1508.05326.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.models.base import INPUTS, Kept, batches, speakable
from rag.models.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

    from rag.models.base import TokenModel, Vectors
    from rag.types import Span

_OVERLAP = 0.25
"""Share of a window that the next one holds too, so that most sentences stand in one whole."""
SPANS = 0
"""The labels of a model that has none, and marks in a text where an answer begins and ends."""
_SPAN = 48
"""Tokens of the longest answer."""
_SHORT = 0.5
"""Share of a pass that the shorter text may take: what it has more is not read."""


@dataclass(frozen=True, slots=True)
class Pairing(Kept):
    """What serving a cross-encoder takes besides its graph and its tokenizer.

    ``labels`` are 1, 2 or 3, or SPANS, and ``wanted`` is the number of the one for yes;
    ``inputs`` are the names that the graph takes.
    """

    name: str
    max_tokens: int
    labels: int
    pad_token: int
    inputs: tuple[str, ...]
    wanted: int = -1


@dataclass(frozen=True, slots=True)
class _Pass:
    """A pair, of which the longer text is a window, as tokens; ``kinds`` says whose each is.

    ``own`` are those of the window.
    """

    pair: int
    ids: NDArray[np.int64]
    kinds: NDArray[np.int64]
    own: NDArray[np.bool_]


class PairReader:
    """Reads pairs of texts; safe to use from several threads.

    ``name`` is that of the model with a fingerprint. ``_long`` says which of two texts, 0 or 1,
    is read in windows that overlap where both are longer than the model reads in one pass.
    """

    _long: int

    def __init__(self, pairing: Pairing, tokenizer: Tokenizer, model: TokenModel) -> None:
        self.name = pairing.name
        self._pairing = pairing
        self._model = model
        self._paired = INPUTS[2] in pairing.inputs
        self._tokenizer = tokenizer

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return for each pair the highest of its windows' values, (n,)."""
        read = self._tokenizer.encode_batch(pairs)
        passes = [one for number, pair in enumerate(read) for one in self._passes(number, pair)]
        best = np.full(len(pairs), -np.inf, dtype=np.float32)
        for batch in batches(passes, self._model.batch_tokens):
            ids = np.full((len(batch), max(len(one.ids) for one in batch)), self._pairing.pad_token)
            kinds, mask = np.zeros_like(ids), np.zeros_like(ids)
            own = np.zeros(ids.shape, dtype=np.bool_)
            for row, one in enumerate(batch):
                ids[row, : len(one.ids)] = one.ids
                kinds[row, : len(one.ids)] = one.kinds
                mask[row, : len(one.ids)] = 1
                own[row, : len(one.ids)] = one.own
            logits = self._model.run(ids, mask, kinds if self._paired else None)
            np.maximum.at(best, [one.pair for one in batch], self._values(logits, own))
        return best

    def _values(self, logits: Vectors, own: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Return one number a row of what the network gives; ``own`` is not looked at here."""
        del own
        return value_of(logits, self._pairing)

    def _passes(self, number: int, pair: Encoding) -> Iterator[_Pass]:
        """Yield what is read of a pair, window by window; at least one."""
        ids = np.asarray(pair.ids, dtype=np.int64)
        kinds = np.asarray(pair.type_ids, dtype=np.int64)
        owners = np.asarray([-1 if of is None else of for of in pair.sequence_ids])
        short = np.flatnonzero(owners == 1 - self._long)[: int(self._pairing.max_tokens * _SHORT)]
        around = np.union1d(np.flatnonzero(owners == -1), short)
        own = np.flatnonzero(owners == self._long)
        room = max(1, self._pairing.max_tokens - len(around))
        step = max(1, int(room * (1 - _OVERLAP)))
        more = max(0, len(own) - room)
        for start in np.linspace(0, more, 1 + -(-more // step)).astype(int):
            kept = np.union1d(around, own[start : start + room])
            yield _Pass(number, ids[kept], kinds[kept], owners[kept] == self._long)


def value_of(logits: Vectors, pairing: Pairing) -> NDArray[np.float32]:
    """Return one number a row: the logit of the label for yes among all labels.

    Of one label it is its own; of several, how far it stands above what the others have together.
    """
    if pairing.labels == 1:
        return logits[:, 0]
    others = np.delete(logits, pairing.wanted, axis=1)
    peak = others.max(axis=1, keepdims=True)
    rest = peak[:, 0] + np.log(np.exp(others - peak).sum(axis=1))
    value: NDArray[np.float32] = logits[:, pairing.wanted] - rest
    return value


class Reranker(PairReader):
    """Scores texts by how well they answer a question."""

    _long = 1

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a score for each text, (n,), higher where it answers better; no unit.

        It is the logit of the one label, or how far the logit of the second of two stands
        above that of the first. A text that is longer than the model reads in one pass is
        read in windows that overlap, and has the score of its best.
        """
        asked = speakable(question)
        return self.logits([(asked, speakable(text)) for text in texts])


class Judge(PairReader):
    """Tells how likely texts bear a sentence out."""

    _long = 0

    def entailed(self, sentence: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return for each text the probability that the sentence follows from it, (n,), 0 to 1.

        A text that is longer than the model reads in one pass is read in windows that overlap,
        and has that of its best.
        """
        said = speakable(sentence)
        logits = self.logits([(speakable(text), said) for text in texts])
        likely: NDArray[np.float32] = 0.5 * (1.0 + np.tanh(0.5 * logits))  # never overflows
        return likely


class CrossReader(PairReader):
    """Tells how likely passages answer a question: a cross-encoder as a reader."""

    _long = 1

    def answerable(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return for each text the logit of its answering the question, shape (n,)."""
        asked = speakable(question)
        return self.logits([(asked, speakable(text)) for text in texts])

    def read(self, question: str, text: str, sentences: Sequence[Span]) -> Reading:
        """Return whether a passage answers; of its sentences such a model says nothing."""
        [answers] = self.answerable(question, [text])
        return Reading(float(answers), (0.0,) * len(sentences))


class SpanReader(CrossReader):
    """The same by a model that marks where in a text an answer begins and ends."""

    def _values(self, logits: Vectors, own: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Return how far the best answer stands above there being none, a number a row."""
        begins, ends = (np.where(own, logits[:, :, k], -np.inf) for k in (0, 1))
        best = np.full(len(logits), -np.inf, dtype=np.float32)
        for length in range(min(_SPAN, logits.shape[1])):
            spans = begins[:, : logits.shape[1] - length] + ends[:, length:]
            best = np.maximum(best, spans.max(axis=1))
        none: NDArray[np.float32] = logits[:, 0, 0] + logits[:, 0, 1]
        return best - none
