"""Answers made up for the tests of what is exported, and readers of the files that come out."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

from lxml import etree

from rag.citing.pandoc import run_pandoc
from rag.exporting.formats import export
from rag.types import (
    Answer,
    BookRecord,
    Citation,
    CitedNote,
    Hit,
    Language,
    Match,
    PageStatus,
    Passage,
    PassageKind,
    Person,
    Place,
    Seconds,
    Sentence,
    TextKind,
    Verdict,
)

DAY = date(2026, 11, 22)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

LAMPS = BookRecord(
    "lamps",
    "灯下的海岸",
    subtitle="1871—1901年的守塔人",
    authors=(Person("沈青", "Shen Qing"), Person("何田")),
    publisher="海声出版社",
    place="青岛",
    year="1998",
    series="海岸丛书",
    isbn="7-5633-0000-0",
    language="zh",
)
KEEPERS = BookRecord(
    "keepers",
    "Keepers of the Light",
    authors=(Person("Anna Reed"),),
    translators=(Person("Ivo Lund"),),
    publisher="Harbour Press",
    year="1931",
    language="en",
)
NOTES = BookRecord("diary", "守塔日记", authors=(Person("何田"),), kind=TextKind.NOTES)

QUOTE = "1871年冬天，守塔人點起了第一盞油燈——“长明灯”……〔一说次年〕；卤水滴进‘铁锅’，䶮字旧写。"
SECOND = "灯油每月由船送来，风大时便断。"
THIRD = "The keepers wrote to one another — every week."
OWN_NOTE = "《守塔日记》手稿，第3页。"
IN_ENGLISH = "In the winter of 1871 the keepers lit the first oil lamp, the “lasting light”."
SECOND_IN_ENGLISH = "Lamp oil came by boat every month."


def place(*pages: str, status: PageStatus = PageStatus.EXACT, part: str | None = None) -> Place:
    """Return a place in the first chapter."""
    return Place(part, "第一章 点灯的人", "1. 第一盏灯", pages, status)


def citation(n: int, quote: str, where: Place, record: BookRecord = LAMPS, **more: Any) -> Citation:
    """Return a citation of a passage."""
    return Citation(n, record, where, quote, f"{record.id}:{n}", 0, len(quote), **more)


def quoted(number: int = 0) -> Answer:
    """Return a quoted answer of three sentences: sure, approximate, and without a page."""
    unknown = Place(None, "Chapter 2", None, (), PageStatus.UNKNOWN)
    citations = (
        citation(1, QUOTE, place(str(number + 1)), footnotes=(CitedNote("①", OWN_NOTE, "1"),)),
        citation(2, SECOND, place("12", "13", status=PageStatus.APPROXIMATE)),
        citation(3, THIRD, unknown, KEEPERS),
    )
    return answer(f"第{number + 1}盏油灯是哪一年点燃的？", citations)


def answer(question: str, citations: tuple[Citation, ...], **more: Any) -> Answer:
    """Return an answer that quotes each of its citations."""
    sentences = tuple(Sentence(one.quote, (one.n,), Verdict.SUPPORTED) for one in citations)
    values: dict[str, Any] = {"mode": "quoted", "sentences": sentences, **more}
    return Answer(
        question,
        Language.ZH,
        "answered",
        text="",
        citations=citations,
        seconds=Seconds(0.0, 0.0, 0.0),
        **values,
    )


def composed() -> Answer:
    """Return an answer of a language model: supported, partly so, and not at all."""
    return answer(
        "守塔人怎样得到灯油？",
        (citation(1, QUOTE, place("8")), citation(2, SECOND, place("9"))),
        mode="composed",
        model="sea-model:7b",
        sentences=(
            Sentence("守塔人点灯，灯油由船运来。", (1, 2), Verdict.SUPPORTED),
            Sentence("船每周来一次。", (2,), Verdict.PARTLY),
            Sentence("油价很高。", (), Verdict.UNSUPPORTED),
        ),
    )


def translated(one: Answer) -> Answer:
    """Return an answer as to a question in English, its first two citations translated."""
    first, second, *others = one.citations
    return replace(
        one,
        language=Language.EN,
        citations=(
            replace(first, translation=IN_ENGLISH),
            replace(second, translation=SECOND_IN_ENGLISH),
            *others,
        ),
    )


def near() -> Answer:
    """Return a quotation that is nearest to an answer, and none."""
    return replace(answer("灯油多少钱一斤？", (citation(1, SECOND, place("12")),)), status="near")


def not_found() -> Answer:
    """Return the statement that the book does not say, with a place that is near."""
    passage = Passage("lamps:9", "lamps", PassageKind.TEXT, 0, 0, 4, "油价很高")
    return Answer(
        "谁是灯塔的主人？",
        Language.ZH,
        "not_found",
        "quoted",
        "书中没有说。",
        (),
        (),
        Seconds(0.0, 0.0, 0.0),
        nearest=(Hit(passage, place("9"), Match.WORDS, 1.0),),
    )


def made(answers: list[Answer], name: str, **more: Any) -> bytes:
    """Return answers in a format, on the day of the tests."""
    return export(answers, name, day=DAY, **more)


def squeezed(text: str) -> str:
    """Return text without white space, which layout may add or break at."""
    return "".join(text.split())


def docx_texts(content: bytes) -> tuple[str, list[str]]:
    """Return the text of a Word document, and that of each of its footnotes."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        document = etree.fromstring(packed.read("word/document.xml"))
        notes = etree.fromstring(packed.read("word/footnotes.xml"))
    texts = ["".join(texts_in(note)) for note in notes if note.get(f"{W}type") is None]
    paragraphs = ("".join(texts_in(paragraph)) for paragraph in document.iter(f"{W}p"))
    return "\n".join(paragraphs), texts


