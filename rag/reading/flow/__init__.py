"""Text that flows, as EPUB, HTML and Word have it, to leaves."""

from __future__ import annotations

from rag.reading.flow.contents import find_contents
from rag.reading.flow.hidden import Styles
from rag.reading.flow.markup import Guide, bare_label, read_markup
from rag.reading.flow.notes import find_notes, local, text_of, words
from rag.reading.flow.outline import Entry, below_title, lay_over
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
from rag.reading.flow.signs import add_unlinked
from rag.reading.flow.typed import with_typed_notes

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
    "below_title",
    "checked",
    "find_contents",
    "find_notes",
    "lay_over",
    "levelled",
    "local",
    "read_markup",
    "record_of",
    "settled",
    "text_of",
    "title_lines",
    "to_leaves",
    "with_title",
    "with_typed_notes",
    "without_title",
    "words",
]
