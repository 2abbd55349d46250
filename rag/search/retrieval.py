"""A question to the passages that may answer it: meaning and words, fused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from rag.language.text import family, find_exact, language_of_book, token_set
from rag.questions import FEW_BOOKS, Weighed, all_tokens, stand_in, weigh
from rag.search.chance import Background, cosines_of
from rag.search.fusion import reciprocal_rank_fusion, reorder
from rag.search.wording import Wording, gloss
from rag.types import Hit, Match, Passage, Span, locate

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from rag.library import Library, StoredPassage
    from rag.models import Companion, Encoder, Reranker
    from rag.questions import Question, Sought, Term
    from rag.search.vectors import VectorIndex
    from rag.types import Vocabulary

DEPTH = 50
"""Passages that each way of searching brings; beyond, neither finds what the other missed."""
WORDS_WEIGHT = 1.5
"""Weight of the ranking by words when they cover the whole question; meaning weighs 1."""
BACKGROUND = 4000
"""Sentences of a book that show how near to a question its sentences are by chance."""
AT_LARGE = 20_000
"""Such sentences of all books together, where they are many: chance has no need of more."""
COMPANION_WEIGHT = 0.6
"""Weight of the companion's nearness of a sentence beside the encoder's."""
WORDED_WEIGHT = 6.0
"""Weight of the share of the question's words that a passage has, beside its nearness."""


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

    @classmethod
    def picked(cls, stored: StoredPassage) -> Found:
        """Return a passage that was picked and not searched for: nothing else speaks for it."""
        none = np.zeros(len(stored.sentences), np.float32)
        return cls(stored, Match.MEANING, 1.0, 1.0, 0.0, 0.0, none, 0.0, 0.0, 0.0)


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


