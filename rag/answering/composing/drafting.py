"""One answer of a language model in the making: what it is told, and what stands of its words.

Code checks every sentence against the passages that it cites, and turns their numbers into
pages.
"""

from __future__ import annotations

import secrets
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from rag.answering.checking import Claim, Judgement, found_elsewhere, parse_composed, verify
from rag.answering.composing.fencing import fenced, shown, without_thoughts
from rag.answering.composing.orders import speaks_to_a_model
from rag.answering.picking import escape
from rag.answering.quoting import cite, scoped, timed
from rag.language.catalog import say
from rag.language.text import is_foreign, token_set
from rag.types import Answer, Reason, ReasonKind, Seconds, Sentence, Span, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.answering.composing.model import Messages
    from rag.answering.composing.prompts import Prompt
    from rag.answering.quoting import Inquiry
    from rag.library import Library
    from rag.models import Judge
    from rag.search import Compare, Found
    from rag.types import Citation

    Place = tuple[int, Span]
    """A sentence of the book: the index of its passage among those found, and where in it."""

_NO_DOUBT = "They seem to answer it."
_DOUBT = (
    "They speak of the matter and probably do not answer it: say what they do say of what is "
    "asked, and nothing as if it were the answer."
)
MOST_CLAIMS = 24
"""Sentences of an answer that are looked at: the prompt asks for five at most."""
_LONGEST = 1000
"""Characters of a sentence that is looked at; nobody reads a longer one."""
_LEAST_TOKENS = 2
"""A single word states nothing that could be borne out."""
_ADDS = 0.2
"""Share of a sentence's words that a second cited sentence must bring to be cited too."""
_ADDS_TOKENS = 4
"""The least number of them: a name and a year alone stand in many sentences."""


