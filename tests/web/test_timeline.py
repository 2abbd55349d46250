"""A chronology as it is given out: by the library, as JSON, on a terminal, exported, as HTML."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from rag.cli.printing import chronology_text
from rag.types import (
    BookRecord,
    Citation,
    CitedNote,
    Event,
    ExportError,
    Language,
    Moment,
    NotInLibraryError,
    PageStatus,
    Person,
    Place,
    Span,
    TextKind,
)
from rag.types.forms import ChronologyForm, one_line, read_answers
from rag.types.places import locate
from rag.web.html.lists.timeline import SHOWN, render_events
from rag.web.html.targets import Target
from tests.support.exported import made

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng

RECORD = BookRecord("harbour", "渔村志", authors=(Person("何田"),), language="zh")
PLACE = Place(None, "第一章 港口", "1. 开港", ("3",), PageStatus.EXACT)
BOOK = "qu-yu-yan"
TEXT = "1937年7月7日，渔会在桥边开会。"
CITATION = Citation(
    n=1,
    record=RECORD,
    place=PLACE,
    quote=TEXT,
    passage_id="p1",
    start=20,
    end=20 + len(TEXT),
    footnotes=(CitedNote("①", "会议簿，第二册。", "3"),),
    formatted="何田：《渔村志》，第3页。",
)
EVENT = Event(Moment(1937, 7, 7), None, inferred=False, words=Span(20, 29), citation=CITATION)
LEANING = replace(EVENT, moment=Moment(1937, 9), inferred=True)
PERIOD = replace(EVENT, moment=Moment(1931), until=Moment(1945))
DECADE = replace(EVENT, moment=Moment(1930, decade=True))
ALL = [DECADE, PERIOD, EVENT, LEANING]


def test_the_library_tells_its_events_with_their_pages(small: Shuzheng) -> None:
    """Events are of the book's own text, in order, on the pages they stand on, and cited."""
    book = small.book(BOOK)
    events = small.chronology()
    assert [event.date for event in events[:3]] == ["1744-03-08", "1746", "1749"]
    for event in events:
        citation = event.citation
        assert citation.start is not None
        assert citation.end is not None
        assert citation.quote == book.text[citation.start : citation.end]
        assert citation.place == locate(book, citation.start, citation.end)
        assert citation.passage_id is not None
        assert citation.quote in small.passage(citation.passage_id).text
        assert citation.formatted
    assert small.chronology() == events


def test_a_book_and_years_are_chosen(small: Shuzheng) -> None:
    """A book is named by its id; years are included at both ends; an unknown book is refused."""
    whole = small.chronology(BOOK)
    years = [event.moment.year for event in small.chronology(BOOK, 1788, 1894)]
    assert years == [e.moment.year for e in whole if 1788 <= e.moment.year <= 1894]
    assert 1788 in years
    assert small.chronology(start=1, end=2) == []
    with pytest.raises(NotInLibraryError, match="no-such-book"):
        small.chronology("no-such-book")


def test_an_event_has_the_keys_of_the_contract_in_its_order() -> None:
    """An event is its date, its sentence, and the keys of a citation."""
    [value] = json.loads(one_line(ChronologyForm.of({"events": [EVENT]})))["events"]
    assert list(value.items()) == [
        ("date", "1937-07-07"),
        ("to", None),
        ("inferred", False),
        ("written", "1937年7月7日"),
        ("text", TEXT),
        ("book", {"id": "harbour", "title": "渔村志", "authors": ["何田"], "kind": "book"}),
        ("part", None),
        ("chapter", "第一章 港口"),
        ("section", "1. 开港"),
        ("pages", ["3"]),
        ("page_status", "exact"),
        ("passage_id", "p1"),
        ("footnotes", [{"mark": "①", "text": "会议簿，第二册。", "page": "3"}]),
        ("formatted", "何田：《渔村志》，第3页。"),
        ("notes", []),
    ]


def test_ranges_decades_and_inferred_dates_are_told() -> None:
    """A range has its end, a decade an s, and what leans on an earlier date says so."""
    value = json.loads(one_line(ChronologyForm.of({"events": ALL})))["events"]
    dates = [(event["date"], event["to"], event["inferred"]) for event in value]
    assert dates == [
        ("1930s", None, False),
        ("1931", "1945", False),
        ("1937-07-07", None, False),
        ("1937-09", None, True),
    ]


