"""The headings of a text: its short blocks laid along the table of contents.

Both come in the same order, so the headings are the heaviest chain of matches that rises
in both (a weighted longest increasing subsequence). Headings that the table leaves out
are known by the form of their numbers, which must count up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from rag.language.numbers import chinese_number
from rag.language.text import cells, ends_sentence, letters_of
from rag.reading.outline.contents import Form, assign_levels, is_part, split_heading
from rag.types import ContentsEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST = 60
_MOST_LINES = 4
_WHOLE, _TITLE, _ALIKE, _NUMBER = 4.0, 2.5, 2.0, 1.0
_SHORT_CELLS = 22.0


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that stands in blocks [first, last]; ``entry`` is its place in the contents.

    ``form`` is that of its number, ``level`` 1 a chapter or part of the book.
    """

    first: int
    last: int
    level: int
    form: Form
    number: str | None
    title: str
    entry: int | None = None

    @property
    def text(self) -> str:
        """Number and title on one line, as a table of contents gives them."""
        return ContentsEntry(self.number, self.title, self.level).heading


@dataclass(frozen=True, slots=True)
class _Match:
    first: int
    last: int
    entry: int
    weight: float


def find_headings(blocks: Sequence[str | None], entries: Sequence[ContentsEntry]) -> list[Heading]:
    """Return the headings among the blocks of a text, in order; None cannot be one."""
    chain = _best_chain(_matches(blocks, entries))
    found = [_from_contents(match, blocks, entries) for match in chain]
    taken = {k for heading in found for k in range(heading.first, heading.last + 1)}
    found += _numbered(blocks, taken, entries, found)
    return sorted(found, key=lambda heading: heading.first)


def outlined(
    headings: Sequence[Heading], outline: Sequence[ContentsEntry]
) -> tuple[list[Heading], tuple[ContentsEntry, ...]]:
    """Return the headings and the outline; where that is empty, the headings make it."""
    if outline:
        return list(headings), tuple(outline)
    entries = tuple(ContentsEntry(h.number, h.title, h.level) for h in headings)
    return [replace(heading, entry=k) for k, heading in enumerate(headings)], entries


def is_subheading(text: str, following: str | None) -> bool:
    """Whether a block with no number, between whole paragraphs, is a heading of its own."""
    if following is None or ends_sentence(text) or text[-1:] in "，、；：,;:—…":
        return False
    return len(text) >= 2 and cells(text) <= _SHORT_CELLS < cells(following)


def _candidate(text: str | None) -> bool:
    return text is not None and 0 < len(text) <= _LONGEST


def _matches(blocks: Sequence[str | None], entries: Sequence[ContentsEntry]) -> list[_Match]:
    whole: dict[str, list[int]] = {}
    titles: dict[str, list[int]] = {}
    numbers: dict[str, list[int]] = {}
    for k, entry in enumerate(entries):
        whole.setdefault(letters_of(entry.heading), []).append(k)
        if entry.number is not None and len(letters_of(entry.title)) >= 4:
            titles.setdefault(letters_of(entry.title), []).append(k)
        if entry.number is not None and entry.level == 1:
            numbers.setdefault(letters_of(entry.number), []).append(k)
    longest = max((len(key) for key in whole), default=0) + 8
    matches: list[_Match] = []
    for first in range(len(blocks)):
        key = ""
        for last in range(first, min(first + _MOST_LINES, len(blocks))):
            block = blocks[last]
            if block is None or not _candidate(block):
                break
            key += letters_of(block)
            if not key or len(key) > longest:
                break
            exact = whole.get(key, [])
            matches += [_Match(first, last, k, _WHOLE) for k in exact]
            if not exact:
                matches += [_Match(first, last, k, _TITLE) for k in titles.get(key, [])]
                matches += [_Match(first, last, k, _NUMBER) for k in numbers.get(key, [])]
                matches += [
                    _Match(first, last, k, _ALIKE) for k in _alike(key, entries, blocks[first])
                ]
    return matches


def _alike(key: str, entries: Sequence[ContentsEntry], block: str | None) -> list[int]:
    """Return the entries that a block resembles as a misreading does: same number, near title."""
    _, number, _ = split_heading(block or "")
    if number is None or len(key) < 4:
        return []
    found = []
    for k, entry in enumerate(entries):
        if entry.number is None or letters_of(entry.number) != letters_of(number):
            continue
        matcher = SequenceMatcher(None, key, letters_of(entry.heading), autojunk=False)
        if matcher.quick_ratio() >= 0.75 and matcher.ratio() >= 0.75:
            found.append(k)
    return found


