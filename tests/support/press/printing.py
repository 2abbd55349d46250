"""A small press: makes up a book, typesets it into pages, and prints it in many formats.

What stands on which page is known, so a reading can be scored. The sentences are put
together from a small stock of words and mean nothing in particular.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Literal

from tests.support.press.font import ems
from tests.support.press.score import Score, agreement, score
from tests.support.press.stocks import STOCKS, Language, Stock
from tests.support.press.text import CIRCLED, Printing, feet, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "ROMAN",
    "Layout",
    "Piece",
    "Printed",
    "Printing",
    "Score",
    "SetLine",
    "Sheet",
    "agreement",
    "broken",
    "doubled",
    "feet",
    "misread",
    "print_book",
    "renumbered",
    "retold",
    "running_on",
    "score",
    "with_plates",
    "without_pages",
]

_NUMERALS = "零一二三四五六七八九十"
_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
ROMAN = tuple("x" * (n // 10) + _ONES[n % 10] for n in range(40))
"""Roman numerals by number, as far as front matter goes."""

# No line begins inside a Latin word or a number, or with what closes a phrase.
_UNBROKEN = re.compile(r"[0-9A-Za-z](?<=[0-9A-Za-z]{2})|[，。》.,\s]")

_Stream = list[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a book is made: the measure of its page, and how much of everything it has.

    ``front`` numbers the pages of the preface; ``recto`` lets chapters begin on odd pages,
    after a blank one where need be; ``closed`` is the share of paragraphs that are made to
    end exactly with their page, where they reach its end; ``notes_at`` says where notes
    stand: at the foot of their page, or at the end of their chapter or of the book. A
    ``width`` counts Chinese characters, or half ones in an English book, whose lines end in
    broken words.
    """

    width: int = 27
    height: int = 27
    chapters: int = 4
    sections: int = 4
    paragraphs: tuple[int, int] = (3, 9)
    notes: float = 0.25
    preface: bool = True
    chapter_lines: int = 7
    section_lines: int = 3
    front: Literal["arabic", "roman", "none"] = "arabic"
    recto: bool = False
    closed: float = 0.0
    notes_at: Literal["foot", "chapter", "book"] = "foot"
    language: Language = "zh"

    @property
    def ems(self) -> float:
        """The measure in widths of a Chinese character."""
        return self.width if self.language == "zh" else self.width / 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or what of it stands on one page, or a heading.

    Marks of notes stand in it as ``^①``. ``begins`` says that it begins a paragraph.
    """

    text: str
    chapter: str | None
    section: str | None
    part: str | None
    heading: bool = False
    begins: bool = True

    @property
    def name(self) -> str:
        """The name of the heading that it stands under, or is."""
        return self.section or self.chapter or self.part or ""


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line as set: ``row`` counts lines from the top of the page, headings take several.

    ``level`` is 1 for the heading of a chapter, 2 for that of a section, 0 for text. ``first``
    and ``last`` say that a paragraph begins or ends with the line; ``title`` is the heading
    that begins with it. Marks of notes are ``^①``.
    """

    text: str
    row: float
    level: int = 0
    title: str = ""
    first: bool = False
    last: bool = False


@dataclass(slots=True)
class Sheet:
    """One printed page: its label, its pieces in order, its footnotes, and its lines as set.

    ``label`` is empty where the page has no number, ``number`` its place in its numbering.
    ``notes_top`` is the row at which notes at the end of a chapter begin, None where notes
    stand at the foot. ``carried`` characters of the last note run on to the next page. A
    plate has a ``caption``. ``copies`` says how often the page was scanned.
    """

    label: str
    number: int = 1
    pieces: list[Piece] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines: list[SetLine] = field(default_factory=list)
    notes_top: float | None = None
    carried: int = 0
    caption: str = ""
    copies: int = 1

    @property
    def blank(self) -> bool:
        """Whether no text stands on the page."""
        return not (self.pieces or self.notes)

    @property
    def opens(self) -> bool:
        """Whether a chapter or part begins on the page."""
        return any(line.level == 1 for line in self.lines)

    def head(self, title: str) -> str:
        """Return the running head: the book's title on the left, the chapter's on the right."""
        if self.number % 2 == 0 or not self.pieces:
            return title
        return self.pieces[0].chapter or self.pieces[0].part or title


@dataclass(frozen=True, slots=True)
class Printed:
    """A book as printed: its table of contents (heading, page) and its pages."""

    title: str
    contents: tuple[tuple[str, str], ...]
    preface: tuple[Sheet, ...]
    body: tuple[Sheet, ...]
    layout: Layout = field(default_factory=Layout)

    @property
    def words(self) -> Stock:
        """What its parts are called."""
        return STOCKS[self.layout.language]

    def text(self, printing: Printing | None = None, *, contents: bool = True) -> str:
        """Return the text that a scan of the book would give."""
        return text_of(self, printing or Printing(contents=contents))


