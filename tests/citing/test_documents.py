"""The citations of whole documents: numbers, order, merging, languages, and what is lacking."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from importlib.resources import files
from itertools import product

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from rag.citing.composing import format_citation, render_bibliography, render_notes
from rag.citing.missing import missing_fields
from rag.citing.model import Cited, StyleKind
from rag.citing.styles import STYLES, numbers_refer_back, style_kind
from rag.types import BookRecord, CitingError, Language, PageStatus, Person, Place, TextKind

LI = BookRecord(
    "li",
    "合作与冲突",
    subtitle="1931—1945年的中苏关系",
    authors=(Person("李嘉谷", "Li Jiagu"),),
    place="桂林",
    publisher="广西师范大学出版社",
    year="1996",
    isbn="7-5633-2248-3",
)
WANG = BookRecord("wang", "河运小史", authors=(Person("王一帆"),), publisher="书局", year="2001")
BROWN = BookRecord(
    "brown", "Canals", authors=(Person("Ann Brown"),), publisher="Harbour", language="en"
)
HOSTILE = (
    r"{\rtf1\b x} \input{/etc/passwd} $x^2$ <script>alert(1)</script> <i>a</i> "
    "*b* _c_ [d](http://e) ![f](g) `h` ~~i~~ :j: &amp; <!-- k --> @l [@m] -- --- ... "
    "\"n\" 'o' =p() |q| # r \\ ^s^"
)


def on(*pages: str, status: PageStatus = PageStatus.EXACT, part: str | None = None) -> Place:
    """Return a place on pages."""
    return Place(part, None, None, pages, status)


def texts(style: str, *notes: Cited | list[Cited], language: Language | None = None) -> list[str]:
    """Return the text of the notes of a document."""
    listed = [note if isinstance(note, list) else [note] for note in notes]
    return [note.text for note in render_notes(listed, style, language)]


@pytest.mark.parametrize("style", STYLES)
def test_nothing_in_a_record_is_markup(style: str) -> None:
    """What looks like RTF, TeX, HTML or Markdown comes out as the characters it is."""
    record = replace(
        LI,
        title=HOSTILE,
        subtitle=None,
        publisher=HOSTILE,
        authors=(Person(HOSTILE),),
        language="zh",
    )
    (entry,) = render_bibliography([record], style)
    # A style capitalises a family name, turns a name round and shortens what is given of it.
    assert entry.text.count(HOSTILE) >= 2
    assert not any(run.italic or run.superscript for run in entry.runs)
    heading = replace(on(), chapter=HOSTILE, status=PageStatus.UNKNOWN)
    (note,) = render_notes([[Cited(LI, heading)]], style)
    assert HOSTILE in note.text


@pytest.mark.parametrize("style", STYLES)
def test_a_line_break_or_a_placeholder_in_a_record_does_no_harm(style: str) -> None:
    """Fields stand on one line, and no code point that marks a place gets in."""
    record = replace(LI, title="河\n运\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4史", subtitle=None)
    (entry,) = render_bibliography([record], style)
    assert "河 运史" in entry.text


@pytest.mark.parametrize(("style", "language"), list(product(STYLES, [None, *Language])))
def test_an_approximate_page_is_marked_in_every_style(
    style: str, language: Language | None
) -> None:
    """No page that is not sure is worded like one that is."""
    for record, pages in product((LI, BROWN), (("12",), ("12", "13"), ("iv",), ("前言 3",))):
        sure = format_citation(record, on(*pages), style, language)
        unsure = format_citation(record, on(*pages, status=PageStatus.APPROXIMATE), style, language)
        assert unsure != sure
        assert re.search(r"[约約]|ca\. |approx\. ", unsure.removeprefix(sure[:20]))


@pytest.mark.parametrize("style", STYLES)
def test_a_page_that_is_not_known_is_never_printed(style: str) -> None:
    """Labels of a place whose page is unknown are passed over."""
    place = Place(None, "第一章", None, ("987",), PageStatus.UNKNOWN)
    assert "987" not in format_citation(LI, place, style)
    assert "第一章" in format_citation(LI, place, style)


def test_exact_and_approximate_pages_share_no_range() -> None:
    """A range of exact pages does not take in one that is approximate."""
    note = [
        Cited(LI, on("12")),
        Cited(LI, on("13", status=PageStatus.APPROXIMATE)),
        Cited(LI, on("14")),
    ]
    assert texts("lishi-yanjiu", note)[0].endswith("第12、14页，约第13页。")
    assert texts("gb-2025-note", note)[0].endswith("第12，14页，约第13页.")


@pytest.mark.parametrize(
    ("pages", "text"),
    [
        ("12a 13", "第13、12a页"),
        ("A3 A4", "第A3—A4页"),
        ("１２ １３", "第１２—１３页"),
        ("xlix l", "第xlix—l页"),
        ("插一", "插一"),
    ],
)
def test_a_label_that_is_no_plain_number_is_printed_as_it_stands(pages: str, text: str) -> None:
    """What can be counted on from makes ranges; what cannot is named alone."""
    assert format_citation(LI, on(*pages.split())).endswith(f"，{text}。")


def test_back_matter_with_a_long_name_is_not_run_into_its_page() -> None:
    """GB/T 7714 writes 前言3, but a name with its own number is kept apart."""
    place = on("300", part="附录一 大事记")
    assert format_citation(LI, place, "gb-2025-note").endswith("：附录一 大事记，第300页.")


def test_places_of_one_book_are_merged_wherever_they_stand() -> None:
    """Another book between two places of one does not part them."""
    note = [Cited(LI, on("1")), Cited(WANG, on("7")), Cited(LI, on("2"))]
    assert texts("apa", note) == ["(李, 1996, pp. 1–2; 王, 2001, p. 7)"]


@settings(max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate])
@given(
    fields=st.lists(
        st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="《》")),
        min_size=20,
        max_size=20,
        unique=True,
    )
)
@pytest.mark.parametrize("style", ["lishi-yanjiu", "gb-2015-note", "chicago"])
def test_whatever_a_record_says_comes_out_whole(style: str, fields: list[str]) -> None:
    """Titles and publishers are printed with every character; only blanks are run together."""
    records = [
        replace(LI, id=str(number), title=f"始{text}终", subtitle=None, publisher=f"始{text}终")
        for number, text in enumerate(fields)
    ]
    for entry in render_bibliography(records, style):
        title = re.sub("[\ufdd0-\ufdd4]", "", entry.record.title)
        assert entry.text.count(" ".join(title.split())) == 2


def test_pages_of_two_numberings_share_no_range() -> None:
    """Page 3 of the preface and page 4 of the body are not pages 3 to 4."""
    note = [Cited(LI, on("3", part="前言")), Cited(LI, on("4")), Cited(LI, on("v", "vi"))]
    assert texts("lishi-yanjiu", note)[0].endswith("前言，第3页，第4、v—vi页。")


@pytest.mark.parametrize(
    ("pages", "chicago", "mla"),
    [
        ("3 4", "3–4", "3–4"),
        ("71 72", "71–72", "71–72"),
        ("99 100", "99–100", "99–100"),
        ("100 101", "100–101", "100–01"),
        ("107 108", "107–8", "107–08"),
        ("321 322", "321–22", "321–22"),
        ("109 110", "109–10", "109–10"),
        ("199 200", "199–200", "199–200"),
        ("999 1000", "999–1000", "999–1000"),
        ("1103 1104", "1103–4", "1103–04"),
        ("1499 1500", "1499–500", "1499–500"),
    ],
)
def test_ranges_are_abbreviated_as_chicago_and_mla_have_it(
    pages: str, chicago: str, mla: str
) -> None:
    """The second number of a range keeps the digits that the manuals keep."""
    place = on(*pages.split())
    assert format_citation(LI, place, "chicago").endswith(f", {chicago}.")
    assert format_citation(LI, place, "mla") == f"(李 {mla})"


def test_a_book_is_said_in_full_once_and_briefly_later() -> None:
    """Each book has its own first note, whatever stands between."""
    notes = [Cited(LI, on("1")), Cited(WANG, on("2")), Cited(LI, on("3")), Cited(WANG, on("4"))]
    first, second, third, fourth = texts("lishi-yanjiu", *notes)
    assert "桂林" in first
    assert "书局" in second
    assert third == "李嘉谷：《合作与冲突》，第3页。"
    assert fourth == "王一帆：《河运小史》，第4页。"
    assert texts("gb-2025-note", *notes)[2:] == ["同1：3.", "同2：4."]
    assert texts("gb-2015-note", *notes)[2:] == ["同1: 3.", "同2: 4."]


def test_no_note_refers_back_to_one_that_cites_two_books() -> None:
    """同1 would not say which of them is meant, so the book is said in full again."""
    both = [Cited(LI, on("1")), Cited(WANG, on("2"))]
    notes = texts("gb-2025-note", both, Cited(WANG, on("3")), Cited(WANG, on("4")))
    assert notes[1].startswith("王一帆. 河运小史")
    assert notes[2] == "同2：4."


def test_styles_whose_notes_refer_back_say_so() -> None:
    """Only the notes of GB/T 7714 name the number of another."""
    assert [style for style in STYLES if numbers_refer_back(style)] == [
        "gb-2025-note",
        "gb-2015-note",
    ]


@pytest.mark.parametrize("style", ["gb-2015-numeric", "gb-2025-numeric"])
def test_numbers_of_notes_are_those_of_the_bibliography(style: str) -> None:
    """A numeric style numbers by first citation, in the line and in the list alike."""
    notes = [Cited(WANG, on("2")), Cited(LI, on("1")), Cited(WANG, on("5"))]
    assert texts(style, *notes) == ["[1]2", "[2]1", "[1]5"]
    entries = render_bibliography([note.record for note in notes], style)
    assert [(entry.label, entry.record) for entry in entries] == [("[1]", WANG), ("[2]", LI)]
    assert entries[0].text.startswith("王一帆")


def test_a_bibliography_is_sorted_by_author() -> None:
    """The other styles sort, and number nothing."""
    entries = render_bibliography([WANG, LI, BROWN], "chicago")
    assert [entry.record for entry in entries] == [BROWN, LI, WANG]
    assert {entry.label for entry in entries} == {""}


@pytest.mark.parametrize("style", [style for style in STYLES if "numeric" not in style])
def test_chinese_authors_are_sorted_by_how_they_are_read(style: str) -> None:
    """Names in Han stand by pinyin, behind those in letters; an editor stands for an author."""
    names = ("赵一", "实藤惠秀", "李四", "阿某", "Brown")
    records = [replace(LI, title=name, authors=(Person(name),)) for name in names]
    records.append(replace(LI, title="周五", authors=(), editors=(Person("周五"),)))
    entries = render_bibliography(records, style)
    found = [entry.record.title for entry in entries]
    assert found == ["Brown", "阿某", "李四", "实藤惠秀", "赵一", "周五"]


def test_two_books_of_an_author_in_one_year_are_told_apart() -> None:
    """The year gets a letter, in the line and in the bibliography."""
    other = replace(LI, id="other", title="后来", subtitle=None)
    entries = {entry.record: entry.text for entry in render_bibliography([LI, other], "apa")}
    line = dict(
        zip((LI, other), texts("apa", Cited(LI, on("1")), Cited(other, on("2"))), strict=True)
    )
    assert {line[LI][:8], line[other][:8]} == {"(李, 1996"[:8]}
    for record in (LI, other):
        letter = re.search(r"1996([ab])", line[record])
        assert letter
        assert f"(1996{letter[1]})" in entries[record]
    assert line[LI] != line[other].replace("p. 2", "p. 1")
    assert texts("mla", Cited(LI, on("1")), Cited(other, on("2"))) == [
        "(李, 合作与冲突 1)",
        "(李, 后来 2)",
    ]


def test_two_books_of_one_id_are_two_books() -> None:
    """Notes on a book are not the book, though both bear its id."""
    notes = texts(
        "lishi-yanjiu", Cited(LI, on("1")), Cited(replace(LI, kind=TextKind.NOTES), on("1"))
    )
    assert notes[1] == notes[0].replace("》", "》，读书笔记")


def test_brackets_stand_once_round_several_books() -> None:
    """Several books of one note share the parentheses or the stop of their style."""
    both = [Cited(LI, on("1")), Cited(BROWN, on("2"))]
    assert texts("apa", both) == ["(李, 1996, p. 1; Brown, n.d., p. 2)"]
    assert texts("lishi-yanjiu", both)[0].endswith("第1页；Ann Brown, Canals, Harbour, p. 2.")
    assert texts("chicago", both)[0].count(".") == 3


def test_a_document_without_citations_has_none() -> None:
    """Nothing cited is nothing rendered, and an empty note is an empty note."""
    assert render_notes([]) == []
    assert render_bibliography([]) == []
    assert texts("chicago", []) == [""]


@pytest.mark.parametrize(
    ("person", "original", "latin"),
    [
        (Person("李嘉谷", "Li Jiagu"), "(李 1)", "(Li 1)"),
        (Person("欧阳中石", "Ouyang Zhongshi"), "(欧阳 1)", "(Ouyang 1)"),
        (Person("单士元", "Shan Shiyuan"), "(单 1)", "(Shan 1)"),
        (Person("费正清", "John King Fairbank"), "(费正清 1)", "(Fairbank 1)"),
        (Person("蒋廷黻", "Tsiang, Tingfu"), "(蒋廷黻 1)", "(Tsiang 1)"),
        (Person("〔美〕马士"), "(马士 1)", "(马士 1)"),
        (Person("约瑟夫·鲁"), "(约瑟夫·鲁 1)", "(约瑟夫·鲁 1)"),
        (Person("某某研究所"), "(某某研究所 1)", "(某某研究所 1)"),
        (Person("Institute of Rivers"), "(Institute of Rivers 1)", "(Institute of Rivers 1)"),
        (Person("Иванов И. П."), "(Иванов 1)", "(Иванов 1)"),
        (Person("Charles de Witt"), "(de Witt 1)", "(de Witt 1)"),
    ],
)
def test_a_foreign_style_cites_by_family_name(person: Person, original: str, latin: str) -> None:
    """A name is taken apart only where it is sure which part is the family's."""
    record = replace(LI, authors=(person,))
    assert format_citation(record, on("1"), "mla") == original
    assert format_citation(record, on("1"), "mla", Language.EN) == latin
    assert format_citation(record, on("1"), "mla", Language.RU) == latin


