"""Who comes in, and with what: names and origins, the password, sessions, silent connections."""

from __future__ import annotations

from rag.web.gate.binding import Binding
from rag.web.gate.connections import heedful
from rag.web.gate.crowd import Crowd
from rag.web.gate.door import Door
from rag.web.gate.guard import Application, Guard, network_of
from rag.web.gate.health import Health
from rag.web.gate.identity import reader_of, role_of
from rag.web.gate.routes import Routes

__all__ = [
    "Application",
    "Binding",
    "Crowd",
    "Door",
    "Guard",
    "Health",
    "Routes",
    "heedful",
    "network_of",
    "reader_of",
    "role_of",
]
