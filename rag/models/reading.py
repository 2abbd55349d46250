"""Whether a passage answers a question: the reader, as it is served.

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

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from rag.models.base import TokenModel

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


class Reader(Protocol):
    """Tells how likely passages answer a question.

    ``name`` is that of a model with a fingerprint.
    """

    name: str

    def answerable(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return for each text the logit of its answering the question, shape (n,)."""


class BundledReader:
    """Tells how likely passages answer a question; safe to use from several threads.

    ``name`` is that of the model with a fingerprint.
    """

    def __init__(
        self, description: ReaderDescription, tokenizer: Tokenizer, model: TokenModel
    ) -> None:
        self.name = description.name
        self._description = description
        self._model = model
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer

    def answerable(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return for each text the logit of its answering the question, shape (n,)."""
        prompts = self._description.query_prompt, self._description.passage_prompt
        asked = self._cut(prompts[0] + speakable(question), _QUESTION)
        logits = []
        for text in texts:
            told = self._cut(prompts[1] + speakable(text), self._description.max_tokens)
            tokens = np.array([[*asked, *told]], dtype=np.int64)
            kinds = np.array([[0] * len(asked) + [1] * len(told)], dtype=np.int64)
            logits.append(float(self._model.run(tokens, np.ones_like(tokens), kinds)[0]))
        return np.array(logits, dtype=np.float32)

    def _cut(self, text: str, most: int) -> list[int]:
        """Return a text's tokens, its closing one kept where it is cut."""
        ids: list[int] = self._tokenizer.encode(text).ids
        return ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]
