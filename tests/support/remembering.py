"""The real models, each asked a thing once: tests ask the same questions of the same books."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rag.models.base import Encoder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.models.base import Vectors
    from rag.models.reading import Reader, Reading
    from rag.types import Span


class RememberingEncoder(Encoder):
    """An encoder that gives what another one gave, where it was asked before."""

    def __init__(self, encoder: Encoder) -> None:
        self.name = encoder.name
        self.dimension = encoder.dimension
        self.max_tokens = encoder.max_tokens
        self._encoder = encoder
        self._passages: dict[str, Vectors] = {}
        self._queries: dict[tuple[str, str], Vectors] = {}
        self._tokens: dict[str, int] = {}

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of passages; see ``Encoder.encode_passages``."""
        rows = [np.zeros((0, self.dimension), np.float32)]
        for text in texts:
            if text not in self._passages:
                self._passages[text] = self._encoder.encode_passages([text])
            rows.append(self._passages[text])
            if progress is not None:
                progress(1)
        return np.concatenate(rows)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions; see ``Encoder.encode_queries``."""
        return self._asked(texts, "", self._encoder.encode_queries)

    def encode_asked(self, texts: Sequence[str], language: str) -> Vectors:
        """Vectors of questions to texts in a language; see ``Encoder.encode_asked``."""
        return self._asked(texts, language, lambda one: self._encoder.encode_asked(one, language))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage; see ``Encoder.count_tokens``."""
        new = [text for text in dict.fromkeys(texts) if text not in self._tokens]
        if new:
            self._tokens.update(zip(new, self._encoder.count_tokens(new), strict=True))
        return [self._tokens[text] for text in texts]

    def _asked(
        self, texts: Sequence[str], language: str, encode: Callable[[list[str]], Vectors]
    ) -> Vectors:
        rows = [np.zeros((0, self.dimension), np.float32)]
        for text in texts:
            key = text, language
            if key not in self._queries:
                self._queries[key] = encode([text])
            rows.append(self._queries[key])
        return np.concatenate(rows)


class RememberingReader:
    """A reader that says what another one said, where it was asked before."""

    def __init__(self, reader: Reader) -> None:
        self.name = reader.name
        self._reader = reader
        self._read: dict[tuple[str, str, tuple[Span, ...]], Reading] = {}

    def read(self, question: str, text: str, sentences: Sequence[Span]) -> Reading:
        """Return what is to be said of a passage; see ``Reader.read``."""
        key = question, text, tuple(sentences)
        if key not in self._read:
            self._read[key] = self._reader.read(question, text, sentences)
        return self._read[key]
