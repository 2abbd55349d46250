"""What every model is made of, whoever serves it: texts, tokens, batches, and a description."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

Vectors = NDArray[np.float32]
"""Rows of float32; where it is said, of unit length."""

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
"""What may enter a network, by the names that transformers know: tokens, mask, kinds."""

_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and lone surrogates: each is encoded as a space."""


class Kept:
    """A dataclass that is kept as JSON; lists come back as tuples.

    ``inputs`` are the names that the graph beside it takes.
    """

    __slots__ = ()
    inputs: tuple[str, ...]

    def save(self, path: Path) -> None:
        """Write the values as JSON."""
        values = asdict(cast("Any", self))
        path.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return what ``save`` wrote."""
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in content.items()})


class Encoder(ABC):
    """Texts to unit vectors.

    ``name`` is a fingerprint of model and precision: vectors of two names are never
    compared. ``max_tokens`` is what one pass takes; longer text is encoded in windows.
    """

    name: str
    dimension: int
    max_tokens: int

    @abstractmethod
    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of passages: (n, dimension), unit rows.

        ``progress`` is called with the number of passages done since its last call.
        """

    @abstractmethod
    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions: (n, dimension), unit rows."""

    def encode_asked(self, texts: Sequence[str], language: str) -> Vectors:
        """Vectors of questions put to texts in ``language``: (n, dimension), unit rows.

        Those of ``encode_queries``, unless the encoder has learned to ask in that language.
        """
        del language
        return self.encode_queries(texts)

    @abstractmethod
    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage, prompt and special tokens included.

        A text is encoded in one pass where this is at most ``max_tokens``.
        """


class TokenModel(Protocol):
    """The network between tokenizer and pooling, or of a reranker between tokenizer and score.

    ``batch_tokens`` is how many tokens it likes to run at once, padding included; a text
    that is longer runs alone. ``lanes`` is how many runs may go on side by side.
    """

    batch_tokens: int
    lanes: int

    def run(
        self,
        tokens: NDArray[np.int64],
        mask: NDArray[np.int64],
        kinds: NDArray[np.int64] | None = None,
    ) -> Vectors:
        """One vector a token: (rows, tokens, width), from tokens and mask (rows, tokens).

        A reranker's gives one row a pair: (rows, labels), a reader's (rows, 1 + tokens): whether
        the pair's text answers, then for each token whether its sentence does.
        ``kinds`` says which text of a pair a token is of, 0 where there is one text only.
        """


class Window(Protocol):
    """What a network reads in one pass."""

    @property
    def ids(self) -> NDArray[np.int64]:
        """The tokens."""


W = TypeVar("W", bound=Window)


def speakable(text: str) -> str:
    """Return a text as a tokenizer takes it, with spaces for what is no character."""
    return _UNSPEAKABLE.sub(" ", text)


def batches(windows: Sequence[W], most: int) -> Iterator[list[W]]:
    """Return the windows by length, in batches of ``most`` tokens, padding included."""
    batch: list[W] = []
    for window in sorted(windows, key=lambda window: len(window.ids)):
        if batch and (len(batch) + 1) * len(window.ids) > most:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def unit(rows: Vectors) -> Vectors:
    """Return the rows, each of length 1 (a row of zeros stays as it is)."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    made: Vectors = (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
    return made
