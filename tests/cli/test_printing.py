"""What a person sees on a terminal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.cli.printing import (
    added_text,
    answer_text,
    books_text,
    columns,
    findings_text,
    hits_text,
    padded,
    page_map_text,
    pages_text,
    plain,
    plain_line,
)
from rag.types import (
    Added,
    Answer,
    Book,
    BookRecord,
    BookSummary,
    Citation,
    CitedNote,
    Correction,
    Finding,
    Footnote,
    Hit,
    Language,
    Match,
    Page,
    PageStatus,
    Passage,
    PassageKind,
    Place,
    Problem,
    Seconds,
    Sentence,
    TextKind,
    Verdict,
)

CASES = Path(__file__).resolve().parents[1] / "cases" / "plain.txt"
EVIL = "\x1b[2J\x9b31m灯\u202e市\x07"


def cases() -> list[tuple[str, str]]:
    """Return the pairs of the case file: a text with Python's escapes, and what is shown."""
    lines = [
        line for line in CASES.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"
    ]
    pairs = [line.split(" -> ") for line in lines]
    return [
        (before.encode("latin-1", "backslashreplace").decode("unicode_escape"), after)
        for before, after in pairs
    ]


def place(*pages: str, status: PageStatus = PageStatus.EXACT) -> Place:
    """Return a place on some pages."""
    return Place(None, "第一章 河灯", "1. 放灯的人", pages, status)


@pytest.mark.parametrize(("before", "after"), cases())
def test_a_terminal_gets_no_orders_from_a_text(before: str, after: str) -> None:
    """Controls are shown as such and invisible characters dropped; all else stays."""
    assert plain(before) == after


def test_a_text_on_one_line_has_no_line_breaks() -> None:
    """Breaks and runs of blanks become one space each."""
    assert plain_line(" 灯\n\n市\u2028 志 ") == "灯 市 志"


def test_a_chinese_character_takes_two_columns() -> None:
    """Columns line up for Chinese and Latin labels alike."""
    assert columns("前言 3") == 6
    assert padded("前言", 6) == "前言  "
    assert padded("iv", 6) == "iv    "


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (place("3"), "page 3 (exact)"),
        (place("3", "4", "5"), "pages 3–5 (exact)"),
        (place("12", status=PageStatus.APPROXIMATE), "about page 12 (approximate)"),
        (place(status=PageStatus.UNKNOWN), "page unknown"),
        (place("9", status=PageStatus.UNKNOWN), "page unknown"),
        (replace(place("2"), notes=("①",)), "page 2, note ① (exact)"),
        (
            replace(place("2", "3", status=PageStatus.APPROXIMATE), notes=("①", "②")),
            "about pages 2–3, notes ①, ② (approximate)",
        ),
        (replace(place(status=PageStatus.UNKNOWN), notes=("*",)), "page unknown, note *"),
        (
            replace(place(status=PageStatus.UNKNOWN), paragraphs=(12,)),
            "paragraph 12, page unknown",
        ),
        (
            replace(place(status=PageStatus.UNKNOWN), paragraphs=(12, 13)),
            "paragraphs 12–13, page unknown",
        ),
    ],
)
def test_how_sure_a_page_is_is_said(where: Place, words: str) -> None:
    """An unknown page shows no number, an approximate one says about."""
    assert pages_text(where) == words


def test_an_answer_shows_its_citations_below() -> None:
    """The answer comes first, then each citation with place, sureness, reference and footnotes."""
    record = BookRecord(id="n", title="灯市志", kind=TextKind.NOTES)
    shown = answer_text(
        Answer(
            question="河灯从哪里放起？",
            language=Language.ZH,
            status="answered",
            mode="composed",
            text="自东门放起。[1] 城里没有灯。",
            sentences=(
                Sentence("自东门放起。", (1,), Verdict.SUPPORTED),
                Sentence("城里没有灯。", (), Verdict.UNSUPPORTED),
            ),
            citations=(
                Citation(
                    n=1,
                    record=record,
                    place=place("3"),
                    quote="河灯自东门放起。",
                    passage_id="n:1",
                    start=0,
                    end=8,
                    footnotes=(CitedNote("①", "见旧县志。", "3"),),
                    formatted="《灯市志》，第3页。",
                ),
            ),
            seconds=Seconds(0, 0, 0),
        )
    )
    assert shown.splitlines() == [
        "自东门放起。[1] 城里没有灯。",
        "Not borne out: 城里没有灯。",
        "",
        "[1] 第一章 河灯 › 1. 放灯的人, page 3 (exact); reading notes, not the book's words",
        "    《灯市志》，第3页。",
        "    Footnote ① (page 3): 见旧县志。",
    ]


def test_a_translation_stands_below_its_quotation() -> None:
    """Below each quotation is its translation, named as a machine's; text is left as it was."""
    shown = answer_text(bilingual("quoted"))
    assert shown.splitlines() == [
        "The book says:",
        "",
        "> 河灯自东门放起。 [1]",
        "    Machine translation: The lanterns \ufffd[2Jset out [1]",
        "",
        "> 到三更\\[1\\]",
        "",
        "> 到三更方散。 [2]",
        "",
        "[1] 第一章 河灯 › 1. 放灯的人, page 3 (exact)",
        "[2] 第一章 河灯 › 1. 放灯的人, page 4 (exact)",
    ]


