"""The headings of a text: its short blocks laid along the table of contents.

Both come in the same order, so the headings are the heaviest chain of matches that rises
in both (a weighted longest increasing subsequence). Headings that the table leaves out
are known by the form of their numbers, which must count up. Where the table is one of the text,
it says what the chapters are: what it leaves out stands below them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from rag.language.text import cells, ends_sentence, letters_of
from rag.reading.outline.contents import Form, roman_value, split_heading
from rag.reading.outline.heading import Heading, is_title, may_be_heading
from rag.reading.outline.sections import is_chapter
from rag.reading.outline.unlisted import unlisted
from rag.types import ContentsEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MOST_LINES = 4
_WHOLE, _TITLE, _ALIKE, _NUMBER = 4.0, 2.5, 2.0, 1.0
_DECIDING = 2
"""How many headings of a table must stand in a text for it to be the text's."""
_LIKE, _LONG_LIKE, _SHARED = 0.8, 6, 0.5
_SHORT_CELLS = 22.0


@dataclass(frozen=True, slots=True)
class _Match:
    first: int
    last: int
    entry: int
    weight: float
    favour: float = 0.0


def find_headings(
    blocks: Sequence[str | None],
    entries: Sequence[ContentsEntry],
    favour: Callable[[int, int], float] | None = None,
) -> list[Heading]:
    """Return the headings among the blocks of a text, in order; None cannot be one.

    ``favour`` says by how much a block (its index) is likelier than others to be the heading
    of an entry (its index), from 0 to 1.
    """
    chain = _best_chain(_matches(blocks, entries, favour))
    found = _with_numbers([_from_contents(match, blocks, entries) for match in chain], blocks)
    # Front and back matter alone say nothing of chapters, nor does the title of a paper.
    deciding = len(found) >= _DECIDING and any(is_chapter(heading.text) for heading in found)
    found += unlisted(blocks, entries, found, deciding=deciding)
    return sorted(found, key=lambda heading: heading.first)


def outlined(
    headings: Sequence[Heading], outline: Sequence[ContentsEntry]
) -> tuple[list[Heading], tuple[ContentsEntry, ...]]:
    """Return the headings and the outline; where that is empty, the headings make it."""
    if outline:
        return list(headings), tuple(outline)
    entries = tuple(ContentsEntry(h.number, h.title, h.level) for h in headings)
    return [replace(heading, entry=k) for k, heading in enumerate(headings)], entries


def _with_numbers(found: Sequence[Heading], blocks: Sequence[str | None]) -> list[Heading]:
    """Return the headings with the numbers that the text prints, before them or alone above."""
    taken = {k for heading in found for k in range(heading.first, heading.last + 1)}
    whole = []
    for heading in found:
        form, number, title = split_heading(blocks[heading.first] or "")
        same = heading.first == heading.last and letters_of(title) == letters_of(heading.title)
        if heading.number is None and number and same:
            whole.append(replace(heading, form=form, number=number))
            continue
        above = blocks[heading.first - 1] if heading.first - 1 not in {-1, *taken} else None
        number = bare_number(above or "")
        if number and split_heading(blocks[heading.first] or "")[1] is None:
            form, *_ = split_heading(number)
            whole.append(replace(heading, first=heading.first - 1, form=form, number=number))
        else:
            whole.append(heading)
    return whole


def bare_number(text: str) -> str | None:
    """Return the number of a chapter or appendix that a block holds and nothing else, or None."""
    form, number, title = split_heading(text)
    return number if form <= Form.APPENDIX and not title else None


