"""Notes that no link ties to their place: by the signs that they bear."""

from __future__ import annotations

from rag.reading.flow.unlinked.signs import add_unlinked
from rag.reading.flow.unlinked.typed import with_typed_notes

__all__ = ["add_unlinked", "with_typed_notes"]
