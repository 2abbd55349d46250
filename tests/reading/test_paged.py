"""Leaves become a book."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.reading.binding import Block, Leaf, Mark, Role, bind
from rag.types import Book, BookRecord, ContentsEntry, PageStatus, Span
from rag.types.places import locate

RECORD = BookRecord(id="river", title="河谷旧事")
EXACT = PageStatus.EXACT


def leaf(label: str | None, *blocks: Block, image: str | None = None) -> Leaf:
    """Return a leaf whose label is exact, or unknown where there is none."""
    status = PageStatus.UNKNOWN if label is None else EXACT
    return Leaf(label, status, ("printed",), blocks, image)


def text(words: str, *, continues: bool = False, marks: tuple[Mark, ...] = ()) -> Block:
    """Return a paragraph."""
    return Block(Role.TEXT, words, continues=continues, marks=marks)


def heading(words: str, level: int) -> Block:
    """Return a heading."""
    return Block(Role.HEADING, words, level=level)


def note(sign: str, words: str, key: str, *, continues: bool = False) -> Block:
    """Return a footnote."""
    return Block(Role.NOTE, words, sign=sign, key=key, continues=continues)


def made(*leaves: Leaf, outline: tuple[ContentsEntry, ...] = ()) -> Book:
    """Return the book that leaves make."""
    return bind(leaves, RECORD, outline, ())


def test_a_cut_paragraph_is_one_line_again() -> None:
    """The rest of a paragraph joins it, and its page begins with the rest."""
    book = made(
        leaf("1", text("渔民修了")), leaf("2", text("水渠。", continues=True), text("完。"))
    )
    assert book.text == "渔民修了水渠。\n完。\n"
    assert [(p.label, book.text[p.start : p.end]) for p in book.pages] == [
        ("1", "渔民修了"),
        ("2", "水渠。\n完。\n"),
    ]


def test_latin_words_are_joined_as_they_were_cut() -> None:
    """A space joins two words; a soft hyphen at the end says that one word was cut."""
    two = made(leaf("1", text("the old")), leaf("2", text("bridge", continues=True)))
    one = made(leaf("1", text("the canal\u00ad")), leaf("2", text("ization", continues=True)))
    assert two.text == "the old bridge\n"
    assert one.text == "the canalization\n"
    assert one.text[one.pages[1].start :] == "ization\n"


def test_a_blank_page_has_no_characters_and_keeps_its_picture() -> None:
    """A blank leaf is a page of its own, in the section that the page before it ends in."""
    book = made(
        leaf("1", heading("第一章 水渠", 1), text("甲。")),
        leaf("2", image="2.png"),
        leaf("3", heading("第二章 木桥", 1), text("乙。")),
        leaf("4"),
    )
    assert [(p.start, p.end) for p in book.pages] == [(0, 10), (10, 10), (10, 20), (20, 20)]
    assert [p.chapter for p in book.pages] == ["第一章 水渠"] * 2 + ["第二章 木桥"] * 2
    assert book.pages[1].image == "2.png"


def test_a_blank_page_is_cited_by_no_text() -> None:
    """Text that runs over a blank leaf is on the pages before and behind it, for certain."""
    book = made(leaf("1", text("渔民修了")), leaf(None), leaf("3", text("水渠。", continues=True)))
    place = locate(book, 0, book.body_end)
    assert (place.pages, place.status) == (("1", "3"), EXACT)


def test_a_note_stands_where_it_begins_and_goes_on() -> None:
    """A note cut by its page is one note, on its first page, anchored at its mark."""
    book = made(
        leaf("1", text("修了水渠，", marks=(Mark(4, "a", "①"),)), note("①", "见县志", "a")),
        leaf("2", note("", "第三卷。", "", continues=True), text("费用分摊。", continues=True)),
    )
    (found,) = book.footnotes
    assert book.text[found.start : found.end] == "见县志第三卷。"
    assert (found.mark, found.page) == ("①", 0)
    assert book.text[: found.anchor] == "修了水渠"
    assert book.problems == ()


def test_marks_of_one_key_are_taken_in_order() -> None:
    """Where two pages use the same key, each note gets the first mark that is left."""
    mark = Mark(1, "①", "①")
    book = made(
        leaf("1", text("甲。", marks=(mark,)), note("①", "一。", "①")),
        leaf("2", text("乙。", marks=(mark,)), note("①", "二。", "①")),
    )
    assert [n.anchor for n in book.footnotes] == [1, 4]


def test_marks_and_notes_without_each_other_are_problems() -> None:
    """A mark without a note and a note without a mark are said, with their pages."""
    book = made(
        leaf("1", text("水渠。", marks=(Mark(2, "a", "①"),))),
        leaf("2", text("木桥。"), note("②", "见县志。", "b")),
    )
    assert {(p.kind, p.page) for p in book.problems} == {
        ("mark_without_note", "1"),
        ("note_without_mark", "2"),
    }
    assert book.footnotes[0].anchor is None


def test_doubts_lie_over_the_whole_text() -> None:
    """Doubtful characters of paragraphs and notes are found by offsets of the book's text."""
    book = made(
        leaf("1", text("甲。")),
        leaf(
            "2",
            Block(Role.TEXT, "木桥。", doubts=(Span(1, 2),)),
            Block(Role.NOTE, "县志。", sign="①", doubts=(Span(0, 1),)),
        ),
    )
    assert [book.text[d.start : d.end] for d in book.doubts] == ["桥", "县"]


