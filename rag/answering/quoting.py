"""Answers without a language model: the book's own sentences, each with its page."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from rag.answering.enumerating import run_of
from rag.answering.evidence import (
    MOST_SENTENCES,
    bears_out,
    choose,
    confidence,
    fitted,
    is_answered,
    is_surely,
    margin,
    weigh_sentences,
)
from rag.answering.gathering import MOST_GATHERED, find_sides, gather, gather_sides, mix
from rag.answering.reading import first_passages, read
from rag.answering.telling import tell
from rag.citing import format_citation
from rag.language.catalog import say
from rag.questions import Kind, Manner
from rag.types import (
    Answer,
    Citation,
    Language,
    PassageKind,
    Seconds,
    Sentence,
    Span,
    TextKind,
    Verdict,
    cited_notes,
    footnotes_between,
    locate,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rag.answering.evidence import Evidence
    from rag.answering.gathering import Side
    from rag.library import Library
    from rag.models import Reader
    from rag.questions import OutlineAnswer, Question
    from rag.search import Found, Retrieval
    from rag.types import Book, Passage

NEAREST = 3
"""Places offered where nothing answers."""
_WIDER = 2
"""How many times as many passages are weighed as are kept: their sentences tell which to keep."""
_LEADS: dict[tuple[TextKind, ...], tuple[str, str]] = {
    (TextKind.BOOK,): ("answers.quoted", "answers.near"),
    (TextKind.NOTES,): ("answers.notes", "answers.near_notes"),
}
"""What stands before quotations of one kind, and before those that do not answer."""
_MIXED = "answers.mixed", "answers.near_mixed"
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|!~])")


@dataclass(frozen=True, slots=True)
class Quote:
    """What is quoted: a span of a book's text, and the passage it was found in."""

    book_id: str
    passage_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question with what was found for it.

    ``language`` is that of the answer. Where the books' contents or records tell it, nothing
    was searched. ``evidence`` are the sentences of the found passages, best first;
    ``answered`` says whether they are good enough, ``near`` that they speak of the matter and
    hardly answer, as a reader finds: one of the two at most. ``confidence`` is the chance that
    the first of them answers, and rests on ``margin``, which is that of ``evidence.margin``;
    0 where none is good enough. ``sides`` is what was found for each side of a comparison; their
    passages are among ``found``. ``started`` and ``retrieved`` are readings of
    ``time.perf_counter``.
    """

    question: Question
    language: Language
    found: tuple[Found, ...]
    evidence: tuple[Evidence, ...]
    answered: bool
    started: float
    retrieved: float
    sides: tuple[Side, ...] = ()
    near: bool = False
    confidence: float = 0.0
    margin: float = 0.0


@dataclass(frozen=True, slots=True)
class _Looked:
    """What looking for a question came to; the names are those of ``Inquiry``."""

    answered: bool
    found: tuple[Found, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    sides: tuple[Side, ...] = ()
    confidence: float = 1.0
    margin: float = 0.0


class Quoting:
    """Answers questions by quoting; holds no state of its own.

    ``reader``, where there is one, looks whether what was found answers, and which of it.
    """

    def __init__(
        self,
        library: Library,
        retrieval: Retrieval,
        evidence: int,
        reader: Reader | None = None,
    ) -> None:
        self.library = library
        self.retrieval = retrieval
        self.evidence = evidence
        self.reader = reader

    def answer(
        self, question: Question, language: Language | None = None, style: str | None = None
    ) -> Answer:
        """Return the sentences of the books that answer, or the nearest, or that none does.

        What is asked of a book itself is answered from its contents and record. Raises
        RagError for an unknown style.
        """
        return self.settle(self.inquire(question, language), style)

    def inquire(
        self,
        question: Question,
        language: Language | None = None,
        *,
        without: Collection[str] = (),
    ) -> Inquiry:
        """Return a question with what was found for it, and whether that answers it.

        One that confines itself to a part of a book is looked for in that part alone.
        ``without`` are ids of passages that are not looked at.
        """
        started = time.perf_counter()
        told = _Looked(answered=True)
        looked = told if question.told else self._looked_for(question, without)
        near = looked.answered and self._is_near(question, looked)
        return Inquiry(
            question=question,
            language=language or question.language,
            found=looked.found,
            evidence=looked.evidence,
            answered=looked.answered and not near,
            started=started,
            retrieved=time.perf_counter(),
            sides=looked.sides,
            near=near,
            confidence=looked.confidence if looked.answered else 0.0,
            margin=looked.margin,
        )

    def _is_near(self, question: Question, looked: _Looked) -> bool:
        """Return whether what seems to answer a question is too unsure to be called an answer.

        A reader must have looked. A question for a source is answered by a note, which the
        passages read do not hold; a comparison, by both sides.
        """
        if self.reader is None or not looked.evidence or looked.sides:
            return False
        if question.kind is Kind.SOURCE:
            return False
        fit = fitted().fits[question.foreign, True]
        return not is_surely(looked.evidence, looked.margin, fit)

    def _looked_for(self, question: Question, without: Collection[str]) -> _Looked:
        """Return what is found for a question in the text of its books."""
        look = partial(
            self.retrieval.search,
            book_ids=question.book_ids,
            limit=self.evidence,
            foreign=question.foreign,
            within=question.part.sections if question.part else None,
            without=without,
        )
        search = look(question.sought, limit=_WIDER * self.evidence)
        weighed = weigh_sentences(search, question.kind)
        surely = margin(search, weighed) if weighed else 0.0
        answered = is_answered(search, weighed)
        if answered and question.own:
            own = look(question.own)
            answered = bears_out(surely, margin(own, weigh_sentences(own, question.kind)))
        if answered and self.reader:
            weighed = read(self.reader, question, weighed, foreign=search.foreign)
        kept = first_passages(weighed, self.evidence)
        evidence = tuple(item for item in weighed if item.found.passage.id in kept)
        by_id = {item.found.passage.id: item.found for item in evidence}
        looked = _Looked(
            answered,
            tuple(by_id[key] for key in kept),
            evidence,
            confidence=self._confidence(evidence, surely, foreign=search.foreign),
            margin=surely,
        )
        if not question.sides or not (answered or question.own is None):
            return looked
        sides = find_sides(question.sides, look)
        # A comparison that the book does not draw itself is drawn from both sides.
        answered = answered or (bool(sides) and all(side.evidence for side in sides))
        return replace(
            looked, answered=answered, found=mix(looked.found, sides, self.evidence), sides=sides
        )

    def _confidence(self, evidence: Sequence[Evidence], margin: float, *, foreign: bool) -> float:
        """Return the chance that the first of some sentences answers; 0 of none."""
        fit = fitted().fits[foreign, self.reader is not None]
        return confidence(evidence, margin, fit) if evidence else 0.0

    def settle(self, inquiry: Inquiry, style: str | None = None) -> Answer:
        """Return what an inquiry comes to by quoting; raise RagError for an unknown style."""
        question, language = inquiry.question.text, inquiry.language
        if inquiry.question.told:
            answer = _from_outline(question, inquiry.question.told, language, style)
        elif inquiry.answered or inquiry.near:
            answer = self._quote(
                question, self._chosen(inquiry), language, style, near=inquiry.near
            )
        else:
            answer = self._not_found(question, inquiry.found, language)
        answer = replace(answer, confidence=inquiry.confidence)
        return timed(scoped(answer, inquiry), inquiry.started, inquiry.retrieved)

    def _chosen(self, inquiry: Inquiry) -> list[Quote]:
        """Return what is quoted for a question, in the order it is shown."""
        evidence, manner = inquiry.evidence, inquiry.question.manner
        if inquiry.sides:
            return [_quoted(item) for item in gather_sides(inquiry.sides, evidence[0])]
        if manner in {Manner.FACT, Manner.COMPARE}:
            quotes = [_quoted(item) for item in choose(evidence)]
            asks_source = inquiry.question.kind is Kind.SOURCE
            return self._with_source(quotes, evidence) if asks_source else quotes
        for item in evidence[: 2 if manner is Manner.LIST else 1]:
            run = self._enumeration(item)
            if run:
                best = _quoted(evidence[0])
                return run if best in run else [best, *run[: MOST_GATHERED - 1]]
        return [_quoted(item) for item in gather(evidence, manner)]

    def _enumeration(self, item: Evidence) -> list[Quote]:
        """Return the enumeration of its section that a sentence belongs to, empty if to none."""
        passage, text = item.found.passage, self.library.book(item.found.passage.book_id).text
        ids = [
            other.id
            for other in self.library.passages(passage.book_id)
            if other.section == passage.section and other.kind is passage.kind
        ]
        quotes = [
            Quote(passage.book_id, stored.passage.id, _within(stored.passage, span))
            for stored in self.library.stored(ids)
            for span in stored.sentences
        ]
        sentences = [text[quote.span.start : quote.span.end] for quote in quotes]
        if _quoted(item) not in quotes:  # the book was replaced meanwhile
            return []
        run = run_of(sentences, quotes.index(_quoted(item)), MOST_GATHERED)
        return [quotes[place] for place in run]

    def _with_source(self, quotes: Sequence[Quote], evidence: Sequence[Evidence]) -> list[Quote]:
        """Return the quotes with the nearest note behind the best sentences, if there is one."""
        for item in evidence[:MOST_SENTENCES]:
            passage = item.found.passage
            book = self.library.book(passage.book_id)
            start = passage.start + item.span.start
            for note in footnotes_between(book, start, passage.end):
                span = Span(note.start, note.end)
                if any(quote.book_id == book.id and quote.span == span for quote in quotes):
                    return list(quotes)
                ids = {other.start: other.id for other in self.library.passages(book.id)}
                last = Quote(book.id, ids.get(note.start, passage.id), span)
                return [*quotes[: MOST_SENTENCES - 1], last]
        return list(quotes)

    def _quote(
        self,
        question: str,
        quotes: Sequence[Quote],
        language: Language,
        style: str | None,
        *,
        near: bool,
    ) -> Answer:
        citations = [
            cite(
                self.library.book(quote.book_id),
                number,
                quote.span,
                quote.passage_id,
                style=style,
                language=language,
            )
            for number, quote in enumerate(quotes, start=1)
        ]
        sentences = tuple(
            Sentence(citation.quote, (citation.n,), Verdict.SUPPORTED) for citation in citations
        )
        kinds = tuple({citation.record.kind for citation in citations})
        lead = say(_LEADS.get(kinds, _MIXED)[near], language)
        text = _markdown(lead, sentences)
        answer = _answer(question, language, text, sentences, tuple(citations))
        return replace(answer, status="near") if near else answer

    def _not_found(self, question: str, found: Sequence[Found], language: Language) -> Answer:
        text_only = [item for item in found if item.passage.kind is PassageKind.TEXT]
        nearest = tuple(self.retrieval.hit(item) for item in text_only[:NEAREST])
        text = say("answers.not_found" if found else "answers.empty", language)
        answer = _answer(question, language, text, (), ())
        return replace(answer, status="not_found", nearest=nearest)


def _quoted(item: Evidence) -> Quote:
    passage = item.found.passage
    return Quote(passage.book_id, passage.id, _within(passage, item.span))


def _within(passage: Passage, span: Span) -> Span:
    """Return a span of a passage's text as one of its book's."""
    return Span(passage.start + span.start, passage.start + span.end)


def cite(
    book: Book,
    number: int,
    span: Span,
    passage_id: str,
    *,
    style: str | None = None,
    language: Language | None = None,
) -> Citation:
    """Return the citation of a span of a book's text, with the footnotes that hang on it.

    ``language`` is that of the paper it goes into; without one, the book's.
    """
    place = locate(book, span.start, span.end)
    return Citation(
        n=number,
        record=book.record,
        place=place,
        quote=book.text[span.start : span.end],
        passage_id=passage_id,
        start=span.start,
        end=span.end,
        footnotes=cited_notes(book, span.start, span.end),
        formatted=format_citation(book.record, place, style, language),
    )


def scoped(answer: Answer, inquiry: Inquiry) -> Answer:
    """Return an answer that says what its question was limited to, and which side is missing.

    It is limited to a part of the book, if to any; a side of a comparison that the book
    does not speak of is named.
    """
    said = [
        say("answers.no_side", inquiry.language, side=escape(side.words))
        for side in inquiry.sides
        if not side.evidence
    ]
    part = inquiry.question.part
    if part and part.name:
        key = "answers.within" if inquiry.found else "answers.no_part"
        said.insert(0, say(key, inquiry.language, part=escape(part.name)))
    if not said:
        return answer
    notice = " ".join(said)
    rest = f"\n\n{answer.text}" if inquiry.found else ""
    return replace(answer, text=f"{notice}{rest}", notice=notice)


def escape(text: str) -> str:
    """Return text that Markdown shows as it stands, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _markdown(lead: str, sentences: Sequence[Sentence]) -> str:
    lines = [lead, ""]
    for sentence in sentences:
        marks = "".join(f"[{number}]" for number in sentence.citations)
        lines.append(f"> {escape(sentence.text)} {marks}\n")
    return "\n".join(lines).rstrip()


def _answer(
    question: str,
    language: Language,
    text: str,
    sentences: tuple[Sentence, ...],
    citations: tuple[Citation, ...],
) -> Answer:
    nothing = Seconds(0.0, 0.0, 0.0)
    return Answer(question, language, "answered", "quoted", text, sentences, citations, nothing)


def timed(answer: Answer, started: float, retrieved: float) -> Answer:
    """Return an answer with how long it took, from two readings of ``time.perf_counter``."""
    now = time.perf_counter()
    return replace(answer, seconds=Seconds(retrieved - started, now - retrieved, now - started))


def _from_outline(
    question: str,
    told: Sequence[tuple[Book, OutlineAnswer]],
    language: Language,
    style: str | None,
) -> Answer:
    """Return what contents or records say, cited as contents (目录) or as title page."""
    pairs = tell(told, language, style)
    sentences = tuple(sentence for sentence, _ in pairs)
    text = "\n\n".join(
        f"{escape(item.text)} [{number}]" for number, item in enumerate(sentences, 1)
    )
    return _answer(question, language, text, sentences, tuple(citation for _, citation in pairs))