class Draft:
    """The passages that the model was given, and what was checked of its words.

    ``library`` holds the books of the inquiry, ``compare`` says how near a sentence is to
    theirs, and ``judge``, where there is one, whether theirs bear it out.
    ``mark`` keeps sentences that the book does not bear out, struck, in place of taking
    them out. ``style`` is that of the citations.
    """

    def __init__(
        self,
        inquiry: Inquiry,
        *,
        library: Library,
        compare: Compare,
        judge: Judge | None,
        style: str | None,
        model: str,
        mark: bool,
    ) -> None:
        self._library = library
        self._compare = compare
        self._inquiry = inquiry
        self._style = style
        self._model = model
        self._mark = mark
        self._found = inquiry.found
        self._sentences = [_sentences(found) for found in inquiry.found]
        self._texts = [
            found.passage.text[: spans[-1].end if spans else 0]
            for found, spans in zip(inquiry.found, self._sentences, strict=True)
        ]
        self._judge = judge
        self._checked: dict[Claim, tuple[Judgement, tuple[Place, ...]]] = {}
        self._aliases = tuple(
            group
            for book_id in dict.fromkeys(found.passage.book_id for found in inquiry.found)
            for group in library.book(book_id).record.aliases
        )

    def messages(self, prompt: Prompt) -> Messages:
        """Return what the model is told: no page, no place, and a fence nobody can forge."""
        fence = secrets.token_hex(8)
        passages = "\n\n".join(
            fenced("passage", number, text, fence)
            for number, text in enumerate(self._texts, start=1)
        )
        return prompt.render(
            fence=fence,
            language=say("language.english", self._inquiry.language),
            passages=passages,
            question=shown(self._inquiry.question.text),
            doubt=_DOUBT if self._inquiry.near else _NO_DOUBT,
        )

    def claims(self, text: str, *, whole: bool) -> list[Claim]:
        """Return the sentences of what the model wrote.

        Of a text that is not ``whole`` the last one may still change, and is left out.
        """
        claims = parse_composed(without_thoughts(text))
        return (claims if whole else claims[:-1])[:MOST_CLAIMS]

    def answer(self, claims: Sequence[Claim]) -> Answer | None:
        """Return the answer that claims make, or None where none of them stands."""
        sentences: list[Sentence] = []
        citations: dict[tuple[str, int], Citation] = {}
        for claim in claims:
            found, places = self._check(claim)
            if found.verdict is Verdict.UNSUPPORTED and not self._mark:
                continue
            numbers = dict.fromkeys(self._cite(citations, *place).n for place in places)
            sentences.append(
                Sentence(claim.text, tuple(numbers), found.verdict, found.reasons, found.facts)
            )
        if all(sentence.verdict is Verdict.UNSUPPORTED for sentence in sentences):
            return None
        near, language = self._inquiry.near, self._inquiry.language
        text = " ".join(_markdown(sentence) for sentence in sentences)
        answer = Answer(
            question=self._inquiry.question.text,
            language=language,
            status="near" if near else "answered",
            mode="composed",
            text=f"{say('answers.near', language)}\n\n{text}" if near else text,
            sentences=tuple(sentences),
            citations=tuple(citations.values()),
            seconds=Seconds(0.0, 0.0, 0.0),
            model=self._model,
            confidence=self._inquiry.confidence,
        )
        return timed(scoped(answer, self._inquiry), self._inquiry.started, self._inquiry.retrieved)

    def standing(self, claims: Sequence[Claim]) -> list[tuple[Claim, str]]:
        """Return the claims that stand, wholly or partly, each with the text that it rests on.

        With every sentence of the book comes the one before it, which may say who 他 is.
        """
        found = []
        for claim in dict.fromkeys(claims):
            judgement, places = self._check(claim)
            if judgement.verdict is not Verdict.UNSUPPORTED:
                found.append((claim, "\n".join(map(self._in_context, places))))
        return found

    def lower(self, claim: Claim, verdict: Verdict) -> None:
        """Lower the verdict on a claim that was checked; none is ever raised."""
        own, places = self._checked[claim]
        if verdict is not Verdict.SUPPORTED:
            self._checked[claim] = own.lowered(verdict, Reason(ReasonKind.MODEL)), places

    def _check(self, claim: Claim) -> tuple[Judgement, tuple[Place, ...]]:
        """Return what is shown of a sentence, and the sentences of the book that it rests on."""
        if len(claim.text) > _LONGEST or len(token_set(claim.text)) < _LEAST_TOKENS:
            return Judgement(Verdict.UNSUPPORTED), ()
        if claim not in self._checked:
            rows = self._compare(claim.text, self._found, self._inquiry.question.book_ids)
            near = [row[: len(spans)] for row, spans in zip(rows, self._sentences, strict=True)]
            judgement, claim_there = self._verified(claim, near)
            places = self._places(claim_there, near)
            if judgement.verdict is not Verdict.UNSUPPORTED:
                entailed = self._entailed(claim, places)
                if entailed is not None:
                    judgement, _ = self._verified(claim, near, entailed)
            self._checked[claim] = judgement, places
        return self._checked[claim]

    def entailed(self, claim: Claim) -> float | None:
        """Return how likely the judge finds it that what a claim rests on bears it out, 0 to 1.

        None without a judge.
        """
        return self._entailed(claim, self._check(claim)[1])

    def _entailed(self, claim: Claim, places: Sequence[Place]) -> float | None:
        """Return the same of sentences of the book, of which the likeliest counts."""
        if self._judge is None:
            return None
        texts = list(map(self._in_context, places))
        return float(max(self._judge.entailed(claim.text, texts), default=0.0)) if texts else 0.0

    def _verified(
        self, claim: Claim, near: Sequence[NDArray[np.float32]], entailed: float | None = None
    ) -> tuple[Judgement, Claim]:
        """Return the judgement on a sentence, and the sentence with what it rests on as cited.

        That is another passage than the model cited where that one does not bear it out.
        """
        highest = [float(row.max(initial=-np.inf)) for row in near]
        cited = [n - 1 for n in claim.citations if 0 < n <= len(self._found)]
        books = (self._library.book(self._found[k].passage.book_id) for k in cited)
        foreign = is_foreign(claim.text, books)
        found = verify(
            claim,
            self._texts,
            aliases=self._aliases,
            nearness=max((highest[k] for k in cited), default=None),
            foreign=foreign,
            entailed=entailed,
        )
        cites = bool(cited) and len(cited) == len(claim.citations)
        if found.verdict is not Verdict.UNSUPPORTED or not cites:
            return found, claim
        elsewhere = found_elsewhere(
            claim, self._texts, highest, aliases=self._aliases, foreign=foreign
        )
        if elsewhere is None:
            return found, claim
        number, found = elsewhere
        return found, Claim(claim.text, (number,))

    def _places(self, claim: Claim, near: Sequence[NDArray[np.float32]]) -> tuple[Place, ...]:
        """Return the sentences of the passages that a claim cites which say most of it."""
        return tuple(
            (index, span)
            for index in (n - 1 for n in claim.citations if 0 < n <= len(self._found))
            for span in _supporting(
                claim.text, self._texts[index], self._sentences[index], near[index]
            )
        )

    def _in_context(self, place: Place) -> str:
        """Return a sentence of a passage behind the one before it."""
        index, span = place
        before = self._sentences[index].index(span) - 1
        start = self._sentences[index][max(0, before)].start
        return self._texts[index][start : span.end]

    def _cite(self, citations: dict[tuple[str, int], Citation], index: int, span: Span) -> Citation:
        """Return the citation of a sentence of a passage, numbered as it first appears."""
        passage = self._found[index].passage
        start = passage.start + span.start
        key = (passage.book_id, start)
        if key not in citations:
            book = self._library.book(passage.book_id)
            whole = Span(start, start + len(span))
            citations[key] = cite(
                book,
                len(citations) + 1,
                whole,
                passage.id,
                style=self._style,
                language=self._inquiry.language,
            )
        return citations[key]


def _sentences(found: Found) -> list[Span]:
    """Return the sentences of a passage up to the first that gives orders to a model.

    What follows is not shown to a model, and cannot bear out what it says.
    """
    text = found.passage.text
    heard = takewhile(
        lambda span: not speaks_to_a_model(text[span.start : span.end]), found.stored.sentences
    )
    return list(heard)


def _supporting(
    text: str, passage: str, spans: Sequence[Span], near: NDArray[np.float32]
) -> list[Span]:
    """Return the one or two sentences of a passage that share most words with a text.

    Of sentences that share as many, the one nearest in meaning.
    """
    missing = token_set(text)
    least = max(_ADDS * len(missing), _ADDS_TOKENS)
    chosen: list[Span] = []
    shares = {
        span: (token_set(passage[span.start : span.end]), float(nearness))
        for span, nearness in zip(spans, near.tolist(), strict=True)
    }
    for _ in range(2):
        span = max(
            shares.keys() - set(chosen),
            key=lambda span: (len(missing & shares[span][0]), shares[span][1]),
            default=None,
        )
        if span is None or (chosen and len(missing & shares[span][0]) < least):
            break
        chosen.append(span)
        missing -= shares[span][0]
    return sorted(chosen, key=lambda span: span.start)


def _markdown(sentence: Sentence) -> str:
    marks = "".join(f"[{number}]" for number in sentence.citations)
    words = escape(sentence.text)
    if sentence.verdict is Verdict.UNSUPPORTED:
        words = f"~~{words}~~"
    return f"{words} {marks}".rstrip()
