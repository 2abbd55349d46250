"""What the encoder itself finds near: hard negatives, and the prior of the answering sentence."""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from rag.language.text import sentences
from rag.models.making.training.packs import Asked, simple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from rag.models.base import Encoder, Vectors
    from rag.models.making.training.packs import Pack

_NEAREST = 6
_HARD = 4
"""How many of the nearest passages are looked at, and how many a question is put to."""

_TOGETHER = 128
"""Texts that are encoded between two moves of the bar."""


class Nearness:
    """How near the encoder finds questions to sentences, and to other passages than their own.

    ``hard`` has for a passage the questions (text, language, answer) of others that come near it.
    """

    def __init__(self, encoder: Encoder, kept: Path) -> None:
        """Vectors that were made before are taken from the folder ``kept``."""
        self.hard: dict[str, list[tuple[str, str, str]]] = {}
        self._encoder = encoder
        self._kept = kept
        self._sentences: dict[str, Vectors] = {}
        self._questions: dict[str, Vectors] = {}

    def know(self, packs: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Encode the sentences of passages, and the questions put to them."""
        parts: dict[str, None] = {}
        asked: dict[str, None] = {}
        for text, questions in packs:
            parts |= dict.fromkeys(text[span.start : span.end] for span in sentences(text))
            asked |= dict.fromkeys(questions)
        self._sentences |= self._encoded(list(parts), self._encoder.encode_passages)
        self._questions |= self._encoded(list(asked), self._encoder.encode_queries)

    def add(self, pack: Pack) -> None:
        """Give a pack's questions their priors, where all its sentences are known."""
        known = [self._sentences.get(pack.text[s.start : s.end]) for s in sentences(pack.text)]
        found = [vector for vector in known if vector is not None]
        if len(found) < len(known):
            return
        for asked in pack.asked:
            vector = self._questions.get(asked.text)
            if vector is not None:
                asked.prior = [float(sentence @ vector) for sentence in found]

    def estrange(self, packs: Sequence[Pack], count: int) -> None:
        """Put to each pack up to ``count`` questions of the others that come near it."""
        self.mine(
            [
                (
                    one.id,
                    one.text,
                    [
                        (asked.text, asked.language, one.text[slice(*asked.spans[0])])
                        for asked in one.asked
                        if asked.spans
                    ],
                )
                for one in packs
            ]
        )
        for one in packs:
            near = self.hard.get(one.id, [])
            step = max(1, len(near) // count)
            one.asked += [Asked(text, lang, [], "stranger") for text, lang, _ in near[::step]][
                :count
            ]

    def mine(self, passages: Sequence[tuple[str, str, list[tuple[str, str, str]]]]) -> None:
        """Find for each passage (name, text, questions) the questions of others that come near.

        The questions have been encoded before.
        """
        if not passages:
            return
        texts = [text for _, text, _ in passages]
        vectors = self._encoded(texts, self._encoder.encode_passages)
        matrix = np.stack([vectors[text] for text in texts])
        held = [simple(text) for text in texts]
        for home, (_, _, questions) in enumerate(passages):
            for question in questions:
                order = np.argsort(-(matrix @ self._questions[question[0]]))[:_NEAREST]
                for there in [int(one) for one in order if one != home][:_HARD]:
                    if simple(question[2]) not in held[there]:
                        self.hard.setdefault(passages[there][0], []).append(question)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts: unit rows (n, d)."""
        return self._rows(texts, self._encoder.encode_passages)

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of questions as the encoder has them: unit rows (n, d)."""
        return self._rows(texts, self._encoder.encode_queries)

    def _rows(self, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors]) -> Vectors:
        known = self._encoded(list(dict.fromkeys(texts)), encode)
        rows = [known[text] for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self._encoder.dimension), np.float32)

    def _encoded(
        self, texts: list[str], encode: Callable[[Sequence[str]], Vectors]
    ) -> dict[str, Vectors]:
        """Return the vectors of texts, made once and kept."""
        if not texts:
            return {}
        said = "\n".join((self._encoder.name, encode.__name__, *texts))
        path = self._kept / f"vectors-{hashlib.sha256(said.encode()).hexdigest()[:12]}.npy"
        if not path.exists():
            part = path.with_suffix(".part.npy")
            starts = range(0, len(texts), _TOGETHER)
            with tqdm(starts, "Encoding the data (once)", file=sys.stderr, disable=None) as bar:
                vectors = [encode(texts[start : start + _TOGETHER]) for start in bar]
            np.save(part, np.concatenate(vectors).astype(np.float16))
            part.replace(path)
        return dict(zip(texts, np.load(path).astype(np.float32), strict=True))
