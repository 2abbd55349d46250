"""Answers, hits and pages of a book as HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from rag.language.catalog import say
from rag.types import (
    Answer,
    Book,
    BookRecord,
    Citation,
    CitedNote,
    ContentsEntry,
    Facts,
    Footnote,
    Hit,
    Language,
    Lookup,
    Match,
    NotInLibraryError,
    Page,
    PageStatus,
    Passage,
    PassageKind,
    Place,
    Reason,
    ReasonKind,
    Seconds,
    Section,
    Sentence,
    Span,
    Tally,
    TextKind,
    Verdict,
    Wish,
)
from rag.web.html.answers import chip, excerpt, marked, pages_text, render_answer, safe
from rag.web.html.lists import render_lookup
from rag.web.html.reader.leaf import render_leaf
from rag.web.html.talk import Exchange, render_conversation, render_welcome
from rag.web.html.targets import Target, read_target
from tests.support.shown import without_offsets

ZH, EN = Language.ZH, Language.EN
RECORD = BookRecord("lamp", "灯下的海岸", language="zh")
HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
NO_TIME = Seconds(0.0, 0.0, 0.0)


class _Tags(HTMLParser):
    """The tags and attributes of a piece of HTML, and whether every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _assert_harmless(html: str) -> None:
    seen = _Tags(html)
    assert not seen.open
    assert not {"script", "img", "iframe", "svg", "a", "style", "object"} & set(seen.tags)
    names = {name for name, _ in seen.attributes}
    assert not {name for name in names if name.startswith("on") or name in {"src", "href"}}


def _words(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html)


HEADING_ONE, HEADING_TWO = "第一章 油灯的年代\n", "第二章 电灯的年代\n"
FIRST = "守塔人每夜添油三次，把时辰记在簿子里。冬天的夜长，"
SECOND = "添油要到四次。\n"
THIRD = "电灯架起来以后，簿子就不再记了。\n"
NOTE = "守塔日记，第一册。"
BODY = HEADING_ONE + FIRST + SECOND + HEADING_TWO + THIRD


def _book(record: BookRecord = RECORD) -> Book:
    one, two = len(HEADING_ONE + FIRST), len(HEADING_ONE + FIRST + SECOND)
    end = len(BODY)
    return Book(
        record,
        BODY + NOTE + "\n",
        end,
        (
            Page(0, "1", PageStatus.EXACT, 0, one),
            Page(1, "2", PageStatus.APPROXIMATE, one, two),
            Page(2, "3", PageStatus.EXACT, two, end),
        ),
        (
            Section(0, 0, len(HEADING_ONE), two, chapter="第一章 油灯的年代"),
            Section(1, two, two + len(HEADING_TWO), end, chapter="第二章 电灯的年代"),
        ),
        (Footnote("①", end, end + len(NOTE), 0, BODY.index("，把")),),
        (ContentsEntry("第一章", "油灯的年代", 1, "1"),),
    )


def _place(status: PageStatus = PageStatus.EXACT, pages: tuple[str, ...] = ("1",)) -> Place:
    return Place(None, "第一章 油灯的年代", None, pages, status)


def _citation(record: BookRecord = RECORD, quote: str = FIRST, **changes: object) -> Citation:
    start = len(HEADING_ONE)
    values = {
        "n": 1,
        "record": record,
        "place": _place(),
        "quote": quote,
        "passage_id": "p1",
        "start": start,
        "end": start + len(quote),
        **changes,
    }
    return Citation(**values)  # type: ignore[arg-type] # a test may change any of them


def _answer(
    *citations: Citation, verdict: Verdict = Verdict.SUPPORTED, mode: str = "quoted"
) -> Answer:
    sentences = tuple(Sentence(c.quote, (c.n,), verdict) for c in citations)
    return Answer("何时添油？", ZH, "answered", mode, "", sentences, citations, NO_TIME)


def _hit(text: str, marks: tuple[Span, ...] = (), book_id: str = "lamp", start: int = 10) -> Hit:
    passage = Passage("p1", book_id, PassageKind.TEXT, 0, start, start + len(text), text)
    return Hit(passage, _place(), Match.WORDS, 1.0, None, marks)


