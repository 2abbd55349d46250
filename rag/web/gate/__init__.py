"""Who comes in, and with what: names and origins, password and key, sessions, the line."""

from __future__ import annotations

from rag.web.gate.binding import Binding
from rag.web.gate.crowding import (
    MOST,
    Crowd,
    FullError,
    Guesses,
    Hourly,
    Line,
    Place,
    Ticket,
    heedful,
)
from rag.web.gate.door import Door, reader_of, role_of
from rag.web.gate.guard import Application, Guard, Message, Receive, Send, network_of
from rag.web.gate.health import Health
from rag.web.gate.keeping import (
    UPLOADS,
    Uploads,
    brought,
    discard_old,
    may_keep,
    may_name_paths,
    room_of,
)
from rag.web.gate.packing import Packing
from rag.web.gate.programs import PROGRAM, Programs, refusal
from rag.web.gate.routes import Routes

__all__ = [
    "MOST",
    "PROGRAM",
    "UPLOADS",
    "Application",
    "Binding",
    "Crowd",
    "Door",
    "FullError",
    "Guard",
    "Guesses",
    "Health",
    "Hourly",
    "Line",
    "Message",
    "Packing",
    "Place",
    "Programs",
    "Receive",
    "Routes",
    "Send",
    "Ticket",
    "Uploads",
    "brought",
    "discard_old",
    "heedful",
    "may_keep",
    "may_name_paths",
    "network_of",
    "reader_of",
    "refusal",
    "role_of",
    "room_of",
]
