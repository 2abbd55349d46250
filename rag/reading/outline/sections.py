"""Where text stands in the outline of a book: part, chapter, section, sub-section."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.language.numbers import page_number
from rag.language.text import letters_of
from rag.reading.outline.contents import Form, is_part, split_heading
from rag.types import ContentsEntry, Page, Problem, Section

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

TITLE_PAGES = "书名页"
"""The part that what comes before the first heading belongs to."""
CONTENTS = "目录"
_LEAVES = re.compile(
    r"封面|封底|扉页|书名页|版权(?:页|信息|声明)?|献词|题献|题词|关于作者|"
    r"cover(?:page)?|(?:half)?title(?:page)?|copyright(?:page|notice)?|dedication|epigraph|"
    r"colophon|imprint|abouttheauthors?"
)
"""Leaves before or behind a book, of which electronic books make documents of their own."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The headings in force at a place."""

    part: str | None = None
    chapter: str | None = None
    section: str | None = None
    subsection: str | None = None

    def under(self, heading: str, level: int) -> Standing:
        """Return the headings in force below one more of a level (1 is a chapter or part)."""
        if level == 1:
            return Standing(chapter=heading) if is_chapter(heading) else Standing(part=heading)
        part = None if self.part == TITLE_PAGES else self.part
        if level == 2:
            return Standing(part, self.chapter, heading)
        return Standing(part, self.chapter, self.section, heading)

    def stretch(self, index: int, start: int, body: int, end: int) -> Section:
        """Return the section at [start, end) under these headings."""
        return Section(
            index, start, body, end, self.part, self.chapter, self.section, self.subsection
        )


def is_chapter(heading: str) -> bool:
    """Whether a heading of level 1 is a chapter's, and not of front or back matter."""
    form, number, title = split_heading(heading)
    if form is Form.APPENDIX:
        return False
    return number is not None or not (is_part(title) or _LEAVES.fullmatch(letters_of(title)))


def close(sections: list[Section], start: int) -> None:
    """End the last section of a list where the next one starts; drop it if nothing is left."""
    if sections:
        sections[-1] = replace(sections[-1], end=start)
        if sections[-1].end == sections[-1].start:
            sections.pop()


def pages_in_sections(pages: Sequence[Page], sections: Sequence[Section]) -> list[Page]:
    """Return the pages with part, chapter and section as where they begin.

    Where headings open a page, the last of those that stand directly one under the
    other is in force. A page without characters stands where the one before it ends.
    """
    result = []
    at = 0
    for page in pages:
        blank = page.start == page.end and page.start > 0
        while at + 1 < len(sections) and sections[at + 1].start + blank <= page.start:
            at += 1
        here = at
        while (
            here + 1 < len(sections)
            and sections[here].start >= page.start
            and sections[here].body >= sections[here].end
            and sections[here + 1].start < page.end
        ):
            here += 1
        found = sections[here]
        result.append(replace(page, part=found.part, chapter=found.chapter, section=found.section))
    return result


def headings_missing(outline: Sequence[ContentsEntry], found: Collection[int]) -> list[Problem]:
    """Return what of an outline the text lacks, in one problem; ``found`` are its entries."""
    lacking = [entry for k, entry in enumerate(outline) if k not in found]
    if not lacking:
        return []
    named = "; ".join(entry.heading for entry in lacking[:3])
    more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
    return [
        Problem(
            "headings_missing",
            f"{len(lacking)} of {len(outline)} headings of the contents are not in the text: "
            f"{named}{more}.",
        )
    ]


def fallen_away(
    starts: Sequence[tuple[int, int]], outline: Sequence[ContentsEntry], pages: Sequence[Page]
) -> list[tuple[int, list[ContentsEntry]]]:
    """Return where headings fell away with their pages: the offset, and the headings.

    ``starts`` are the entries of the outline that were found, each with its offset, in
    order. Before the first of them, those fell away that stood on pages before the first
    numbered one. Between two of them, an entry whose page lies between the numbers of two
    neighbouring pages stood on a page that the text lacks: it holds from the second on. The
    headings that one of the two stands under hold from there in any case.
    """
    fallen = _fallen_first(starts, outline, pages)
    for (one, start), (other, end) in pairwise([*starts, (len(outline), pages[-1].end)]):
        inside = [p for p in pages if start < p.end and p.start < end and _arabic(p) is not None]
        for before, after in pairwise(inside):
            low, high = _arabic(before), _arabic(after)
            gone = [
                entry
                for entry in outline[one + 1 : other]
                if low is not None
                and high is not None
                and entry.page is not None
                and entry.page.isascii()
                and entry.page.isdigit()
                and low < int(entry.page) < high
            ]
            if gone:
                fallen.append((after.start, gone))
        above: list[ContentsEntry] = []
        for entry in reversed(outline[one + 1 : other]):
            if other < len(outline) and entry.level < (above or [outline[other]])[0].level:
                above.insert(0, entry)
        held = [entry for _, entries in fallen for entry in entries]
        if any(entry not in held for entry in above):
            fallen.append((end, above))
    return fallen


def _fallen_first(
    starts: Sequence[tuple[int, int]], outline: Sequence[ContentsEntry], pages: Sequence[Page]
) -> list[tuple[int, list[ContentsEntry]]]:
    """Return the headings that stood on lost pages before the first numbered one, if any did."""
    until = starts[0][1] if starts else pages[-1].end
    first = next((page for page in pages if page.label is not None and page.start < until), None)
    label = page_number(first.label or "") if first else None
    if first is None or label is None or label[0] == 1:
        return []
    lost: list[ContentsEntry] = []
    for entry in reversed(outline[: starts[0][0]] if starts else outline):
        given = page_number(entry.page or "")
        if given is None or given[1] != label[1] or given[0] >= label[0]:
            break
        lost.append(entry)
    return [(first.start, lost[::-1])] if lost else []


def _arabic(page: Page) -> int | None:
    label = page.label or ""
    return int(label) if label.isascii() and label.isdigit() else None
