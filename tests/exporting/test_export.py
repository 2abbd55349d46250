"""Answers as documents: what stands in them, and that it is what was answered."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from dataclasses import replace
from pathlib import PurePath
from urllib.parse import parse_qs

import docx
import pytest

from rag.citing.styles import STYLES
from rag.exporting.copying import copied
from rag.exporting.formats import FORMATS, format_of
from rag.exporting.making import cards
from rag.language.catalog import say
from rag.types import CitingError, ExportError, Hit, Language, Match, Passage, PassageKind
from rag.types.forms import AnswerForm, FoundForm, one_line, read_answers
from tests.support.exported import (
    KEEPERS,
    LAMPS,
    NOTES,
    OWN_NOTE,
    QUOTE,
    SECOND,
    THIRD,
    Html,
    answer,
    citation,
    composed,
    docx_texts,
    made,
    near,
    not_found,
    pdf_text,
    place,
    quoted,
    squeezed,
)

ALL = [quoted(), composed(), not_found()]
RECORDS = {"lamps": LAMPS}
FIRST_NOTE = "沈青、何田：《灯下的海岸——1871—1901年的守塔人》，青岛：海声出版社，1998年，第1页。"
READ = ("docx", "pdf", "html", "md", "tex", "txt")


def visible(name: str, content: bytes) -> str:
    """Return the text of a document in a format that is read like a page."""
    if name == "docx":
        body, notes = docx_texts(content)
        return "\n".join([body, *notes])
    if name == "pdf":
        return pdf_text(content)
    return Html(content).text if name == "html" else content.decode()


@pytest.mark.parametrize("name", READ)
def test_a_document_says_all_that_an_answer_does(name: str) -> None:
    """Question, sentences, notes, quotations, surety, verdicts, own notes and date are in it."""
    text = squeezed(visible(name, made(ALL, name, records=RECORDS)))
    text = text.replace("\\", "")
    for wanted in (
        *(one.question for one in ALL),
        *(sentence.text for one in ALL for sentence in one.sentences),
        FIRST_NOTE,
        OWN_NOTE,
        f"原文：“{QUOTE}”",
        "第一章 点灯的人 › 1. 第一盏灯 · 第1页（页码确切）",
        "约第12–13页（页码按篇幅推算，可能相差一两页）",
        "Chapter 2 · 页码不明",
        "只有部分得到所引文字支持",
        "所引文字不支持这句话",
        "书里没有找到能回答这个问题的话。",
        "《灯下的海岸》 第一章 点灯的人 › 1. 第一盏灯 · 第9页（页码确切）",
        "逐字摘自书中，未用语言模型。",
        "由语言模型 sea-model:7b 据书中文字写成，每句都与所引原文核对。",
        "参考文献",
        "2026年11月22日",
    ):
        assert squeezed(wanted) in text, wanted


def test_word_footnotes_are_footnotes() -> None:
    """Each citing sentence has a footnote of Word's own; numbers are circled, each page anew."""
    content = made(ALL, "docx", records=RECORDS)
    body, notes = docx_texts(content)
    assert len(notes) == 5
    assert notes[0].strip().startswith(FIRST_NOTE)
    assert notes[1].strip().startswith("沈青、何田：《灯下的海岸》，约第12—13页。")
    assert FIRST_NOTE not in body
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        document = packed.read("word/document.xml").decode()
        styles = packed.read("word/styles.xml").decode()
    assert document.count("<w:footnoteReference ") == 5
    section = document[document.index("<w:sectPr") :]
    assert 'w:numFmt w:val="decimalEnclosedCircle"' in section
    assert 'w:numRestart w:val="eachPage"' in section
    assert 'w:eastAsia="宋体"' in styles


def test_word_opens_elsewhere() -> None:
    """Another library opens the document; questions are headings, quotations are set as such."""
    styled: dict[str, list[str]] = {}
    for paragraph in docx.Document(io.BytesIO(made(ALL, "docx"))).paragraphs:
        assert paragraph.style is not None
        styled.setdefault(str(paragraph.style.name), []).append(paragraph.text)
    assert styled["Heading 1"] == [*(one.question for one in ALL), "参考文献"]
    assert styled["Block Text"] == [QUOTE, SECOND, THIRD]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ["docx", "html", "txt"])
def test_every_style_makes_a_document(name: str, style: str) -> None:
    """In every style the sentences stand word for word, with a bibliography at the end."""
    text = visible(name, made(ALL, name, style=style))
    assert all(sentence in text for sentence in (QUOTE, SECOND, THIRD))
    assert "参考文献" in text
    assert "Keepers of the Light" in text.split("参考文献")[1]