def test_quotations_carry_number_page_and_place() -> None:
    """A quoted sentence is a quotation with a number that opens its place, listed below."""
    html = render_answer(_answer(_citation()), {}, ZH)
    assert f'<blockquote class="quote" lang="zh-Hans"><p>{FIRST[:-2]}' in html
    assert f"{FIRST}11《灯下的海岸》第一章" in _words(html)
    assert html.count(f'data-open="{len(HEADING_ONE)}-{len(HEADING_ONE + FIRST)}|lamp"') == 2
    assert "《灯下的海岸》" in html
    assert "第一章 油灯的年代" in html
    assert "第1页" in html
    _assert_harmless(html)


@pytest.mark.parametrize("start", range(len(FIRST)))
def test_the_words_that_answer_are_marked_together(start: int) -> None:
    """Wherever they stand, they are one mark, and the sentence is whole."""
    one = _answer(_citation())
    end = min(start + 3, len(FIRST))
    pointed = replace(one.sentences[0], answer=Span(start, end))
    html = render_answer(replace(one, sentences=(pointed,)), {}, ZH)
    assert re.findall("<mark>(.*?)</mark>", html) == [FIRST[start:end]]
    assert FIRST in re.sub("<[^>]*>", "", html)
    assert "<mark>" not in render_answer(one, {}, ZH)


def test_footnotes_hang_below_the_citation() -> None:
    """A footnote of a cited sentence stands under its citation."""
    html = render_answer(_answer(_citation(footnotes=(CitedNote("①", NOTE, "1"),))), {}, ZH)
    assert "脚注 ①" in html
    assert NOTE in html


def test_a_cited_footnote_is_named_by_its_mark() -> None:
    """A citation that is of a note says so beside its page."""
    place = replace(_place(), notes=("①",))
    html = render_answer(_answer(_citation(place=place)), {}, ZH)
    assert "第1页 · 脚注 ①" in _words(html)
    _assert_harmless(html)


def test_notes_are_never_shown_as_the_book() -> None:
    """What is quoted from notes says so, and is set apart from quotations of a book."""
    notes = BookRecord("notes", "读灯塔书札记", language="zh", kind=TextKind.NOTES)
    html = render_answer(_answer(_citation(notes)), {}, ZH)
    assert "读书笔记，非原文" in html
    assert '<blockquote class="quote notes"' in html
    assert "只有读书笔记" in render_welcome([], {"notes": notes}, ZH)
    assert "只有读书笔记" not in render_welcome([], {"notes": notes, "lamp": RECORD}, ZH)


def test_contents_are_the_books_own() -> None:
    """An answer from the contents is not called notes, though only notes are there."""
    notes = BookRecord("notes", "读灯塔书札记", language="zh", kind=TextKind.NOTES)
    citation = _citation(notes, "油灯的年代", passage_id=None, start=None, end=None)
    timed = replace(_answer(citation), seconds=Seconds(0.0, 0.01, 0.01))
    html = render_answer(timed, {}, ZH)
    assert "笔记" not in html
    assert "据本书目录" in html


def test_words_that_are_not_the_citation_are_no_quotation() -> None:
    """A sentence about the contents stands as plain words, its number pressing nothing open."""
    citation = _citation(quote="油灯的年代，第1页", passage_id=None, start=None, end=None)
    html = render_answer(_answer(citation), {}, ZH)
    assert "blockquote" not in html
    assert "data-open" not in html
    assert "油灯的年代，第1页" in _words(html)


def test_doubt_is_shown() -> None:
    """A sentence that its citation does not support says so."""
    html = render_answer(_answer(_citation(), verdict=Verdict.UNSUPPORTED, mode="composed"), {}, EN)
    assert 'aria-label="Not supported by what is cited"' in html
    assert 'class="doubt"' in html
    assert 'class="why"' not in render_answer(_answer(_citation(), mode="composed"), {}, EN)


