"""Answers without a language model: the book's own sentences, each with its page."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from rag.answering.checking import saying_otherwise
from rag.answering.evidence import (
    MOST_SENTENCES,
    bears_out,
    choose,
    confidence,
    fitted,
    is_surely,
    margin,
    speaks_of_it,
    weigh_sentences,
)
from rag.answering.gathering import MOST_GATHERED, find_sides, gather, gather_sides, mix
from rag.answering.picking import (
    Heading,
    Quote,
    Sources,
    escape,
    pick,
    pick_list,
    quoted,
    words_that_answer,
)
from rag.answering.reading import READER_OF, in_order, read
from rag.answering.telling import tell, tell_heading
from rag.citing import format_citation
from rag.language.catalog import say
from rag.language.text import family, language_of_book
from rag.models import Tagger
from rag.questions import ASIDES, Kind, Manner
from rag.search.chronology import Chronicle
from rag.search.naming import Register
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
    from rag.answering.picking import Picked
    from rag.library import Library
    from rag.models import Reader
    from rag.questions import OutlineAnswer, Question
    from rag.search import Found, Retrieval, Search
    from rag.types import Book

OF_A_KIND = 0.89
"""Share of questions of a kind of their own whose first sentence is right: 81 of 91 that were
written for it and held back."""
OF_SEVERAL = {False: 0.58, True: 0.47}
"""Share of answers gathered from several places (why, how, the course of events, a list) whose
first sentence holds the answer, by whether the question is foreign. On a book of annotated passages
.85 and .71 of those did that the book answers (of 46 and 80 measured); a third of its questions of
this kind it does not."""
POINTED = 0.5
"""How sure a sentence must be to answer for its words that do to be marked: rather than not. So
they were the answer, or a part of it, to 45 of 46 questions on a book of annotated passages."""
NEAREST = 3
"""Places offered where nothing answers."""
_LEADS: dict[tuple[TextKind, ...], tuple[str, str]] = {
    (TextKind.BOOK,): ("answers.quoted", "answers.near"),
    (TextKind.NOTES,): ("answers.notes", "answers.near_notes"),
}
"""What stands before quotations of one kind, and before those that do not answer."""
_MIXED = "answers.mixed", "answers.near_mixed"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question with what was found for it.

    ``language`` is that of the answer. Where the books' contents or records tell it, nothing
    was searched. ``evidence`` are the sentences of the found passages, best first;
    ``answered`` says whether they are good enough, ``near`` that they speak of the matter and
    hardly answer, as a reader finds: one of the two at most. ``confidence`` is the chance that
    the first of them answers, 0 where none is good enough; where it is ``weighed``, it rests on
    ``margin``, that of ``evidence.margin``, and, where it ``has_read``, on a reader, else it is
    that of all answers of the kind. ``sides`` is what was found for
    each side of a comparison; their passages are among ``found``. ``against`` are the sentences
    that say otherwise than the question takes for granted. ``picked`` is what answers a question
    that wants something else than a sentence that says it, None for all others. ``started`` and
    ``retrieved`` are readings of ``time.perf_counter``.
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
    against: tuple[Evidence, ...] = ()
    picked: Picked | None = None
    confidence: float = 0.0
    margin: float = 0.0
    has_read: bool = False
    weighed: bool = False


@dataclass(frozen=True, slots=True)
class _Looked:
    """What looking for a question came to; the names are those of ``Inquiry``.

    ``surely`` says that no reader finds that what seems to answer does not.
    """

    answered: bool
    found: tuple[Found, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    sides: tuple[Side, ...] = ()
    confidence: float = 1.0
    surely: bool = True
    margin: float = 0.0
    has_read: bool = False
    weighed: bool = False


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
        *,
        chronicle: Chronicle | None = None,
        register: Register | None = None,
    ) -> None:
        self.library = library
        self.sources = Sources(
            library,
            retrieval,
            chronicle or Chronicle(library),
            register or Register(library, Tagger()),
        )
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
        told = bool(question.told)
        read = replace(question, language=language) if language else question
        sources = replace(self.sources, without=frozenset(without))
        picked = None if told else pick(read, sources)
        if question.want in ASIDES:
            looked = _Looked(answered=False)
        elif told or picked:
            answered = told or bool(picked and picked.quotes)
            sure = 1.0 if told else OF_A_KIND
            looked = _Looked(answered, found=picked.found if picked else (), confidence=sure)
        else:
            looked = self._looked_for(question, without)
        against = _against(question, looked)
        near = looked.answered and (picked.near if picked else not (against or looked.surely))
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
            against=against,
            picked=picked,
            confidence=looked.confidence if looked.answered else 0.0,
            margin=looked.margin,
            has_read=looked.has_read,
            weighed=looked.weighed,
        )

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
        search = look(question.sought)
        evidence = weigh_sentences(search, question.kind)
        above = margin(search, evidence) if evidence else 0.0
        best = evidence[:1]
        has_read, of_fact = False, _is_of_fact(question)
        learned = _is_read(question) and self._is_learned(question)
        heard = above > 0 or bool(fitted().fits[search.foreign, True].speaks)
        if evidence and self.reader and learned and heard:
            evidence = read(self.reader, question, evidence, foreign=search.foreign)
            has_read = True
        fit = fitted().fits[search.foreign, has_read]
        answered = speaks_of_it(evidence, above, fit)
        if answered and question.own:
            answered = self._is_borne_out(question, look(question.own), above, best[0])
        sure = confidence(evidence, above, fit) if evidence else 0.0
        looked = _Looked(
            answered,
            in_order(search.found, evidence) if has_read else search.found,
            tuple(evidence),
            confidence=sure if of_fact else OF_SEVERAL[search.foreign],
            surely=not has_read or is_surely(evidence, above, fit),
            margin=above,
            has_read=has_read,
            weighed=learned and of_fact,
        )
        if not question.sides or not (answered or question.own is None):
            return looked
        sides = find_sides(question.sides, look)
        # A comparison that the book does not draw itself is drawn from both sides.
        answered = answered or (bool(sides) and all(side.evidence for side in sides))
        found = mix(looked.found, sides, self.evidence)
        return replace(looked, answered=answered, found=found, sides=sides)

    def _is_borne_out(self, question: Question, own: Search, above: float, first: Evidence) -> bool:
        """Return whether a follow-up is answered, by what its ``own`` words alone find.

        ``above`` is the margin of all its words, ``first`` the best sentence for them.
        """
        sought, foreign = question.own or question.sought, question.foreign
        [near] = self.retrieval.compare(
            sought.spelt, [first.found], question.book_ids, across=foreign
        )
        here = float(near.max())
        there = [float(found.sentences.max(initial=here)) for found in own.found]
        evidence = weigh_sentences(own, question.kind)
        return bears_out(above, margin(own, evidence), max(there, default=here) - here)

    def _is_learned(self, question: Question) -> bool:
        """Return whether the books are in the language whose passages the reader has learned."""
        books = self.library.books(question.book_ids)
        return {family(language_of_book(book)) for book in books} == {READER_OF}

    def settle(self, inquiry: Inquiry, style: str | None = None) -> Answer:
        """Return what an inquiry comes to by quoting; raise RagError for an unknown style."""
        question, language = inquiry.question.text, inquiry.language
        sure, weighed = inquiry.confidence, False
        if inquiry.question.told:
            answer = _from_outline(question, inquiry.question.told, language, style)
        elif inquiry.picked:
            answer = self._picked(question, inquiry.picked, language, style)
        elif inquiry.answered or inquiry.near:
            listed = self._listed(inquiry)
            quotes = listed or self._chosen(inquiry)
            answer = self.quote(question, quotes, language, style, near=inquiry.near)
            weighed = inquiry.weighed and not listed
            sure = OF_SEVERAL[inquiry.question.foreign] if listed else sure
        else:
            answer = self._not_found(question, inquiry.found, language)
        if weighed and inquiry.answered and sure >= POINTED:
            answer = _pointed(answer, inquiry.question)
        answer = replace(answer, confidence=sure, weighed=weighed)
        return timed(scoped(answer, inquiry), inquiry.started, inquiry.retrieved)

    def _listed(self, inquiry: Inquiry) -> list[Quote]:
        """Return the list that a question asks for, as the book has it; empty for any other."""
        question = inquiry.question
        if inquiry.against or inquiry.sides or question.manner is Manner.COMPARE:
            return []
        return list(pick_list(question, inquiry.evidence, self.library))

    def _chosen(self, inquiry: Inquiry) -> list[Quote]:
        """Return what is quoted for a question, in the order it is shown."""
        evidence, manner = inquiry.evidence, inquiry.question.manner
        if inquiry.against:
            return [quoted(item) for item in inquiry.against]
        if inquiry.sides:
            return [quoted(item) for item in gather_sides(inquiry.sides, evidence)]
        if manner in {Manner.FACT, Manner.COMPARE}:
            fit = fitted().fits[inquiry.question.foreign, inquiry.has_read]
            quotes = [quoted(item) for item in choose(evidence, fit.worth)]
            asks_source = inquiry.question.kind is Kind.SOURCE
            return self._with_source(quotes, evidence) if asks_source else quotes
        return [quoted(item) for item in gather(evidence, manner)]

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

    def quote(
        self,
        question: str,
        quotes: Sequence[Quote | Heading],
        language: Language,
        style: str | None,
        *,
        near: bool = False,
        lead: str = "",
    ) -> Answer:
        """Return an answer of quotations, with ``lead`` before them or what their kind asks for.

        Raises RagError for an unknown style.
        """
        pairs = [
            self._said(quote, number, language, style)
            for number, quote in enumerate(quotes, start=1)
        ]
        answer = cited(question, pairs, language, near=near, lead=lead)
        return replace(answer, status="near") if near else answer

    def _said(
        self, quote: Quote | Heading, number: int, language: Language, style: str | None
    ) -> tuple[Sentence, Citation]:
        """Return what is quoted as a sentence and its citation."""
        book = self.library.book(quote.book_id)
        if isinstance(quote, Heading):
            return tell_heading(book, book.sections[quote.section], number, language, style)
        citation = cite(book, number, quote.span, quote.passage_id, style=style, language=language)
        text = quote.said or citation.quote
        return Sentence(text, (number,), Verdict.SUPPORTED), citation

    def present(
        self, question: str, picked: Picked, language: Language, style: str | None = None
    ) -> Answer:
        """Return what was picked as the answer to a question; RagError for an unknown style."""
        return self._picked(question, picked, language, style)

    def _picked(
        self, question: str, picked: Picked, language: Language, style: str | None
    ) -> Answer:
        """Return what was picked, or that there is nothing of the kind."""
        if picked.quotes:
            lead, near = picked.lead, picked.near
            answer = self.quote(question, picked.quotes, language, style, near=near, lead=lead)
            return replace(answer, notice=lead)
        answer = _answer(question, language, say("answers.not_found", language), (), ())
        return replace(answer, status="not_found", nearest=picked.nearest)

    def _not_found(self, question: str, found: Sequence[Found], language: Language) -> Answer:
        text_only = [item for item in found if item.passage.kind is PassageKind.TEXT]
        nearest = tuple(self.retrieval.hit(item) for item in text_only[:NEAREST])
        text = say("answers.not_found" if found else "answers.empty", language)
        answer = _answer(question, language, text, (), ())
        return replace(answer, status="not_found", nearest=nearest)


def _pointed(answer: Answer, question: Question) -> Answer:
    """Return an answer with the words of its first sentence marked that answer, where known."""
    first, *others = answer.sentences
    said = replace(first, answer=words_that_answer(question, first.text))
    return replace(answer, sentences=(said, *others))


def _is_read(question: Question) -> bool:
    """Return whether a question is one that a reader has learned to judge.

    One for a source is answered by a note, which the passages read do not hold; a comparison, by
    both sides.
    """
    return question.kind is not Kind.SOURCE and not question.sides


def _is_of_fact(question: Question) -> bool:
    """Return whether a question asks for one fact, so that one sentence answers it."""
    return question.manner is Manner.FACT and _is_read(question)


def _against(question: Question, looked: _Looked) -> tuple[Evidence, ...]:
    """Return the sentences that say otherwise than a question that asks why takes for granted."""
    if question.manner is not Manner.WHY or question.foreign or not looked.answered:
        return ()
    best = looked.evidence[:MOST_GATHERED]
    texts = [item.text for item in best]
    return tuple(best[at] for at in saying_otherwise(question.text, question.sought.content, texts))


def cited(
    question: str,
    pairs: Sequence[tuple[Sentence, Citation]],
    language: Language,
    *,
    near: bool = False,
    lead: str = "",
) -> Answer:
    """Return an answer of sentences with what each cites; ``lead`` is as for ``quote``."""
    sentences = tuple(sentence for sentence, _ in pairs)
    citations = tuple(citation for _, citation in pairs)
    kinds = tuple({citation.record.kind for citation in citations})
    said = lead or say(_LEADS.get(kinds, _MIXED)[near], language)
    text = _markdown(said, sentences, citations)
    return _answer(question, language, text, sentences, citations)


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
    """Return an answer that says how its question was read, and what it was limited to.

    Words that were typed otherwise are named first, then the part of the book that it was
    limited to, the side of a comparison that the book does not speak of, and that the book
    says otherwise than was taken for granted. What was picked for a question of a kind has
    its own notice.
    """
    said = [
        say("answers.no_side", inquiry.language, side=escape(side.words))
        for side in inquiry.sides
        if not side.evidence
    ]
    there = bool(inquiry.found or inquiry.picked)
    if inquiry.picked and inquiry.picked.notice:
        said.insert(0, inquiry.picked.notice)
    part = inquiry.question.part
    if part and part.name and not (inquiry.picked and inquiry.picked.scoped):
        there = there and bool(inquiry.found or part.sections)
        key = "answers.within" if there else "answers.no_part"
        said.insert(0, say(key, inquiry.language, part=escape(part.name)))
    if inquiry.against:
        said.append(say("answers.against", inquiry.language))
    if inquiry.question.reread:
        words = escape(" · ".join(inquiry.question.reread))
        said.insert(0, say("answers.read_as", inquiry.language, words=words))
    if not said:
        return answer
    notice = " ".join(said)
    whole = f"{notice} {answer.notice}".strip()
    rest = "" if part and part.name and not there else f"\n\n{answer.text}"
    return replace(answer, text=f"{notice}{rest}", notice=whole)


def _markdown(lead: str, sentences: Sequence[Sentence], citations: Sequence[Citation]) -> str:
    """Return sentences below a line that leads to them; what is no quotation stands out."""
    lines = [lead, ""]
    for sentence, citation in zip(sentences, citations, strict=True):
        marks = "".join(f"[{number}]" for number in sentence.citations)
        words = escape(sentence.text)
        said = f"> {words}" if sentence.text == citation.quote else f"**{words}**"
        lines.append(f"{said} {marks}\n")
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
