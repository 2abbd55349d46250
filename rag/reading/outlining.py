"""Where text stands in the outline of a book: part, chapter, section, sub-section."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.reading.contents import Form, is_part, split_heading
from rag.types import Page, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

TITLE_PAGES = "书名页"
"""The part that what comes before the first heading belongs to."""
CONTENTS = "目录"


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
    return number is not None or not is_part(title)


def close(sections: list[Section], start: int) -> None:
    """End the last section of a list where the next one starts; drop it if nothing is left."""
    if sections:
        sections[-1] = replace(sections[-1], end=start)
        if sections[-1].end == sections[-1].start:
            sections.pop()


def pages_in_sections(pages: Sequence[Page], sections: Sequence[Section]) -> list[Page]:
    """Return the pages with part, chapter and section as where they begin.

    Where headings open a page, the last of those that stand directly one under the
    other is in force.
    """
    result = []
    at = 0
    for page in pages:
        while at + 1 < len(sections) and sections[at + 1].start <= page.start:
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