def test_a_doubt_gives_its_reasons() -> None:
    """What the sentence has and the passage has not is said, and nothing in it is mark-up."""
    reason = Reason(ReasonKind.DATE, "<b>1933</b>", "1932")
    sentence = Sentence("It was lit in 1933.", (1,), Verdict.UNSUPPORTED, (reason,), Facts(1, 2))
    html = render_answer(
        replace(_answer(_citation(), mode="composed"), sentences=(sentence,)), {}, EN
    )
    assert "1 of 2 numbers, dates and names found in what is cited" in html
    assert "what is cited has “1932”, the sentence “&lt;b&gt;1933&lt;/b&gt;”" in html


def test_what_is_said_in_another_language_has_the_books_words_beside_it() -> None:
    """All its facts stand: it is not underlined, and the original stands below the answer."""
    reason = Reason(ReasonKind.LANGUAGE)
    sentence = Sentence("It was lit in 1932.", (1,), Verdict.PARTLY, (reason,), Facts(1, 1))
    answer = replace(
        _answer(_citation(), mode="composed"), sentences=(sentence,), language=Language.EN
    )
    html = render_answer(answer, {}, EN)
    assert 'class="doubt"' not in html
    assert 'class="why"' in html
    assert f'<p class="original" lang="zh-Hans">{answer.citations[0].quote}</p>' in html


def test_not_found_offers_the_nearest_places() -> None:
    """Where nothing answers, one calm sentence and the nearest places that open the page."""
    answer = Answer("？", ZH, "not_found", "quoted", "", (), (), NO_TIME, (_hit(FIRST),))
    html = render_answer(answer, {"lamp": RECORD}, ZH)
    assert "没有找到" in html
    assert 'class="hit" data-open="10-' in html


@pytest.mark.parametrize("language", Language)
def test_what_is_near_stands_under_a_calm_lead(language: Language) -> None:
    """Before the quotation the page says that it does not answer; sources stand below it."""
    html = render_answer(replace(_answer(_citation()), status="near"), {}, language)
    lead = f'<p class="calm">{say("answers.near", language)}</p>'
    assert 0 <= html.find(lead) < html.find("<blockquote") < html.find('class="sources"')
    assert lead not in render_answer(_answer(_citation()), {}, language)


@pytest.mark.parametrize(
    ("labels", "status", "language", "text"),
    [
        (("3",), PageStatus.EXACT, ZH, "第3页"),
        (("3", "4"), PageStatus.EXACT, ZH, "第3—4页"),
        (("12",), PageStatus.APPROXIMATE, ZH, "约第12页"),
        ((), PageStatus.UNKNOWN, ZH, "页码不明"),
        ((), PageStatus.EXACT, EN, "page unknown"),
        (("iv",), PageStatus.EXACT, EN, "p. iv"),
        (("12", "13"), PageStatus.APPROXIMATE, EN, "about pp. 12–13"),
        (("前言 3",), PageStatus.EXACT, ZH, "前言 3"),
    ],
)
def test_pages_are_said_with_how_sure_they_are(
    labels: tuple[str, ...], status: PageStatus, language: Language, text: str
) -> None:
    """A page is said as a reader says it, and an unknown one is never given a number."""
    assert pages_text(labels, status, language) == text


@pytest.mark.parametrize(
    ("language", "paragraphs", "text"),
    [
        (ZH, (12,), "第12段"),
        (Language.ZH_HANT, (12, 13), "第12–13段"),
        (EN, (12,), "para. 12"),
        (EN, (12, 13, 14), "paras. 12–14"),
        (Language.RU, (12,), "абз. 12"),
    ],
)
def test_a_paragraph_is_said_where_no_page_is_known(
    language: Language, paragraphs: tuple[int, ...], text: str
) -> None:
    """The label names the paragraph, and still says that no page is known."""
    place = Place(None, "第三回", None, (), PageStatus.UNKNOWN, paragraphs=paragraphs)
    shown = chip(place, language)
    assert f">{text}<" in shown
    assert say("web.sure_unknown", language) in shown