def test_a_record_that_lacks_nothing_lacks_nothing() -> None:
    """A full record draws no remark in any style or language."""
    for style, language in product(STYLES, Language):
        assert missing_fields(LI, style, language) == []


@pytest.mark.parametrize("language", list(Language))
def test_what_is_missing_is_said_with_its_key(language: Language) -> None:
    """Each sentence names the book and the key to fill in."""
    bare = BookRecord("bare", "河运小史")
    found = missing_fields(bare, "gb-2015-note", language)
    assert [item.key for item in found] == ["authors", "place", "publisher", "year", "isbn"]
    for item in found:
        assert f"{item.key} = " in item.text
        assert "河运小史" in item.text
        assert "book.toml" in item.text
    assert len({item.text for item in found}) == len(found)


def test_what_is_missing_depends_on_the_style() -> None:
    """A style does not ask for what it does not print."""
    record = replace(LI, place=None, authors=(Person("李嘉谷"),), isbn=None, year="1950")
    assert [item.key for item in missing_fields(record)] == ["place"]
    assert missing_fields(record, "chicago", Language.ZH) == []
    (latin,) = missing_fields(record, "chicago", Language.EN)
    assert latin.key == "authors.latin"
    assert 'latin = "…"' in latin.text
    edited = replace(LI, authors=(), editors=(Person("周五湖"),))
    assert missing_fields(edited) == []


