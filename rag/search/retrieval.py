"""A question to the passages that may answer it: meaning and words, fused."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rag.language.dates import respell, respelt
from rag.language.text import bigrams, find_exact, fold, token_set
from rag.questions import Weighed, all_tokens, find_terms, weigh
from rag.search.chance import Background, cosines_of
from rag.search.fusion import reciprocal_rank_fusion, reorder
from rag.search.wording import Wording, gloss
from rag.types import Hit, Match, Passage, Span, locate

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from rag.language.dates import Respelt
    from rag.library import Library, StoredPassage
    from rag.models import Companion, Encoder, Reranker
    from rag.search.vectors import VectorIndex

DEPTH = 50
"""Passages that each way of searching brings; beyond, neither finds what the other missed."""
WORDS_WEIGHT = 1.5
"""Weight of the ranking by words when they cover the whole question; meaning weighs 1."""
BACKGROUND = 4000
"""Sentences of a book that show how near to a question its sentences are by chance."""
COMPANION_WEIGHT = 0.6
"""Weight of the companion's nearness of a sentence beside the encoder's."""
WORDED_WEIGHT = 6.0
"""Weight of the share of the question's words that a passage has, beside its nearness."""
_QUOTED = re.compile(r"[“\"「『«„](.+?)[”\"」』»“]")


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with what speaks for it.

    ``nearness`` is that of the passage, ``sentences`` of its sentences (shape (m,)), in
    spreads above chance; ``likeness`` is the companion's cosine of the sentence that is
    most like the question; ``rank`` is its fused score as a share of the best one's;
    ``coverage`` the share of the question's terms in its text, ``worded`` that of its words,
    in whatever words the text says them; ``cosine`` that of the passage with the question.
    """

    stored: StoredPassage
    match: Match
    score: float
    rank: float
    cosine: float
    nearness: float
    sentences: NDArray[np.float32]
    likeness: float
    coverage: float
    worded: float

    @property
    def passage(self) -> Passage:
        """The passage itself."""
        return self.stored.passage


@dataclass(frozen=True, slots=True)
class Search:
    """One search: the question's terms and words, and the passages, best first.

    ``foreign`` says that the books are not in the question's language; ``passages`` is how
    many they have together.
    """

    terms: Weighed
    wording: Wording
    found: tuple[Found, ...]
    foreign: bool = False
    passages: int = 0


class Retrieval:
    """Searches a library; holds no state of its own."""

    def __init__(
        self,
        library: Library,
        vectors: VectorIndex,
        encoder: Encoder,
        companion: Companion,
        reranker: Reranker | None = None,
    ) -> None:
        self.library = library
        self.vectors = vectors
        self.encoder = encoder
        self.companion = companion
        self.reranker = reranker

    def search(
        self,
        question: str,
        book_ids: Sequence[str],
        limit: int,
        *,
        foreign: bool = False,
        within: Mapping[str, AbstractSet[int]] | None = None,
        without: Collection[str] = (),
    ) -> Search:
        """Return the ``limit`` best passages of the books for a question.

        ``within`` narrows the search to sections, by their indexes, of the books it names;
        ``without`` are ids of passages that are not looked at.

        ``foreign`` says that the books are not in the question's language: then words that
        they do not hold say nothing, and only known names, numbers and shared words count.

        Meaning ranks passages by the nearness of the passage and of its best sentence
        together, the latter by both encoders, and by how many of the question's words it has
        in its own (``wording``); words rank them by BM25 over the question's terms, known
        names in every spelling, words of another language in the books'; the two rankings
        are fused by reciprocal rank, words weighing as much as they cover of the question.
        Where a reranker is set, its order of the best is fused with theirs. Passages of the
        same text are found once.
        """
        numbers = respelt(question, (self.library.book(book_id).text for book_id in book_ids))
        terms = self._terms(question, numbers, book_ids, foreign=foreign)
        changes = self.library.changes()
        held = sum(changes[book_id][1] for book_id in book_ids if book_id in changes)
        wording = self._wording(question, book_ids, held)
        question = respell(question, numbers)
        query = self.encoder.encode_queries([question])[0]
        second = self.companion.encode([question])[0]
        tokens = all_tokens(terms.terms)
        if foreign:
            tokens += wording.translations
        if within is None:
            depth = DEPTH + len(without)
            words = self.library.search_words(tokens, book_ids, depth)
            near = self.vectors.search(query, book_ids, depth)
            words, near = _seen(words, without), _seen(near, without)
        else:
            words, near = self._search_within(tokens, query, within, without)
        by_words, by_meaning = [key for key, _ in words], dict(near)
        stored = self.library.stored(list(dict.fromkeys([*by_meaning, *by_words])))
        chance = self._sentence_cosines(book_ids, query, second)
        first_level, second_level = (Background.of(cosines) for cosines in chance)
        cosines = {item.passage.id: float(item.vector @ query) for item in stored}
        nearness = {
            key: float(first_level.nearness(np.array(value, np.float32)))
            for key, value in cosines.items()
        }
        sentences: dict[str, NDArray[np.float32]] = {}
        likeness: dict[str, float] = {}
        for item in stored:
            firsts, seconds = cosines_of(item.sentence_vectors.astype(np.float32), query, second)
            likeness[item.passage.id] = float(seconds.max(initial=0.0))
            sentences[item.passage.id] = first_level.nearness(
                firsts
            ) + COMPANION_WEIGHT * second_level.nearness(seconds)
        coverage = {
            item.passage.id: terms.coverage(token_set(item.passage.text)) for item in stored
        }
        texts = [token_set(item.passage.text) for item in stored]
        worded = dict(zip(cosines, wording.coverage(texts).sum(axis=1).tolist(), strict=True))
        by_words = [key for key in by_words if key in cosines]
        meaning = sorted(
            cosines,
            key=lambda key: (
                -(
                    nearness[key]
                    + float(sentences[key].max(initial=nearness[key]))
                    + WORDED_WEIGHT * worded[key]
                )
            ),
        )
        weight = WORDS_WEIGHT * (coverage[by_words[0]] if by_words else 0.0)
        fused = reciprocal_rank_fusion([by_words, meaning], [weight, 1.0])
        passages = {item.passage.id: item for item in stored}
        if self.reranker is not None:
            read = {key: item.passage.text for key, item in passages.items()}
            fused = reorder(self.reranker, question, fused, read)
        found: list[Found] = []
        seen: set[str] = set()
        for key, score in fused:
            item = passages[key]
            if item.passage.text in seen:
                continue
            seen.add(item.passage.text)
            found.append(
                Found(
                    item,
                    _match(key, by_words, by_meaning, coverage[key]),
                    score,
                    score / fused[0][1],
                    cosines[key],
                    nearness[key],
                    sentences[key],
                    likeness[key],
                    coverage[key],
                    worded[key],
                )
            )
            if len(found) == limit:
                break
        return Search(terms, wording, tuple(found), foreign, held)

    def find(self, words: str, book_ids: Sequence[str], limit: int) -> list[Hit]:
        """Return passages for a quick lookup, best first, with what matched marked.

        Text in quotation marks is found word for word: every passage that holds each such
        text, in reading order, and no other; only where there are other words beside it, as
        in a question, and no passage holds it, is everything looked for as words. Otherwise
        passages that hold the words as they stand come before all else.
        """
        phrases = [phrase for phrase in _QUOTED.findall(words) if fold(phrase).strip()]
        if phrases:
            exact = self._exact(phrases, book_ids, limit)
            if exact or not bigrams(_QUOTED.sub(" ", words)):
                return exact
        search = self.search(words, book_ids, max(limit, DEPTH))
        hits = []
        for found in search.found:
            text = found.passage.text
            whole = find_exact(text, words)
            marks = tuple(whole or _term_spans(text, search.terms))
            hits.append(replace(self.hit(found), marks=marks))
            if whole:
                hits[-1] = replace(hits[-1], score=hits[-1].score + 1.0)
        hits.sort(key=lambda hit: -hit.score)
        return hits[:limit]

    def compare(
        self, text: str, found: Sequence[Found], book_ids: Sequence[str]
    ) -> list[NDArray[np.float32]]:
        """Return how near a text is to each sentence of found passages: an array a passage.

        The unit is that of ``Found.sentences``: spreads above the text's nearness to
        sentences of the books at large.
        """
        query = self.encoder.encode_queries([text])[0]
        second = self.companion.encode([text])[0]
        chance = self._sentence_cosines(book_ids, query, second)
        first_level, second_level = (Background.of(cosines) for cosines in chance)
        rows = [item.stored.sentence_vectors.astype(np.float32) for item in found]
        return [
            first_level.nearness(firsts) + COMPANION_WEIGHT * second_level.nearness(seconds)
            for firsts, seconds in (cosines_of(vectors, query, second) for vectors in rows)
        ]

    def hit(self, found: Found) -> Hit:
        """Return a found passage with its place."""
        passage = found.passage
        book = self.library.book(passage.book_id)
        place = locate(book, passage.start, passage.end)
        return Hit(passage, place, found.match, found.score, found.cosine)

    def _search_within(
        self,
        tokens: Sequence[str],
        query: NDArray[np.float32],
        within: Mapping[str, AbstractSet[int]],
        without: Collection[str],
    ) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
        """Return the best passages of some sections by words, and by meaning with cosines.

        Every passage of theirs is looked at, because a whole book's best may have none.
        """
        keys = [
            passage.id
            for book_id, sections in within.items()
            for passage in self.library.passages(book_id)
            if passage.section in sections and passage.id not in without
        ]
        inside = set(keys)
        total = sum(count for _, count in self.library.changes().values())
        words = self.library.search_words(tokens, list(within), total)
        cosines = {
            item.passage.id: float(item.vector @ query) for item in self.library.stored(keys)
        }
        nearest = sorted(cosines, key=lambda key: -cosines[key])[:DEPTH]
        return (
            [item for item in words if item[0] in inside][:DEPTH],
            [(key, cosines[key]) for key in nearest],
        )

    def _exact(self, phrases: Sequence[str], book_ids: Sequence[str], limit: int) -> list[Hit]:
        hits: list[Hit] = []
        for book_id in book_ids:
            book = self.library.book(book_id)
            spans = [find_exact(book.text, phrase) for phrase in phrases]
            if not all(spans):
                continue
            for passage in self.library.passages(book_id):
                inside = [
                    [
                        Span(max(span.start, passage.start), min(span.end, passage.end))
                        for span in places
                        if span.start < passage.end and span.end > passage.start
                    ]
                    for places in spans
                ]
                if not all(inside):
                    continue
                marks = sorted(
                    (Span(span.start - passage.start, span.end - passage.start)
                     for places in inside for span in places),
                    key=lambda span: span.start,
                )  # fmt: skip
                place = locate(book, passage.start, passage.end)
                hits.append(Hit(passage, place, Match.WORDS, 1.0, None, tuple(marks)))
                if len(hits) == limit:
                    return hits
        return hits

    def _terms(
        self,
        question: str,
        numbers: Sequence[Respelt],
        book_ids: Sequence[str],
        *,
        foreign: bool,
    ) -> Weighed:
        aliases = [
            group for book_id in book_ids for group in self.library.book(book_id).record.aliases
        ]
        terms = find_terms(question, aliases, numbers)
        total = sum(count for _, count in self.library.changes().values())
        counts = self.library.word_counts(all_tokens(terms))
        if foreign:
            terms = [
                term
                for term in terms
                if term.name or all(counts[t] or t.isdigit() for t in all_tokens([term]))
            ]
        return weigh(terms, counts, total)

    def _wording(self, question: str, book_ids: Sequence[str], passages: int) -> Wording:
        """Return the words of a question, glossed by the words of the books."""
        known = [self.library.vocabulary(book_id) for book_id in book_ids]
        return gloss(question, [one for one in known if one], passages, self.companion)

    def _sentence_cosines(
        self, book_ids: Sequence[str], query: NDArray[np.float32], second: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the cosines of a question with sentences of the books at large."""
        rows = [self.library.sentence_vectors(book_id, BACKGROUND) for book_id in book_ids]
        pairs = [cosines_of(vectors, query, second) for vectors in rows if len(vectors)]
        nothing = np.zeros(0, np.float32)
        return (
            np.concatenate([nothing, *(firsts for firsts, _ in pairs)]),
            np.concatenate([nothing, *(seconds for _, seconds in pairs)]),
        )


def _seen(ranked: Sequence[tuple[str, float]], without: Collection[str]) -> list[tuple[str, float]]:
    """Return the best passages that are not among those hidden, with what they have."""
    return [item for item in ranked if item[0] not in without][:DEPTH]


def _match(
    key: str, by_words: Sequence[str], by_meaning: dict[str, float], covered: float
) -> Match:
    if key not in by_meaning:
        return Match.WORDS
    return Match.BOTH if key in by_words and covered > 0 else Match.MEANING


def _term_spans(text: str, terms: Weighed) -> list[Span]:
    """Return where a text holds terms of the question, overlapping spans joined."""
    spans = sorted(
        (span for token in all_tokens(terms.terms) for span in find_exact(text, token)),
        key=lambda span: span.start,
    )
    joined: list[Span] = []
    for span in spans:
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined
