"""Who is let in, by a password or by name, and whose request it is from then on."""

from __future__ import annotations

from rag.web.gate.door.door import Door, linked
from rag.web.gate.door.identity import reader_in, reader_of, role_of

__all__ = ["Door", "linked", "reader_in", "reader_of", "role_of"]