def _best_chain(matches: list[_Match]) -> list[_Match]:
    ordered = sorted(matches, key=lambda m: (m.last, m.entry))
    score: list[float] = []
    before: list[int | None] = []
    for k, match in enumerate(ordered):
        best, at = 0.0, None
        for i in range(k):
            other = ordered[i]
            if other.last < match.first and other.entry < match.entry and score[i] > best:
                best, at = score[i], i
        score.append(best + match.weight)
        before.append(at)
    chain: list[_Match] = []
    at = max(range(len(ordered)), key=score.__getitem__, default=None)
    while at is not None:
        chain.append(ordered[at])
        at = before[at]
    return chain[::-1]


def _from_contents(
    match: _Match, blocks: Sequence[str | None], entries: Sequence[ContentsEntry]
) -> Heading:
    entry = entries[match.entry]
    form, *_ = split_heading(entry.heading)
    last = match.last
    if match.weight == _NUMBER and last + 1 < len(blocks):
        following = blocks[last + 1]
        if following is not None and _is_title(following):
            last += 1
    return Heading(match.first, last, entry.level, form, entry.number, entry.title, match.entry)


def _is_title(text: str) -> bool:
    form, *_ = split_heading(text)
    return form is Form.NONE and len(text) <= 40 and not ends_sentence(text) and not is_part(text)


def _numbered(
    blocks: Sequence[str | None],
    taken: set[int],
    entries: Sequence[ContentsEntry],
    found: Sequence[Heading],
) -> list[Heading]:
    """Headings that the contents lack, by their numbers and by the usual names of parts."""
    levels = {split_heading(e.heading)[0]: e.level for e in entries if e.number is not None}
    chapters = sorted(h.first for h in found if h.level == 1 and h.form is Form.CHAPTER)
    raw: list[Heading] = []
    counted: dict[Form, int] = {}
    seen: set[str] = set()
    skip = -1
    starts = {h.first: h for h in found}
    for k, block in enumerate(blocks):
        if k in starts:
            form, own = starts[k].form, starts[k].number
            counted = {f: n for f, n in counted.items() if f <= form}
            if own:
                counted[form] = _count(own) or 0
            continue
        if k in taken or k <= skip or block is None or not _candidate(block):
            continue
        form, number, title = split_heading(block)
        if number is None:
            if not is_part(block) or len(letters_of(block)) > 16 or letters_of(block) in seen:
                continue
            # Between the chapters such a name is a sub-heading.
            if chapters and chapters[0] < k < chapters[-1]:
                continue
            seen.add(letters_of(block))
            raw.append(Heading(k, k, 1, form, None, title))
            continue
        if ends_sentence(block) and form > Form.APPENDIX:
            continue
        last = k
        following = blocks[k + 1] if k + 1 < len(blocks) else None
        if not title:
            if form > Form.NODE or following is None or not _is_title(following):
                continue
            title, last = split_heading(following)[2], k + 1
        value = _count(number)
        if form in (Form.CHAPTER, Form.APPENDIX):
            if letters_of(number) in seen or len(title) > 40:
                continue
            seen.add(letters_of(number))
            counted = {form: value or 0}
        else:
            lists = following is not None and _next_in_list(form, value, following)
            if value != counted.get(form, 0) + 1 or lists or len(title) > 40:
                continue
            counted = {f: n for f, n in counted.items() if f <= form}
            counted[form] = value
        skip = last
        raw.append(Heading(k, last, levels.get(form, 0), form, number, title))
    return _levelled(raw, levels)


def _levelled(raw: list[Heading], known: dict[Form, int]) -> list[Heading]:
    """Return the headings with levels: the table's for its forms, deeper for others."""
    if not raw:
        return []
    if not known:
        parts = [(h.form, h.number, h.title, 0) for h in raw]
        levels = assign_levels(parts)
    else:
        deepest = max(known.values())
        extra = sorted({h.form for h in raw if h.form not in known and h.form > Form.APPENDIX})
        levels = [
            1
            if h.form <= Form.APPENDIX or h.number is None
            else known.get(h.form, deepest + 1 + (extra.index(h.form) if h.form in extra else 0))
            for h in raw
        ]
    return [replace(heading, level=level) for heading, level in zip(raw, levels, strict=True)]


def _next_in_list(form: Form, value: int | None, following: str) -> bool:
    other, number, _ = split_heading(following)
    return other is form and number is not None and _count(number) == (value or 0) + 1


def _count(number: str) -> int | None:
    bare = number.strip("第章编篇卷部讲节附录、．.()（） ")
    return chinese_number(bare.split(".")[-1].split("．")[-1]) if bare else None