class Compare(Protocol):
    """How near a text is to sentences of what was found: ``Retrieval.compare``."""

    def __call__(
        self, text: str, found: Sequence[Found], book_ids: Sequence[str]
    ) -> list[NDArray[np.float32]]:
        """Return how near a text is to each sentence of found passages: an array a passage."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as both encoders have it, and how near it is to sentences of the books by chance.

    ``query`` is its vector by the encoder, ``second`` by the companion.
    """

    query: NDArray[np.float32]
    second: NDArray[np.float32]
    first_level: Background
    second_level: Background

    def compared(
        self, vectors: NDArray[np.float16]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return how near it is to sentences, and the companion's cosines with them.

        Each is of shape (m,), nearness in spreads above chance by both encoders together.
        """
        firsts, seconds = cosines_of(vectors.astype(np.float32), self.query, self.second)
        near = self.first_level.nearness(firsts)
        return near + COMPANION_WEIGHT * self.second_level.nearness(seconds), seconds


@dataclass(frozen=True, slots=True)
class _Measured:
    """A passage with what speaks for it beside its ranks; the names are those of ``Found``."""

    stored: StoredPassage
    cosine: float
    nearness: float
    sentences: NDArray[np.float32]
    likeness: float
    coverage: float
    worded: float

    @property
    def meaning(self) -> float:
        """What it is ranked by for its meaning."""
        best = float(self.sentences.max(initial=self.nearness))
        return self.nearness + best + WORDED_WEIGHT * self.worded

    def found(self, match: Match, score: float, rank: float) -> Found:
        """Return the passage as found, with its fused score and that as a share of the best."""
        return Found(
            self.stored,
            match,
            score,
            rank,
            self.cosine,
            self.nearness,
            self.sentences,
            self.likeness,
            self.coverage,
            self.worded,
        )


_Ranked = list[tuple[str, float]]
"""Ids of passages, best first, each with what it has: a score or a cosine."""


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
        sought: Sought,
        book_ids: Sequence[str],
        limit: int,
        *,
        foreign: bool = False,
        within: Mapping[str, AbstractSet[int]] | None = None,
        without: Collection[str] = (),
    ) -> Search:
        """Return the ``limit`` best passages of the books for what is looked for.

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
        terms = self._weighed(sought.terms, foreign=foreign)
        changes = self.library.changes()
        held = sum(changes[book_id][1] for book_id in book_ids if book_id in changes)
        wording = self._wording(sought.content, book_ids, held)
        text = self._encoded(sought.spelt, book_ids, across=foreign)
        tokens = all_tokens(terms.terms)
        if foreign:
            tokens += wording.translations
        if within is None:
            words, near = self._search_all(tokens, text.query, book_ids, without)
        else:
            words, near = self._search_within(tokens, text.query, within, without)
        by_words, by_meaning = [key for key, _ in words], dict(near)
        stored = self.library.stored(list(dict.fromkeys([*by_meaning, *by_words])))
        measured = _measured(stored, text, terms, wording)
        by_words = [key for key in by_words if key in measured]
        fused = self._fused(sought.spelt, by_words, measured)
        found = []
        for key, score in _once(fused, measured, limit):
            item = measured[key]
            match = _match(key, by_words, by_meaning, item.coverage)
            found.append(item.found(match, score, score / fused[0][1]))
        return Search(terms, wording, tuple(found), foreign, held)

    def find(
        self,
        question: Question,
        limit: int,
        *,
        within: Mapping[str, AbstractSet[int]] | None = None,
    ) -> list[Hit]:
        """Return passages for a quick lookup, best first, with what matched marked.

        ``within`` narrows it as of ``search``.

        Text in quotation marks is found word for word: every passage that holds each such
        text, in reading order, and no other; only where there are other words beside it, as
        in a question, and no passage holds it, is everything looked for as words. Otherwise
        passages that hold the words as they stand come before all else, then those that have
        every word of them; what has only some is near in meaning, and nothing is marked in it.
        """
        if question.quoted:
            exact = self._exact(question.quoted, question.book_ids, limit, within)
            if exact or question.only_quoted:
                return exact
        search = self.search(
            question.entire,
            question.book_ids,
            max(limit, DEPTH),
            foreign=question.foreign,
            within=within,
        )
        hits: list[tuple[int, Hit]] = []
        for found in search.found:
            text = found.passage.text
            whole = find_exact(text, question.asked)
            hit = self.hit(found)
            if not whole and not stand_in(question.entire.terms, token_set(text)):
                hits.append((0, replace(hit, match=Match.MEANING)))
                continue
            match = Match.BOTH if hit.match is Match.MEANING else hit.match
            marks = tuple(whole or term_spans(text, search.terms.terms))
            hits.append((2 if whole else 1, replace(hit, marks=marks, match=match)))
        hits.sort(key=lambda ranked: (-ranked[0], -ranked[1].score))
        return [hit for _, hit in hits[:limit]]

    def compare(
        self,
        text: str,
        found: Sequence[Found],
        book_ids: Sequence[str],
        *,
        across: bool = False,
    ) -> list[NDArray[np.float32]]:
        """Return how near a text is to each sentence of found passages: an array a passage.

        The unit is that of ``Found.sentences``: spreads above the text's nearness to
        sentences of the books at large. ``across`` says that it is a question in another language
        than theirs.
        """
        asked = self._encoded(text, book_ids, across=across)
        return [asked.compared(item.stored.sentence_vectors)[0] for item in found]

    def hit(self, found: Found) -> Hit:
        """Return a found passage with its place."""
        passage = found.passage
        book = self.library.book(passage.book_id)
        place = locate(book, passage.start, passage.end)
        return Hit(passage, place, found.match, found.score, found.cosine)

    def _encoded(self, text: str, book_ids: Sequence[str], *, across: bool = False) -> _Text:
        """Return a text as both encoders have it, measured against the books at large.

        ``across`` says that it is a question in another language than theirs: where they have
        one language, the encoder is told which. (In theirs, what it learned changed nothing.)
        """
        books = self.library.books(book_ids) if across else ()
        languages = {family(language_of_book(book)) for book in books}
        if len(languages) == 1:
            [query] = self.encoder.encode_asked([text], languages.pop())
        else:
            [query] = self.encoder.encode_queries([text])
        second = self.companion.vector(text)
        chance = self._sentence_cosines(book_ids, query, second)
        first_level, second_level = (Background.of(cosines) for cosines in chance)
        return _Text(query, second, first_level, second_level)

    def _fused(
        self, words: str, by_words: Sequence[str], measured: Mapping[str, _Measured]
    ) -> _Ranked:
        """Return the passages by words and meaning together, and by a reranker where one is."""
        meaning = sorted(measured, key=lambda key: -measured[key].meaning)
        weight = WORDS_WEIGHT * (measured[by_words[0]].coverage if by_words else 0.0)
        fused = reciprocal_rank_fusion([by_words, meaning], [weight, 1.0])
        if self.reranker is None:
            return fused
        read = {key: item.stored.passage.text for key, item in measured.items()}
        return reorder(self.reranker, words, fused, read)

    def _search_all(
        self,
        tokens: Sequence[str],
        query: NDArray[np.float32],
        book_ids: Sequence[str],
        without: Collection[str],
    ) -> tuple[_Ranked, _Ranked]:
        """Return the best passages of books by words, and by meaning with cosines."""
        depth = DEPTH + len(without)
        words = self.library.search_words(tokens, book_ids, depth)
        near = self.vectors.search(query, book_ids, depth)
        return _seen(words, without), _seen(near, without)

    def _search_within(
        self,
        tokens: Sequence[str],
        query: NDArray[np.float32],
        within: Mapping[str, AbstractSet[int]],
        without: Collection[str],
    ) -> tuple[_Ranked, _Ranked]:
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

    def _exact(
        self,
        phrases: Sequence[str],
        book_ids: Sequence[str],
        limit: int,
        within: Mapping[str, AbstractSet[int]] | None,
    ) -> list[Hit]:
        hits: list[Hit] = []
        for book_id in book_ids:
            book = self.library.book(book_id)
            spans = [find_exact(book.text, phrase) for phrase in phrases]
            if not all(spans):
                continue
            for passage in self.library.passages(book_id):
                if within is not None and passage.section not in within.get(book_id, ()):
                    continue
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

    def _weighed(self, terms: Sequence[Term], *, foreign: bool) -> Weighed:
        """Return the terms of a question weighed by how rare they are in the library."""
        total = sum(count for _, count in self.library.changes().values())
        counts = self.library.word_counts(all_tokens(terms))
        if foreign:
            terms = [
                term
                for term in terms
                if term.name or all(counts[t] or t.isdigit() for t in all_tokens([term]))
            ]
        return weigh(terms, counts, total)

    def _wording(self, content: str, book_ids: Sequence[str], passages: int) -> Wording:
        """Return the words of a question, glossed by the words of the books."""
        return gloss(content, known_words(self.library, book_ids), passages, self.companion)

    def _sentence_cosines(
        self, book_ids: Sequence[str], query: NDArray[np.float32], second: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the cosines of a question with sentences of the books at large."""
        each = max(1, min(BACKGROUND, AT_LARGE // max(1, len(book_ids))))
        rows = self.library.sentence_vectors(book_ids, each)
        return cosines_of(rows, query, second)


def known_words(library: Library, book_ids: Sequence[str]) -> list[Vocabulary]:
    """Return the words of books: of a few each one's, of many those of all together."""
    if len(book_ids) > FEW_BOOKS:
        return [library.words(book_ids)]
    return [words for one in book_ids if (words := library.vocabulary(one))]


def _measured(
    stored: Sequence[StoredPassage], text: _Text, terms: Weighed, wording: Wording
) -> dict[str, _Measured]:
    """Return passages by their ids, with what speaks for them."""
    texts = [token_set(item.passage.text) for item in stored]
    worded = wording.coverage(texts).sum(axis=1).tolist()
    measured = {}
    for item, tokens, share in zip(stored, texts, worded, strict=True):
        cosine = float(item.vector @ text.query)
        sentences, likeness = text.compared(item.sentence_vectors)
        measured[item.passage.id] = _Measured(
            item,
            cosine,
            float(text.first_level.nearness(np.array(cosine, np.float32))),
            sentences,
            float(likeness.max(initial=0.0)),
            terms.coverage(tokens),
            share,
        )
    return measured


def _once(ranked: _Ranked, measured: Mapping[str, _Measured], limit: int) -> _Ranked:
    """Return the first so many passages of a ranking, each text once."""
    texts: dict[str, tuple[str, float]] = {}
    for key, score in ranked:
        texts.setdefault(measured[key].stored.passage.text, (key, score))
    return list(texts.values())[:limit]


def _seen(ranked: _Ranked, without: Collection[str]) -> _Ranked:
    """Return the best passages that are not among those hidden, with what they have."""
    return [item for item in ranked if item[0] not in without][:DEPTH]


def _match(
    key: str, by_words: Sequence[str], by_meaning: dict[str, float], covered: float
) -> Match:
    if key not in by_meaning:
        return Match.WORDS
    return Match.BOTH if key in by_words and covered > 0 else Match.MEANING


def term_spans(text: str, terms: Sequence[Term]) -> list[Span]:
    """Return where a text holds terms of a question, overlapping spans joined."""
    spans = sorted(
        (span for token in all_tokens(terms) for span in find_exact(text, token)),
        key=lambda span: span.start,
    )
    joined: list[Span] = []
    for span in spans:
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined
