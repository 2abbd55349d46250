"""Page marks, pages scanned twice and notes in the text of a scan."""

from __future__ import annotations

import pytest

from rag.reading.pages.blocks import Block, find_blocks
from rag.reading.pages.doubles import without_doubles
from rag.reading.pages.marks import find_page_marks
from rag.reading.pages.notes import read_notes
from rag.types import ContentsEntry

LONG = "测绘员绘出了全境的地形图，并且重新丈量了河滩的田亩，其中一部分至今还能看到"
OTHER = "河口的渔民在旱季到来以前修了三条石砌的水渠，费用由各村分摊，结果比预想的要好。"


def blocks(*texts: str) -> list[Block]:
    """Return blocks of texts."""
    return [Block(text) for text in texts]


@pytest.mark.parametrize(
    ("line", "number", "style"),
    [
        ("12", 12, "1"),
        ("— 12 —", 12, "1"),
        ("· １２ ·", 12, "1"),
        ("第 12 页", 12, "1"),
        ("l7", 17, "1"),
        ("1 7", 17, "1"),
        ("xiv", 14, "i"),
        ("[12]", 12, "1"),
    ],
)
def test_a_number_alone_may_be_a_folio(line: str, number: int, style: str) -> None:
    """A line with a number alone may be a folio, whatever stands around it."""
    marks = find_page_marks(blocks(LONG, line, LONG), ())
    assert [(k, mark.number, mark.style) for k, mark in marks.items()] == [(1, number, style)]


@pytest.mark.parametrize(
    "line", ["203页。", "1937年", "12345", "1. 石渠", "第三章", "3月5日", "。"]
)
def test_other_lines_are_no_folios(line: str) -> None:
    """What has words beside its number is no folio."""
    assert find_page_marks(blocks(LONG, line, LONG), ()) == {}


def test_running_heads_are_known_by_coming_back() -> None:
    """A line that comes back where pages end is a running head, with the number beside it."""
    text = blocks(
        f"一{LONG}", "8 河谷旧事", f"二{LONG}", "10 河谷旧事", f"三{LONG}", "12 河谷旧事", OTHER
    )
    marks = find_page_marks(text, ())
    assert {k: mark.number for k, mark in marks.items()} == {1: 8, 3: 10, 5: 12}
    assert all(mark.head for mark in marks.values())


def test_a_heading_in_two_lines_is_not_its_running_head() -> None:
    """Where a heading was set in two lines, every line that has it whole is a running head."""
    entries = (ContentsEntry("第一章", "水渠的来历", 1, "1"),)
    text = blocks("第一章", "水渠的来历", LONG, *["第一章 水渠的来历", LONG] * 3)
    assert set(find_page_marks(text, entries)) == {3, 5, 7}


def test_what_comes_back_inside_pages_is_text() -> None:
    """A short line that comes back between whole paragraphs stays in the text."""
    assert find_page_marks(blocks(*["答：是的", OTHER] * 5), ()) == {}


def test_a_page_scanned_twice_is_kept_once() -> None:
    """The second copy of a page is taken out, though it is read a little differently."""
    page = [OTHER, LONG * 3, "① 见县志抄本第3卷。"]
    again = [OTHER, (LONG * 3).replace("重新丈量", "重薪丈量", 1), "① 见县志抄本第3卷。"]
    kept, begins = without_doubles(blocks("序言", *page, *again, LONG + "后来"))
    assert [block.text for block in kept] == ["序言", *page, LONG + "后来"]
    assert begins == [OTHER]


def test_what_is_said_twice_is_not_scanned_twice() -> None:
    """A sentence that comes back later, or a short line twice on end, stays."""
    text = blocks(OTHER, LONG, OTHER, "同上。", "同上。")
    assert without_doubles(text) == (text, [])


def test_a_note_runs_on_at_the_foot_of_the_next_page() -> None:
    """What of a cut note stands at the foot of the next page belongs to it."""
    text = blocks(
        f"{OTHER}^①{LONG}",
        "① 见县志抄本第3卷，此卷后来散",
        f"的界桩。{OTHER}{LONG}",
        "失。",
        f"的界桩。{OTHER}^①{OTHER}^②{LONG}",
        "① 见县志抄本第5卷。",
        "② 见县志抄本第6卷。",
        OTHER,
    )
    notes = read_notes(text, ())
    assert notes.texts == {
        1: "见县志抄本第3卷，此卷后来散",
        5: "见县志抄本第5卷。",
        6: "见县志抄本第6卷。",
    }
    assert notes.rest == {3}


def test_notes_at_the_end_are_tied_by_chapter() -> None:
    """Notes listed at the end hang on the marks of their chapter, however often they restart."""
    text = blocks(
        f"{OTHER}[1]{OTHER}[2]",
        f"{OTHER}[1]{OTHER}",
        "注　释",
        "第一章",
        "1. 账簿甲。",
        "2. 账簿乙。",
        "第二章",
        "1. 账簿丙。",
        "2. 没有标记的账簿。",
    )
    notes = read_notes(text, ())
    assert notes.heads == {2: 1, 3: 2, 6: 2}
    assert notes.ended == {4, 5, 7, 8}
    tied = {k: (mark.block, mark.sign) for k, mark in notes.anchors.items()}
    assert tied == {4: (0, "[1]"), 5: (0, "[2]"), 7: (1, "[1]")}


@pytest.mark.parametrize(
    "text",
    [
        ("会上议定：（1）修渠；（2）架桥。", "（1）修渠由各村分摊。", "（2）架桥由县里出资。"),
        ("他在1937年[当年大旱]到任。", "[当年的账簿已经散失。]", "其余未详。"),
        ("战前（1936）与战后（1946）不同。", "（1936）年以前没有记录。", "其余未详。"),
        ("数目如下。", "1 水渠三条", "2 木桥两座"),
    ],
)
def test_ordinary_text_is_no_note(text: tuple[str, ...]) -> None:
    """Lists, years and words in brackets are text, and no sign is taken out of it."""
    notes = read_notes(blocks(*text), ())
    assert notes.texts == {}
    assert notes.removed == {}


def test_form_feeds_stand_before_the_block_behind_them() -> None:
    """A form feed is kept with the next block, also where a page was scanned twice."""
    found = find_blocks([OTHER, "\f" + LONG, OTHER], None)
    assert [block.feed for block in found] == [False, True, False]