def test_notes_that_count_are_numbered_through() -> None:
    """Where a later note names the number of an earlier one, numbers do not begin anew."""
    content = made([quoted()], "docx", style="gb-2025-note")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        document = packed.read("word/document.xml").decode()
    assert 'w:numRestart w:val="continuous"' in document
    assert "同1" in docx_texts(content)[1][1]


def test_a_style_in_the_line_cites_in_the_line() -> None:
    """In APA the citation stands behind a quotation, and before the stop of other sentences."""
    text = made(ALL, "txt", style="apa", language=Language.EN).decode()
    assert f"{THIRD} (Reed, 1931, Chapter 2)" in text
    assert "灯油由船运来(Shen & He, 1998, pp. 8–9)。" in text.replace("何", "He")


def test_web_page_can_be_cited_from() -> None:
    """A web page carries COinS of each book, and its notes lead there and back."""
    page = Html(made(ALL, "html"))
    titles = [a["title"] or "" for tag, a in page.tags if tag == "span" and "title" in a]
    values = [parse_qs(title) for title in titles]
    assert [value["rft.btitle"] for value in values] == [
        ["灯下的海岸——1871—1901年的守塔人"],
        ["Keepers of the Light"],
    ]
    assert values[0]["rft.au"] == ["沈青", "何田"]
    identifiers = {a["id"] for _, a in page.tags if "id" in a}
    links = {a["href"] for tag, a in page.tags if tag == "a"}
    assert links == {f"#{kind}-{n}" for kind in ("mark", "note") for n in range(1, 6)}
    assert {link[1:] for link in links if link} == identifiers


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.ZH, ("问书摘录", "页码确切", "参考文献")),
        (Language.ZH_HANT, ("問書摘錄", "頁碼確切", "參考文獻")),
        (Language.EN, ("Answers from the book", "page exact", "References", "22 November 2026")),
        (Language.RU, ("Ответы по книге", "страница точна", "Литература", "22 ноября 2026 г.")),
    ],
)
def test_a_document_speaks_the_language_asked_for(
    language: Language, words: tuple[str, ...]
) -> None:
    """The product's own words follow the language; the book's stay as they are."""
    text = made(ALL, "txt", language=language).decode()
    assert all(word in text for word in words)
    assert QUOTE in text


def test_what_a_record_lacks_is_said() -> None:
    """A book without a year is cited as the style does, and the reader told where to add it."""
    bare = replace(LAMPS, year=None)
    one = answer("问？", (citation(1, QUOTE, place("3"), bare),))
    text = made([one], "txt").decode()
    assert "book.toml" in text.split("参考文献")[1]
    assert "book.toml" not in made([one], "txt", records={"lamps": LAMPS}).decode()


def test_notes_on_a_book_are_marked() -> None:
    """What is taken from notes is called that, in its note and in how it was made."""
    text = made([answer("问？", (citation(1, QUOTE, place("3"), NOTES),))], "txt").decode()
    assert "读书笔记，非原文" in text
    assert "摘自读书笔记，非原书文字" in text


def test_answers_are_read_back_from_their_json() -> None:
    """What 'rag ask --json' writes makes the same document as the answers themselves."""
    lines = "\n".join(one_line(AnswerForm.of(one, RECORDS)) for one in ALL)
    records = {book.id: book for book in (LAMPS, KEEPERS)}
    assert made(read_answers(lines), "txt", records=records) == made(ALL, "txt", records=records)
    picked = read_answers(lines, [3, 1])
    assert [one.question for one in picked] == [ALL[2].question, ALL[0].question]
    again = made(read_answers(lines), "json", records=records)
    assert [one["question"] for one in json.loads(again)] == [one.question for one in ALL]
    assert read_answers(again.decode()) == read_answers(made(ALL, "json", records=records).decode())


