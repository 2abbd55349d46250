"""Answers, lookups and chronologies, as the command line writes them and reads them again."""

from __future__ import annotations

import operator
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    ValidationInfo,
    model_serializer,
    model_validator,
)

from rag.types.answers import (
    Answer,
    Citation,
    CitedNote,
    Facts,
    Hit,
    Match,
    Reason,
    ReasonKind,
    Remark,
    ReportKind,
    Seconds,
    Sentence,
    Verdict,
)
from rag.types.book import (
    BookRecord,
    Language,
    PageStatus,
    Passage,
    PassageKind,
    Person,
    Place,
    Span,
    TextKind,
)
from rag.types.events import Moment
from rag.types.forms.form import Form, Rounded, Said, Text, at
from rag.types.names import NameKind  # noqa: TC001 - pydantic reads it


def _named(value: object) -> object:
    return value.name if isinstance(value, Person) else value


def _dated(value: object) -> object:
    return str(value) if isinstance(value, Moment) else value


def _pointed(value: object) -> object:
    return (value.start, value.end) if isinstance(value, Span) else value


Pointed = Annotated[tuple[StrictInt, StrictInt] | None, BeforeValidator(_pointed)]
"""A stretch of a text, by where it begins and ends."""
Names = tuple[Annotated[Text, BeforeValidator(_named)], ...]
"""Authors, by their names alone."""


class BookForm(Form):
    """The book of a citation or hit; of one whose record is not at hand, its id alone."""

    id: Text
    title: Text | None = None
    authors: Names = ()
    kind: TextKind = TextKind.BOOK

    def record(self) -> BookRecord:
        """Return what is said of the book as its record."""
        authors = tuple(map(Person, self.authors))
        return BookRecord(self.id, self.title or self.id, authors=authors, kind=self.kind)

    @model_validator(mode="before")
    @classmethod
    def _by_id(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, str) and info.context is not None:
            return info.context.get(value) or {"id": value}
        return value

    @model_serializer
    def _known(self) -> dict[str, Any]:
        return {key: value for key, value in self if key in self.model_fields_set}


class NoteForm(Form):
    """A footnote: its mark, its text, and the label of the page it stands on."""

    mark: Text
    text: Text
    page: Text | None = None


class PlacedForm(Form):
    """Where something stands in a book; ``page_status`` is how sure the pages are."""

    part: Text | None = Field(None, validation_alias=at("place.part", "citation.place.part"))
    chapter: Text | None = Field(
        None, validation_alias=at("place.chapter", "citation.place.chapter")
    )
    section: Text | None = Field(
        None, validation_alias=at("place.section", "citation.place.section")
    )
    pages: tuple[Text, ...] = Field(validation_alias=at("place.pages", "citation.place.pages"))
    page_status: PageStatus = Field(validation_alias=at("place.status", "citation.place.status"))

    def place(self, notes: tuple[str, ...], paragraphs: tuple[int, ...]) -> Place:
        """Return the place, with the marks of the footnotes or the paragraphs that are meant."""
        headings = (self.part, self.chapter, self.section)
        return Place(*headings, self.pages, self.page_status, notes, paragraphs)


Paragraphs = tuple[StrictInt, ...]
"""Numbers of paragraphs under the last heading; there where no page is known."""


class SourceForm(PlacedForm):
    """What stands behind words that are cited, and how a paper would cite them."""

    passage_id: Text | None = Field(None, validation_alias=at("passage_id", "citation.passage_id"))
    footnotes: tuple[NoteForm, ...] = Field(
        (), validation_alias=at("footnotes", "citation.footnotes")
    )
    formatted: Text | None = Field(None, validation_alias=at("formatted", "citation.formatted"))
    notes: tuple[Text, ...] = Field((), validation_alias=at("place.notes", "citation.place.notes"))
    paragraphs: Paragraphs = Field(
        (),
        validation_alias=at("place.paragraphs", "citation.place.paragraphs"),
        exclude_if=operator.not_,
    )

    def cite(self, n: int, book: BookForm, quote: str, translation: str | None = None) -> Citation:
        """Return the citation of a book's words; where in its text they stand is not known."""
        return Citation(
            n=n,
            record=book.record(),
            place=self.place(self.notes, self.paragraphs),
            quote=quote,
            passage_id=self.passage_id,
            start=None,
            end=None,
            footnotes=tuple(CitedNote(one.mark, one.text, one.page) for one in self.footnotes),
            formatted=self.formatted or "",
            translation=translation or None,
        )


class _Number(Form):
    n: StrictInt
    book: BookForm = Field(validation_alias="record")


class _Quote(Form):
    quote: Text
    translation: Text | None = None


class CitationForm(SourceForm, _Quote, PlacedForm, _Number):
    """A numbered citation: its book and place, the words, and what stands behind them."""

    def citation(self) -> Citation:
        """Return the citation."""
        return self.cite(self.n, self.book, self.quote, self.translation)


class _Date(Form):
    date: Text
    to: Annotated[Text | None, BeforeValidator(_dated)] = Field(None, validation_alias="until")
    inferred: StrictBool = False
    written: Text = ""
    text: Text = Field(validation_alias=at("citation.quote"))
    book: BookForm = Field(validation_alias=at("citation.record"))


class EventForm(SourceForm, PlacedForm, _Date):
    """A dated event: what a citation has, its words as ``text``, and when it was.

    ``date``, and ``to``, the end of a range, is ``1937-07-07``, ``1937-07``, ``1937``, or
    ``1930s`` for a decade; ``written`` is how the sentence has it, ``inferred`` whether a
    part of it is taken over from what stands before.
    """