def test_everything_from_outside_is_text() -> None:
    """Markup in a question, a book's title, heading, text or footnote shows as characters."""
    record = BookRecord(f'b"{HOSTILE}', HOSTILE, language=HOSTILE)
    place = Place(HOSTILE, HOSTILE, HOSTILE, (HOSTILE,), PageStatus.EXACT)
    citation = _citation(
        record, HOSTILE, place=place, footnotes=(CitedNote(HOSTILE, HOSTILE, HOSTILE),)
    )
    talk = render_conversation([Exchange(HOSTILE, _answer(citation))], {}, ZH)
    _assert_harmless(talk)
    assert "&lt;script&gt;" in talk
    hit = _hit(HOSTILE, (Span(0, 4),), record.id)
    tallies = (Tally(record.id, HOSTILE, 2), Tally(record.id, HOSTILE, 1))
    found = Lookup((hit,), 1, (HOSTILE,), tallies)
    html = render_lookup(found, Wish(), {record.id: record}, ZH, shown=1, narrows=True)
    _assert_harmless(html)
    assert html.count("data-within=") == 2
    _assert_harmless(render_welcome([HOSTILE], {record.id: record}, ZH))


def test_invisible_characters_are_left_out() -> None:
    """What would show as nothing, or turn the direction of the line, is not sent."""
    assert safe("a\u200bb\u202ec\U000e0041d\x00e") == "abcde"


def test_an_unanswered_question_waits_in_place() -> None:
    """A question stands at once with a line that says the book is being searched."""
    html = render_conversation([Exchange("甲？", _answer(_citation())), Exchange("乙？")], {}, ZH)
    assert html.index("甲？") < html.index("乙？") < html.index("正在翻书")


def test_errors_are_one_sentence_without_details() -> None:
    """An error shows as a sentence of the interface; its own text does not."""
    html = render_conversation([Exchange("甲？", error=OSError("/home/someone/x"))], {}, EN)
    assert "Something went wrong" in html
    assert "someone" not in html


def test_marks_survive_overlap_and_escaping() -> None:
    """Marked spans merge where they overlap and stand around escaped text."""
    assert marked("a<b>c", [Span(1, 3), Span(2, 4)]) == "a<mark>&lt;b</mark><mark>&gt;</mark>c"


def test_excerpts_begin_near_the_first_mark() -> None:
    """A long passage is cut to a stretch around its first mark, which stays marked."""
    text = "前面的话很长。" * 40 + "目标在此" + "后面的话。" * 40
    at = text.index("目标")
    piece, marks, before, after = excerpt(text, [Span(at, at + 2)], 90)
    assert before
    assert after
    assert len(piece) <= 90
    assert [piece[span.start : span.end] for span in marks] == ["目标"]


def _found(hits: list[Hit], worded: int, language: Language, shown: int = 12) -> str:
    lookup = Lookup(tuple(hits), worded)
    return render_lookup(lookup, Wish(), {"lamp": RECORD}, language, shown=shown)


def test_hits_mark_words_and_open_at_them() -> None:
    """A hit shows its words marked and opens the page at them."""
    html = _found([_hit(FIRST, (Span(4, 6),))], 1, ZH)
    assert "<mark>夜添</mark>" in html
    assert 'data-open="14-16|lamp"' in html
    assert _found([], 0, EN).count("<p") == 1


def test_what_is_near_in_meaning_stands_apart() -> None:
    """Passages with the words are counted; others follow under a head, and none is one of them."""
    near = replace(_hit(SECOND), match=Match.MEANING)
    html = _found([_hit(FIRST, (Span(4, 6),)), near], 1, EN)
    counted, apart = html.split("Near in meaning")
    assert "Places found: 1" in counted
    assert "<mark>" in counted
    assert "<mark>" not in apart
    alone = _words(_found([near], 0, EN))
    assert "Nothing found" in alone
    assert "Places found" not in alone
    more = _found([_hit(FIRST, (Span(4, 6),)), near], 1, EN, shown=1)
    assert "Near in meaning" not in more
    assert "Show more (1 left)" in more


def test_sources_of_one_place_are_one_entry() -> None:
    """Its numbers stand together, its footnotes once, and a press marks each of its sentences."""
    first = _citation(start=10, end=20)
    second = replace(first, n=2, start=30, end=40)
    other = replace(first, n=3, start=50, end=60, place=_place(pages=("2",)))
    sources = render_answer(_answer(first, second, other), {}, EN).split("sources")[1]
    assert sources.count("<li><button") == 2
    assert '<span class="n">1 2</span>' in sources
    assert 'data-open="10-20,30-40|lamp"' in sources
    assert '<span class="n">3</span>' in sources


