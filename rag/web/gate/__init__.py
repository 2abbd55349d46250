"""Who comes in, and with what: names and origins, the password, sessions, silent connections."""

from __future__ import annotations

from rag.web.gate.binding import Binding
from rag.web.gate.connections import heedful
from rag.web.gate.crowd import Crowd
from rag.web.gate.door import Door
from rag.web.gate.guard import Application, Guard, network_of
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
from rag.web.gate.routes import Routes

__all__ = [
    "UPLOADS",
    "Application",
    "Binding",
    "Crowd",
    "Door",
    "Guard",
    "Health",
    "Routes",
    "Uploads",
    "brought",
    "discard_old",
    "heedful",
    "may_keep",
    "may_name_paths",
    "network_of",
    "room_of",
]
