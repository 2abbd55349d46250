"""What a question is answered with: hits, citations, sentences, answers, guides made of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rag.types.book import (  # noqa: TC001 -- what keeps answers reads the types of their fields
    BookRecord,
    Language,
    Passage,
    Place,
    Span,
)

FOUND = "found"
"""The mode of an answer that was looked up rather than asked."""
DATED = "dated"
"""The mode of an answer that is what books date to one time."""
NOTED = "noted"
"""The mode of an answer that is what a reader has kept of a chapter."""


class Match(StrEnum):
    """How a hit was found."""

    WORDS = "words"
    MEANING = "meaning"
    BOTH = "both"


class Verdict(StrEnum):
    """What the check of a sentence against what it cites has shown."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    UNSUPPORTED = "unsupported"


class ReasonKind(StrEnum):
    """What a check of a sentence looks at, or what it has found amiss.

    CITATION: it cites nothing that there is. ELSEWHERE: what it says stands in another passage
    than the one that it cites. WORDS: it says it otherwise, or more. LANGUAGE: it is in another
    language than the book, so that facts alone were compared. MEANING, MODEL: a judge, or a
    language model, does not find it borne out.
    """

    CITATION = "citation"
    QUOTATION = "quotation"
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    DENIAL = "denial"
    WORDS = "words"
    LANGUAGE = "language"
    MEANING = "meaning"
    MODEL = "model"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a sentence is not called supported: what it has, ``said``, and the text, ``stands``.

    Either may be empty: nothing can be quoted, or nothing stands in its place.
    """

    kind: ReasonKind
    said: str = ""
    stands: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """How many of a sentence's numbers, dates, names and quotations stand in what it cites."""

    found: int
    stated: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with its place and how it was found.

    ``score`` orders hits of one search and means nothing between searches;
    ``cosine`` is the cosine of question and passage (None where it was found by
    words only). ``marks`` are spans relative to ``passage.text`` that matched words.
    """

    passage: Passage
    place: Place
    match: Match
    score: float
    cosine: float | None = None
    marks: tuple[Span, ...] = ()


class Way(StrEnum):
    """What a lookup looks for: words as they stand, what is near in meaning, or the one first."""

    BOTH = "both"
    WORDS = "words"
    MEANING = "meaning"


class Order(StrEnum):
    """How what was found is sorted."""

    FIT = "fit"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Wish:
    """How a lookup is wanted.

    ``within`` is the heading of the part or chapter that it confines itself to, empty for the
    whole; ``names`` says that a name is looked for in all its spellings.
    """

    way: Way = Way.BOTH
    order: Order = Order.FIT
    within: str = ""
    names: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How often what was looked for stands in a part or chapter of a book, by its heading."""

    book_id: str
    heading: str
    count: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """All that a lookup found.

    ``hits`` are those that have the words, ``worded`` of them, then those that are only near
    in meaning. ``spellings`` are the other spellings of the name that were looked for too;
    ``tallies`` count in each part and chapter, the whole of the books over, how often the
    words stand there (how many passages have them, where they stand nowhere side by side).
    """

    hits: tuple[Hit, ...]
    worded: int
    spellings: tuple[str, ...] = ()
    tallies: tuple[Tally, ...] = ()


@dataclass(frozen=True, slots=True)
class CitedNote:
    """A footnote that hangs on a cited sentence."""

    mark: str
    text: str
    page: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """One numbered citation of an answer.

    ``quote`` is word for word ``book.text[start:end]`` (for notes on a book: of the
    notes). ``passage_id`` is None where the citation is of the contents or record.
    ``translation`` is what a language model makes of the quote in the answer's language,
    checked by code; None where the quote is in that language, or there is none.
    """

    n: int
    record: BookRecord
    place: Place
    quote: str
    passage_id: str | None
    start: int | None
    end: int | None
    footnotes: tuple[CitedNote, ...] = ()
    formatted: str = ""
    translation: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, with the numbers of what it cites.

    ``reasons`` say why its verdict is not SUPPORTED, the weightiest first; ``facts`` is what code
    could compare of it, None where nothing was compared (a quotation). ``answer`` are the words of
    it that answer, where that is known.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    facts: Facts | None = None
    answer: Span | None = None


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long the parts of an answer took, in seconds."""

    retrieve: float
    answer: float
    total: float


class ReportKind(StrEnum):
    """What a reader says of an answer."""

    HELPFUL = "helpful"
    UNHELPFUL = "unhelpful"
    WRONG_PAGE = "wrong_page"
    NOT_SAID = "not_said"
    """Not what the book says."""
    MISREAD = "misread"
    """A character of the book is not what is printed."""
    UNANSWERED = "unanswered"
    """It should have been answered."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reader has reported of an answer, in a word and in his own words; ISO 8601, UTC."""

    kind: ReportKind
    body: str
    made: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or what is nearest to one, or the statement that the book does not say.

    ``status`` is ``answered``, ``near`` (the book speaks of the matter: the sentences do not
    answer, and are shown as the nearest to it), ``not_found`` or ``aside`` (nothing was asked of
    the book); ``mode`` is ``quoted`` or ``composed``, or FOUND, DATED or NOTED where it was
    read as a lookup, a chronology or a reader's notes. ``confidence`` is the chance, from 0 to
    1, that the first sentence answers: where it is ``weighed``, the chance of this answer, which
    was fitted to questions of fact that are answered by quoting; else that of answers of its kind,
    which tells nothing of this one and is not shown.
    ``nearest`` are the places offered where nothing answers. ``notice`` says, in the reader's
    language, why a language model's answer is not there, or in which part of the book alone
    it was looked for, which side of a comparison is not there, as what the question was read
    where it was typed amiss, or that the book says otherwise than it takes for granted;
    ``text`` begins with it.
    ``model`` names the language model that wrote a composed answer.
    ``growing`` says that more than translations is still to come, or to be checked.
    ``remarks`` are what was reported of it, where it is taken along.
    """

    question: str
    language: Language
    status: str
    mode: str
    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    seconds: Seconds
    nearest: tuple[Hit, ...] = ()
    notice: str = ""
    model: str = ""
    growing: bool = False
    confidence: float = 0.0
    weighed: bool = False
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation."""

    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class GuideChapter:
    """A chapter of a guide: its heading, and answers to what is asked of it.

    The first sums it up; then come its dates and its names, where it has any; the others are
    questions to check oneself with, each with its answer and page.
    """

    chapter: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """A study guide of a book, or of one chapter of it."""

    book: BookRecord
    chapters: tuple[GuideChapter, ...]