def test_a_page_shows_mark_break_footnote_and_headings() -> None:
    """A place across two pages shows both, a line at the break, the mark and the footnotes."""
    book = _book()
    start = BODY.index("冬天")
    html = without_offsets(render_leaf(book, Target("lamp", (Span(start, start + 9),)), ZH))
    _assert_harmless(html)
    assert "第1页" in html
    assert "约第2页" in html
    assert "第3页" not in html
    assert html.index("<mark>冬天的夜长，</mark>") < html.index('<span class="break approximate"')
    assert html.index('<span class="break approximate"') < html.index("<mark>添油要</mark>")
    assert "添油三次<sup>①</sup>，" in html
    assert "<h4>第一章 油灯的年代</h4>" in html
    assert f"<sup>①</sup> {NOTE}" in html


def test_the_marked_text_is_the_cited_text() -> None:
    """What stands in marks on the page is, put together, what was cited."""
    book = _book()
    for start in range(0, len(BODY) - 6, 5):
        html = without_offsets(render_leaf(book, Target("lamp", (Span(start, start + 6),)), ZH))
        shown = "".join(re.findall(r"<mark>(.*?)</mark>", html))
        assert shown == BODY[start : start + 6].replace("\n", "")


def test_a_footnote_opens_on_its_page() -> None:
    """A place in a footnote opens the page at whose foot it stands, with the footnote marked."""
    book = _book()
    html = without_offsets(
        render_leaf(book, Target("lamp", (Span(book.body_end, book.body_end + 4),)), ZH)
    )
    assert f"<mark>{NOTE}</mark>" in html
    assert "第1页" in html


def test_pages_turn_until_the_book_ends() -> None:
    """A page offers the ones before and after it; at either end there is nothing to press."""
    book = _book()
    first = without_offsets(render_leaf(book, Target("lamp", page=0), ZH))
    last = without_offsets(render_leaf(book, Target("lamp", page=2), ZH))
    assert 'data-open="p1|lamp"' in first
    assert first.count("disabled") == last.count("disabled") == 1
    assert "第二章" in last


def test_a_book_without_pages_shows_the_stretch_around_the_mark() -> None:
    """Where one "page" is the whole text, only what surrounds the mark is shown."""
    lines = [f"第{number}段的话。" for number in range(3000)]
    text = "\n".join(lines)
    page = Page(0, None, PageStatus.UNKNOWN, 0, len(text))
    book = Book(RECORD, text, len(text), (page,), (Section(0, 0, 0, len(text)),))
    at = text.index("第1500段")
    html = without_offsets(render_leaf(book, Target("lamp", (Span(at, at + 6),)), ZH))
    assert "<mark>第1500段</mark>" in html
    assert "第1段" not in html
    assert "页码不明" in html
    assert len(html) < 14_000


@pytest.mark.parametrize(
    "sent", [None, 7, "", "lamp", "3|lamp", "9-5-1|lamp", "-1-5|lamp", "p|lamp", "1-2,|lamp"]
)
def test_what_is_no_place_is_refused(sent: object) -> None:
    """What a browser sends is read strictly: anything but a place is an error."""
    with pytest.raises(NotInLibraryError):
        read_target(sent)


def test_places_are_read_as_they_were_written() -> None:
    """A place written into a button is read back the same, whatever the book's id."""
    for target in (
        Target("a|b c", (Span(1, 5), Span(9, 12))),
        Target("书", page=3),
    ):
        assert read_target(str(target)) == target


@pytest.mark.parametrize(
    "target",
    [Target("lamp", (Span(5, 99_999),)), Target("lamp", (Span(7, 7),)), Target("lamp", page=9)],
)
def test_places_outside_the_book_are_refused(target: Target) -> None:
    """A place that the book does not have is an error, never another place."""
    with pytest.raises(NotInLibraryError):
        render_leaf(_book(), target, ZH)