def test_a_terminal_shows_each_date_with_its_place() -> None:
    """The dates stand in a column, an inferred one with a question mark; notes are named."""
    lines = chronology_text([PERIOD, EVENT, LEANING]).splitlines()
    assert lines[0] == f"1931–1945   {TEXT}"
    assert lines[1] == "            第一章 港口 › 1. 开港, page 3 (exact)"
    assert lines[2].startswith("1937-07-07  ")
    assert lines[4].startswith("1937-09?    ")
    assert chronology_text([]) == "No dated events."
    notes = replace(CITATION, record=replace(RECORD, id="notes", kind=TextKind.NOTES))
    both = chronology_text([EVENT, replace(EVENT, citation=notes)]).splitlines()
    assert both[1].strip().startswith("渔村志: 第一章")
    assert both[3].endswith("reading notes, not the book's words")


def test_a_chronology_is_exported_date_by_date() -> None:
    """What 'rag chronology --json' writes becomes a heading a date, its sentences quoted."""
    events = [EVENT, replace(EVENT, citation=replace(CITATION, quote="当天，渔会散了。")), LEANING]
    text = one_line(ChronologyForm.of({"events": [PERIOD, *events]}))
    answers = read_answers(text)
    assert [answer.question for answer in answers] == ["1931–1945", "1937-07-07", "1937-09"]
    assert [len(answer.citations) for answer in answers] == [1, 2, 1]
    written = made(answers, "txt", records={"harbour": RECORD}).decode()
    assert f"■ 1937-07-07\n\n{TEXT}[2]\n\n当天，渔会散了。[3]\n" in written
    assert "按日期排列，逐字摘自书中" in written
    assert [one.question for one in read_answers(text, [3])] == ["1937-09"]
    again = made(answers, "json", records={"harbour": RECORD}).decode()
    assert [one.question for one in read_answers(again)] == [one.question for one in answers]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"events": []}', "no events"),
        ('{"events": [3]}', "'events' 1"),
        ('{"events": [{"date": "1937"}]}', "'events' 1"),
    ],
)
def test_what_is_no_chronology_is_refused(text: str, complaint: str) -> None:
    """A chronology that holds nothing, or something else than events, is refused."""
    with pytest.raises(ExportError, match=complaint):
        read_answers(text)


class _Tags(HTMLParser):
    """The tags of a piece of HTML, the targets of its buttons, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.targets: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.targets += [value for name, value in attrs if name == "data-open" and value]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _words(html: str) -> str:
    return re.sub(r"<[^>]*>", " ", html)


def test_events_are_listed_under_their_years() -> None:
    """A year is a heading once, a decade another; a press on an event opens its sentence."""
    html = render_events(ALL, Language.ZH)
    tags = _Tags(html)
    assert re.findall(r"<h3>(.*?)</h3>", html) == ["1930年代", "1931年", "1937年"]
    assert tags.targets == [str(Target("harbour", (Span(20, 20 + len(TEXT)),)))] * len(ALL)
    assert "<mark>1937年7月7日</mark>，渔会" in html
    assert "第3页" in html
    assert '<span class="when">7月7日</span>' in html


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.ZH, ["1931年—1945年", "7月7日", "9月"]),
        (Language.ZH_HANT, ["1931年—1945年", "7月7日", "9月"]),
        (Language.EN, ["1931 – 1945", "7 July", "September"]),
        (Language.RU, ["1931 – 1945", "7 июля", "сентябрь"]),
    ],
)
def test_dates_are_said_in_the_readers_language(language: Language, words: list[str]) -> None:
    """A date stands without its year, which is the heading, in the language of the interface."""
    shown = _words(render_events([PERIOD, EVENT, LEANING], language))
    assert all(word in shown for word in words)


def test_markup_in_a_sentence_is_text() -> None:
    """A script in a book or a heading is shown as it is written."""
    hostile = "<script>alert(1)</script>1937年"
    place = replace(PLACE, chapter="<img src=x onerror=alert(2)>")
    citation = replace(CITATION, quote=hostile, place=place, end=20 + len(hostile))
    html = render_events([replace(EVENT, citation=citation, words=Span(45, 50))], Language.EN)
    assert not {"script", "img"} & set(_Tags(html).tags)
    assert "&lt;script&gt;" in html


def test_a_long_list_says_how_long_it_is() -> None:
    """Of very many events the first are shown, and their number is told; none is said calmly."""
    html = render_events([EVENT] * (SHOWN + 5), Language.ZH)
    assert html.count("data-open") == SHOWN
    assert f"共 {SHOWN + 5} 条" in html
    assert 'class="calm"' in render_events([], Language.ZH)