def corrected(
    headings: Sequence[Heading],
    entries: Sequence[ContentsEntry],
    blocks: Sequence[str | None],
) -> tuple[list[Heading], tuple[ContentsEntry, ...]]:
    """Return headings and entries, both with the number that the text prints and a table lacks.

    Where a table misread the heading of a chapter as one without a number, its title is that of
    the text, and its level that of chapters.
    """
    found, mended = list(headings), list(entries)
    for k, heading in enumerate(headings):
        if heading.entry is None:
            continue
        entry = mended[heading.entry]
        text = "\n".join(blocks[n] or "" for n in range(heading.first, heading.last + 1))
        form, number, title = split_heading(text)
        misread = heading.number is None and number is not None and form <= Form.APPENDIX
        if misread and title and letters_of(entry.title) != letters_of(text):
            mended[heading.entry] = replace(entry, number=number, title=title, level=1)
            found[k] = replace(heading, form=form, number=number, title=title, level=1)
        elif heading.number != entry.number:
            mended[heading.entry] = replace(entry, number=heading.number)
    return found, tuple(mended)


def is_subheading(text: str, following: str | None) -> bool:
    """Whether a block with no number, between whole paragraphs, is a heading of its own."""
    if following is None or ends_sentence(text) or text[-1:] in "，、；：,;:—…":
        return False
    return len(text) >= 2 and cells(text) <= _SHORT_CELLS < cells(following)


def _matches(
    blocks: Sequence[str | None],
    entries: Sequence[ContentsEntry],
    favour: Callable[[int, int], float] | None,
) -> list[_Match]:
    whole: dict[str, list[int]] = {}
    titles: dict[str, list[int]] = {}
    numbers: dict[str, list[int]] = {}
    for k, entry in enumerate(entries):
        whole.setdefault(letters_of(entry.heading), []).append(k)
        if entry.number is not None and len(letters_of(entry.title)) >= 4:
            titles.setdefault(letters_of(entry.title), []).append(k)
        if entry.number is not None and entry.level == 1:
            numbers.setdefault(letters_of(entry.number), []).append(k)
    romans = {
        roman_value(entry.number): k
        for k, entry in enumerate(entries)
        if entry.number is not None and entry.level == 1
    }
    longest = max((len(key) for key in whole), default=0) + 8
    likes = _Likes.of(entries)
    matches: list[_Match] = []
    for first in range(len(blocks)):
        key = ""
        for last in range(first, min(first + _MOST_LINES, len(blocks))):
            block = blocks[last]
            if not may_be_heading(block):
                break
            value = roman_value(bare_number(block) or "") if first == last else None
            if value in romans and value is not None:
                matches.append(_Match(first, last, romans[value], _NUMBER))
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
                if not ends_sentence(block):
                    matches += [_Match(first, last, k, _ALIKE) for k in likes.to(key)]
    if favour is None:
        return matches
    return [replace(m, favour=favour(m.first, m.entry)) for m in matches]


@dataclass(frozen=True, slots=True)
class _Likes:
    """The entries of a table that have no number, by the pairs of letters in them."""

    keys: dict[int, str]
    pairs: dict[str, list[int]]

    @classmethod
    def of(cls, entries: Sequence[ContentsEntry]) -> _Likes:
        """Return those of a table that are long enough to be known from a likeness."""
        keys = {k: letters_of(e.title) for k, e in enumerate(entries) if e.number is None}
        keys = {k: key for k, key in keys.items() if len(key) >= _LONG_LIKE}
        pairs: dict[str, list[int]] = defaultdict(list)
        for k, key in keys.items():
            for pair in _pairs_of(key):
                pairs[pair].append(k)
        return cls(keys, pairs)

    def to(self, key: str) -> list[int]:
        """Return the entry that a block resembles as a misreading does, if one does."""
        if len(key) < _LONG_LIKE or not self.keys:
            return []
        own = _pairs_of(key)
        shared = Counter(k for pair in own for k in self.pairs.get(pair, ()))
        near = [
            (SequenceMatcher(None, key, self.keys[k], autojunk=False).ratio(), k)
            for k, count in shared.items()
            if count >= _SHARED * len(own)
        ]
        best = max(near, default=(0.0, 0))
        return [best[1]] if best[0] >= _LIKE else []


def _pairs_of(key: str) -> set[str]:
    return {key[k : k + 2] for k in range(len(key) - 1)}


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
        score.append(best + match.weight + match.favour)
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
        if following is not None and is_title(following):
            last += 1
    return Heading(match.first, last, entry.level, form, entry.number, entry.title, match.entry)
