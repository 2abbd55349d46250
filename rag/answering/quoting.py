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
    is_answered,
    margin,
    weigh_sentences,
)
from rag.answering.gathering import MOST_GATHERED, find_sides, gather, gather_sides, mix
from rag.answering.telling import family, language_of_book, tell
from rag.citing import format_citation
from rag.language.catalog import frame
from rag.language.text import language_of
from rag.questions import Followed, Kind, Manner, ask_outline, confine, kind_of, manner_of, sides_of
from rag.types import (
    Answer,
    Citation,
    CitedNote,
    Language,
    PassageKind,
    Seconds,
    Sentence,
    Span,
    TextKind,
    Verdict,
    footnotes_between,
    locate,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rag.answering.evidence import Evidence
    from rag.answering.gathering import Side
    from rag.library import Library
    from rag.questions import OutlineAnswer
    from rag.search import Found, Retrieval
    from rag.types import Book, Passage

NEAREST = 3
"""Places offered where nothing answers."""
_LEADS = {TextKind.BOOK: "quoted", TextKind.NOTES: "notes"}
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

    ``told`` is what the books' contents or records say to it; then nothing was searched.
    ``evidence`` are the sentences of the found passages, best first; ``answered`` says
    whether they are good enough. ``foreign`` says that no book is in the question's
    language. ``started`` and ``retrieved`` are readings of ``time.perf_counter``. ``scope``
    is the part of the books that the question confines itself to. ``manner`` is how it wants
    to be answered, ``sides`` what was found for each side of a comparison; their passages
    are among ``found``.
    """

    question: str
    language: Language
    book_ids: tuple[str, ...]
    foreign: bool
    kind: Kind
    told: tuple[tuple[Book, OutlineAnswer], ...]
    found: tuple[Found, ...]
    evidence: tuple[Evidence, ...]
    answered: bool
    started: float
    retrieved: float
    scope: str = ""
    manner: Manner = Manner.FACT
    sides: tuple[Side, ...] = ()


class Quoting:
    """Answers questions by quoting; holds no state of its own."""

    def __init__(self, library: Library, retrieval: Retrieval, evidence: int) -> None:
        self.library = library
        self.retrieval = retrieval
        self.evidence = evidence

    def answer(
        self,
        question: str | Followed,
        book_ids: Sequence[str],
        language: Language | None = None,
        style: str | None = None,
    ) -> Answer:
        """Return the sentences of the books that answer, or that none does.

        ``question`` is clean (``rag.questions.clean_question``). What is asked of a book itself
        is answered from its contents and record. Raises RagError for an unknown style.
        """
        return self.settle(self.inquire(question, book_ids, language), style)

    def inquire(
        self,
        question: str | Followed,
        book_ids: Sequence[str],
        language: Language | None = None,
        *,
        without: Collection[str] = (),
    ) -> Inquiry:
        """Return a clean question with what was found for it, and whether that answers it.

        One that confines itself to a part of a book is looked for in that part alone.
        ``without`` are ids of passages that are not looked at.
        """
        started = time.perf_counter()
        followed = question if isinstance(question, Followed) else Followed(question)
        question, asked = followed.text, followed.asked or followed.text
        told = tuple(
            (book, outline)
            for book in map(self.library.book, book_ids)
            if (outline := ask_outline(question, book))
        )
        foreign = self.is_foreign(asked, book_ids)
        kind, manner = kind_of(question), Manner.FACT
        found: tuple[Found, ...] = ()
        evidence: list[Evidence] = []
        answered, scope = bool(told), ""
        sides: tuple[Side, ...] = ()
        if not told:
            words, scope, within = confine(question, map(self.library.book, book_ids))
            look = partial(
                self.retrieval.search,
                book_ids=book_ids,
                limit=self.evidence,
                foreign=foreign,
                within=within,
                without=without,
            )
            search = look(words)
            found, evidence = search.found, weigh_sentences(search, kind)
            answered = is_answered(search, evidence)
            if answered and followed.own:
                own_words, *_ = confine(followed.own, map(self.library.book, book_ids))
                own = look(own_words)
                answered = bears_out(
                    margin(search, evidence),
                    margin(own, weigh_sentences(own, kind)),
                )
            manner = manner_of(words)
            compared = sides_of(words) if manner is Manner.COMPARE else None
            if compared and (answered or not followed.own):
                sides = find_sides(compared, look)
                # A comparison that the book does not draw itself is drawn from both sides.
                answered = answered or (bool(sides) and all(side.evidence for side in sides))
                found = mix(found, sides, self.evidence)
        return Inquiry(
            question=question,
            language=language or language_of(asked),
            book_ids=tuple(book_ids),
            foreign=foreign,
            kind=kind,
            told=told,
            found=found,
            evidence=tuple(evidence),
            answered=answered,
            started=started,
            retrieved=time.perf_counter(),
            scope=scope,
            manner=manner,
            sides=sides,
        )

    def settle(self, inquiry: Inquiry, style: str | None = None) -> Answer:
        """Return what an inquiry comes to by quoting; raise RagError for an unknown style."""
        question, language = inquiry.question, inquiry.language
        if inquiry.told:
            answer = _from_outline(question, inquiry.told, language, style)
        elif inquiry.answered:
            answer = self._quote(question, self._chosen(inquiry), language, style)
        else:
            answer = self._not_found(question, inquiry.found, language)
        return timed(scoped(answer, inquiry), inquiry.started, inquiry.retrieved)

    def is_foreign(self, text: str, book_ids: Sequence[str]) -> bool:
        """Return whether no book is in the language of a text."""
        asked = family(language_of(text))
        return all(family(language_of_book(self.library.book(one))) != asked for one in book_ids)

    def _chosen(self, inquiry: Inquiry) -> list[Quote]:
        """Return what is quoted for a question that is answered, in the order it is shown."""
        evidence = inquiry.evidence
        if inquiry.sides:
            return [_quoted(item) for item in gather_sides(inquiry.sides, evidence[0])]
        if inquiry.manner in {Manner.FACT, Manner.COMPARE}:
            quotes = [_quoted(item) for item in choose(evidence)]
            return self._with_source(quotes, evidence) if inquiry.kind is Kind.SOURCE else quotes
        for item in evidence[: 2 if inquiry.manner is Manner.LIST else 1]:
            run = self._enumeration(item)
            if run:
                best = _quoted(evidence[0])
                return run if best in run else [best, *run[: MOST_GATHERED - 1]]
        return [_quoted(item) for item in gather(evidence, inquiry.manner)]

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
        self, question: str, quotes: Sequence[Quote], language: Language, style: str | None
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
        kinds = {citation.record.kind for citation in citations}
        lead = frame("mixed" if len(kinds) > 1 else _LEADS[kinds.pop()], language)
        text = _markdown(lead, sentences)
        return _answer(question, language, text, sentences, tuple(citations))

    def _not_found(self, question: str, found: Sequence[Found], language: Language) -> Answer:
        text_only = [item for item in found if item.passage.kind is PassageKind.TEXT]
        nearest = tuple(self.retrieval.hit(item) for item in text_only[:NEAREST])
        text = frame("not_found" if found else "empty", language)
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
        footnotes=tuple(
            CitedNote(note.mark, book.text[note.start : note.end], book.pages[note.page].label)
            for note in footnotes_between(book, span.start, span.end)
        ),
        formatted=format_citation(book.record, place, style, language),
    )


def scoped(answer: Answer, inquiry: Inquiry) -> Answer:
    """Return an answer that says what its question was limited to, and which side is missing.

    It is limited to a part of the book, if to any; a side of a comparison that the book
    does not speak of is named.
    """
    said = [
        frame("no_side", inquiry.language, side=escape(side.words))
        for side in inquiry.sides
        if not side.evidence
    ]
    if inquiry.scope:
        key = "within" if inquiry.found else "no_part"
        said.insert(0, frame(key, inquiry.language, part=escape(inquiry.scope)))
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
