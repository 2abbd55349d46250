"""The outline of a book of sheets: its bookmarks, its printed contents, its headings."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from rag.language.text import cells, ends_sentence, is_contents_head
from rag.reading.outline import (
    Contents,
    Form,
    Heading,
    corrected,
    find_contents,
    find_headings,
    is_caption,
    is_item,
    is_part,
    split_heading,
    with_roman_numbers,
)
from rag.types import ContentsEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.reading.sheets.model import Bookmark
    from rag.reading.sheets.paragraphs import Paragraph, Standing

_ENTRY = re.compile(
    r"(?:[\s.．·•・…⋯—_]|[（(])\s*(?:\d{1,4}|[lIO\d]{1,4}|[ivxlcIVXLC]{1,7})\s*[)）]?$"
)
_ENTRIES = 0.5
_HEADED_ENTRIES = 0.3
_LARGER, _LARGER_A_LITTLE = 1.12, 1.04
_SHOWN, _THERE, _MOSTLY = 0.25, 0.5, 0.8
_ALIKE, _SEVERAL = 0.85, 2
_LONGEST_CELLS = 40.0
_MOST_LINES = 3
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class PrintedContents:
    """The printed table of contents: what it says, and the lines (page, line) that hold it."""

    table: Contents
    lines: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Outline:
    """What is taken for the outline, and the headings among the paragraphs."""

    entries: tuple[ContentsEntry, ...]
    headings: tuple[Heading, ...]


def find_printed_contents(pages: Sequence[Sequence[Standing]]) -> PrintedContents | None:
    """Return the printed table of contents, looked for on pages most of whose lines are entries."""
    shares = [_share(page) for page in pages]
    heads = [k for k, page in enumerate(pages) if any(is_contents_head(s.line.text) for s in page)]
    for start in [*heads, *(k for k, share in enumerate(shares) if share >= _ENTRIES)]:
        if shares[start] < (_HEADED_ENTRIES if start in heads else _ENTRIES):
            continue
        end = start + 1
        while end < len(pages) and shares[end] >= _ENTRIES:
            end += 1
        where = [(k, n) for k in range(start, end) for n in range(len(pages[k]))]
        texts = [
            " " * round(2 * max(pages[k][n].indent, 0.0)) + pages[k][n].line.text for k, n in where
        ]
        table = find_contents(texts)
        if table is not None and len(table.entries) >= 2:
            held = frozenset(where[table.start : table.end])
            return PrintedContents(table, held)
    return None


def _share(page: Sequence[Standing]) -> float:
    if not page:
        return 0.0
    entries = sum(_ENTRY.search(s.line.text) is not None for s in page)
    return entries / len(page) if entries >= 2 else 0.0


def bookmark_entries(bookmarks: Sequence[Bookmark]) -> tuple[ContentsEntry, ...]:
    """Return bookmarks as the entries of a table of contents, without pages.

    Levels are made those of print: chapters and pieces of front and back matter are 1, what
    stands below them counts on; a single bookmark over all others is the title of the book.
    """
    entries: list[ContentsEntry] = []
    above: list[tuple[int, int]] = []
    for mark in _marked(bookmarks):
        form, number, title = split_heading(mark.title)
        while above and above[-1][0] >= mark.level:
            above.pop()
        chapter = form in (Form.CHAPTER, Form.APPENDIX)
        level = 1 if chapter or not above else above[-1][1] + 1
        above.append((mark.level, level))
        if title:
            entries.append(ContentsEntry(number, title, level))
        else:
            entries.append(ContentsEntry(None, number or mark.title, level))
    return with_roman_numbers(entries)


def _marked(bookmarks: Sequence[Bookmark]) -> Sequence[Bookmark]:
    """Return the bookmarks without one that stands over all others for the title of the book."""
    if not bookmarks:
        return bookmarks
    top = [k for k, mark in enumerate(bookmarks) if mark.level == bookmarks[0].level]
    wrapped = len(top) == 1 and len(bookmarks) > 1 and split_heading(bookmarks[0].title)[1] is None
    return bookmarks[1:] if wrapped else bookmarks


def find_outline(
    paragraphs: Sequence[Paragraph],
    texts: Sequence[str | None],
    bookmarks: Sequence[Bookmark],
    *,
    sheets: Sequence[int],
    printed: Contents | None,
    recorded: Sequence[ContentsEntry],
    size: float,
) -> Outline:
    """Return the outline of a book, and its headings.

    ``texts`` are the paragraphs (None: cannot be a heading), ``sheets`` the sheet that each
    page stands on, ``size`` is that of the text. Of bookmarks and printed contents those are
    taken of which the text has more for headings, and of two alike those that name more, for
    pages of a book may be missing. What they lack opens no chapter unless it looks like one.
    """
    bold = 2 * sum(paragraph.bold for paragraph in paragraphs) > len(paragraphs)
    shown = [_stands_out(paragraph, size, bold=bold) for paragraph in paragraphs]
    marked = _marked(bookmarks)
    options: list[tuple[tuple[ContentsEntry, ...], list[Heading]]] = []
    if marked:
        places = [sheets[paragraph.side] for paragraph in paragraphs]
        entries = bookmark_entries(bookmarks)
        options.append((entries, _by_bookmarks(texts, entries, marked, places, shown)))
    if printed and printed.entries:
        found = find_headings(texts, printed.entries, lambda k, _: _SHOWN * shown[k])
        options.append((printed.entries, found))
    counts = [
        (sum(h.entry is not None for h in headings), len(entries)) for entries, headings in options
    ]
    if options and max(counts)[0]:
        entries, headings = options[counts.index(max(counts))]
        if printed and entries is not printed.entries:
            entries = _with_pages(entries, printed.entries)
    elif options:
        entries, headings = options[-1]
    elif recorded:
        entries, headings = tuple(recorded), find_headings(texts, recorded)
    else:
        entries, headings = (), find_headings(texts, ())
    headings, entries = corrected(headings, entries, texts)
    headings = _without_unlike(headings, paragraphs, shown)
    extra = _set_off_headings(headings, paragraphs, texts, size, below=bool(entries))
    own = [shown[h.first] for h in headings if h.entry is not None]
    if extra and len(own) > 1 and sum(own) > _MOSTLY * len(own):
        # Where headings stand out whether listed or not, what does not is an item of a list.
        headings = [h for h in headings if h.entry is not None or shown[h.first]]
        extra = _set_off_headings(headings, paragraphs, texts, size, below=True)
    return Outline(entries, tuple(sorted([*headings, *extra], key=lambda h: h.first)))


def _by_bookmarks(
    texts: Sequence[str | None],
    entries: Sequence[ContentsEntry],
    bookmarks: Sequence[Bookmark],
    places: Sequence[int],
    shown: Sequence[bool],
) -> list[Heading]:
    """Return the headings that bookmarks name; of two alike that on the bookmark's own sheet.

    All bookmarks of a file may be as many sheets off.
    """
    found = find_headings(texts, entries, lambda k, _: _SHOWN * shown[k])
    shifts = Counter(
        places[h.first] - bookmarks[h.entry].sheet for h in found if h.entry is not None
    )
    [(shift, count)] = shifts.most_common(1) or [(0, 0)]
    if 2 * count <= shifts.total():
        return found
    return find_headings(
        texts,
        entries,
        lambda k, n: _SHOWN * shown[k] + _THERE * (places[k] == bookmarks[n].sheet + shift),
    )


def _stands_out(paragraph: Paragraph, size: float, *, bold: bool) -> bool:
    """Whether a paragraph is larger than the text, or bold where that is not."""
    return paragraph.size > _LARGER_A_LITTLE * size or (paragraph.bold and not bold)


def _without_unlike(
    headings: Sequence[Heading], paragraphs: Sequence[Paragraph], shown: Sequence[bool]
) -> list[Heading]:
    """Return the headings, chapters that the outline lacks only if they look as its own do."""
    own = [h.first for h in headings if h.entry is not None and h.level == 1]
    if len(own) < _SEVERAL:
        return list(headings)
    stand_out = sum(shown[k] for k in own) > _MOSTLY * len(own)
    least = _ALIKE * min(paragraphs[k].size for k in own)
    return [
        h
        for h in headings
        if h.entry is not None
        or h.level > 1
        or (paragraphs[h.first].size >= least and (shown[h.first] or not stand_out))
    ]


def _with_pages(
    entries: Sequence[ContentsEntry], printed: Sequence[ContentsEntry]
) -> tuple[ContentsEntry, ...]:
    """Return the entries with the pages that the printed contents give the same headings."""
    matched = find_headings([entry.heading for entry in printed], entries)
    pages = {h.entry: printed[h.first].page for h in matched if h.entry is not None}
    return tuple(replace(entry, page=pages.get(k)) for k, entry in enumerate(entries))


def _set_off_headings(
    headings: Sequence[Heading],
    paragraphs: Sequence[Paragraph],
    texts: Sequence[str | None],
    size: float,
    *,
    below: bool,
) -> list[Heading]:
    """Return the headings that only size or boldness sets off from the text.

    ``below`` says that there is an outline, under whose entries they stand.
    """
    taken = {k for h in headings for k in range(h.first, h.last + 1)}
    bold = 2 * sum(paragraph.bold for paragraph in paragraphs) > len(paragraphs)
    first = min((h.first for h in headings), default=_first_text(paragraphs))
    extra = [
        k
        for k in range(first, len(paragraphs) - 1)
        if k not in taken
        and _set_off(paragraphs[k], texts[k], size, bold=bold)
        and not (below and (is_caption(texts[k] or "") or is_item(texts[k] or "")))
    ]
    ranks = sorted({_rank(paragraphs[k]) for k in extra}, reverse=True)
    levels = {h.level for h in headings}
    sizes = {
        level: median(paragraphs[h.first].size for h in headings if h.level == level)
        for level in levels
    }
    found: list[Heading] = []
    for k in extra:
        form, number, title = split_heading(texts[k] or "")
        last = found[-1] if found else None
        if last and last.last == k - 1 and not last.title and number is None:
            found[-1] = replace(last, last=k, title=title)
            continue
        larger = [level for level in levels if sizes[level] > 1.04 * paragraphs[k].size]
        if below:
            level = max(levels, default=0) + 1
        elif levels:
            level = 1 if is_part(texts[k] or "") else max(larger, default=0) + 1
        else:
            level = 1 + ranks.index(_rank(paragraphs[k]))
        found.append(Heading(k, k, min(level, _DEEPEST), form, number, title))
    return found


def _rank(paragraph: Paragraph) -> int:
    return round(2 * paragraph.size)


def _first_text(paragraphs: Sequence[Paragraph]) -> int:
    """Return the first paragraph of the first page with running text, not of the title pages."""
    page = next((p.side for p in paragraphs if len(p.lines) > _MOST_LINES), -1)
    return next((k for k, p in enumerate(paragraphs) if p.side >= page >= 0), len(paragraphs))


def _set_off(paragraph: Paragraph, text: str | None, size: float, *, bold: bool) -> bool:
    """Whether a paragraph is short and larger than the text, or bold where that is not."""
    if not text or len(paragraph.lines) > _MOST_LINES or cells(text) > _LONGEST_CELLS:
        return False
    if ends_sentence(text) or paragraph.continues or not any(c.isalpha() for c in text):
        return False
    larger = paragraph.size > _LARGER * size
    return larger or (paragraph.bold and not bold and paragraph.size >= 0.95 * size)
