"""Who comes in, and with what: names and origins, the password, sessions, silent connections."""

from __future__ import annotations

from rag.web.gate.binding import Binding
from rag.web.gate.connections import heedful
from rag.web.gate.door import Door
from rag.web.gate.guard import Application, Guard

__all__ = ["Application", "Binding", "Door", "Guard", "heedful"]