def print_book(layout: Layout, seed: int) -> Printed:
    """Return a made-up book in a layout; the same seed gives the same book."""
    chance = random.Random(seed)  # noqa: S311 - books are made up, not secrets
    setter = _Setter(layout)
    words = STOCKS[layout.language]
    contents: list[tuple[str, str]] = []

    def write(count: int, chapter: str | None, section: str | None, part: str | None) -> None:
        for _ in range(count):
            sentences = words.paragraph(chance, layout.notes)
            if layout.closed and chance.random() < layout.closed:
                sentences = setter.closing(sentences)
            setter.paragraph(sentences, Piece("", chapter, section, part))

    if layout.preface:
        place = Piece("", None, None, words.preface)
        page = setter.heading(words.spread(words.preface, "　　"), place, layout.chapter_lines)
        contents.append((words.spread(words.preface, " "), page))
        write(chance.randint(5, 12), None, None, words.preface)
    preface = setter.done()
    setter.begin("arabic")
    topics = list(words.topics)
    chance.shuffle(topics)
    for c in range(1, layout.chapters + 1):
        number = words.chapter.format(number=c, numeral=_NUMERALS[c])
        title = words.chapter_title.format(topic=topics[c % len(topics)])
        chapter = f"{number} {title}"
        setter.new_page(recto=layout.recto)
        place = Piece("", chapter, None, None)
        page = setter.heading(f"{number}\n\n{title}", place, layout.chapter_lines)
        contents.append((chapter, page))
        for s in range(1, layout.sections + 1):
            one, other = topics[(c * 7 + s) % len(topics)], topics[(c * 5 + s * 3) % len(topics)]
            section = words.section.format(number=s, one=one, other=other)
            page = setter.heading(section, Piece("", chapter, section, None), layout.section_lines)
            contents.append((section, page))
            write(chance.randint(*layout.paragraphs), chapter, section, None)
        if layout.notes_at == "chapter" and setter.waiting[-1]:
            place = Piece("", chapter, words.notes, None)
            setter.heading(words.spread(words.notes, "　"), place, layout.section_lines)
            setter.end_notes(setter.waiting.pop())
        setter.waiting.append([])
    if layout.notes_at == "book":
        setter.new_page()
        place = Piece("", None, None, words.notes)
        page = setter.heading(words.spread(words.notes, "　　"), place, layout.chapter_lines)
        contents.append((words.spread(words.notes, " "), page))
        for c, notes in enumerate(setter.waiting[:-1], 1):
            number = words.chapter.format(number=c, numeral=_NUMERALS[c])
            if setter.sheets[-1].notes:
                setter.new_page()
            setter.heading(number, replace(place, section=number), layout.section_lines)
            setter.end_notes(notes)
    return Printed(words.title, tuple(contents), preface, setter.done(), layout)


def misread(printed: Printed, share: float, seed: int) -> Printed:
    """Return the book with some page numbers of its contents misread."""
    chance = random.Random(seed)  # noqa: S311 - books are made up, not secrets

    def page(number: str) -> str:
        if chance.random() >= share:
            return number
        place = chance.randrange(len(number))
        return number[:place] + chance.choice("0123456789lI") + number[place + 1 :]

    contents = tuple((heading, page(number)) for heading, number in printed.contents)
    return replace(printed, contents=contents)


def without_pages(printed: Printed, every: int, first: int) -> Printed:
    """Return the book with pages of its body torn out at regular intervals."""
    kept = tuple(s for k, s in enumerate(printed.body) if k % every != first % every)
    return replace(printed, body=kept)


def renumbered(printed: Printed, label: Callable[[Sheet, int, int], str]) -> Printed:
    """Return the book with other labels in its body.

    ``label`` is given a page, the number of its chapter and its place in it, both from 1.
    """
    body: list[Sheet] = []
    chapter = place = 0
    for sheet in printed.body:
        if sheet.opens or not body:
            chapter, place = chapter + 1, 0
        place += 1
        body.append(replace(sheet, label=label(sheet, chapter, place)))
    labels = {old.label: new.label for old, new in zip(printed.body, body, strict=True)}
    front = {sheet.label for sheet in printed.preface}
    numbered = {piece.name for sheet in printed.preface for piece in sheet.pieces}
    contents = tuple(
        (heading, page if page in front and heading.replace(" ", "") in numbered else labels[page])
        for heading, page in printed.contents
    )
    return replace(printed, body=tuple(body), contents=contents)


