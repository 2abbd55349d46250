"""Dated events: what a sentence is dated to, and that it is the book's own, on its own page."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.search.chronology.events import between, dated_events, in_order
from rag.search.splitting import split
from rag.types import Book, BookRecord, Event, Footnote, Moment, Page, PageStatus, Section, Span
from rag.types.places import locate

CASES = Path(__file__).resolve().parents[1] / "cases" / "dates.txt"


@dataclass
class Block:
    """One section of the case file: its heading, text, and the dates of its sentences."""

    line: int
    heading: str = ""
    text: str = ""
    expected: list[tuple[str, str]] = field(default_factory=list)


def _blocks() -> list[Block]:
    blocks: list[Block] = []
    current = Block(0)
    for number, line in enumerate(CASES.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("## "):
            current.heading = line[3:]
        elif " -> " in line:
            sentence, dates = line.split(" -> ")
            gap = "" if sentence.startswith("& ") or not current.text else "\n"
            sentence = sentence.removeprefix("& ")
            current.line = current.line or number
            current.text += gap + sentence
            current.expected.append((sentence, "" if dates == "-" else dates))
        elif not line and current.text:
            blocks.append(current)
            current = Block(0)
    return [*blocks, current]


def _book(text: str, heading: str = "", page: int = 40) -> Book:
    """Return a book of one section whose pages have so many characters."""
    end = len(heading) + 1 + len(text)
    pages = tuple(
        Page(n, str(n + 1), PageStatus.EXACT, start, min(start + page, end))
        for n, start in enumerate(range(0, end, page))
    )
    section = Section(0, 0, len(heading) + 1, end, chapter=heading or None)
    return Book(BookRecord("b", "渔村"), f"{heading}\n{text}", end, pages, (section,))


def _written(event: Event) -> str:
    until = f"/{event.until}" if event.until else ""
    return f"{event.date}{until}{'~' if event.inferred else ''}"


@pytest.mark.parametrize("block", _blocks(), ids=lambda block: f"line {block.line}")
def test_a_sentence_has_its_dates(block: Block) -> None:
    """A sentence is dated to what it says, as far as that is certain, and to nothing else."""
    events = dated_events(_book(block.text, block.heading))
    by_place = sorted(events, key=lambda event: event.words.start)
    found = [
        (sentence, " ".join(_written(e) for e in by_place if e.citation.quote == sentence))
        for sentence, _ in block.expected
    ]
    assert found == block.expected


LINES = [
    line.split(" -> ")[0].removeprefix("& ")
    for line in CASES.read_text(encoding="utf-8").splitlines()
    if " -> " in line
]
BOOKS = st.builds(
    _book,
    st.lists(st.sampled_from(LINES), min_size=1, max_size=12).map("\n".join),
    st.sampled_from(["", "第一章 渔村", "三、1937年"]),
    st.integers(min_value=5, max_value=60),
)


@given(BOOKS)
def test_an_event_is_the_books_own_sentence_on_its_own_page(book: Book) -> None:
    """The sentence, and the words of its date, are slices of the book; the pages are theirs."""
    passages = split(book, lambda texts: [len(text) for text in texts], limit=60)
    for event in dated_events(book, passages):
        citation = event.citation
        assert citation.start is not None
        assert citation.end is not None
        assert citation.quote == book.text[citation.start : citation.end]
        assert citation.place == locate(book, citation.start, citation.end)
        assert event.written == book.text[event.words.start : event.words.end]
        assert event.written in citation.quote
        home = next(one for one in passages if one.id == citation.passage_id)
        assert citation.quote in home.text


@given(BOOKS)
def test_events_stand_in_the_order_of_their_dates(book: Book) -> None:
    """The earliest comes first, and events are counted from 1; a range ends after it begins."""
    events = dated_events(book)
    orders = [event.moment.order for event in events]
    assert orders == sorted(orders)
    assert [event.citation.n for event in events] == list(range(1, len(events) + 1))
    assert all(e.until is None or e.until.order > e.moment.order for e in events)


@given(st.text(alphabet="1937年月日一二十同次翌民国至—、(《》 . AaMay июля", max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    """Whatever a sentence is, its dates are real ones, and the same once more."""
    events = dated_events(_book(text))
    assert events == dated_events(_book(text))
    for event in events:
        assert 1 <= (event.moment.month or 1) <= 12
        assert 1 <= (event.moment.day or 1) <= 31
        assert event.moment.month is not None or event.moment.day is None


def test_only_what_runs_is_told() -> None:
    """Footnotes, contents and lists of literature give no events."""
    heads = [("目录", None), ("附录二 主要参考文献", None), (None, "Bibliography"), (None, "海岸")]
    line = "1937年，渔会在桥边开会。\n"
    body = line * len(heads)
    length = len(line)
    book = Book(
        BookRecord("b", "渔村"),
        body + line,
        len(body),
        (Page(0, "1", PageStatus.EXACT, 0, len(body)),),
        tuple(
            Section(n, n * length, n * length, (n + 1) * length, part=part, chapter=chapter)
            for n, (part, chapter) in enumerate(heads)
        ),
        (Footnote("①", len(body), len(body) + length - 1, 0, anchor=len(body) - 1),),
    )
    [event] = dated_events(book)
    assert event.citation.place.chapter == "海岸"
    assert [note.mark for note in event.citation.footnotes] == ["①"]


def test_a_section_does_not_lend_its_year_to_the_next() -> None:
    """A month takes no year from another section."""
    text = "1937年，渔会开会。\n7月，渔会散了。\n"
    cut = text.index("7月，")
    book = _book(text)
    sections = (Section(0, 0, 1, cut + 1), Section(1, cut + 1, cut + 1, len(text) + 1))
    halved = Book(book.record, book.text, book.body_end, book.pages, sections)
    assert [event.date for event in dated_events(book)] == ["1937", "1937-07"]
    assert [event.date for event in dated_events(halved)] == ["1937"]


def test_years_are_chosen_by_where_an_event_begins() -> None:
    """From and to are both included, and a range counts by its beginning."""
    text = "1931—1945年，港口关闭。\n1937年，港口开放。\n1941年12月，港口下雪。\n30年代，港口热闹。"
    events = dated_events(_book(text))
    assert [e.date for e in between(events, 1937, 1941)] == ["1937", "1941-12"]
    assert [e.date for e in between(events, None, 1936)] == ["1930s", "1931"]
    assert between(events, None, None) == events


def test_events_of_several_books_are_put_in_one_order() -> None:
    """Events of one date stand by the ids of their books."""
    one = dated_events(_book("1937年，渔会开会。"))
    other = [
        Event(
            e.moment,
            None,
            inferred=False,
            words=e.words,
            citation=e.citation.__class__(
                1, BookRecord("a", "桥志"), e.citation.place, e.citation.quote, None, 0, 1
            ),
        )
        for e in one
    ]
    together = in_order([*one, *other])
    assert [(e.citation.record.id, e.citation.n) for e in together] == [("a", 1), ("b", 2)]


def test_a_date_is_written_as_far_as_it_is_known() -> None:
    """A day, a month and a year are ISO 8601; a decade is its first year with an s."""
    moments = [Moment(1937, 7, 7), Moment(1937, 7), Moment(1937), Moment(1930, decade=True)]
    assert [str(moment) for moment in moments] == ["1937-07-07", "1937-07", "1937", "1930s"]


def test_the_words_of_a_date_are_kept() -> None:
    """An event knows where in the book its date is written, and how."""
    [event] = dated_events(_book("渔会在民国二十六年秋天开会。"))
    assert event.written == "民国二十六年秋天"
    assert event.words == Span(4, 12)