def test_headings_make_the_outline_where_there_is_none() -> None:
    """Without an outline the headings give it, with the labels of exact pages only."""
    near = Leaf("9", PageStatus.APPROXIMATE, (), (heading("第二章 木桥", 1), text("乙。")))
    book = made(leaf("3", heading("第一章 水渠", 1), heading("1. 石渠", 2), text("甲。")), near)
    assert book.contents == (
        ContentsEntry("第一章", "水渠", 1, "3"),
        ContentsEntry("1.", "石渠", 2, "3"),
        ContentsEntry("第二章", "木桥", 1, None),
    )


def test_headings_take_the_form_of_the_outline() -> None:
    """A heading set over two blocks, or with other spaces, is the outline's entry."""
    outline = (ContentsEntry("第一章", "水渠", 1, "1"), ContentsEntry(None, "小结", 2, None))
    book = made(
        leaf("1", heading("第一章", 1), heading("水 渠", 1), text("甲。")),
        leaf("2", heading("小 结", 1), text("乙。")),
        outline=outline,
    )
    assert [(s.chapter, s.section) for s in book.sections] == [
        ("第一章 水渠", None),
        ("第一章 水渠", "小结"),
    ]
    assert book.text[book.sections[0].body :].startswith("甲。")
    assert [entry.page for entry in book.contents] == ["1", "2"]
    assert book.problems == ()


def test_what_contradicts_the_outline_is_said() -> None:
    """A heading on another page than the outline gives, and one that is lacking, are problems."""
    outline = (ContentsEntry("第一章", "水渠", 1, "2"), ContentsEntry("第二章", "木桥", 1, "9"))
    book = made(leaf("1", heading("第一章 水渠", 1), text("甲。")), outline=outline)
    assert [p.kind for p in book.problems] == ["headings_missing", "contents_page_contradicted"]


def test_a_heading_that_fell_away_with_its_page_still_holds() -> None:
    """Between two pages whose numbers leave a gap, the outline says what began in the gap."""
    outline = tuple(ContentsEntry(f"{n}.", f"第{n}事", 2, page) for n, page in ((1, "1"), (2, "3")))
    book = made(
        leaf("1", heading("1. 第1事", 2), text("甲。")),
        leaf("2", text("乙。")),
        leaf("4", text("丙。")),
        outline=outline,
    )
    assert [s.section for s in book.sections] == ["1. 第1事", "2. 第2事"]
    assert book.sections[1].start == book.pages[2].start


def test_what_began_before_the_first_page_still_holds() -> None:
    """An excerpt that begins amid a chapter stands under it, not with the title pages."""
    outline = tuple(ContentsEntry(f"第{n}章", f"第{n}事", 1, str(30 * n)) for n in range(1, 4))
    book = made(
        leaf("61", text("甲。")),
        leaf("90", heading("第3章 第3事", 1), text("乙。")),
        outline=outline,
    )
    assert [s.chapter for s in book.sections] == ["第2章 第2事", "第3章 第3事"]
    assert [p.chapter for p in book.pages] == ["第2章 第2事", "第3章 第3事"]


def test_the_table_of_contents_is_a_part() -> None:
    """Lines of contents stand under 目录, and what follows them stands under nothing."""
    book = made(
        leaf(None, text("河谷旧事")),
        leaf(None, Block(Role.CONTENTS, "第一章 水渠 1"), Block(Role.CONTENTS, "第二章 木桥 9")),
        leaf("1", text("甲。")),
    )
    assert [s.part for s in book.sections] == ["书名页", "目录", None]


BLOCKS = st.lists(
    st.builds(
        Block,
        role=st.sampled_from(Role),
        text=st.text("水渠桥。ab \u00ad", max_size=6).map(str.strip),
        level=st.integers(1, 3),
        continues=st.booleans(),
        sign=st.just("①"),
        key=st.sampled_from("ab"),
    ),
    max_size=5,
).map(tuple)


@given(st.lists(BLOCKS, max_size=6))
def test_pages_and_sections_tile_the_text(pages: list[tuple[Block, ...]]) -> None:
    """Whatever stands on the leaves, pages and sections follow on one another without gaps."""
    book = made(*(leaf(str(k), *blocks) for k, blocks in enumerate(pages)))
    for spans in (book.pages, book.sections):
        assert [span.index for span in spans] == list(range(len(spans)))
        edges = [0, *(span.end for span in spans)]
        assert [span.start for span in spans] == edges[:-1]
        assert edges[-1] == (book.body_end if spans else 0)
    assert len(book.pages) == max(len(pages), 1)
    assert all(book.body_end <= n.start <= n.end < len(book.text) for n in book.footnotes)
    assert all(book.text[note.end] == "\n" for note in book.footnotes)
