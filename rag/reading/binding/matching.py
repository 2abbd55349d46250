"""The headings of pages that are known, laid along the printed or declared outline."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.language.tables import words
from rag.language.text import letters_of
from rag.reading.outline import Heading, find_headings, split_heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.types import ContentsEntry

_MOST_PAIRS = 5000
"""Pairs of entry and heading beyond which no best chain is looked for; time grows squared."""


def match_headings(
    texts: Sequence[str | None], levels: Sequence[int], outline: Sequence[ContentsEntry]
) -> list[Heading]:
    """Return the headings in order, in the outline's form and level where it names them.

    ``texts`` are those of a book's blocks, None where a block is no heading, with their
    ``levels``. Headings that stand directly one under the other may be one: number and title.
    """
    found = _matched(texts, outline)
    headings: list[Heading] = []
    for k, text in enumerate(texts):
        if text is None or (headings and headings[-1].last >= k):
            continue
        last, entry = found.get(k, (k, None))
        if entry is not None:
            named = outline[entry]
            form, *_ = split_heading(named.heading)
            headings.append(Heading(k, last, named.level, form, named.number, named.title, entry))
        else:
            form, number, title = split_heading("\n".join(t for t in texts[k : last + 1] if t))
            headings.append(Heading(k, last, levels[k], form, number, title))
    return _below_notes(headings)


def _below_notes(headings: Sequence[Heading]) -> list[Heading]:
    """Return the headings, those in a part of notes that name chapters again made its sections."""
    named: set[str] = set()
    among_notes = False
    found = []
    for heading in headings:
        names = {letters_of(heading.number or heading.text), letters_of(heading.text)}
        again = among_notes and heading.entry is None and bool(names & named)
        if heading.level == 1 and not again:
            among_notes = letters_of(heading.text) in words("reading.note_heads")
            named |= set() if among_notes else names
        found.append(replace(heading, level=2) if again and heading.level == 1 else heading)
    return found


def _matched(
    texts: Sequence[str | None], outline: Sequence[ContentsEntry]
) -> dict[int, tuple[int, int | None]]:
    """Return for headings, by their first block, the last block and the entry of the outline.

    Where the outline's entries stand among the headings word for word and in its order, that
    is the answer; else the best chain of likenesses is.
    """
    keys = [letters_of(entry.heading) for entry in outline]
    folded = [(k, letters_of(text)) for k, text in enumerate(texts) if text is not None]
    exact: dict[int, tuple[int, int | None]] = {}
    at = 0
    for k, key in folded:
        if at < len(keys) and key == keys[at]:
            exact[k] = k, at
            at += 1
    left: dict[str, deque[int]] = defaultdict(deque)
    if (outline and at == len(keys)) or _pairs(keys, folded) > _MOST_PAIRS:
        chain = exact
    else:
        chain = {h.first: (h.last, h.entry) for h in find_headings(texts, outline)}
    taken = {entry for _, entry in chain.values()}
    for entry, key in enumerate(keys):
        if entry not in taken:
            left[key].append(entry)
    # A heading too long for a likeness still stands in the outline word for word.
    for k, key in folded:
        if left.get(key) and chain.get(k, (k, None))[1] is None:
            chain[k] = k, left[key].popleft()
    return chain


def _pairs(keys: Sequence[str], folded: Sequence[tuple[int, str]]) -> int:
    """Return how many pairs of an entry and a heading have the same words."""
    counts = Counter(keys)
    return sum(counts[key] for _, key in folded)