def test_a_quotation_that_is_not_shown_is_translated_below_its_citation() -> None:
    """Where a model's words are shown, a translation stands with the citation."""
    shown = answer_text(bilingual("composed"))
    assert shown.splitlines()[-3:] == [
        "[1] 第一章 河灯 › 1. 放灯的人, page 3 (exact)",
        "    Machine translation: The lanterns \ufffd[2Jset out [1]",
        "[2] 第一章 河灯 › 1. 放灯的人, page 4 (exact)",
    ]
    assert shown.count("Machine translation") == 1


def bilingual(mode: str) -> Answer:
    """Return an answer in English from a Chinese book; of its two quotations one is translated."""
    quotes = ("河灯自东门放起。", "到三更方散。")
    record = BookRecord(id="a", title="灯市志")
    citations = tuple(
        Citation(n, record, place(str(n + 2)), quote, f"a:{n}", 0, len(quote))
        for n, quote in enumerate(quotes, start=1)
    )
    translation = "The lanterns\n\x1b[2Jset out [1]"
    return Answer(
        question="Where do the lanterns begin?",
        language=Language.EN,
        status="answered",
        mode=mode,
        text="The book says:\n\n> 河灯自东门放起。 [1]\n\n> 到三更\\[1\\]\n\n> 到三更方散。 [2]",
        sentences=tuple(
            Sentence(quote, (n,), Verdict.SUPPORTED) for n, quote in enumerate(quotes, start=1)
        ),
        citations=(replace(citations[0], translation=translation), citations[1]),
        seconds=Seconds(0, 0, 0),
    )


def test_a_found_passage_stands_below_its_place() -> None:
    """A found passage is named by book, place and how it was found."""
    passage = Passage("a:1", "a", PassageKind.TEXT, 0, 0, 4, "灯市\n河灯")
    hit = Hit(passage, place("3"), Match.WORDS, 1.0)
    assert hits_text([hit], {"a": BookRecord(id="a", title="灯市志")}).splitlines() == [
        "• 灯市志: 第一章 河灯 › 1. 放灯的人, page 3 (exact) [words]",
        "    灯市 河灯",
    ]
    assert hits_text([], {}) == "Nothing found."


def test_the_page_map_lines_up() -> None:
    """Labels in Chinese and in figures are followed by the same column."""
    book = Book(
        record=BookRecord(id="a", title="灯市志"),
        text="前后注",
        body_end=2,
        pages=(
            Page(0, "前言 1", PageStatus.EXACT, 0, 1, part="前言", reasons=("folio", "head")),
            Page(1, None, PageStatus.UNKNOWN, 1, 2, chapter="第一章 河灯"),
        ),
        sections=(),
        footnotes=(Footnote("①", 2, 3, page=1),),
        problems=(Problem("folio", "unclear", "4"),),
    )
    corrections = (Correction(first=1, label="4"), Correction(last=1, shift=-2))
    assert page_map_text(book, corrections).splitlines() == [
        "   0  前言 1  exact        前言  (folio; head)",
        "   1  —       unknown      第一章 河灯  [footnotes: 1]",
        "  = set by hand: index 1 is page 4",
        "  = set by hand: an offset of -2 from the first page to index 1",
        "  ! folio, page 4: unclear",
    ]


def test_problems_are_a_line_a_kind_and_few_lines() -> None:
    """Of each kind the first is told with how many more there are; the rest is counted."""
    problems = [Problem("folio", f"unclear {k}", str(k)) for k in range(3, 15)]
    problems += [Problem(f"kind{k}", "odd") for k in range(9)]
    shown = added_text(Added("a", "A", "added", 1, 1, 1, 1, tuple(problems))).splitlines()[2:]
    assert len(shown) == 8
    assert shown[0] == (
        "  ! folio, page 3: unclear 3 — and 11 more (pages 4, 5, 6, 7, 8, 9, 10, 11…)"
    )
    assert shown[1] == "  ! kind0: odd"
    assert shown[-1] == "  ! … and 3 more kinds: see rag books --json"


def test_no_form_lets_orders_through() -> None:
    """Whatever a book or a file calls itself, its controls do not reach the terminal."""
    record = BookRecord(id=EVIL, title=EVIL, subtitle=EVIL)
    problem = Problem(EVIL, EVIL, EVIL)
    shown = "\n".join(
        (
            added_text(Added(EVIL, EVIL, "added", 1, 1, 1, 1, (problem,), 1.0)),
            books_text([BookSummary(record, 1, 1, 1, 1, problems=(problem,))]),
            findings_text([Finding(EVIL, ok=False, text=EVIL)]),
        )
    )
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(shown)
    assert "灯市" in shown


def test_an_empty_library_says_what_to_do() -> None:
    """Nobody is left before an empty screen."""
    assert books_text([]) == "The library is empty; add a book with: rag add FILE"
