"""The lines of an e-text -> its paragraphs, without what is no part of the book; pure.

Left out are licences (Project Gutenberg's stand outside of two lines of stars), comments, notices
of the site that a file comes from, and rows of ornaments.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from rag.language.text import cells, ends_sentence, joint, letters_of
from rag.reading.flow import within_licence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ADDRESS = re.compile(
    r"https?://|\bwww\.\w|\b[\w.+-]+@[\w-]+\.\w|(?<![\w.])[a-z0-9-]{2,30}(?:\.[a-z0-9-]{2,30})*"
    r"\.(?:com|net|org|info|edu|cn|ru|tw|hk|de|uk|su)\b",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"^\s*(?:#(?!#)|//|%%|/\*|\*/|<!--|;;)")
_HASHES = re.compile(r"^\s{0,3}(#{1,6})\s*(?=[^#\s])")
_INDENTED = re.compile(r"^(?:\u3000|\s{2,}|\t)")
_LONGEST_NOTICE = 300.0
_AT_HEAD, _AT_END = 30, 12
"""Paragraphs at either end among which a notice stands."""
_WRAPPED = 0.3
_RAGGED = 1.4
_FULL = 0.7
_WIDTH = 30.0
"""Width in Chinese characters of a line of some sixty letters."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or heading; ``hashes`` is how many # stand before it."""

    text: str
    hashes: int = 0


@dataclass(frozen=True, slots=True)
class Lines:
    """The paragraphs of an e-text, the lines of its head that were left out, and how many were."""

    paragraphs: tuple[Paragraph, ...]
    head: tuple[str, ...]
    left_out: int


def read_lines(text: str) -> Lines:
    """Return the paragraphs of an e-text and what is no part of it."""
    lines = text.replace("\f", "\n").split("\n")
    first, last = within_licence(lines)
    head = [line.strip() for line in lines[:first] if line.strip()]
    count = len(head) + sum(bool(line.strip()) for line in lines[last:])
    kept, comments = _without_comments(lines[first:last])
    groups = [list(group) for blank, group in groupby(kept, key=_is_blank) if not blank]
    wrapped = _is_wrapped(groups)
    paragraphs = [p for group in groups for p in _paragraphs(group, wrapped=wrapped)]
    notices = _notices(paragraphs)
    told = [paragraphs[k].text for k in sorted(notices)]
    return Lines(
        tuple(p for k, p in enumerate(paragraphs) if k not in notices),
        (*head, *comments),
        count + len(comments) + len(told),
    )


def _is_blank(line: str) -> bool:
    """Whether nothing stands in a line, or ornaments only."""
    return not any(map(str.isalnum, line))


def _without_comments(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return lines without those of comments, and these.

    A line that begins with one # is a heading where others with more follow or where it
    stands by itself between paragraphs, more than once.
    """
    hashes = [len(line.lstrip()) - len(line.lstrip().lstrip("#")) for line in lines]
    deeper = max(hashes, default=0) > 1
    single = {k for k, count in enumerate(hashes) if count == 1}
    in_row = {k for k in single if k - 1 in single or k + 1 in single}
    headed = deeper or len(single - in_row) > 1
    kept: list[str] = []
    comments: list[str] = []
    for k, line in enumerate(lines):
        hashed = k in single
        heading = hashed and headed and k not in in_row and not _ADDRESS.search(line)
        if _COMMENT.match(line) and not heading and (hashed or not headed or k < _AT_HEAD):
            comments.append(line.strip().lstrip("#/%*;<!- ").strip())
            kept.append("")
        else:
            kept.append(line)
    return kept, comments


def _is_wrapped(groups: Sequence[Sequence[str]]) -> bool:
    """Whether paragraphs are broken into lines: many are full, and end in mid-sentence."""
    widths = sorted(cells(line.strip()) for group in groups for line in group)
    if len(widths) < _AT_HEAD // 2:
        return False
    full = widths[int(0.7 * len(widths))]
    if full < _FULL * _WIDTH / 2 or widths[int(0.98 * len(widths))] > full * _RAGGED:
        return False
    inner = [line for group in groups for line in group[:-1]]
    broken = sum(cells(line) >= _FULL * full and not ends_sentence(line) for line in inner)
    return broken >= _WRAPPED * len(widths)


def _paragraphs(group: Sequence[str], *, wrapped: bool) -> Iterator[Paragraph]:
    """Give the paragraphs of lines between two blank ones.

    Where paragraphs are broken into lines, a line that is indented deeper than the one before
    begins one; lines that are all short are verses, and stay lines.
    """
    verse = wrapped and len(group) > 1 and max(map(cells, group)) < _FULL * _WIDTH
    text = ""
    for k, line in enumerate(group):
        hashes = _HASHES.match(line)
        deeper = k > 0 and _INDENTED.match(line) and not _INDENTED.match(group[k - 1])
        if text and (not wrapped or verse or hashes or deeper):
            yield Paragraph(text)
            text = ""
        if hashes:
            yield Paragraph(line[hashes.end() :].strip(" #"), len(hashes[1]))
            continue
        bare = line.strip()
        text += joint(text, bare) + bare if text else bare
    if text:
        yield Paragraph(text)


def _notices(paragraphs: Sequence[Paragraph]) -> set[int]:
    """Return the paragraphs that are notices of a site: short, with an address.

    They stand at either end of the text, or come back in it.
    """
    found = {
        k
        for k, paragraph in enumerate(paragraphs)
        if cells(paragraph.text) <= _LONGEST_NOTICE and _ADDRESS.search(paragraph.text)
    }
    times = Counter(letters_of(paragraphs[k].text) for k in found)
    ends = {*range(_AT_HEAD), *range(len(paragraphs) - _AT_END, len(paragraphs))}
    return {k for k in found if k in ends or times[letters_of(paragraphs[k].text)] > 1}