def doubled(printed: Printed, every: int) -> Printed:
    """Return the book with pages of its body scanned twice at regular intervals."""
    body = tuple(
        replace(sheet, copies=2 if k % every == every - 1 else 1)
        for k, sheet in enumerate(printed.body)
    )
    return replace(printed, body=body)


def with_plates(printed: Printed, every: int) -> Printed:
    """Return the book with plates bound in that the numbering does not count."""
    topics = printed.words.topics
    body: list[Sheet] = []
    for k, sheet in enumerate(printed.body):
        body.append(sheet)
        # A leaf goes in behind a left-hand page; a plate's back is blank.
        if sheet.number % 2 == 0 and k % every in (every - 1, every - 2):
            body.append(Sheet("", caption=f"图版{k} {topics[k % len(topics)]}旧影"))
            body.append(Sheet(""))
    return replace(printed, body=tuple(body))


def running_on(printed: Printed, share: float, seed: int) -> Printed:
    """Return the book with some last notes of pages running on to the foot of the next page."""
    chance = random.Random(seed)  # noqa: S311 - books are made up, not secrets

    def carry(sheets: tuple[Sheet, ...]) -> tuple[Sheet, ...]:
        run = [replace(sheet) for sheet in sheets]
        for sheet, after in pairwise(run):
            at_foot = sheet.notes and sheet.notes_top is None
            if at_foot and not (after.blank or after.opens) and chance.random() < share:
                note = sheet.notes[-1]
                cut = chance.randint(len(note) // 3, len(note) // 2)
                while _UNBROKEN.match(note, cut):
                    cut += 1
                sheet.carried = len(note) - cut
        return tuple(run)

    return replace(printed, preface=carry(printed.preface), body=carry(printed.body))


def retold(printed: Printed, change: Callable[[str], str]) -> Printed:
    """Return the book with all its words changed, as from Simplified to Traditional characters."""

    def piece(old: Piece) -> Piece:
        chapter, section, part = (
            name and change(name) for name in (old.chapter, old.section, old.part)
        )
        return replace(old, text=change(old.text), chapter=chapter, section=section, part=part)

    def sheets(run: tuple[Sheet, ...]) -> tuple[Sheet, ...]:
        return tuple(
            replace(
                sheet,
                pieces=[piece(old) for old in sheet.pieces],
                notes=[change(note) for note in sheet.notes],
                lines=[
                    replace(line, text=change(line.text), title=change(line.title))
                    for line in sheet.lines
                ],
                caption=change(sheet.caption),
            )
            for sheet in run
        )

    return replace(
        printed,
        title=change(printed.title),
        contents=tuple((change(heading), page) for heading, page in printed.contents),
        preface=sheets(printed.preface),
        body=sheets(printed.body),
    )


def broken(text: str, share: float, seed: int) -> str:
    """Return a scan's text with long blocks broken in two where no page ended."""
    chance = random.Random(seed)  # noqa: S311 - books are made up, not secrets
    lines: list[str] = []
    for line in text.split("\n"):
        if len(line) > 60 and chance.random() < share:
            place = chance.randrange(10, len(line) - 10)
            place += 2 * ("^" in line[place - 1 : place + 1])
            lines += [line[:place], "", line[place:]]
        else:
            lines.append(line)
    return "\n".join(lines)


class _Setter:
    """Sets pieces into pages, line by line; a line takes its footnotes onto its page.

    ``waiting`` are the notes of each chapter that stand at the end of it or of the book.
    """

    def __init__(self, layout: Layout) -> None:
        """Begin with an empty first page of the front matter."""
        self.layout = layout
        self.waiting: list[list[str]] = [[]]
        self.begin(layout.front)

    def begin(self, numbering: str) -> None:
        """Begin a numbering with an empty page."""
        self.numbering = numbering
        self.sheets: list[Sheet] = []
        self._turn()

    def _turn(self) -> None:
        number = len(self.sheets) + 1
        label = {"arabic": str(number), "roman": ROMAN[min(number, 39)], "none": ""}
        self.sheets.append(Sheet(label[self.numbering], number))
        self.used = self.row = 0

    def done(self) -> tuple[Sheet, ...]:
        """Return the pages set since the numbering began."""
        return tuple(self.sheets[:-1] if self.sheets[-1].blank else self.sheets)

    def new_page(self, *, recto: bool = False) -> None:
        """Begin a new page unless this one is empty; a right-hand one where asked."""
        if not self.sheets[-1].blank:
            self._turn()
        if recto and len(self.sheets) % 2 == 0:
            self._turn()

    def heading(self, text: str, place: Piece, lines: int) -> str:
        """Set a heading with room for two lines under it; its page's label is returned."""
        if self.used + lines + 2 > self.layout.height:
            self.new_page()
        sheet = self.sheets[-1]
        parts = text.split("\n\n")
        top = self.row + (lines - 1.5 * len(parts)) / 2
        for k, words in enumerate(parts):
            title = "" if k else place.name
            sheet.lines.append(SetLine(words, top + 1.5 * k, 2 if place.section else 1, title))
        self.used += lines
        self.row += lines
        sheet.pieces.append(replace(place, text=text, heading=True))
        return sheet.label

    def closing(self, sentences: _Stream) -> _Stream:
        """Return as many of the sentences as end exactly with the page, or all of them."""
        for count in range(1, len(sentences)):
            used = self.used
            noted = bool(self.sheets[-1].notes)
            for line, _ in self._lines(sentences[:count]):
                wanted = self._wanted(line)
                used += 1 + len(wanted) + (1 if wanted and not noted else 0)
                noted = noted or bool(wanted)
            if used == self.layout.height:
                return sentences[:count]
        return sentences

    def paragraph(self, sentences: _Stream, place: Piece) -> None:
        """Set a paragraph, cut wherever a page is full."""
        lines = self._lines(sentences)
        text = ""
        begins = True
        for k, (line, hyphen) in enumerate(lines):
            wanted = self._wanted(line)
            sheet = self.sheets[-1]
            cost = 1 + len(wanted) + (1 if wanted and not sheet.notes else 0)
            if self.used + cost > self.layout.height:
                if text:
                    sheet.pieces.append(replace(place, text=text, begins=begins))
                    begins = False
                text = ""
                self.new_page()
                sheet = self.sheets[-1]
                cost = 1 + len(wanted) + (1 if wanted else 0)
            self.used += cost
            words = "".join(character + self._mark(note) for character, note in line)
            text += words
            last = k == len(lines) - 1
            shown = words.strip() + hyphen
            sheet.lines.append(SetLine(shown, self.row, first=k == 0, last=last))
            self.row += 1
        self.sheets[-1].pieces.append(replace(place, text=text, begins=begins))

    def _wanted(self, line: _Stream) -> list[str]:
        """Return the notes that a line takes onto its page."""
        at_foot = self.layout.notes_at == "foot"
        return [note for _, note in line if note is not None and at_foot]

    def _mark(self, note: str | None) -> str:
        """Return the mark of a note, which is put in its place or kept for later."""
        if note is None:
            return ""
        if self.layout.notes_at != "foot":
            kept = self.waiting[-1]
            if len(kept) == len(CIRCLED):
                return ""
            kept.append(f"{CIRCLED[len(kept)]} {note}")
            return f"^{CIRCLED[len(kept) - 1]}"
        notes = self.sheets[-1].notes
        mark = CIRCLED[len(notes)]
        notes.append(f"{'^' if len(notes) % 2 else ''}{mark} {note}")
        return f"^{mark}"

    def end_notes(self, notes: list[str]) -> None:
        """Set notes at the end of a chapter or of the book, a line each."""
        for note in notes:
            if self.used + 1 > self.layout.height:
                self.new_page()
            sheet = self.sheets[-1]
            if sheet.notes_top is None:
                sheet.notes_top = self.row
            sheet.notes.append(note)
            self.used += 1
            self.row += 1

    def _lines(self, sentences: _Stream) -> list[tuple[_Stream, str]]:
        """Return the lines of a paragraph, each with the hyphen that is set behind it or none."""
        stop = STOCKS[self.layout.language].stop
        rest = [(c, note if c == stop else None) for text, note in sentences for c in text]
        lines: list[tuple[_Stream, str]] = []
        indent = 2
        while rest:
            cut, hyphen = self._cut("".join(c for c, _ in rest), indent)
            lines.append((rest[:cut], hyphen))
            rest, indent = rest[cut:], 0
        return lines

    def _cut(self, text: str, indent: int) -> tuple[int, str]:
        """Return how many characters go on a line, and the hyphen that ends it or none."""
        if self.layout.language == "zh":
            return min(self.layout.width - indent, len(text)), ""
        room = self.layout.ems - indent
        limit = sum(total <= room for total in accumulate(map(ems, text)))
        if limit == len(text):
            return limit, ""
        space = text.rindex(" ", 0, limit + 1) + 1
        word = re.match(r"[a-z]*", text[space:])
        for place in range(limit - 1, space + 2, -1):
            # Between a vowel and a consonant, three letters at least on either side.
            fits = word is not None and place + 3 <= space + word.end()
            if fits and text[place - 1] in "aeiou" and text[place] not in "aeiou":
                return place, "-"
        return space, ""
