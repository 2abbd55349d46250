"""Contents, headings and numberings: how a book is divided."""

from __future__ import annotations

from rag.reading.outline.captions import is_caption, is_item
from rag.reading.outline.contents import (
    Contents,
    Form,
    find_contents,
    is_part,
    read_page,
    split_heading,
    with_roman_numbers,
)
from rag.reading.outline.heading import Heading
from rag.reading.outline.headings import (
    bare_number,
    corrected,
    find_headings,
    is_subheading,
    outlined,
)
from rag.reading.outline.numbering import Numbered, number_runs
from rag.reading.outline.sections import (
    CONTENTS,
    TITLE_PAGES,
    Standing,
    close,
    fallen_away,
    headings_missing,
    is_chapter,
    pages_in_sections,
)

__all__ = [
    "CONTENTS",
    "TITLE_PAGES",
    "Contents",
    "Form",
    "Heading",
    "Numbered",
    "Standing",
    "bare_number",
    "close",
    "corrected",
    "fallen_away",
    "find_contents",
    "find_headings",
    "headings_missing",
    "is_caption",
    "is_chapter",
    "is_item",
    "is_part",
    "is_subheading",
    "number_runs",
    "outlined",
    "pages_in_sections",
    "read_page",
    "split_heading",
    "with_roman_numbers",
]
