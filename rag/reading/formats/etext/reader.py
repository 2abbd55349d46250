"""An e-text -> a Book: text that was typed for the screen, a paragraph a line or in lines.

No page of it is known, unless the text marks its pages in words (``[Pg 12]``, ``{12}``); each
chapter is one page without a label. Title and authors are what lines before the text say that
they are, or what title pages say clearly; what is not known is left out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.language.tables import Pattern
from rag.language.text import cells, ends_sentence, letters_of
from rag.reading.binding import Role, bind
from rag.reading.flow import (
    Declared,
    Line,
    Piece,
    Turn,
    checked,
    levelled,
    record_of,
    settled,
    to_leaves,
    with_title,
    written_marks,
)
from rag.reading.formats.etext.headings import find_headings
from rag.reading.formats.etext.lines import read_lines
from rag.types import PageStatus, Problem, ReadingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.formats.etext.headings import Heading
    from rag.reading.formats.etext.lines import Paragraph
    from rag.reading.source import Source
    from rag.types import Book

_NO_PAGES = "the text bears no trace of printed pages"
_MARKED = "a page mark stands in the text"
_SAYS = r"\s*(?i:{})(?:\s*[:：]\s*|\s+(?=[^\W\d_a-zа-яё]))(\S.{{0,80}}?)\s*"
_TITLE = Pattern(_SAYS.format("{reading.says_title}"))
_AUTHOR = Pattern(_SAYS.format("{reading.says_author}"))
_TRANSLATOR = Pattern(_SAYS.format("{reading.says_translator}"))
_EDITOR = Pattern(_SAYS.format("{reading.says_editor}"))
_WORKS = re.compile(r"《([^《》]{1,40})》")
_ROLE = re.compile(r"\S.{0,24}?\s*(?:著|撰|编著|編著|編|编|译|譯|辑|輯)")
_PARTED = re.compile(r"[、,，;；/&]|\band\b|\bи\b")
_TITLE_PAGES = 12
_LONGEST_TITLE = 30.0


def read_etext(text: str, source: Source) -> Book:
    """Return the book that an e-text holds; ReadingError where it holds no text."""
    lines = read_lines(text)
    if not lines.paragraphs:
        raise ReadingError(f"{source.path.name} is empty; there is nothing to read in it.")
    headings = find_headings(lines.paragraphs)
    first = min((h.first for h in headings if not h.contents), default=len(lines.paragraphs))
    before = [paragraph.text for paragraph in lines.paragraphs[: min(first, _TITLE_PAGES)]]
    declared = _declared(lines.head, before, source.stem)
    pieces, title = levelled(_pieces(lines.paragraphs, headings), declared.title)
    known = letters_of(declared.title or title or "")
    printed = [
        line
        for line in before
        if cells(line) <= _LONGEST_TITLE and letters_of(line) != known and not _is_labelled(line)
    ]
    record = record_of(with_title(declared, title), source, printed)
    leaves, problems = checked(to_leaves(settled(_turned(pieces)), _NO_PAGES))
    if lines.left_out:
        problems.append(
            Problem(
                "notices_left_out",
                f"{lines.left_out} lines of licences, comments and notices were left out.",
            )
        )
    return bind(leaves, record, record.contents, problems)


def _declared(head: Sequence[str], before: Sequence[str], stem: str) -> Declared:
    """Return what an e-text says of its book: in labelled lines, or clearly by its first ones."""
    lines = [*head, *before]

    def said(form: Pattern) -> list[str]:
        return [match[1].strip("《》") for line in lines if (match := form.fullmatch(line))]

    def people(form: Pattern) -> tuple[str, ...]:
        return tuple(name.strip() for whole in said(form)[:1] for name in _PARTED.split(whole))

    titles = said(_TITLE)
    return Declared(
        title=titles[0] if titles else _first_line(before, stem),
        authors=people(_AUTHOR),
        translators=people(_TRANSLATOR),
        editors=people(_EDITOR),
    )


def _is_labelled(line: str) -> bool:
    """Whether a line says title or people by a label, and is itself neither."""
    return any(form.fullmatch(line) for form in (_TITLE, _AUTHOR, _TRANSLATOR, _EDITOR))


def _first_line(before: Sequence[str], stem: str) -> str:
    """Return the first line where it is the title for certain, else an empty text.

    That is where it stands in title marks, is the name of the file, or stands directly above
    a line that names who wrote the book.
    """
    if not before:
        return ""
    works = _WORKS.fullmatch(before[0].strip())
    if works:
        return works[1]
    if ends_sentence(before[0]) or cells(before[0]) > _LONGEST_TITLE:
        return ""
    if _AUTHOR.fullmatch(before[0]) or _ROLE.fullmatch(before[0]):
        return ""
    named = len(before) > 1 and (_AUTHOR.fullmatch(before[1]) or _ROLE.fullmatch(before[1]))
    return before[0].strip() if named or letters_of(before[0]) == letters_of(stem) else ""


def _pieces(paragraphs: Sequence[Paragraph], headings: Sequence[Heading]) -> list[Piece]:
    """Return the paragraphs as pieces, with a page where a mark begins one."""
    starts = {heading.first: heading for heading in headings}
    inner = {k for h in headings for k in range(h.first + 1, h.last + 1)}
    marks = written_marks(paragraph.text for paragraph in paragraphs)
    pieces = []
    for k, paragraph in enumerate(paragraphs):
        if k in inner:
            continue
        heading = starts.get(k)
        piece = _marked(heading.text if heading else paragraph.text, marks)
        if heading is not None and heading.contents:
            piece = replace(piece, role=Role.CONTENTS)
        elif heading is not None:
            piece = replace(piece, role=Role.HEADING, level=heading.level)
        pieces.append(piece)
    return pieces


def _turned(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with a page without a label at each chapter, where no page is marked."""
    if any(piece.turns for piece in pieces):
        return list(pieces)
    turn = Turn(0, None, PageStatus.UNKNOWN, _NO_PAGES)
    return [
        replace(piece, turns=(turn,)) if piece.role is Role.HEADING and piece.level == 1 else piece
        for piece in pieces
    ]


def _marked(text: str, marks: re.Pattern[str] | None) -> Piece:
    """Return a paragraph without the page marks in it, and where pages begin in it."""
    line = Line()
    start = 0
    for mark in marks.finditer(text) if marks else ():
        line.write(text[start : mark.start()])
        line.turns.append(Turn(line.length, mark[1] or mark[2], PageStatus.EXACT, _MARKED))
        start = mark.end()
    line.write(text[start:])
    return Piece(Role.TEXT, "".join(line.parts), turns=tuple(line.turns))
