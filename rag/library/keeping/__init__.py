"""What readers leave in the library beside their conversations: notes on books, reports."""

from __future__ import annotations

from rag.library.keeping.notes import Anchor, Note, Notes, PlacedNote, Standing, anchor_at, placed
from rag.library.keeping.reports import (
    Report,
    Reported,
    Reports,
    pages_digest,
    remarks_on,
    where_reported,
)

__all__ = [
    "Anchor",
    "Note",
    "Notes",
    "PlacedNote",
    "Report",
    "Reported",
    "Reports",
    "Standing",
    "anchor_at",
    "pages_digest",
    "placed",
    "remarks_on",
    "where_reported",
]
