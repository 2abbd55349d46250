"""Sentences and passages: nothing is lost, nothing overlaps, nothing crosses a section."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.language.text.abbreviated import abbreviations
from rag.language.text.sentence import sentences
from rag.search.splitting import split
from rag.types import Book, BookRecord, Footnote, Page, PageStatus, PassageKind, Section, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

HAN = re.compile("[\u4e00-\u9fff]")
CASES = Path(__file__).resolve().parents[1] / "cases" / "sentences.txt"
WRITTEN = [
    line
    for line in CASES.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
TEXTS = st.text(
    alphabet=st.sampled_from("甲乙丙丁。！？…；，“”‘’（）「」 \n\u3000abZ.!?1年ДаёN"), max_size=120
)
LIMIT = 12


def count(texts: Sequence[str]) -> list[int]:
    """Return the characters of each text that are not white space."""
    return [len("".join(text.split())) for text in texts]


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Return a book of random sections, each with a heading, and random footnotes."""
    text = ""
    sections = []
    for index, body in enumerate(draw(st.lists(TEXTS, min_size=1, max_size=5))):
        start, heading = len(text), f"{index}. 题\n"
        text += heading + body + "\n"
        sections.append(Section(index, start, start + len(heading), len(text)))
    body_end = len(text)
    notes = []
    for index, words in enumerate(draw(st.lists(TEXTS, max_size=3))):
        anchor = draw(st.none() | st.integers(1, body_end))
        notes.append(Footnote(str(index + 1), len(text), len(text) + len(words), 0, anchor))
        text += words + "\n"
    page = Page(0, "1", PageStatus.EXACT, 0, body_end)
    return Book(
        BookRecord("random", "随机"), text, body_end, (page,), tuple(sections), tuple(notes)
    )


@pytest.mark.parametrize("case", WRITTEN)
def test_sentences_end_where_a_reader_ends_them(case: str) -> None:
    """The sentences of each written case are those between its bars."""
    parts = case.split(" | ")
    text = ("" if HAN.search(case) else " ").join(parts)
    assert [text[span.start : span.end] for span in sentences(text)] == parts


@given(TEXTS)
def test_sentences_hold_all_that_is_written(text: str) -> None:
    """Sentences are in order, do not overlap, are trimmed, and leave out white space alone."""
    spans = sentences(text)
    pieces = [text[span.start : span.end] for span in spans]
    assert all(piece and piece == piece.strip() for piece in pieces)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_pair_of_marks_holds_no_more_than_a_sentence() -> None:
    """A quotation of many sentences is read one by one, and an unclosed mark swallows no page."""
    long = "他写道：“" + "运河长一百八十六里。" * 20 + "”此后无话。"
    assert len(sentences(long)) == 21
    assert len(sentences("见（县志。" + "运河长一百八十六里。" * 20 + "）完。")) == 22
    assert len(sentences("“" * 2000 + "运河长一百八十六里。" * 20)) == 20


def test_abbreviations_are_learnt_from_the_book() -> None:
    """A word that a book writes with a point again and again, in mid-sentence too, is one."""
    text = "Сев. Двина и сев. берега замерзают. " * 4 + "Река замерзает. Все ждут."
    assert "сев" in abbreviations(text)
    assert "замерзает" not in abbreviations(text)
    assert len(sentences("Сев. Двина замерзает. Все ждут.", abbreviations(text))) == 2
    assert abbreviations("运河长一百八十六里。") == frozenset()


@given(TEXTS)
def test_a_sentence_never_crosses_a_line(text: str) -> None:
    """A line's end ends a sentence."""
    assert not any("\n" in text[span.start : span.end] for span in sentences(text))


@settings(deadline=None)
@given(books())
def test_passages_are_slices(book: Book) -> None:
    """The text of a passage is the book's text at its offsets, and its id is its own."""
    passages = split(book, count, LIMIT)
    assert all(item.text == book.text[item.start : item.end] for item in passages)
    assert len({item.id for item in passages}) == len(passages)


@settings(deadline=None)
@given(books())
def test_passages_tile_their_sections(book: Book) -> None:
    """In each section the passages follow one another and leave out white space alone."""
    passages = [item for item in split(book, count, LIMIT) if item.kind is PassageKind.TEXT]
    for section in book.sections:
        end = section.body
        for item in (item for item in passages if item.section == section.index):
            assert not book.text[end : item.start].strip()
            assert end <= item.start < item.end <= section.end
            end = item.end
        assert not book.text[end : section.end].strip()


@settings(deadline=None)
@given(books())
def test_a_passage_is_within_the_limit_or_one_sentence(book: Book) -> None:
    """Only a passage that is a single sentence holds more tokens than the limit."""
    for item in split(book, count, LIMIT):
        if item.kind is PassageKind.TEXT and count([item.text])[0] > LIMIT:
            assert sentences(item.text) == [Span(0, len(item.text))]


@settings(deadline=None)
@given(books())
def test_each_footnote_with_words_is_a_passage(book: Book) -> None:
    """Footnotes come behind the text, one passage each, in the section of their mark."""
    passages = [item for item in split(book, count, LIMIT) if item.kind is PassageKind.FOOTNOTE]
    notes = [note for note in book.footnotes if note.end > note.start]
    assert [(item.start, item.end) for item in passages] == [(n.start, n.end) for n in notes]
    for item, note in zip(passages, notes, strict=True):
        home = book.sections[item.section]
        offset = 0 if note.anchor is None else note.anchor
        assert home.start <= offset <= home.end


def one_section(text: str, part: str | None = None) -> Book:
    """Return a book of one section without a heading."""
    page = Page(0, "1", PageStatus.EXACT, 0, len(text))
    section = Section(0, 0, 0, len(text), part=part)
    return Book(BookRecord("one", "一"), text, len(text), (page,), (section,))


def test_short_paragraphs_are_joined() -> None:
    """Two paragraphs that are both short make one passage; a longer one stays by itself."""
    assert len(split(one_section("甲乙。\n丙丁。"), count, 20)) == 1
    assert len(split(one_section("甲乙丙丁戊己庚辛壬。\n子丑。"), count, 20)) == 2


def test_a_long_paragraph_is_cut_evenly() -> None:
    """Four sentences that are one too many for a passage make two of two."""
    passages = split(one_section("甲甲甲甲。乙乙乙乙。丙丙丙丙。丁丁丁丁。"), count, 15)
    assert [item.text for item in passages] == ["甲甲甲甲。乙乙乙乙。", "丙丙丙丙。丁丁丁丁。"]


def test_the_table_of_contents_gives_no_passages() -> None:
    """Lines of the printed contents are no sentences to be quoted."""
    assert split(one_section("第一章 开渠……1", part="目录"), count) == []