def test_lookups_are_exported_like_answers() -> None:
    """What 'rag find --json' writes becomes quotations with their places."""
    text = f"{QUOTE}\n{SECOND}"
    passage = Passage("lamps:1", "lamps", PassageKind.TEXT, 0, 0, len(text), text)
    hit = Hit(passage, place("3", "4"), Match.WORDS, 1.0)
    found = read_answers(one_line(FoundForm.of({"query": "油灯", "hits": [hit]}, RECORDS)))
    written = made(found, "txt", records=RECORDS).decode()
    assert f"■ 油灯\n\n{QUOTE}\n\n{SECOND}[1]\n" in written
    assert "第3—4页。" in written
    assert "按词语查得，逐字摘自书中" in written


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no answers"),
        ("[]", "no answers"),
        ("{", "not JSON"),
        ("[1]", "Answer 1 is not"),
        ('{"question": "x"}', "Answer 1"),
        ('{"question": "x", "error": "down"}', "Answer 1 is a question that failed \\(down\\)"),
        ('{"query": "x", "hits": [{"text": 3}]}', "'hits' 1"),
        ('{"query": "x"}', "'hits' is missing"),
    ],
)
def test_what_is_no_answer_is_refused(text: str, complaint: str) -> None:
    """Text that is not what the command line writes is refused in one sentence with its place."""
    with pytest.raises(ExportError, match=complaint):
        read_answers(text)


@pytest.mark.parametrize("change", ["language", "verdict", "page_status", "pages"])
def test_a_value_that_is_not_of_the_contract_is_refused(change: str) -> None:
    """A word that the contract does not know, or a value of another kind, is named."""
    written = one_line(AnswerForm.of(ALL[0]))
    wrong = {
        "language": ('"language": "zh"', '"language": "tlh"'),
        "verdict": ('"verdict": "supported"', '"verdict": "sure"'),
        "page_status": ('"page_status": "exact"', '"page_status": "maybe"'),
        "pages": ('"pages": ["1"]', '"pages": "1"'),
    }[change]
    assert wrong[0] in written
    with pytest.raises(ExportError, match=change):
        read_answers(written.replace(*wrong))


def test_formats_are_known_by_ending_and_name() -> None:
    """A file's ending names its format, --format wins over it, and others are refused."""
    assert format_of(PurePath("a.DOCX")).name == "docx"
    assert format_of(PurePath("a.json")).name == "json"
    assert format_of(PurePath("a.json"), "csl-json").name == "csl-json"
    for one in FORMATS.values():
        assert format_of(PurePath(f"a{one.ending}")).ending == one.ending
    with pytest.raises(ExportError, match="no known ending"):
        format_of(PurePath("a.xyz"))
    with pytest.raises(ExportError, match="no format odt"):
        format_of(PurePath("a.odt"), "odt")
    with pytest.raises(CitingError, match="no style"):
        made(ALL, "txt", style="none")
    with pytest.raises(ExportError, match="no answers"):
        made([], "txt")


def test_what_is_copied_has_its_citations() -> None:
    """An answer on the clipboard is its sentences, with notes in a style or a list of books."""
    lines = copied(quoted(), Language.ZH).splitlines()
    assert lines[:2] == [f"{QUOTE}①", f"{SECOND}②"]
    assert lines[4] == f"① {FIRST_NOTE}"
    in_line = copied(quoted(), Language.EN, style="apa")
    assert f"{THIRD} (Reed, 1931, Chapter 2)" in in_line
    assert "①" not in in_line
    assert copied(not_found(), Language.ZH) == ""


@pytest.mark.parametrize(
    ("language", "name"),
    [*((Language.ZH, name) for name in READ), *((language, "md") for language in Language)],
)
def test_what_is_near_stands_under_its_lead(language: Language, name: str) -> None:
    """A document says before the quotation that it does not answer; the quotation is cited."""
    text = squeezed(visible(name, made([near()], name, language=language)))
    lead, quotation = (squeezed(one) for one in (say("answers.near", language), SECOND))
    assert 0 <= text.find(lead) < text.find(quotation)
    assert "12" in text


def test_what_is_near_is_so_in_tables_cards_and_on_the_clipboard() -> None:
    """The table has the status, a card and what is copied the lead."""
    [row] = csv.DictReader(io.StringIO(made([near()], "csv").decode("utf-8-sig")))
    assert (row["status"], row["sentence"]) == ("near", SECOND)
    lead = say("answers.near", Language.EN)
    [card] = cards([near()], None, Language.EN)
    assert card.answer == (lead, SECOND)
    assert copied(near(), Language.EN).splitlines()[0] == lead


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_a_long_conversation_is_quick(name: str) -> None:
    """Fifty answers take at most three seconds in any format, and six as PDF."""
    answers = [quoted(number) for number in range(50)]
    made(answers[:1], name)
    started = time.perf_counter()
    made(answers, name)
    assert time.perf_counter() - started < (6 if name == "pdf" else 3)
