"""What a class has beside the rooms: whose page it is, and the room of its teacher."""

from __future__ import annotations

from rag.web.rooms.classroom.corner import build_corner, wire_corner
from rag.web.rooms.classroom.quiz import build_quiz
from rag.web.rooms.classroom.room import build_class

__all__ = ["build_class", "build_corner", "build_quiz", "wire_corner"]
