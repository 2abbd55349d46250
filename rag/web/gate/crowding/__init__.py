"""How many come at a time: questions in their line, streams, connections that say nothing."""

from __future__ import annotations

from rag.web.gate.crowding.connections import heedful
from rag.web.gate.crowding.crowd import Crowd
from rag.web.gate.crowding.guesses import OF_NAMES, Guesses
from rag.web.gate.crowding.line import MOST, FullError, Hourly, Line, Place, Ticket

__all__ = [
    "MOST",
    "OF_NAMES",
    "Crowd",
    "FullError",
    "Guesses",
    "Hourly",
    "Line",
    "Place",
    "Ticket",
    "heedful",
]
