"""Whether a passage answers a question, and which of its sentences: the reader, as it is served.

Its network reads a question with a passage. ONNX Runtime serves it on the CPU, each pair by
itself, as it does the encoder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from rag.models.base import Kept, speakable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.models.base import TokenModel
    from rag.models.serving import Cutter
    from rag.types import Span

_QUESTION = 128
"""Most tokens of a question that are read."""


@dataclass(frozen=True, slots=True)
class ReaderDescription(Kept):
    """What serving a reader takes besides its graph and its tokenizer.

    ``name`` is a fingerprint of weights and adapter, ``max_tokens`` the most of a passage.
    ``inputs`` are the names that the graph takes.
    """

    name: str
    max_tokens: int
    query_prompt: str
    passage_prompt: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader says of a passage: the logit of its answering the question, and its sentences.

    ``sentences`` are logits, of which only the differences say anything: by how much rather a
    sentence answers than the passage's others on average. Of one behind what is read, it is 0.
    """

    answers: float
    sentences: tuple[float, ...]


class Reader(Protocol):
    """Tells how likely passages answer a question.

    ``name`` is that of a model with a fingerprint.
    """

    name: str

    def read(self, question: str, text: str, sentences: Sequence[Span]) -> Reading:
        """Return what is to be said of a passage, whose sentences are spans of its text."""


class BundledReader:
    """Tells how likely passages answer a question; safe to use from several threads.

    ``name`` is that of the model with a fingerprint.
    """

    def __init__(
        self, description: ReaderDescription, tokenizer: Cutter, model: TokenModel
    ) -> None:
        self.name = description.name
        self._description = description
        self._model = model
        self._tokenizer = tokenizer

    def read(self, question: str, text: str, sentences: Sequence[Span]) -> Reading:
        """Return what is to be said of a passage, whose sentences are spans of its text."""
        prompts = self._description.query_prompt, self._description.passage_prompt
        asked, _ = self._cut(prompts[0] + speakable(question), _QUESTION)
        told, places = self._cut(prompts[1] + speakable(text), self._description.max_tokens)
        tokens = np.array([[*asked, *told]], dtype=np.int64)
        kinds = np.array([[0] * len(asked) + [1] * len(told)], dtype=np.int64)
        [said] = self._model.run(tokens, np.ones_like(tokens), kinds)
        logits = said[1 + len(asked) :]
        starts, ends = np.array(places).T - len(prompts[1])
        means = [
            float(logits[inside].mean()) if inside.any() else None
            for inside in (
                (starts < one.end) & (ends > one.start) & (starts >= 0) for one in sentences
            )
        ]
        known = [mean for mean in means if mean is not None]
        level = sum(known) / max(1, len(known))
        return Reading(
            float(said[0]), tuple(0.0 if mean is None else mean - level for mean in means)
        )

    def _cut(self, text: str, most: int) -> tuple[list[int], list[tuple[int, int]]]:
        """Return a text's tokens and their places, its closing one kept where it is cut."""
        encoding = self._tokenizer.encode(text)
        ids, places = encoding.ids, encoding.offsets
        if len(ids) <= most:
            return ids, places
        return [*ids[: most - 1], ids[-1]], [*places[: most - 1], places[-1]]
