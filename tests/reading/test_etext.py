"""Texts that never had pages get none; their chapters, title and author are as they say."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.language.text import letters_of
from rag.reading.formats.etext.reader import read_etext
from rag.reading.formats.etext.traces import is_etext
from rag.reading.formats.reader import read_book
from rag.reading.source.source import Source
from rag.types import Book, BookRecord, ContentsEntry, PageStatus
from tests.support.press.etext import STOCK, paragraph, wrapped
from tests.support.press.printing import Layout, Printing, print_book


@dataclass(frozen=True, slots=True)
class Case:
    """An e-text and what must come of it; in ``text`` {p} is a paragraph, {w} one in lines.

    ``chapters`` are chapter and section, ``absent`` what must not be in the text.
    """

    language: str
    text: str
    chapters: tuple[str, ...]
    title: str = "book"
    authors: tuple[str, ...] = ()
    absent: tuple[str, ...] = field(default=())


def repeated(form: str, *values: str) -> str:
    """Return a form with each of the values put into it."""
    return "".join(form.replace("{n}", value) for value in values)


GUTENBERG = """The Project Gutenberg eBook of The Lamp
This ebook is for the use of anyone anywhere.
Title: The Lamp

Author: Mary Green

*** START OF THE PROJECT GUTENBERG EBOOK THE LAMP ***

Produced by A. Volunteer at https://www.example.org

THE LAMP

by Mary Green

CONTENTS

CHAPTER I. The Road
CHAPTER II. The Ship

CHAPTER I. The Road

{w}

{w}

CHAPTER II. The Ship

{w}

* * * * *

{w}

*** END OF THE PROJECT GUTENBERG EBOOK THE LAMP ***

