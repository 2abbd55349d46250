"""Answers without a language model: the book's own sentences, each with its page."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.answering.evidence import (
    MOST_SENTENCES,
    bears_out,
    choose,
    is_answered,
    margin,
    weigh_sentences,
)
from rag.answering.frames import frame, page_words
from rag.answering.outline import ask_outline
from rag.asking import Kind, kind_of, language_of
from rag.citing import format_citation
from rag.following import Followed
from rag.locating import footnotes_between, locate
from rag.scoping import confine
from rag.types import (
    Answer,
    Citation,
    CitedNote,
    Language,
    PageStatus,
    PassageKind,
    Place,
    Seconds,
    Sentence,
    Span,
    TextKind,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.answering.evidence import Evidence
    from rag.answering.outline import OutlineAnswer
    from rag.library import Library
    from rag.retrieval import Found, Retrieval
    from rag.types import Book, ContentsEntry

NEAREST = 3
"""Places offered where nothing answers."""
_LEADS = {TextKind.BOOK: "quoted", TextKind.NOTES: "notes"}
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|!~])")
_BODY = re.compile(
    r"第.+[章编篇卷部]|\d+[.、]?|[一二三四五六七八九十]+[、.]?|(?:chapter|глава)\s.*", re.IGNORECASE
)


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
    is the part of the books that the question confines itself to.
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

        ``question`` is clean (``rag.asking.clean_question``). What is asked of a book itself
        is answered from its contents and record. Raises RagError for an unknown style.
        """
        return self.settle(self.inquire(question, book_ids, language), style)

    def inquire(
        self, question: str | Followed, book_ids: Sequence[str], language: Language | None = None
    ) -> Inquiry:
        """Return a clean question with what was found for it, and whether that answers it.

        One that confines itself to a part of a book is looked for in that part alone.
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
        kind = kind_of(question)
        found: tuple[Found, ...] = ()
        evidence: list[Evidence] = []
        answered, scope = bool(told), ""
        retrieved = time.perf_counter()
        if not told:
            words, scope, within = confine(question, map(self.library.book, book_ids))
            search = self.retrieval.search(
                words, book_ids, self.evidence, foreign=foreign, within=within
            )
            retrieved = time.perf_counter()
            found = search.found
            evidence = weigh_sentences(search, kind)
            answered = is_answered(search, evidence, foreign=foreign)
            if answered and followed.own:
                own_words, *_ = confine(followed.own, map(self.library.book, book_ids))
                own = self.retrieval.search(
                    own_words, book_ids, self.evidence, foreign=foreign, within=within
                )
                answered = bears_out(
                    margin(search, evidence, foreign=foreign),
                    margin(own, weigh_sentences(own, kind), foreign=foreign),
                )
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
            retrieved=retrieved,
            scope=scope,
        )

    def settle(self, inquiry: Inquiry, style: str | None = None) -> Answer:
        """Return what an inquiry comes to by quoting; raise RagError for an unknown style."""
        question, language, evidence = inquiry.question, inquiry.language, inquiry.evidence
        if inquiry.told:
            answer = _from_outline(question, inquiry.told, language, style)
        elif inquiry.answered:
            quotes = [_quoted(item) for item in choose(evidence)]
            if inquiry.kind is Kind.SOURCE:
                quotes = self._with_source(quotes, evidence)
            answer = self._quote(question, quotes, language, style)
        else:
            answer = self._not_found(question, inquiry.found, language)
        return timed(scoped(answer, inquiry), inquiry.started, inquiry.retrieved)

    def is_foreign(self, text: str, book_ids: Sequence[str]) -> bool:
        """Return whether no book is in the language of a text."""
        asked = _family(language_of(text))
        return all(_family(_language(self.library.book(one))) != asked for one in book_ids)

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
    start = passage.start + item.span.start
    return Quote(passage.book_id, passage.id, Span(start, start + len(item.span)))


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
    """Return an answer that says to which part of the book its question was limited, if to any."""
    if not inquiry.scope:
        return answer
    key = "within" if inquiry.found else "no_part"
    said = frame(key, inquiry.language, part=escape(inquiry.scope))
    rest = f"\n\n{answer.text}" if inquiry.found else ""
    return replace(answer, text=f"{said}{rest}", notice=said)


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
    pairs: list[tuple[Sentence, Citation]] = []
    for book, outline in told:
        if outline.field:
            pair = _from_record(book, outline, len(pairs) + 1, language, style)
            pairs.append(pair if len(told) == 1 else _titled(*pair))
            continue
        for index in outline.entries:
            pairs.append(_from_entry(book, index, len(pairs) + 1, language, style))
    sentences = tuple(sentence for sentence, _ in pairs)
    text = "\n\n".join(
        f"{escape(item.text)} [{number}]" for number, item in enumerate(sentences, 1)
    )
    return _answer(question, language, text, sentences, tuple(citation for _, citation in pairs))


def _titled(sentence: Sentence, citation: Citation) -> tuple[Sentence, Citation]:
    """Return a pair whose sentence says of which book it speaks."""
    return replace(sentence, text=f"《{citation.record.title}》{sentence.text}"), citation


def _from_entry(
    book: Book, index: int, number: int, language: Language, style: str | None
) -> tuple[Sentence, Citation]:
    entry = book.contents[index]
    chapter = entry if entry.level == 1 else _above(book.contents, index)
    place = Place(
        part=_contents_name(book),
        chapter=chapter.heading if chapter and _is_chapter(chapter) else None,
        section=entry.heading if entry.level > 1 else None,
        pages=(entry.page,) if entry.page else (),
        status=PageStatus.EXACT if entry.page else PageStatus.UNKNOWN,
    )
    # The contents say it, but the page is the body's, or that of a part which bears its name.
    body = replace(place, part=entry.heading if entry.level == 1 and not place.chapter else None)
    key = "begins" if entry.page else "no_page"
    text = frame(key, language, heading=entry.heading, page=page_words(place, language))
    sentence = Sentence(text, (number,), Verdict.SUPPORTED)
    return sentence, Citation(
        n=number,
        record=book.record,
        place=place,
        quote=entry.heading,
        passage_id=None,
        start=None,
        end=None,
        formatted=format_citation(book.record, body, style, language),
    )


def _from_record(
    book: Book, told: OutlineAnswer, number: int, language: Language, style: str | None
) -> tuple[Sentence, Citation]:
    if told.field == "count":
        chapters = [entry for entry in book.contents if _is_chapter(entry)]
        sections = [entry for entry in book.contents if entry.level == 2]
        text = frame("count", language, chapters=len(chapters), sections=len(sections))
        quote, part = "；".join(entry.heading for entry in chapters), _contents_name(book)
    else:
        quote, part = told.value or "", "书名页"
        text = frame(told.field or "", language, value=quote)
    place = Place(part, None, None, (), PageStatus.UNKNOWN)
    reference = format_citation(book.record, place, style, language)
    citation = Citation(number, book.record, place, quote, None, None, None, (), reference)
    return Sentence(text, (number,), Verdict.SUPPORTED), citation


def _above(contents: Sequence[ContentsEntry], index: int) -> ContentsEntry | None:
    return next((entry for entry in reversed(contents[:index]) if entry.level == 1), None)


def _is_chapter(entry: ContentsEntry) -> bool:
    """Return whether an entry of level 1 belongs to the body: numbered, and no appendix."""
    return entry.level == 1 and bool(entry.number and _BODY.fullmatch(entry.number))


def _contents_name(book: Book) -> str:
    return "目录" if _family(_language(book)) == "zh" else "Contents"


def _language(book: Book) -> str:
    return book.record.language or language_of(book.text[:2000])


def _family(language: str) -> str:
    return language.split("-", maxsplit=1)[0]