class ChronologyForm(Form):
    """Dated events in their order."""

    events: tuple[EventForm, ...]


class NamePageForm(Form):
    """One page of a name, as its index gives it."""

    part: Text | None = Field(None, validation_alias=at("place.part"))
    pages: tuple[Text, ...] = Field(validation_alias=at("place.pages"))
    page_status: PageStatus = Field(validation_alias=at("place.status"))
    count: StrictInt = 1

    def place(self) -> Place:
        """Return where it is."""
        return Place(self.part, None, None, self.pages, self.page_status)


class NameForm(Form):
    """A name of a book: ``index`` are its pages, that of ``main`` first.

    ``main`` is the citation of the sentence that tells most of it; ``count`` is how often it
    stands in the book, in any of its spellings.
    """

    name: Text
    kind: NameKind
    also: tuple[Text, ...] = ()
    count: StrictInt
    index: tuple[NamePageForm, ...] = Field(validation_alias=at("pages_main_first"))
    main: CitationForm


class NamesForm(Form):
    """Names in their order."""

    names: tuple[NameForm, ...]


class _Found(Form):
    passage_id: Text = Field(validation_alias=at("passage.id"))
    text: Text = Field(validation_alias=at("passage.text"))
    book: BookForm = Field(validation_alias=at("passage.book_id"))


class HitForm(PlacedForm, _Found):
    """A passage that was found, its place, and how it was found."""

    match: Match
    notes: tuple[Text, ...] = Field((), validation_alias=at("place.notes"))
    paragraphs: Paragraphs = Field(
        (), validation_alias=at("place.paragraphs"), exclude_if=operator.not_
    )

    def hit(self) -> Hit:
        """Return the hit; where in the book's text it stands, and its score, are not known."""
        kind, end = PassageKind.TEXT, len(self.text)
        passage = Passage(self.passage_id, self.book.id, kind, 0, 0, end, self.text)
        return Hit(passage, self.place(self.notes, self.paragraphs), self.match, 0.0)


class FoundForm(Form):
    """What a lookup found, best first."""

    query: Text
    hits: tuple[HitForm, ...]


class ReasonForm(Form):
    """Why a sentence is not called supported: what it has, and what the text has."""

    kind: ReasonKind
    said: Text = ""
    stands: Text = ""


class FactsForm(Form):
    """How many facts of a sentence stand in what it cites, of how many."""

    found: StrictInt
    stated: StrictInt


class SentenceForm(Form):
    """A sentence of an answer, with the numbers of what it cites and what its check has shown.

    ``answer`` is where in it the words begin and end that answer, where that is known.
    """

    text: Text
    citations: tuple[StrictInt, ...]
    verdict: Verdict
    answer: Pointed = None
    reasons: tuple[ReasonForm, ...] = ()
    facts: FactsForm | None = Field(None, exclude_if=operator.not_)

    def sentence(self) -> Sentence:
        """Return the sentence."""
        reasons = (Reason(one.kind, one.said, one.stands) for one in self.reasons)
        facts = Facts(self.facts.found, self.facts.stated) if self.facts else None
        answer = Span(*self.answer) if self.answer else None
        return Sentence(self.text, self.citations, self.verdict, tuple(reasons), facts, answer)


class SecondsForm(Form):
    """How long the parts of an answer took."""

    retrieve: Rounded
    answer: Rounded
    total: Rounded


class RemarkForm(Form):
    """What a reader has reported of an answer, and when."""

    kind: ReportKind
    text: Said = Field(None, validation_alias="body")
    made: Text


class AnswerForm(Form):
    """An answer, or what is nearest to one, or the statement that the books do not say."""

    question: Text
    language: Language
    status: Literal["answered", "near", "not_found", "aside"]
    confidence: Annotated[Rounded, Field(ge=0, le=1)] = 0.0
    weighed: StrictBool = Field(default=False, exclude_if=operator.not_)
    mode: Literal["quoted", "composed", "found", "dated"]
    text: Text
    sentences: tuple[SentenceForm, ...]
    citations: tuple[CitationForm, ...]
    seconds: SecondsForm | None = None
    nearest: tuple[HitForm, ...] = ()
    notice: Said = None
    model: Said = None
    reports: tuple[RemarkForm, ...] = Field(
        (), validation_alias="remarks", exclude_if=operator.not_
    )

    def answer(self) -> Answer:
        """Return the answer; nobody asks any more how long it took."""
        return Answer(
            question=self.question,
            language=self.language,
            status=self.status,
            mode=self.mode,
            text=self.text,
            sentences=tuple(one.sentence() for one in self.sentences),
            citations=tuple(one.citation() for one in self.citations),
            seconds=Seconds(0.0, 0.0, 0.0),
            nearest=tuple(one.hit() for one in self.nearest),
            notice=self.notice or "",
            model=self.model or "",
            confidence=self.confidence,
            weighed=self.weighed,
            remarks=tuple(Remark(one.kind, one.text or "", one.made) for one in self.reports),
        )


class GuideChapterForm(Form):
    """A chapter of a study guide: its heading, and the answers on it."""

    chapter: Text
    answers: tuple[AnswerForm, ...]


class GuideForm(Form):
    """A study guide of a book."""

    book: BookForm
    chapters: tuple[GuideChapterForm, ...]