def texts_in(element: etree._Element) -> list[str]:
    """Return the runs of text in an element of a Word document."""
    return [run.text or "" for run in element.iter(f"{W}t")]


def pdf_text(content: bytes) -> str:
    """Return the text that is copied out of a PDF."""
    import pypdfium2  # noqa: PLC0415 - only where a PDF is read

    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


class Html(HTMLParser):
    """The text of an HTML page, and the tags and attributes in it."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._silent = False
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag down; what is in a style sheet is no text."""
        self.tags.append((tag, dict(attrs)))
        self._silent = tag == "style"

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's own signature
        """Hear text again behind a style sheet."""
        self._silent = False

    def handle_data(self, data: str) -> None:
        """Take text down."""
        self.text += "" if self._silent else data


def pandoc_text(content: bytes, read_as: str) -> tuple[str, set[str]]:
    """Return the text that pandoc reads in a file, and the kinds of nodes that it finds."""
    tree = json.loads(run_pandoc([f"--from={read_as}", "--to=json"], content))
    kinds: set[str] = set()
    texts: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, dict) and "t" in node:
            kinds.add(node["t"])
            if node["t"] == "Str":
                texts.append(node["c"])
            elif node["t"] in ("Space", "SoftBreak"):
                texts.append(" ")
            elif isinstance(node.get("c"), str):
                texts.append(node["c"])
        if isinstance(node, dict):
            node = [node.get("c"), *(node[key] for key in node if key not in ("t", "c"))]
        if isinstance(node, list):
            for child in node:
                walk(child)

    walk(tree["blocks"])
    walk(tree["meta"])
    return "".join(texts), kinds


def fields(content: bytes) -> list[dict[str, str]]:
    """Return the notes of an Anki package: guid and fields, their HTML read as text."""
    import sqlite3  # noqa: PLC0415 - only where a package is read
    import tempfile  # noqa: PLC0415 - likewise
    from pathlib import Path  # noqa: PLC0415 - likewise

    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            packed.extract("collection.anki2", folder)
        connection = sqlite3.connect(Path(folder) / "collection.anki2")
        rows = connection.execute("SELECT guid, flds FROM notes ORDER BY id").fetchall()
        connection.close()
    names = ("question", "answer", "citation")
    return [
        {"guid": guid, **dict(zip(names, values.split("\x1f"), strict=True))}
        for guid, values in rows
    ]


def html_text(text: str) -> str:
    """Return a fragment of HTML as text."""
    return Html(re.sub(r"<br\s*/?>", "\n", text).encode()).text
