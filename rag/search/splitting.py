"""Text to sentences, and a book to passages; pure.

A passage never crosses a section and ends on a sentence border. Paragraphs are kept
together where they fit, because a paragraph is what an author means as one thought.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from rag.language.text import abbreviations, is_contents_head, sentences
from rag.types import Passage, PassageKind, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rag.types import Book, Section

PASSAGE_TOKENS = 320
"""Most tokens in a passage, its heading left out: half of what the encoder reads."""
_SHORT_SHARE = 0.4
"""A paragraph is joined to the one before while both stay below this share of the limit."""


def split(
    book: Book, count_tokens: Callable[[Sequence[str]], list[int]], limit: int = PASSAGE_TOKENS
) -> list[Passage]:
    """Return the passages of a book: those of its sections in order, then its footnotes.

    ``count_tokens`` gives the number of the encoder's tokens of each text. A passage
    holds at most ``limit`` tokens, unless a single sentence is longer: such a sentence is
    a passage of its own, and the encoder reads it in windows.
    """
    passages: list[Passage] = []
    known = abbreviations(book.text)
    for section in book.sections:
        if section.part and is_contents_head(section.part):
            continue  # the contents are kept as entries, and a line of them is no sentence
        units = [
            Span(section.body + span.start, section.body + span.end)
            for span in sentences(book.text[section.body : section.end], known)
        ]
        if not units:
            continue
        lengths = count_tokens([book.text[unit.start : unit.end] for unit in units])
        paragraphs = _paragraphs(book.text, units, lengths)
        passages.extend(
            _passage(book, PassageKind.TEXT, section.index, span)
            for span in _packed(paragraphs, limit)
        )
    for note in book.footnotes:
        if note.end > note.start:
            offset = book.pages[note.page].start if note.anchor is None else note.anchor
            home = _section_at(book.sections, offset)
            passages.append(_passage(book, PassageKind.FOOTNOTE, home, Span(note.start, note.end)))
    return passages


def _paragraphs(
    text: str, units: Sequence[Span], lengths: Sequence[int]
) -> list[list[tuple[Span, int]]]:
    """Group sentences (with their token counts) into the paragraphs they stand in."""
    groups: list[list[tuple[Span, int]]] = []
    for index, (unit, length) in enumerate(zip(units, lengths, strict=True)):
        if index == 0 or "\n" in text[units[index - 1].end : unit.start]:
            groups.append([])
        groups[-1].append((unit, length))
    return groups


def _packed(paragraphs: Sequence[Sequence[tuple[Span, int]]], limit: int) -> Iterator[Span]:
    """Cut long paragraphs evenly at sentence borders; join short ones to their neighbour."""
    pending: Span | None = None
    size = 0
    for paragraph in paragraphs:
        total = sum(length for _, length in paragraph)
        whole = Span(paragraph[0][0].start, paragraph[-1][0].end)
        if pending and max(size, total) <= limit * _SHORT_SHARE and size + total <= limit:
            pending, size = Span(pending.start, whole.end), size + total
            continue
        if pending:
            yield pending
        if total <= limit:
            pending, size = whole, total
            continue
        yield from _cut(paragraph, total, limit)
        pending, size = None, 0
    if pending:
        yield pending


def _cut(paragraph: Sequence[tuple[Span, int]], total: int, limit: int) -> Iterator[Span]:
    """Cut one long paragraph into the fewest pieces, of about the same length each."""
    goal = total / -(-total // limit)
    start, end, size = paragraph[0][0].start, paragraph[0][0].start, 0
    for unit, length in paragraph:
        if size and (size + length > limit or size + length / 2 > goal):
            yield Span(start, end)
            start, size = unit.start, 0
        end, size = unit.end, size + length
    yield Span(start, end)


def _section_at(sections: Sequence[Section], offset: int) -> int:
    last = 0
    for section in sections:
        if section.start > offset:
            break
        last = section.index
    return last


def _passage(book: Book, kind: PassageKind, section: int, span: Span) -> Passage:
    text = book.text[span.start : span.end]
    digest = hashlib.sha256(f"{book.id}\0{kind}\0{span.start}\0{text}".encode()).hexdigest()
    return Passage(digest[:16], book.id, kind, section, span.start, span.end, text)
