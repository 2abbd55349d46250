"""A reader's notes as files: each with its citation, and none with a page that is not sure."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import PurePath

import pytest

from rag.cli.arguments import parse_arguments
from rag.exporting import FORMATS, export_notes, format_of
from rag.library.keeping import Note, PlacedNote, anchor_at, placed
from rag.types import ExportError, Language, Span
from tests.support.exported import docx_texts
from tests.support.shelves import volume

DAY = date(2026, 11, 29)
BOOK = volume("lamps", ["河灯自东门放起。至三更方散。", "守塔人每夜点灯三次。", "见旧县志。"]).book
HOSTILE = "=HYPERLINK(1) <script>alert(1)</script> [sound:x] {{x}} \\input{x} [^1]: x\n# x"


def kept() -> list[PlacedNote]:
    """Return a note in its place, a mark, one whose words are lost and one whose book is gone."""
    first = Note("a1", anchor_at(BOOK, Span(0, 8)), HOSTILE, "2026-11-29", "2026-11-29")
    second = Note("a2", anchor_at(BOOK, Span(14, 24)), "", "2026-11-29", "2026-11-29")
    other = volume("lamps", ["别的书，没有这些字。", "又。", "注"]).book
    return [placed(first, BOOK), placed(second, BOOK), placed(first, other), placed(second, None)]


def made(name: str, language: Language = Language.ZH) -> bytes:
    """Return the notes in a format."""
    return export_notes(kept(), name, day=DAY, language=language, style="gb-2025-note")


@pytest.mark.parametrize("name", list(FORMATS))
def test_notes_have_every_format(name: str) -> None:
    """Whatever answers can be, notes can be."""
    assert len(made(name)) > 100


def test_each_note_has_its_citation_and_the_readers_words() -> None:
    """A Word document has the words, their page in a footnote, and what the reader wrote."""
    body, notes = docx_texts(made("docx"))
    assert "河灯自东门放起。" in body
    assert "读者所记" in body
    assert "<script>alert(1)</script>" in body
    assert [": 1." in note or "：1." in note for note in notes] == [True, False]
    assert "第1页" in notes[0]
    assert "第2页" in notes[1]
    assert len(notes) == 2
    assert "已无从确定" in body
    assert "已不在书库" in body


def test_a_lost_note_has_no_page() -> None:
    """JSON and CSV say where words stand; of those that are lost or gone nothing."""
    values = json.loads(made("json"))
    assert [one["standing"] for one in values] == ["there", "there", "lost", "gone"]
    assert [one["pages"] for one in values] == [["1"], ["2"], [], []]
    assert values[0]["note"] == HOSTILE
    assert values[1]["note"] is None
    rows = list(csv.DictReader(io.StringIO(made("csv").decode("utf-8-sig"))))
    assert [row["pages"] for row in rows] == ["1", "2", "", ""]
    assert [bool(row["formatted"]) for row in rows] == [True, True, False, False]
    assert rows[0]["note"].startswith("'=HYPERLINK")


def test_what_a_reader_wrote_is_text() -> None:
    """No note begins a heading, a footnote, a field or a script of its own."""
    markdown = made("md", Language.EN).decode()
    assert markdown.count("\n# ") == 0
    assert markdown.startswith("# Notes on books")
    assert "\\<script\\>" in markdown
    assert b"<script>alert" not in made("html")
    assert b"\\input{x}" not in made("tex")


def test_no_notes_are_said_plainly() -> None:
    """Where there is nothing to export, that is said."""
    with pytest.raises(ExportError, match="no notes"):
        export_notes([], "md", day=DAY, language=Language.ZH)
    assert parse_arguments(["export", "notes.md", "--notes"]).notes
    assert format_of(PurePath("notes.md")).name == "md"