Section 1. General Terms of Use. See www.example.org.
"""

CASES = {
    "回": Case(
        "zh",
        "河口演义\n\n作者：周敏\n\n"
        + repeated("第{n}回 港口{n}\n\n　　{p}\n\n　　{p}\n\n", *"一二三四"),
        tuple(f"第{n}回 港口{n}" for n in "一二三四"), "河口演义", ("周敏",),
    ),
    "回 in 卷": Case(
        "zh",
        "《河口演义》\n" + repeated("卷{n}\n第一回 开港\n{p}\n{p}\n第二回 盐路\n{p}\n", *"上下"),
        tuple(f"卷{n} / 第{m}" for n in "上下" for m in ("一回 开港", "二回 盐路")), "河口演义",
    ),
    "traditional": Case(
        "zh-Hant",
        "河口演義\n張三豐　著\n" + repeated("第{n}回　舊港{n}\n{p}\n{p}\n{p}\n", *"一二三"),
        tuple(f"第{n}回 舊港{n}" for n in "一二三"), "河口演義", ("張三豐",),
    ),
    "讲": Case(
        "zh", "港口十讲\n\n" + repeated("第{n}讲：灯\n\n{p}\n\n{p}\n", *"一二三"),
        tuple(f"第{n}讲 灯" for n in "一二三"),
    ),
    "编 and 章": Case(
        "zh", repeated("第{n}编 港史\n第一章 开\n{p}\n第二章 合\n{p}\n{p}\n", *"一二"),
        tuple(f"第{n}编 港史 / 第{m}" for n in "一二" for m in ("一章 开", "二章 合")),
    ),
    "折": Case(
        "zh", repeated("第{n}折\n\n{p}\n{p}\n{p}\n\n", *"一二三四"),
        tuple(f"第{n}折" for n in "一二三四"),
    ),
    "site": Case(
        "zh",
        "本书由某电子书网 www.example.com 整理\n更多好书 http://example.com\n\n河口旧事\n作者：周敏\n"
        + repeated("第{n}章 港\n　　{p}\n　　{p}\n本章由 www.example.com 首发\n", *"1234")
        + "下载更多 www.example.com\n",
        tuple(f"第{n}章 港" for n in "1234"), "河口旧事", ("周敏",), ("example", "首发", "好书"),
    ),
    "hashes": Case(
        "zh", "# 河口旧事\n\n" + repeated("## {n}\n\n{p}\n\n{p}\n\n", "开港", "盐路", "守灯人"),
        ("开港", "盐路", "守灯人"), "河口旧事",
    ),
    "comments": Case(
        "ru",
        "# скачано с сайта example.ru\n# кодировка: utf-8\n\nФонарь\n\nАвтор: И. И. Петров\n\n"
        + repeated("Глава {n}\n\n{p}\n\n{p}\n\n", "первая", "вторая", "третья"),
        ("Глава первая", "Глава вторая", "Глава третья"), "Фонарь", ("И. И. Петров",),
        ("кодировка", "example"),
    ),
    "части и главы": Case(
        "ru",
        repeated("ЧАСТЬ {n}\n\nГлава 1. Суд\n\n{p}\n\nГлава 2. Путь\n\n{p}\n{p}\n", "I", "II"),
        tuple(f"ЧАСТЬ {n} / Глава {m}" for n in ("I", "II") for m in ("1. Суд", "2. Путь")),
    ),
    "gutenberg": Case(
        "en", GUTENBERG, ("CHAPTER I. The Road", "CHAPTER II. The Ship"), "The Lamp",
        ("Mary Green",), ("ebook", "Terms of Use", "***", "Volunteer"),
    ),
    "title in the next line": Case(
        "en", repeated("Chapter {n}\n\nThe Road {n}\n\n{w}\n\n{w}\n\n", "One", "Two", "Three"),
        tuple(f"Chapter {n} The Road {n}" for n in ("One", "Two", "Three")),
    ),
    "roman numbers alone": Case(
        "en", repeated("{n}\n\n{w}\n\n{w}\n\n{w}\n\n{w}\n\n", "I", "II", "III", "IV", "V"),
        ("I", "II", "III", "IV", "V"),
    ),
    "drama": Case(
        "en",
        repeated("ACT {n}\n\nSCENE I. A harbour\n\n{p}\n\nSCENE II. A road\n\n{p}\n\n", "I", "II"),
        tuple(f"ACT {n} / SCENE {m}" for n in ("I", "II") for m in ("I. A harbour", "II. A road")),
    ),
    "no chapters": Case("zh", "　　{p}\n" * 40, ()),
    "verse": Case("zh", "北风吹灯落\n盐路入冬关\n船来人已去\n月上港门寒\n\n" * 60, ()),
}  # fmt: skip


def read(folder: Path, text: str) -> Book:
    """Return the book of a text."""
    path = folder / "book.txt"
    path.write_text(text, encoding="utf-8")
    return read_book(Source(path))


@pytest.mark.parametrize("name", CASES)
def test_an_etext_is_what_it_says(name: str, tmp_path: Path) -> None:
    """It has its chapters and no page; title and author are said in it, or not known."""
    case = CASES[name]
    chance = random.Random(name)  # noqa: S311 - books are made up, not secrets
    text = case.text
    while "{p}" in text or "{w}" in text:
        text = text.replace("{p}", paragraph(case.language, chance), 1)
        text = text.replace("{w}", wrapped(paragraph(case.language, chance)), 1)
    book = read(tmp_path, text)
    assert {(page.label, page.status) for page in book.pages} == {(None, PageStatus.UNKNOWN)}
    stood = [" / ".join(h for h in (s.chapter, s.section) if h) for s in book.sections]
    nested = " / " in "".join(case.chapters)
    assert [one for one in stood if one and (not nested or " / " in one)] == [*case.chapters]
    assert (book.record.title, book.record.subtitle) == (case.title, None)
    assert tuple(person.name for person in book.record.authors) == case.authors
    assert not any(word in book.text for word in case.absent)
    for sentence in STOCK[case.language] if "{p}" in case.text else ():
        assert text.count(sentence) == book.text.count(sentence)


def test_pages_marked_in_words_are_pages(tmp_path: Path) -> None:
    """Marks in words are exact pages, and a word that one cuts is whole."""
    chance = random.Random(2)  # noqa: S311 - books are made up, not secrets
    text, plain = "", ""
    for chapter in range(1, 4):
        text += f"第{chapter}章 港{chapter}\n"
        plain += f"第{chapter}章 港{chapter}\n"
        for page in range(5):
            before, after = (paragraph("zh", chance, 12) for _ in range(2))
            text += f"{before}港[第{chapter * 5 + page}页]口{after}\n"
            plain += f"{before}港口{after}\n"
    book = read(tmp_path, text)
    assert [page.label for page in book.pages[1:]] == [str(n) for n in range(5, 20)]
    assert {page.status for page in book.pages[1:]} == {PageStatus.EXACT}
    assert book.text == plain


@pytest.mark.parametrize("seed", range(3))
def test_the_text_of_a_scan_is_none(seed: int) -> None:
    """Whatever a scan keeps of its pages shows that it had them."""
    printed = print_book(Layout(chapters=3, sections=3), seed)
    for printing in (Printing(), Printing(contents=False), Printing(folio="— {} —")):
        assert not is_etext(printed.text(printing), None)


def test_a_record_that_gives_pages_is_believed() -> None:
    """Where the contents of the record have pages, the book had them."""
    text = "第一章 开港\n" + "运河长一百八十六里。\n" * 30
    record = BookRecord("a", "河", contents=(ContentsEntry("第一章", "开港", 1, "7"),))
    assert is_etext(text, None)
    assert not is_etext(text, record)


LINES = st.sampled_from(
    [
        "", "第一回 开港", "第二回", "卷一", "CHAPTER I.", "IV", "12", "目录", "* * *",
        "他说：“来人！", "运河长一百八十六里。", "　　盐路在入冬以前关闭，商人都走了。",
        "The harbour was closed early,", "and nobody knew why.", "ЧАСТЬ I", "Глава первая",
        "作者：周敏", "《河口旧事》", "序", "{12}",
    ]
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=40))
def test_no_word_of_an_etext_is_lost(lines: list[str]) -> None:
    """All lines stand in the text in their order, whatever they are taken for."""
    text = "\n".join(lines)
    if not letters_of(text):
        return
    book = read_etext(text, Source(Path("book.txt")))
    assert letters_of(book.text) == letters_of(text)
    assert book.pages[-1].end == book.body_end == len(book.text)