def test_the_first_style_is_the_default() -> None:
    """No style named is the first one; one there is not is refused by name."""
    assert format_citation(LI, on("1")) == format_citation(LI, on("1"), STYLES[0])
    for call in (
        lambda: format_citation(LI, on("1"), "vancouver"),
        lambda: render_notes([], "vancouver"),
        lambda: render_bibliography([], "vancouver"),
        lambda: missing_fields(LI, "vancouver"),
        lambda: style_kind("vancouver"),
    ):
        with pytest.raises(CitingError, match="There is no style vancouver; there is lishi-"):
            call()


@pytest.mark.parametrize("style", STYLES)
def test_every_style_is_a_file_of_standard_csl(style: str) -> None:
    """The file lies beside the module, names its style, and is of the class that it cites by."""
    root = etree.fromstring((files("rag.citing") / "csl" / f"{style}.csl").read_bytes())
    space = {"csl": "http://purl.org/net/xbiblio/csl"}
    assert root.get("version") == "1.0"
    assert root.get("class") == ("note" if style_kind(style) is StyleKind.NOTE else "in-text")
    category = root.find("csl:info/csl:category[@citation-format]", space)
    assert category is not None
    assert category.get("citation-format") == style_kind(style)
    assert len(root.findall("csl:citation/csl:layout", space)) == 1


def test_the_kind_of_a_style_says_how_it_cites() -> None:
    """Notes stand at the foot; numbers and parentheses in the line."""
    kinds = {style: style_kind(style) for style in STYLES}
    assert kinds["lishi-yanjiu"] is kinds["chicago"] is StyleKind.NOTE
    assert kinds["gb-2025-numeric"] is StyleKind.NUMERIC
    assert kinds["apa"] is kinds["mla"] is StyleKind.AUTHOR_DATE


def test_a_numeric_style_alone_says_the_book() -> None:
    """One citation of a numeric style is its entry with the pages."""
    numeric = format_citation(LI, on("90", "91"), "gb-2025-numeric")
    assert numeric == format_citation(LI, on("90", "91"), "gb-2025-note")
    assert numeric.endswith("1996：90-91.")


def test_citations_after_the_first_cost_next_to_nothing() -> None:
    """Pandoc runs once for a book; three hundred places in it take less than a second."""
    format_citation(LI, on("1"))
    started = time.perf_counter()
    for page in range(300):
        format_citation(LI, on(str(page)))
    assert time.perf_counter() - started < 1
