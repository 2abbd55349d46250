"""A book, from its record to its passages: the values that cross doors."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PageStatus(StrEnum):
    """How sure a printed page is."""

    EXACT = "exact"
    """Printed, declared, or inferred with every piece of evidence agreeing."""
    APPROXIMATE = "approximate"
    """Placed between two sure points by length alone."""
    UNKNOWN = "unknown"
    """No page can be given."""


class TextKind(StrEnum):
    """What a text is: the book itself, or notes that restate it in other words."""

    BOOK = "book"
    NOTES = "notes"


class PassageKind(StrEnum):
    """Which layer of a book a passage is cut from."""

    TEXT = "text"
    FOOTNOTE = "footnote"


class Language(StrEnum):
    """A language that is asked and answered in."""

    ZH = "zh"
    ZH_HANT = "zh-Hant"
    EN = "en"
    RU = "ru"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters."""

    start: int
    end: int

    def __len__(self) -> int:
        """Return the number of characters."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Person:
    """An author, editor or translator, as the title page names him."""

    name: str
    latin: str | None = None


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """One line of a table of contents.

    ``level`` 1 is a chapter or a part of front or back matter, 2 a section, 3 a
    subsection. ``number`` is as printed (``第一章``, ``1.``, ``附录一``) or None;
    ``page`` is the printed label on which it starts, or None.
    """

    number: str | None
    title: str
    level: int
    page: str | None = None

    @property
    def heading(self) -> str:
        """The printed heading, number and title: ``第一章 中苏复交……``."""
        if not self.number:
            return self.title
        # Chinese punctuation brings its own space: 一、斧与锯.
        gap = "" if self.number.endswith(("、", "）")) else " "
        return f"{self.number}{gap}{self.title}".rstrip()


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of printed pages, over what was read or inferred.

    With ``shift`` None the page ``first`` bears ``label`` (None: it has no number); else the
    numbers of the pages ``first`` to ``last`` (None: from the first, to the last one) are so
    much higher than inferred. ``begins`` and ``ends`` are how the pages ``first`` and
    ``last`` begin, by which they are found again in a file that has changed.
    """

    first: int | None = None
    last: int | None = None
    label: str | None = None
    shift: int | None = None
    begins: str | None = None
    ends: str | None = None


@dataclass(frozen=True, slots=True)
class BookRecord:
    """The bibliographic record of a book. What is not known is None or empty."""

    id: str
    title: str
    subtitle: str | None = None
    title_short: str | None = None
    authors: tuple[Person, ...] = ()
    translators: tuple[Person, ...] = ()
    editors: tuple[Person, ...] = ()
    publisher: str | None = None
    place: str | None = None
    year: str | None = None
    edition: str | None = None
    isbn: str | None = None
    series: str | None = None
    language: str | None = None
    kind: TextKind = TextKind.BOOK
    contents: tuple[ContentsEntry, ...] = ()
    aliases: tuple[tuple[str, ...], ...] = ()
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person says of one field of a book's record, over what was read.

    ``value`` is a text, persons where the field holds persons, or None: nothing is known.
    """

    field: str
    value: str | tuple[Person, ...] | None


@dataclass(frozen=True, slots=True)
class Page:
    """One printed page: its running text is ``book.text[start:end]``.

    ``part``, ``chapter`` and ``section`` are those in force where the page begins
    (where a heading opens the page, the heading's own). ``reasons`` says in short
    English phrases what the label rests on; ``image`` is the file of the page's picture,
    relative to the folder of pictures, where the book was read from pictures.
    """

    index: int
    label: str | None
    status: PageStatus
    start: int
    end: int
    part: str | None = None
    chapter: str | None = None
    section: str | None = None
    reasons: tuple[str, ...] = ()
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """The stretch of running text from one heading to the next of any level.

    ``start`` is where its heading begins, ``body`` where the text under the heading
    begins, ``end`` where the next heading (or the running text) ends it. ``part``
    names front or back matter and is None in the body; ``subsection`` is a heading
    below the section, if the stretch stands under one.
    """

    index: int
    start: int
    body: int
    end: int
    part: str | None = None
    chapter: str | None = None
    section: str | None = None
    subsection: str | None = None


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote: its text is ``book.text[start:end]``, without the mark.

    ``anchor`` is the offset in the running text at which its mark stood (the
    character before the mark is ``text[anchor - 1]``), or None where no mark was
    found. ``page`` is the index of the page at whose foot it stands.
    """

    mark: str
    start: int
    end: int
    page: int
    anchor: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a book that a person should look at."""

    kind: str
    text: str
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """A book as read: one text, and what lies over it as offsets.

    ``pages`` tile ``text[:body_end]`` without gaps, in reading order; ``sections``
    do likewise. ``contents`` is the whole outline, also of what the text lacks. ``doubts``
    are stretches of the text that were read with little confidence, in order.
    """

    record: BookRecord
    text: str
    body_end: int
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]
    footnotes: tuple[Footnote, ...] = ()
    contents: tuple[ContentsEntry, ...] = ()
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Span, ...] = ()

    @property
    def id(self) -> str:
        """The id of the record."""
        return self.record.id


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a book, as a reader would say it.

    ``pages`` are printed labels in reading order, empty where ``status`` is unknown.
    ``notes`` are the marks of the footnotes meant, empty where running text is;
    ``paragraphs`` are numbers of paragraphs under the last heading, where no page is known.
    """

    part: str | None
    chapter: str | None
    section: str | None
    pages: tuple[str, ...]
    status: PageStatus
    notes: tuple[str, ...] = ()
    paragraphs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of a book, the unit that is embedded and found.

    ``text == book.text[start:end]``; ``section`` is the index of the section it lies
    in. A passage of kind footnote is one footnote; ``section`` is then where its mark
    stands.
    """

    id: str
    book_id: str
    kind: PassageKind
    section: int
    start: int
    end: int
    text: str
