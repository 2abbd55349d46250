"""One answer of a language model in the making: what it is told, and what stands of its words.

Code checks every sentence against the passages that it cites, and turns their numbers into
pages.
"""

from __future__ import annotations

import secrets
from itertools import takewhile
from typing import TYPE_CHECKING

from rag.answering.checking import Claim, parse_composed, verify
from rag.answering.composing.fencing import fenced, shown, without_thoughts
from rag.answering.composing.orders import speaks_to_a_model
from rag.answering.composing.wordbook import Wordbook
from rag.answering.picking import escape
from rag.answering.quoting import cite, scoped, timed
from rag.language.catalog import say
from rag.language.text import is_foreign, token_set
from rag.types import Answer, Seconds, Sentence, Span, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rag.answering.composing.model import Messages
    from rag.answering.composing.prompts import Prompt
    from rag.answering.quoting import Inquiry
    from rag.library import Library
    from rag.models import Companion
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
    theirs, and ``companion`` which words mean the same in two languages.
    ``mark`` keeps sentences that the book does not bear out, struck, in place of taking
    them out. ``style`` is that of the citations.
    """

    def __init__(
        self,
        inquiry: Inquiry,
        *,
        library: Library,
        compare: Compare,
        companion: Companion,
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
        self._wordbook = Wordbook(
            companion, [library.vocabulary(book_id) for book_id in inquiry.question.book_ids]
        )
        self._checked: dict[Claim, tuple[Verdict, tuple[Place, ...]]] = {}
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
            verdict, places = self._check(claim)
            if verdict is Verdict.UNSUPPORTED and not self._mark:
                continue
            numbers = dict.fromkeys(self._cite(citations, *place).n for place in places)
            sentences.append(Sentence(claim.text, tuple(numbers), verdict))
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
            verdict, places = self._check(claim)
            if verdict is not Verdict.UNSUPPORTED:
                found.append((claim, "\n".join(map(self._in_context, places))))
        return found

    def lower(self, claim: Claim, verdict: Verdict) -> None:
        """Lower the verdict on a claim that was checked; none is ever raised."""
        own, places = self._checked[claim]
        self._checked[claim] = max(own, verdict, key=list(Verdict).index), places

    def _check(self, claim: Claim) -> tuple[Verdict, tuple[Place, ...]]:
        """Return the verdict on a sentence and the sentences of the book that it rests on."""
        if len(claim.text) > _LONGEST or len(token_set(claim.text)) < _LEAST_TOKENS:
            return Verdict.UNSUPPORTED, ()
        if claim not in self._checked:
            cited = [n - 1 for n in claim.citations if 0 < n <= len(self._found)]
            found = [self._found[index] for index in cited]
            rows = self._compare(claim.text, found, self._inquiry.question.book_ids)
            near = [
                row[: len(self._sentences[index])] for index, row in zip(cited, rows, strict=True)
            ]
            nearness = max((float(value) for row in near for value in row), default=None)
            foreign = is_foreign(
                claim.text, (self._library.book(item.passage.book_id) for item in found)
            )
            lexicon = None
            if foreign:
                lexicon = self._wordbook.lexicon(claim.text, [self._texts[k] for k in cited])
            verdict = verify(
                claim,
                self._texts,
                aliases=self._aliases,
                nearness=nearness,
                lexicon=lexicon,
            )
            places = tuple(
                (index, span)
                for index, row in zip(cited, near, strict=True)
                for span in _supporting(claim.text, self._texts[index], self._sentences[index], row)
            )
            self._checked[claim] = verdict, places
        return self._checked[claim]

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
