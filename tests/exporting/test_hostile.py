"""Text from a book, a reader or a model comes out of every format as the characters it is."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile

import pytest
import rispy
from bibtexparser.entrypoint import parse_string as parse_bibtex
from lxml import etree

from rag.exporting.formats import FORMATS
from rag.exporting.sound import one_line, sound
from rag.types import Answer, BookRecord, CitedNote, Person
from tests.support.exported import (
    Html,
    W,
    answer,
    citation,
    docx_texts,
    fields,
    html_text,
    made,
    pandoc_text,
    pdf_text,
    place,
    squeezed,
)

ATTACKS = (
    r"{\rtf1\ansi x} \input{/etc/passwd} \write18{id} $x^2$ \(y\) \[z\] %c &d #e ~f ^g `h` ''i''",
    r'<w:instrText>HYPERLINK</w:instrText> <script>alert("1")</script> <img src=x onerror=y>',
    '=HYPERLINK("http://e.example/x","y") ![p](http://e.example/p.png) [q](javascript:alert(1))',
    "https://e.example/z www.e.example a@e.example <http://e.example> [^1]: r :s: **t** __u__",
    '#eval(1) #include "x" $y$ _v_ *w* @ref <label> ```x``` \'k\' "l" -- --- ... (c) 1/2 ~~m~~',
    "[sound:x.mp3] [latex]x[/latex] {{c1::x}} {{Question}} {Author}: x %A x TY  - x @book{x,",
)
UNSEEN = "a\x00b\x07c\ud800d\u202ee\u2066f\U000e0041g\uffffh"


def hostile(text: str) -> Answer:
    """Return an answer in which everything that can be said is hostile."""
    record = BookRecord("book", text, authors=(Person(text),), publisher=text, year="1998")
    note = CitedNote(text, text, "3")
    one = citation(1, text, place("3"), record, footnotes=(note,), translation=text)
    return answer(text, (one,))


TEX = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textasciigrave": "`",
}


def untexed(value: str) -> str:
    """Return what TeX shows for a value of BibTeX: any command that is not a sign is an error."""
    shown = value.removeprefix("{").removesuffix("}")
    shown = re.sub(r"([-'])\{\}", r"\1", shown)
    signs = re.compile(r"\\([a-z]+)\{\}|\\([&%$#_])|[{}`]")
    return signs.sub(lambda found: TEX[found[1]] if found[1] else found[2], shown)


@pytest.mark.parametrize("text", ATTACKS)
def test_word_shows_the_characters_and_no_field(text: str) -> None:
    """A Word document holds the text in body and notes, and neither field, link nor picture."""
    content = made([hostile(text)], "docx")
    body, notes = docx_texts(content)
    assert body.count(text) >= 3
    assert text in notes[0]
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            tree = etree.fromstring(packed.read(name))
            assert not list(tree.iter(f"{W}instrText", f"{W}fldSimple", f"{W}hyperlink"))
            assert not list(tree.iter(f"{W}drawing", f"{W}pict", f"{W}altChunk", f"{W}object"))
            assert "TargetMode" not in packed.read(name).decode()


@pytest.mark.parametrize("text", ATTACKS)
def test_pdf_shows_the_characters(text: str) -> None:
    """What is copied out of a PDF is the text as it was written; it holds no link of the text's."""
    content = made([hostile(text)], "pdf")
    assert squeezed(pdf_text(content)).count(squeezed(text)) >= 3
    assert b"/URI" not in content
    assert b"/JavaScript" not in content


