"""Answers to what asks nothing new of the book: asides, citing, and about the last answer."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.answering import MARGIN, Quote, cite, cited, quoted
from rag.application.talking.asides import aside, cite_books, offered, reply
from rag.language import member_of, run_of
from rag.language.catalog import page_words, say
from rag.language.text import family, language_of
from rag.questions import ASIDES, About, Want, understand
from rag.types import Language, PassageKind, Sentence, Span, Verdict, locate

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from rag.answering import Quoting
    from rag.answering.composing import Composing
    from rag.questions import Question, Sense
    from rag.types import Answer, Book, Citation, Turn

_MORE = 3
"""Sentences that a reader is shown who asks for more."""
_THEN = 5
"""Sentences that a reader is shown who asks how it went on."""
_AHEAD = 8
"""Passages that are looked through for what follows."""
_TONGUES = {
    About.ENGLISH: Language.EN,
    About.RUSSIAN: Language.RU,
    About.CHINESE: Language.ZH,
}


@dataclass(frozen=True, slots=True)
class Talk:
    """Answers what needs the conversation, or nothing of the book at all.

    ``examples`` are questions that are answered, in a language.
    """

    quoting: Quoting
    composing: Composing | None
    sense: Sense
    examples: Callable[[Language], Sequence[str]]

    def takes(self, question: Question) -> bool:
        """Return whether a question is one of those that are answered here.

        What the contents or the record of a book tell is asked of the book.
        """
        if question.told:
            return False
        return question.item is not None or question.want in ASIDES | {Want.CITING, Want.LAST}

    def stream(
        self,
        question: Question,
        turns: Sequence[Turn],
        books: Sequence[Book],
        language: Language | None,
        style: str | None,
    ) -> Generator[Answer]:
        """Yield the answer as it grows; the last one is complete. Errors as for ``ask``."""
        said_in = language or question.language
        if question.item is not None:
            member = self._member(question.item, turns)
            if member:
                yield self.quoting.quote(question.text, [member], said_in, style)
            else:
                yield from self._asked(question, said_in, style)
        elif question.want is Want.CITING:
            yield cite_books(question, books, said_in, style)
        elif question.want in ASIDES:
            yield reply(question, said_in, self.examples(said_in))
        elif question.about in _TONGUES:
            target = _TONGUES[question.about]
            if family(target) == family(said_in):
                target = said_in
            yield from self._translated(question, turns, books, target, style)
        else:
            yield self._about(question, turns, books, said_in, style)

    def _nothing_before(self, question: Question, language: Language) -> Answer:
        """Return that there is no answer that a question could be about."""
        said = say("talk.nothing_before", language)
        return aside(question.text, language, said, offered(self.examples(language), language))

    def _about(
        self,
        question: Question,
        turns: Sequence[Turn],
        books: Sequence[Book],
        language: Language,
        style: str | None,
    ) -> Answer:
        """Return what is said about the last answer."""
        basis = self._basis(turns)
        if basis is None:
            return self._nothing_before(question, language)
        last = turns[-1].answer
        offers = last.status in {"near", "not_found"}
        if question.about is About.YES and not offers:
            return aside(question.text, language, say("talk.thanks", language))
        reached = next((each.answer for each in turns[:basis:-1] if each.answer.citations), None)
        reached = reached or turns[basis].answer
        unplaced = last.status == "not_found" or not reached.citations
        if unplaced and question.about in {About.PAGE, About.SOURCE, About.THEN}:
            return aside(question.text, language, say("talk.unanswered", language))
        if question.about in {About.PAGE, About.SOURCE}:
            return self._placed(question, reached, language, style)
        shown = [citation for turn in turns[basis:] for citation in turn.answer.citations]
        if question.about is About.THEN:
            quotes = self._after(reached.citations[0], shown, _THEN)
            return self._shown(question, quotes, "talk.then", language, style)
        before = understand(turns[basis].question, turns[:basis], books, sense=self.sense)
        quotes = self._unseen(replace(before, want=Want.PASSAGE, told=()), shown)
        if quotes or offers:
            answer = self._shown(question, quotes, "talk.more", language, style)
            return replace(answer, status="near") if offers and quotes else answer
        rows = (self._after(one, shown, _MORE) for one in reversed(reached.citations))
        quotes = next(filter(None, rows), [])
        return self._shown(question, quotes, "talk.then", language, style)

    def _asked(
        self, question: Question, language: Language, style: str | None
    ) -> Generator[Answer]:
        """Yield the answer to a question as any other: by the language model where one is set."""
        if self.composing:
            yield from self.composing.stream(question, language, style)
        else:
            yield self.quoting.answer(question, language, style)

    def _member(self, number: int, turns: Sequence[Turn]) -> Quote | None:
        """Return the member of the enumeration that the latest answer that has one comes from."""
        for citation in (one for turn in reversed(turns) for one in turn.answer.citations):
            members = self._members(citation)
            if members and -1 <= number < len(members):
                return members[number]
        return None

    def _members(self, citation: Citation) -> list[Quote]:
        """Return the members of the enumeration that what is cited stands in; empty for none."""
        if citation.passage_id is None:
            return []
        library = self.quoting.library
        found = library.stored([citation.passage_id])
        if not found:
            return []
        home = found[0].passage
        ids = [
            other.id
            for other in library.passages(home.book_id)
            if other.section == home.section and other.kind is home.kind
        ]
        quotes = [
            Quote(home.book_id, stored.passage.id, Span(at + span.start, at + span.end))
            for stored in library.stored(ids)
            for at in [stored.passage.start]
            for span in stored.sentences
        ]
        quotes.sort(key=lambda quote: quote.span.start)
        text = library.book(home.book_id).text
        sentences = [text[quote.span.start : quote.span.end] for quote in quotes]
        starts = [quote.span.start for quote in quotes]
        if citation.start not in starts:
            return []
        run = run_of(sentences, starts.index(citation.start))
        return [quotes[place] for place in run if member_of(sentences[place])]

    def _basis(self, turns: Sequence[Turn]) -> int | None:
        """Return the number of the last turn that asked something of the book."""
        for number in range(len(turns) - 1, -1, -1):
            want = self.sense(turns[number].question).want
            if want is not Want.LAST and want not in ASIDES:
                return number
        return None

    def _translated(
        self,
        question: Question,
        turns: Sequence[Turn],
        books: Sequence[Book],
        language: Language,
        style: str | None,
    ) -> Generator[Answer]:
        """Yield the last question's answer in another language.

        Without a language model its quotations stay as they are, and the reader is told what
        would say them in his.
        """
        basis = self._basis(turns)
        if basis is None:
            yield self._nothing_before(question, language)
            return
        before = understand(turns[basis].question, turns[:basis], books, sense=self.sense)
        if self.takes(before):
            yield from self.stream(before, turns[:basis], books, language, style)
            return
        if self.composing:
            with closing(self.composing.stream(before, language, style)) as answers:
                for answer in answers:
                    yield replace(answer, question=question.text)
            return
        answer = replace(self.quoting.answer(before, language, style), question=question.text)
        foreign = any(
            family(language_of(one.quote)) != family(language) for one in answer.citations
        )
        yield _noticed(answer, say("talk.no_model", language)) if foreign else answer

    def _placed(
        self, question: Question, answer: Answer, language: Language, style: str | None
    ) -> Answer:
        """Return an answer's quotations again, with their pages or their references before them."""
        citations = [self._again(one, language, style) for one in answer.citations]
        between = say("talk.and", language)
        if question.about is About.PAGE:
            pages = dict.fromkeys(page_words(one.place, language) for one in citations)
            notice = say("talk.page", language, pages=between.join(pages))
        else:
            references = dict.fromkeys(one.formatted for one in citations)
            notice = say("talk.source", language, reference=between.join(references))
        pairs = [(Sentence(one.quote, (one.n,), Verdict.SUPPORTED), one) for one in citations]
        answer = cited(question.text, pairs, language, lead=notice)
        return replace(answer, notice=notice)

    def _again(self, citation: Citation, language: Language, style: str | None) -> Citation:
        """Return a citation as a reader of this language has it."""
        if citation.passage_id is None or citation.start is None or citation.end is None:
            return citation
        return cite(
            self.quoting.library.book(citation.record.id),
            citation.n,
            Span(citation.start, citation.end),
            citation.passage_id,
            style=style,
            language=language,
        )

    def _unseen(self, before: Question, shown: Sequence[Citation]) -> list[Quote]:
        """Return the best sentences that were found for a question and not shown, in order."""
        evidence = self.quoting.inquire(before).evidence
        best = max((item.score for item in evidence), default=0.0)
        quotes = [
            quoted(item)
            for item in evidence
            if item.score >= best - MARGIN and item.found.passage.kind is PassageKind.TEXT
        ]
        unseen = [quote for quote in dict.fromkeys(quotes) if not _is_shown(quote, shown)]
        return sorted(unseen[:_MORE], key=lambda quote: (quote.book_id, quote.span.start))

    def _after(self, citation: Citation, shown: Sequence[Citation], most: int) -> list[Quote]:
        """Return the sentences of its chapter that follow what was cited and were not shown."""
        end = citation.end
        if end is None:
            return []
        book = self.quoting.library.book(citation.record.id)
        there = (citation.place.part, citation.place.chapter)
        ids = [
            passage.id
            for passage in self.quoting.library.passages(book.id)
            if passage.kind is PassageKind.TEXT and passage.end > end
        ]
        quotes = []
        for stored in self.quoting.library.stored(ids[:_AHEAD]):
            at = stored.passage.start
            for span in stored.sentences:
                whole = Span(at + span.start, at + span.end)
                place = locate(book, whole.start, whole.end)
                quote = Quote(book.id, stored.passage.id, whole)
                follows = whole.start >= end and (place.part, place.chapter) == there
                if follows and not _is_shown(quote, shown):
                    quotes.append(quote)
        return sorted(quotes, key=lambda quote: quote.span.start)[:most]

    def _shown(
        self,
        question: Question,
        quotes: Sequence[Quote],
        key: str,
        language: Language,
        style: str | None,
    ) -> Answer:
        """Return quotations with a line before them; that there is no more where there are none."""
        if not quotes:
            return aside(question.text, language, say("talk.no_more", language))
        lead = say(key, language)
        answer = self.quoting.quote(question.text, quotes, language, style, lead=lead)
        return replace(answer, notice=lead)


def _noticed(answer: Answer, notice: str) -> Answer:
    """Return an answer with something said before all."""
    both = f"{notice} {answer.notice}".strip()
    return replace(answer, text=f"{notice}\n\n{answer.text}", notice=both)


def _is_shown(quote: Quote, shown: Sequence[Citation]) -> bool:
    """Return whether what is quoted was cited, or overlaps with what was."""
    return any(
        one.record.id == quote.book_id
        and one.start is not None
        and one.end is not None
        and one.start < quote.span.end
        and quote.span.start < one.end
        for one in shown
    )
