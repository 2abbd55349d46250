"""The most telling sentences of a stretch of a book, by the vectors that the library has; pure.

A sentence is telling where it stands in the middle of what its section says (the mean of its
cosines with the others: degree centrality, as in LexRank), where it opens or closes the
section, and where it says itself that it draws a conclusion. Of two that say the same only one
is chosen: maximal marginal relevance.

Sources: Erkan and Radev, "LexRank: Graph-based Lexical Centrality as Salience in Text
Summarization", JAIR 22, 2004; Carbonell and Goldstein, "The Use of MMR", SIGIR 1998; that first
and last sentences carry most: Edmundson, "New Methods in Automatic Extracting", JACM 16, 1969.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.language.tables import Pattern
from rag.language.text import fold, has_han
from rag.types import PassageKind, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rag.library import StoredPassage
    from rag.types import Book

_OPENS, _CLOSES, _CONCLUDES = 0.5, 0.3, 0.6
"""What is added for the first and the last sentence of a section, and for a conclusion.

Centrality is counted in spreads above the mean of its section, from -1 to 1.
"""
_LEANS, _SHORT, _ASKS = 0.4, 0.8, 0.8
"""What is taken off one that leans on the sentence before, a short one, and a question."""
_LIKE = 0.6
"""The share of the score that likeness to what is chosen already can take away."""
_LEAST = {True: 12, False: 40}
"""Characters of a sentence that says something by itself: in Chinese, and in letters."""
_LONGEST = {True: 160, False: 420}
_ENDED = re.compile(r"[。！？!?.…；;][”’」』）)》\"'*\d\[\]]*$")
_CONCLUDING = Pattern("^(?:{gist.concludes})|(?:{gist.judges})")
_LEANING = Pattern(r"^(?:{gist.leans})")


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """A sentence of a book, with how telling it is and its unit vector (by both encoders)."""

    passage_id: str
    span: Span
    text: str
    score: float
    vector: NDArray[np.float32]


def tellings(book: Book, stored: Iterable[StoredPassage]) -> list[Telling]:
    """Return the sentences of a stretch of running text in reading order, each with its score.

    ``stored`` are its passages, of one section or of several; those that are footnotes are
    passed over, and so are lines that are no whole sentence.
    """
    found: list[tuple[str, Span, str]] = []
    homes: list[int] = []
    rows: list[NDArray[np.float32]] = []
    seen: set[str] = set()
    for one in sorted(stored, key=lambda item: item.passage.start):
        if one.passage.kind is not PassageKind.TEXT:
            continue
        for span, vector in zip(one.sentences, one.sentence_vectors, strict=True):
            whole = Span(one.passage.start + span.start, one.passage.start + span.end)
            text = book.text[whole.start : whole.end]
            said = "".join(fold(text).split())
            if _ENDED.search(text) and said not in seen:
                seen.add(said)
                found.append((one.passage.id, whole, text))
                homes.append(one.passage.section)
                rows.append(vector.astype(np.float32))
    if not found:
        return []
    vectors = np.stack(rows)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    central = _centrality(vectors)
    firsts = [index == 0 or home != homes[index - 1] for index, home in enumerate(homes)]
    lasts = [*firsts[1:], True]
    return [
        Telling(
            passage_id,
            span,
            text,
            float(central[index]) + _bonus(text, first=firsts[index], last=lasts[index]),
            vectors[index],
        )
        for index, (passage_id, span, text) in enumerate(found)
    ]


def _centrality(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how central each of some unit vectors is, shape (n,), from -1 to 1."""
    count = len(vectors)
    if count == 1:
        return np.zeros(1, np.float32)
    means: NDArray[np.float32] = (vectors @ vectors.sum(axis=0) - 1) / (count - 1)
    spread = float(means.std()) or 1.0
    central: NDArray[np.float32] = np.clip((means - means.mean()) / (2 * spread), -1, 1)
    return central


def _bonus(text: str, *, first: bool, last: bool) -> float:
    """Return what speaks for a sentence by its place and its words, and against it."""
    folded, han = fold(text), has_han(text)
    bonus = _OPENS * first + _CLOSES * last
    bonus += _CONCLUDES * bool(_CONCLUDING.search(folded))
    bonus -= _LEANS * bool(_LEANING.search(folded))
    bonus -= _SHORT * (len(text) < _LEAST[han] or len(text) > _LONGEST[han])
    return bonus - _ASKS * bool(re.search(r"[?？]", text))


def choose(candidates: Sequence[Telling], count: int) -> list[Telling]:
    """Return the most telling of some sentences, none like another, in reading order."""
    left, chosen = list(candidates), list[Telling]()
    while left and len(chosen) < count:

        def gain(one: Telling) -> float:
            like = max((float(one.vector @ other.vector) for other in chosen), default=0.0)
            return one.score - _LIKE * like

        best = max(left, key=gain)
        left.remove(best)
        chosen.append(best)
    return sorted(chosen, key=lambda one: one.span.start)