@pytest.mark.parametrize("text", ATTACKS)
def test_html_shows_the_characters_and_fetches_nothing(text: str) -> None:
    """A web page holds the text as text: no tag of it, no address but places in the page."""
    page = Html(made([hostile(text)], "html"))
    assert page.text.count(text) >= 4
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "iframe", "object", "embed", "link", "svg", "form"}
    for _, attributes in page.tags:
        assert not any(name.startswith("on") or name == "src" for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")


@pytest.mark.parametrize("read_as", ["gfm", "commonmark_x", "markdown"])
@pytest.mark.parametrize("text", ATTACKS)
def test_markdown_shows_the_characters(text: str, read_as: str) -> None:
    """Readers of Markdown of several kinds find the text in it, and no markup of the text's."""
    found, kinds = pandoc_text(made([hostile(text)], "md"), read_as + "-smart")
    assert squeezed(found).count(squeezed(text)) >= 4
    assert not kinds & {"Link", "Image", "RawInline", "RawBlock", "Math", "Code", "CodeBlock"}
    # The style itself sets a title that is not Chinese in italics (Emph).
    assert not kinds & {"Strong", "Strikeout", "Cite", "Span", "Subscript", "Superscript"}


@pytest.mark.parametrize("text", ATTACKS)
def test_latex_shows_the_characters(text: str) -> None:
    """A reader of LaTeX finds the text in it: none of it is a command."""
    content = made([hostile(text)], "tex").decode()
    body = content.split("\\maketitle")[1].removesuffix("\\end{document}\n")
    found, kinds = pandoc_text(body.encode(), "latex-smart")
    assert squeezed(found).count(squeezed(text)) >= 4
    assert not kinds & {"Link", "Image", "RawInline", "RawBlock", "Math", "Code", "CodeBlock"}
    assert "\\input{" not in body
    assert "\\write18" not in body


@pytest.mark.parametrize("text", ATTACKS)
def test_reference_records_keep_the_characters(text: str) -> None:
    """RIS, BibTeX, EndNote, NoteExpress and CSL-JSON give the text back, one record, one title."""
    answers = [hostile(text)]
    [ris] = rispy.loads(made(answers, "ris").decode())
    assert ris["title"] == text
    assert ris["authors"] == [text]
    library = parse_bibtex(made(answers, "bib").decode())
    [entry] = library.entries
    assert not library.failed_blocks
    assert untexed(entry["title"]) == text
    [item] = json.loads(made(answers, "csl-json"))
    assert item["title"] == text
    assert item["author"] == [{"literal": text}]
    assert f"%T {text}\n" in made(answers, "enw").decode()
    assert f"{{Title}}: {text}\n" in made(answers, "noteexpress").decode()


@pytest.mark.parametrize("name", ["enw", "noteexpress", "ris", "bib"])
def test_no_text_can_begin_a_field(name: str) -> None:
    """A line break in a text makes no second line, so that no text brings a field in."""
    breaks = "x\n%A evil\r{Author}: evil\u2028ER  - \u0085TY  - BOOK\v@book{evil,\fz"
    lines = made([hostile(breaks)], name).decode().splitlines()
    assert not any(line.startswith(("%A evil", "{Author}: evil", "@book{evil")) for line in lines)
    assert sum(line.startswith(("TY  -", "%0", "{Reference Type}", "@book")) for line in lines) == 1


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_a_table_reckons_nothing(first: str) -> None:
    """A cell that a spreadsheet could take for a formula begins with an apostrophe."""
    content = made([hostile(f"{first}cmd|x")], "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 2
    cells = [cell for cell in rows[1] if "cmd|x" in cell]
    assert len(cells) >= 5
    assert all(cell.startswith("'") for cell in cells if cell.lstrip("'")[:1] in f"{first} ")


@pytest.mark.parametrize("text", ATTACKS)
def test_cards_show_the_characters(text: str) -> None:
    """An Anki card shows the text, and none of it is a sound, a formula or a field to Anki."""
    [note] = fields(made([hostile(text)], "apkg"))
    assert html_text(note["question"]) == text
    assert html_text(note["answer"]) == f"{text}\n〔机器译文〕{text}"
    raw = "".join(note.values())
    assert not any(sign in raw for sign in ("[sound:", "[latex]", "{{", "\\(", "\\[", "<script"))


@pytest.mark.parametrize("name", FORMATS)
def test_what_cannot_be_shown_is_named(name: str) -> None:
    """Controls, lone surrogates and turned writing are written by their numbers."""
    content = made([hostile(UNSEEN)], name)
    if name == "json":
        assert json.loads(content)[0]["question"] == UNSEEN
        return
    if name == "docx":
        text = docx_texts(content)[0]
    elif name == "apkg":
        text = html_text(fields(content)[0]["question"])
    else:
        text = pdf_text(content) if name == "pdf" else content.decode()
    assert squeezed(sound(UNSEEN)) in squeezed(text)
    assert not any(sign in text for sign in "\x07\u202e\u2066\U000e0041")


def test_a_pdf_shows_no_empty_box() -> None:
    """Rare and Traditional characters are drawn; what the font lacks is named by its number."""
    text = pdf_text(
        made([hostile("臺灣檔案館龘䶮㐀；Чугуев ё, œuvre ﬁ ㊿ ½ → ℃；𠮷 한 😀")], "pdf")
    )
    shown = "臺灣檔案館龘䶮㐀；Чугуевё,œuvreﬁ㊿½→℃；⟨U+20BB7⟩⟨U+D55C⟩⟨U+1F600⟩"
    assert squeezed(shown).replace("ﬁ", "fi") in squeezed(text).replace("ﬁ", "fi")


def test_breaks_and_spaces_are_those_of_the_text() -> None:
    """A break between Chinese characters leaves nothing, between words a space."""
    assert one_line("第一行\n第二行") == "第一行第二行"
    assert one_line("one\r\ntwo") == "one two"
    assert one_line("  a  b\t") == "a  b"
