"""Text that flows, as EPUB, HTML and Word have it, to leaves."""

from __future__ import annotations

from rag.reading.flow.contents import find_contents
from rag.reading.flow.hidden import Styles
from rag.reading.flow.labels import bare_label, labels_in, rises, written_marks
from rag.reading.flow.licence import bare_title, within_licence, without_licence
from rag.reading.flow.markup import Guide, read_markup
from rag.reading.flow.notes import find_notes, local, text_of, words
from rag.reading.flow.outline import Entry, below_title, lay_over
from rag.reading.flow.pagemarks import find_page_marks
from rag.reading.flow.pieces import (
    Line,
    Piece,
    Read,
    Turn,
    checked,
    levelled,
    settled,
    to_leaves,
    without_title,
)
from rag.reading.flow.record import Declared, record_of, title_lines, with_title
from rag.reading.flow.unlinked import add_unlinked, with_typed_notes

__all__ = [
    "Declared",
    "Entry",
    "Guide",
    "Line",
    "Piece",
    "Read",
    "Styles",
    "Turn",
    "add_unlinked",
    "bare_label",
    "bare_title",
    "below_title",
    "checked",
    "find_contents",
    "find_notes",
    "find_page_marks",
    "labels_in",
    "lay_over",
    "levelled",
    "local",
    "read_markup",
    "record_of",
    "rises",
    "settled",
    "text_of",
    "title_lines",
    "to_leaves",
    "with_title",
    "with_typed_notes",
    "within_licence",
    "without_licence",
    "without_title",
    "words",
    "written_marks",
]
